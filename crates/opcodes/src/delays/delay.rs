//! `delay`, `delay1`: fixed delays.

use crate::lookup::nearest;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `delay`.
pub static DELAY: OpDef = OpDef::new("delay", "Delays a signal by a fixed time.")
    .quiet_init()
    .sigs(&[sig("a", "aio", Make::Unit(unit::<Delay>))])
    .outs(&[port("ares", "delayed signal")])
    .ins(&[
        port("asig", "signal to delay"),
        port("idlt", "delay in seconds, rounded to samples, at least one"),
        port("iskip", "nonzero keeps the content of the previous note; default 0"),
    ])
    .source("Manual: delay; semantics K8");

/// Definition of `delay1`.
pub static DELAY1: OpDef = OpDef::new("delay1", "Delays a signal by one sample.")
    .quiet_init()
    .sigs(&[sig("a", "ao", Make::Unit(unit::<Delay1>))])
    .outs(&[port("ares", "delayed signal")])
    .ins(&[
        port("asig", "signal to delay"),
        port("iskip", "nonzero keeps the sample of the previous note; default 0"),
    ])
    .source("Manual: delay1")
    .differences(&["a1 delay1 a1 delays; the reference repeats one sample throughout each k-cycle."]);

#[derive(Default)]
struct Delay {
    line: Vec<f64>,
    at: usize,
}

impl Ugen for Delay {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(2) != 0.0 && !self.line.is_empty() {
            return Ok(());
        }
        let len = nearest(cx.k(1) * cx.clock.sr);
        let Some(len) = usize::try_from(len).ok().filter(|&n| n > 0) else {
            return Err("illegal delay time".into());
        };
        cx.world.ask_memory(len * 8, "delay")?;
        self.line.clear();
        self.line.resize(len, 0.0);
        self.at = 0;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, out) = (io.a(0), io.out(0));
        let mut n = 0;
        while n < out.len().min(x.len()) && self.at < self.line.len() {
            let run = (self.line.len() - self.at).min(out.len() - n);
            for ((out, x), slot) in out[n..].iter().zip(&x[n..]).zip(&mut self.line[self.at..]) {
                let x = x.get();
                out.set(*slot);
                *slot = x;
            }
            n += run;
            self.at += run;
            if self.at >= self.line.len() {
                self.at = 0;
            }
        }
        Ok(())
    }
}

#[derive(Default)]
struct Delay1 {
    last: f64,
}

impl Ugen for Delay1 {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(1) == 0.0 {
            self.last = 0.0;
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let mut last = self.last;
        for (out, x) in io.out(0).iter().zip(io.a(0)) {
            let x = x.get();
            out.set(last);
            last = x;
        }
        self.last = last;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn delays_by_the_given_number_of_samples() {
        for delay in [1usize, 5, 16, 20] {
            let mut bench = Bench::new(&DELAY, 0);
            bench.audio_in(0, |n| n as f64 + 1.0);
            bench.set(1, delay as f64 / 44100.0);
            for (n, y) in bench.render(64).iter().enumerate() {
                assert_eq!(*y, if n < delay { 0.0 } else { (n - delay) as f64 + 1.0 });
            }
        }
    }
}
