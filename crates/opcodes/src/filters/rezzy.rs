//! `rezzy`: resonant low-pass or high-pass filter.

use crate::section::Past;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

/// Definition of `rezzy`.
pub static REZZY: OpDef = OpDef::new("rezzy", "Resonant low-pass or high-pass filter.")
    .quiet_init()
    .sigs(&[sig("a", "axxoo", Make::Unit(unit::<Rezzy>))])
    .outs(&[port("ares", "filtered signal")])
    .ins(&[
        port("asig", "signal to filter"),
        port("xfco", "cutoff frequency in Hz"),
        port("xres", "resonance, 1 to 100"),
        port("imode", "0 low-pass, else high-pass; default 0"),
        port("iskip", "nonzero keeps the state of the previous note; default 0"),
    ])
    .source("Manual: rezzy; poles are kept within the unit circle, measured on the reference");

/// Largest radius of a pole.
const NEAR_ONE: f64 = 0.99999;

#[derive(Clone, Copy, Default)]
struct Tuning {
    cutoff: f64,
    resonance: f64,
    b: [f64; 3],
    a: [f64; 2],
}

/// Feedback that does not run away.
fn stable(a1: f64, a2: f64, low: bool) -> [f64; 2] {
    let square = a1 * a1 - 4.0 * a2;
    if square < 0.0 {
        let (re, im) = (-a1 / 2.0, (-square).sqrt() / 2.0);
        if re * re + im * im < 1.0 {
            return [a1, a2];
        }
        let cos = math::cos(math::atan2(im, re));
        // The high-pass keeps the wrong radius in the first term, as the reference does.
        return [if low { -2.0 * (NEAR_ONE * cos) } else { -re * cos }, NEAR_ONE * NEAR_ONE];
    }
    let root = square.sqrt();
    let poles = [(root - a1) / 2.0, (-root - a1) / 2.0];
    if poles.iter().all(|p| p * p < 1.0) {
        return [a1, a2];
    }
    let [p, q] = poles.map(|p| {
        if p * p < 1.0 {
            p
        } else if p > 0.0 {
            NEAR_ONE
        } else {
            -NEAR_ONE
        }
    });
    [-(p + q), p * q]
}

impl Tuning {
    fn new(cutoff: f64, resonance: f64, low: bool, sr: f64) -> Self {
        // Frequency scale measured on the reference.
        let c = 0.149659863 * sr / cutoff;
        let square = c * c;
        if low {
            let a = c / (resonance / (1.0 + math::exp(cutoff / 11000.0))) - 1.0;
            let inverse = 1.0 / (1.0 + a + square);
            return Self {
                cutoff,
                resonance,
                b: [inverse / (1.0 + resonance).sqrt(), 0.0, 0.0],
                a: stable((-a - 2.0 * square) * inverse, square * inverse, true),
            };
        }
        let level = 0.75 / (1.0 + resonance).sqrt();
        let slope = c / (resonance / (1.0 + (1.0 / c).sqrt().sqrt()));
        let inverse = 1.0 / (slope + square);
        let scale = level * inverse;
        Self {
            cutoff,
            resonance,
            b: [(slope + square) * scale, (-slope - 2.0 * square) * scale, square * scale],
            a: stable((1.0 - slope - 2.0 * square) * inverse, square * inverse, false),
        }
    }
}

#[derive(Default)]
struct Rezzy {
    tuning: Tuning,
    low: bool,
    past: Past,
}

impl Ugen for Rezzy {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.low = cx.k(3) == 0.0;
        self.tuning.cutoff = f64::NAN;
        if cx.k(4) == 0.0 {
            self.past = Past::default();
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, cutoff, resonance) = (io.x(0), io.x(1), io.x(2));
        let moving = cutoff.is_audio() || resonance.is_audio();
        // Only a resonance at control rate is kept from falling below 1.
        let least = if resonance.is_audio() { f64::NEG_INFINITY } else { 1.0 };
        let (mut t, mut past) = (self.tuning, self.past);
        for (n, out) in io.out(0).iter().enumerate() {
            if n == 0 || moving {
                let (f, r) = (cutoff.at(n), resonance.at(n).max(least));
                if f != t.cutoff || r != t.resonance {
                    t = Tuning::new(f, r, self.low, io.clock.sr);
                }
            }
            out.set(past.next(x.at(n), t.b, t.a));
        }
        (self.tuning, self.past) = (t, past);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn poles_stay_inside() {
        assert_eq!(stable(-1.0, 0.5, true), [-1.0, 0.5]);
        let [a1, a2] = stable(-1.0, 1.5, true);
        assert!(a2 < 1.0 && a1.abs() < 2.0);
        let [a1, a2] = stable(-3.0, 2.0, true);
        assert!((a1 + 2.0 * NEAR_ONE).abs() < 1e-12 && (a2 - NEAR_ONE * NEAR_ONE).abs() < 1e-12);
    }
}
