//! `lpf18`: resonant low-pass filter of three poles with distortion.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

/// Definition of `lpf18`.
pub static LPF18: OpDef = OpDef::new("lpf18", "Three-pole resonant low-pass filter with distortion.")
    .quiet_init()
    .sigs(&[sig("a", "axxxo", Make::Unit(unit::<Lpf18>))])
    .outs(&[port("ares", "filtered signal")])
    .ins(&[
        port("asig", "signal to filter"),
        port("xfco", "cutoff frequency in Hz"),
        port("xres", "resonance; above 1 it oscillates"),
        port("xdist", "distortion, 0 or more"),
        port("iskip", "nonzero keeps the state of the previous note; default 0"),
    ])
    .source("Manual: lpf18, after a plug-in by Steve Harris; polynomials measured on the reference");

#[derive(Clone, Copy)]
struct Tuning {
    cutoff: f64,
    resonance: f64,
    distortion: f64,
    pole: f64,
    half: f64,
    feedback: f64,
    drive: f64,
}

impl Default for Tuning {
    fn default() -> Self {
        let none = f64::NAN;
        Self {
            cutoff: none,
            resonance: none,
            distortion: none,
            pole: 0.0,
            half: 0.0,
            feedback: 0.0,
            drive: 0.0,
        }
    }
}

impl Tuning {
    fn new(cutoff: f64, resonance: f64, distortion: f64, sr: f64) -> Self {
        let f = 2.0 * cutoff * (1.0 / sr);
        let pole = ((-2.7528 * f + 3.0429) * f + 1.718) * f - 0.9984;
        let p1 = pole + 1.0;
        let feedback = resonance * (((-2.7079 * p1 + 10.963) * p1 - 14.934) * p1 + 8.4974);
        let drive = 1.0 + distortion * (1.5 + 2.0 * feedback * (1.0 - f));
        Self { cutoff, resonance, distortion, pole, half: 0.5 * p1, feedback, drive }
    }
}

#[derive(Default)]
struct Lpf18 {
    tuning: Tuning,
    x: f64,
    y1: f64,
    y2: f64,
    y3: f64,
}

impl Ugen for Lpf18 {
    const SEAMLESS: Option<&'static [usize]> = Some(&[1, 2, 3]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(4) == 0.0 {
            *self = Self { tuning: self.tuning, ..Self::default() };
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let (x, cutoff, resonance, distortion) = (io.x(0), io.x(1), io.x(2), io.x(3));
        let full = world.header.zero_dbfs;
        let unit = 1.0 / full;
        let moving = cutoff.is_audio() || resonance.is_audio() || distortion.is_audio();
        let mut t = self.tuning;
        let (mut past, mut y1, mut y2, mut y3) = (self.x, self.y1, self.y2, self.y3);
        for (n, out) in io.out(0).iter().enumerate() {
            if n == 0 || moving {
                let (f, r, d) = (cutoff.at(n), resonance.at(n), distortion.at(n));
                if f != t.cutoff || r != t.resonance || d != t.distortion {
                    t = Tuning::new(f, r, d, io.clock.sr);
                }
            }
            let now = x.at(n) * unit - math::tanh(t.feedback * y3);
            let first = t.half * (now + past) - t.pole * y1;
            let second = t.half * (first + y1) - t.pole * y2;
            y3 = t.half * (second + y2) - t.pole * y3;
            (past, y1, y2) = (now, first, second);
            out.set(math::tanh(y3 * t.drive) * full);
        }
        self.tuning = t;
        (self.x, self.y1, self.y2, self.y3) = (past, y1, y2, y3);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn stays_within_full_scale() {
        let mut bench = Bench::new(&LPF18, 0);
        bench.world.header.zero_dbfs = 1.0;
        bench.audio_in(0, |n| if n % 100 < 50 { 3.0 } else { -3.0 });
        for (i, x) in [(1, 800.0), (2, 1.2), (3, 4.0)] {
            bench.set(i, x);
        }
        let out = bench.render(4000);
        assert!(out.iter().all(|y| y.abs() <= 1.0) && out.iter().any(|y| y.abs() > 0.9));
    }
}
