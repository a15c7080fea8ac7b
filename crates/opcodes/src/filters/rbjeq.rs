//! `rbjeq`: parametric equaliser after Bristow-Johnson.

use crate::lookup::nearest;
use crate::section::Past;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::TAU;

/// Definition of `rbjeq`.
pub static RBJEQ: OpDef = OpDef::new("rbjeq", "Parametric equaliser and filters of second order.").quiet_init()
    .sigs(&[sig("a", "akkkko", Make::Unit(unit::<Rbjeq>))])
    .outs(&[port("ares", "filtered signal")])
    .ins(&[
        port("asig", "signal to filter"),
        port("kfco", "cutoff, corner or centre frequency in Hz"),
        port("klvl", "gain of the peak or shelf as a factor"),
        port("kQ", "resonance"),
        port("kS", "slope of a shelf, 0 to 1"),
        port("imode", "0 low-pass, 2 high-pass, 4 band-pass, 6 band-reject, 8 peak, 10 low shelf, 12 high shelf; plus 1 keeps the state; default 0"),
    ])
    .source("Bristow-Johnson, Cookbook formulae for audio EQ biquad filter coefficients; bandwidth by a tangent as in the reference")
    .may_fail();

#[derive(Clone, Copy, Default, PartialEq)]
struct Settings {
    frequency: f64,
    level: f64,
    q: f64,
    slope: f64,
}

/// Factors of `x[n]`, `x[n-1]`, `x[n-2]`, `y[n-1]` and `y[n-2]`.
#[derive(Clone, Copy, Default)]
struct Section {
    b0: f64,
    b1: f64,
    b2: f64,
    a1: f64,
    a2: f64,
}

impl Section {
    fn new(mode: i32, s: &Settings, sr: f64) -> Option<Self> {
        let omega = s.frequency * TAU / sr;
        let cos = math::cos(omega);
        let sin = (1.0 - cos * cos).sqrt();
        let narrow = math::tan(omega * 0.5 / s.q);
        Some(match mode {
            0 | 1 => {
                let alpha = sin * 0.5 / s.q;
                let a0 = 1.0 / (1.0 + alpha);
                let sign = if mode == 0 { 1.0 } else { -1.0 };
                let b = 0.5 * (a0 - sign * (a0 * cos));
                let (a1, a2) = (-2.0 * a0 * cos, a0 - a0 * alpha);
                Self { b0: b, b1: sign * (b + b), b2: b, a1, a2 }
            }
            2 => {
                let a0 = 1.0 / (1.0 + narrow);
                let b = a0 * narrow;
                Self { b0: b, b1: 0.0, b2: -b, a1: -2.0 * a0 * cos, a2: a0 - a0 * narrow }
            }
            3 => {
                let a0 = 1.0 / (1.0 + narrow);
                let a1 = -2.0 * a0 * cos;
                Self { b0: a0, b1: a1, b2: a0, a1, a2: a0 - a0 * narrow }
            }
            4 => {
                let root = s.level.sqrt();
                let part = narrow / root;
                let a0 = 1.0 / (1.0 + part);
                let gain = narrow * root * a0;
                let a1 = -2.0 * a0 * cos;
                Self { b0: a0 + gain, b1: a1, b2: a0 - gain, a1, a2: a0 - a0 * part }
            }
            5 | 6 => Self::shelf(mode == 5, s, cos, sin),
            _ => return None,
        })
    }

    fn shelf(low: bool, s: &Settings, cos: f64, sin: f64) -> Self {
        let root = s.level.sqrt();
        let beta = sin * ((s.level + 1.0) / s.slope - s.level + root + root - 1.0).sqrt();
        let (up, down) = (root + 1.0, root - 1.0);
        let sign = if low { 1.0 } else { -1.0 };
        let (up_cos, down_cos) = (up * cos, sign * (down * cos));
        let a0 = 1.0 / (up + down_cos + beta);
        let b = a0 * root;
        Self {
            a1: -2.0 * sign * (a0 * (down + sign * up_cos)),
            a2: a0 * (up + down_cos - beta),
            b0: b * (up - down_cos + beta),
            b1: 2.0 * sign * (b * (down - sign * up_cos)),
            b2: b * (up - down_cos - beta),
        }
    }
}

#[derive(Default)]
struct Rbjeq {
    mode: i32,
    settings: Option<Settings>,
    section: Section,
    past: Past,
}

impl Ugen for Rbjeq {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let mode = nearest(cx.k(5)) & 15;
        if mode & 1 == 0 {
            *self = Self { mode: mode >> 1, ..Self::default() };
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let settings = Settings { frequency: io.k(1), level: io.k(2), q: io.k(3), slope: io.k(4) };
        if self.settings != Some(settings) {
            self.section =
                Section::new(self.mode, &settings, io.clock.sr).ok_or("rbjeq: invalid filter type")?;
            self.settings = Some(settings);
        }
        let (x, s, mut past) = (io.x(0), self.section, self.past);
        for (n, out) in io.out(0).iter().enumerate() {
            out.set(past.next(x.at(n), [s.b0, s.b1, s.b2], [s.a1, s.a2]));
        }
        self.past = past;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gains_at_zero_frequency() {
        let s = Settings { frequency: 1000.0, level: 4.0, q: 1.0, slope: 1.0 };
        for (mode, want) in [(0, 1.0), (1, 0.0), (2, 0.0), (3, 1.0), (4, 1.0), (5, 4.0), (6, 1.0)] {
            let c = Section::new(mode, &s, 44100.0).expect("known mode");
            let gain = (c.b0 + c.b1 + c.b2) / (1.0 + c.a1 + c.a2);
            assert!((gain - want).abs() < 1e-9, "mode {mode}: {gain}");
        }
        assert!(Section::new(7, &s, 44100.0).is_none());
    }
}
