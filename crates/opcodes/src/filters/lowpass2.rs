//! `lowpass2`: resonant low-pass filter of second order.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::{PI, TAU};

/// Definition of `lowpass2`.
pub static LOWPASS2: OpDef = OpDef::new("lowpass2", "Resonant low-pass filter.")
    .quiet_init()
    .sigs(&[
        sig("a", "akko", Make::Unit(unit::<Lowpass2>)),
        sig("a", "aaao", Make::Unit(unit::<Lowpass2>)),
        sig("a", "aakao", Make::Unit(unit::<Lowpass2>)),
        sig("a", "akao", Make::Unit(unit::<Lowpass2>)),
    ])
    .outs(&[port("ares", "filtered signal")])
    .ins(&[
        port("asig", "signal to filter"),
        port("xcf", "cutoff or resonant frequency in Hz"),
        port("xq", "resonance, 1 to 500"),
        port("iskip", "nonzero keeps the state of the previous note; default 0"),
    ])
    .source("Manual: lowpass2; two poles of radius exp(-pi cf / (q sr))");

#[derive(Clone, Copy, Default)]
struct Tuning {
    cutoff: f64,
    q: f64,
    a: f64,
    b: f64,
    c: f64,
}

impl Tuning {
    fn new(cutoff: f64, q: f64, sr: f64) -> Self {
        let exponent = -PI / sr * cutoff / q;
        let a = 2.0 * math::cos(cutoff * (TAU / sr)) * math::exp(exponent);
        let b = math::exp(exponent + exponent);
        Self { cutoff, q, a, b, c: 1.0 - a + b }
    }
}

#[derive(Default)]
struct Lowpass2 {
    tuning: Tuning,
    y: [f64; 2],
}

impl Ugen for Lowpass2 {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.tuning.cutoff = f64::NAN;
        if cx.k(3) == 0.0 {
            self.y = [0.0; 2];
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, cutoff, q) = (io.x(0), io.x(1), io.x(2));
        let moving = cutoff.is_audio() || q.is_audio();
        let (mut t, [mut y1, mut y2]) = (self.tuning, self.y);
        for (n, out) in io.out(0).iter().enumerate() {
            if (n == 0 || moving) && (cutoff.at(n) != t.cutoff || q.at(n) != t.q) {
                t = Tuning::new(cutoff.at(n), q.at(n), io.clock.sr);
            }
            let y = t.a * y1 - t.b * y2 + t.c * x.at(n);
            (y2, y1) = (y1, y);
            out.set(y);
        }
        (self.tuning, self.y) = (t, [y1, y2]);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn passes_a_constant() {
        let mut bench = Bench::new(&LOWPASS2, 0);
        bench.audio_in(0, |_| 1.0);
        bench.set(1, 2000.0);
        bench.set(2, 2.0);
        assert!((bench.render(2000)[1999] - 1.0).abs() < 1e-9);
    }
}
