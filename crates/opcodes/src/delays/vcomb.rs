//! `vcomb`, `valpass`: delays with feedback whose loop time may change.

use crate::lookup::{nearest, truncated};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

const OUTS: &[Port] = &[port("ares", "coloured signal")];
const INS: &[Port] = &[
    port("asig", "signal"),
    port("krvt", "seconds in which the echoes fall by 60 dB"),
    port("xlpt", "loop time in seconds, or in samples"),
    port("imaxlpt", "longest loop time"),
    port("iskip", "nonzero keeps the content of the previous note; default 0"),
    port("insmps", "nonzero: loop times are in samples; default 0"),
];

/// Definition of `vcomb`.
pub static VCOMB: OpDef = OpDef::new("vcomb", "Comb filter of variable loop time.")
    .sigs(&[sig("a", "akxioo", Make::Unit(unit::<Variable<false>>))])
    .outs(OUTS)
    .ins(INS)
    .source("Manual: vcomb")
    .quiet_init();

/// Definition of `valpass`.
pub static VALPASS: OpDef = OpDef::new("valpass", "Flat reverberator of variable loop time.")
    .sigs(&[sig("a", "akxioo", Make::Unit(unit::<Variable<true>>))])
    .outs(OUTS)
    .ins(INS)
    .source("Manual: valpass")
    .quiet_init();

#[derive(Default)]
struct Variable<const PASS: bool> {
    line: Vec<f64>,
    at: usize,
    longest: usize,
    reverb_time: f64,
    loop_time: f64,
    factor: f64,
}

impl<const PASS: bool> Ugen for Variable<PASS> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let (time, in_samples) = (cx.k(3), cx.k(5) != 0.0);
        let len = if in_samples { nearest(time) } else { truncated(time * cx.clock.sr) };
        let Some(len) = usize::try_from(len).ok().filter(|&n| n > 0) else {
            return Err("illegal loop time".into());
        };
        if len != self.line.len() || cx.k(4) == 0.0 {
            cx.world.ask_memory(len * 8, "vcomb")?;
            self.line.clear();
            self.line.resize(len, 0.0);
            self.at = 0;
        }
        (self.reverb_time, self.loop_time, self.factor) = (0.0, 0.0, 0.0);
        self.longest = truncated(if in_samples { time } else { time * cx.clock.sr }).max(0) as usize;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (loop_time, moving) = (io.x(2), io.is_audio_in(2));
        let unit = if io.k(5) != 0.0 { 1.0 } else { io.clock.sr };
        let mut back = self.tune(io.k(1), loop_time.at(0), unit);
        for (n, (out, x)) in io.out(0).iter().zip(io.a(0)).enumerate() {
            let x = x.get();
            if moving {
                back = self.tune(io.k(1), loop_time.at(n), unit);
            }
            let read = if self.at >= back { self.at - back } else { self.at + self.longest - back };
            let old = self.line.get(read).copied().unwrap_or(0.0);
            let new = old * self.factor + x;
            out.set(if PASS { old - self.factor * new } else { old });
            if let Some(slot) = self.line.get_mut(self.at) {
                *slot = new;
            }
            self.at += 1;
            if self.at >= self.line.len() {
                self.at = 0;
            }
        }
        Ok(())
    }
}

impl<const PASS: bool> Variable<PASS> {
    /// Loop length in samples; takes new settings.
    #[inline(always)]
    fn tune(&mut self, reverb_time: f64, loop_time: f64, unit: f64) -> usize {
        if reverb_time != self.reverb_time || loop_time != self.loop_time {
            (self.reverb_time, self.loop_time) = (reverb_time, loop_time);
            self.factor = math::pow(0.001, loop_time / reverb_time);
        }
        ((loop_time * unit) as u32 as usize).min(self.longest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn echoes_at_the_loop_time() {
        let mut bench = Bench::new(&VCOMB, 0);
        bench.audio_in(0, |n| if n == 0 { 1.0 } else { 0.0 });
        for (i, x) in [(1, 30.0), (2, 4.0), (3, 10.0), (5, 1.0)] {
            bench.set(i, x);
        }
        let out = bench.render(16);
        assert_eq!(out[4], 1.0);
        assert!((out[8] - math::pow(0.001, 4.0 / 30.0)).abs() < 1e-12);
    }
}
