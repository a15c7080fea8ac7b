//! `flanger`: a delay that moves, with feedback.

use crate::lookup::truncated;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `flanger`.
pub static FLANGER: OpDef = OpDef::new("flanger", "Moving delay with feedback, for flangers and choruses.")
    .quiet_init()
    .sigs(&[sig("a", "aakv", Make::Unit(unit::<Flanger>))])
    .outs(&[port("ares", "delayed signal")])
    .ins(&[
        port("asig", "signal"),
        port("adel", "delay in seconds"),
        port("kfeedback", "share of the output that is fed back, below 1"),
        port("imaxd", "longest delay in seconds; default 0.5"),
    ])
    .source("Manual: flanger");

#[derive(Default)]
struct Flanger {
    line: Vec<f64>,
    at: usize,
    last: f64,
}

impl Ugen for Flanger {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let Some(len) = usize::try_from(truncated(cx.k(3) * cx.clock.sr)).ok().filter(|&n| n > 0) else {
            return Err("imaxd must be at least one sample long".into());
        };
        cx.world.ask_memory(len * 8, "flanger")?;
        self.line.clear();
        self.line.resize(len, 0.0);
        (self.at, self.last) = (0, 0.0);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, delay, feedback, sr) = (io.x(0), io.x(1), io.k(2), io.clock.sr);
        let len = self.line.len();
        for (n, out) in io.out(0).iter().enumerate() {
            self.line[self.at] = x.at(n) + self.last * feedback;
            let mut place = self.at as f64 - delay.at(n) * sr;
            if place < 0.0 {
                place += len as f64;
            }
            if !(0.0..len as f64).contains(&place) {
                place = place.rem_euclid(len as f64);
            }
            let whole = (place as usize).min(len - 1);
            let next = if whole + 1 < len { whole + 1 } else { 0 };
            let (a, b) = (self.line[whole], self.line[next]);
            self.last = a + (place - whole as f64) * (b - a);
            out.set(self.last);
            self.at = if self.at + 1 < len { self.at + 1 } else { 0 };
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn echoes_fall_by_the_feedback() {
        let mut bench = Bench::new(&FLANGER, 0);
        bench.audio_in(0, |n| if n == 0 { 1.0 } else { 0.0 });
        bench.audio_in(1, |_| 4.0 / 44100.0);
        bench.set(2, 0.5);
        bench.set(3, 0.01);
        let out = bench.render(16);
        assert!((out[4] - 1.0).abs() < 1e-9 && (out[9] - 0.5).abs() < 1e-9, "{out:?}");
    }
}
