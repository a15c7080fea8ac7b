//! `tone`: first-order low-pass filter.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::TAU;

/// Definition of `tone`.
pub static TONE: OpDef = OpDef::new("tone", "First-order recursive low-pass filter.")
    .sigs(&[sig("a", "ako", Make::Unit(unit::<Tone>))])
    .outs(&[port("ares", "filtered signal")])
    .ins(&[
        port("asig", "signal to filter"),
        port("khp", "half-power point in Hz, 0 to sr/2"),
        port("iskip", "nonzero keeps the state of the instance's previous note; default 0"),
    ])
    .source("Manual: tone; y[n] = c1 x[n] + c2 y[n-1], c2 = b - sqrt(b^2 - 1), b = 2 - cos(2 pi hp / sr)");

#[derive(Default)]
struct Tone {
    c1: f64,
    c2: f64,
    half_power: f64,
    y: f64,
}

impl Tone {
    fn tune(&mut self, half_power: f64, sr: f64) {
        self.half_power = half_power;
        let b = 2.0 - math::cos(half_power * (TAU / sr));
        self.c2 = b - (b * b - 1.0).sqrt();
        self.c1 = 1.0 - self.c2;
    }
}

impl Ugen for Tone {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.tune(cx.k(1), cx.clock.sr);
        if cx.k(2) == 0.0 {
            self.y = 0.0;
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let half_power = io.k(1);
        if half_power != self.half_power {
            self.tune(half_power, io.clock.sr);
        }
        let (c1, c2, mut y) = (self.c1, self.c2, self.y);
        for (out, x) in io.out(0).iter().zip(io.a(0)) {
            y = c1 * x.get() + c2 * y;
            out.set(y);
        }
        self.y = y;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn passes_a_constant_and_damps_the_highest_frequency() {
        let mut bench = Bench::new(&TONE, 0);
        bench.audio_in(0, |_| 1.0);
        bench.set(1, 1000.0);
        assert!((bench.render(4000).last().copied().unwrap_or(0.0) - 1.0).abs() < 1e-9);
        let mut bench = Bench::new(&TONE, 0);
        bench.audio_in(0, |n| if n % 2 == 0 { 1.0 } else { -1.0 });
        bench.set(1, 100.0);
        assert!(bench.render(400).iter().skip(300).all(|y| y.abs() < 0.01));
    }
}
