//! `clfilt`: the classical low-pass and high-pass filters of Butterworth and Chebyshev, of any even order.

use crate::section::Past;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::PI;

/// Definition of `clfilt`.
pub static CLFILT: OpDef = OpDef::new("clfilt", "Classical low-pass and high-pass filters.")
    .quiet_init()
    .sigs(&[sig("a", "akiioppo", Make::Unit(unit::<Clfilt>))])
    .outs(&[port("ares", "filtered signal")])
    .ins(&[
        port("asig", "signal to filter"),
        port("kfreq", "corner frequency in Hz"),
        port("itype", "0 low-pass, 1 high-pass"),
        port("inpol", "number of poles, 1 to 80, rounded up to an even number"),
        port("ikind", "0 Butterworth, 1 Chebyshev type I, 2 Chebyshev type II; default 0"),
        port("ipbr", "type I: ripple of the pass band in dB; default 1"),
        port("isba", "type II: attenuation of the stop band in dB, negative; default -60"),
        port("iskip", "nonzero keeps the state of the previous note; default 0"),
    ])
    .source("Parks and Burrus, Digital Filter Design (1987); bilinear transform; manual: clfilt");

/// Most second-order sections.
const MOST: f64 = 40.0;

#[derive(Clone, Copy, Default, PartialEq)]
enum Kind {
    #[default]
    Butterworth,
    Chebyshev1,
    Chebyshev2,
}

/// A second-order section: its prototype, its coefficients and its past.
#[derive(Clone, Copy, Default)]
struct Section {
    /// Real part and square of the magnitude of the pole.
    real: f64,
    square: f64,
    /// Square of the zero's distance (type II), or gain.
    zero: f64,
    b: [f64; 3],
    a: [f64; 3],
    past: Past,
}

#[derive(Default)]
struct Clfilt {
    high: bool,
    kind: Kind,
    frequency: f64,
    sections: Vec<Section>,
}

/// Ripple as a positive number, with a default for 0.
fn ripple(cx: &mut Init<'_>) -> f64 {
    match cx.k(5) {
        0.0 => {
            cx.world.warn("passband ripple must be non-zero in clfilt. Set to 1");
            1.0
        }
        given if given < 0.0 => {
            cx.world.warn(format!("passband ripple must be positive in clfilt. Set to {}", -given));
            -given
        }
        given => given,
    }
}

/// Attenuation as a negative number, with a default for 0 and for the 1 of a missing argument.
fn attenuation(cx: &mut Init<'_>) -> f64 {
    match cx.k(6) {
        1.0 => -60.0,
        0.0 => {
            cx.world.warn("stopband attenuation must be non-zero in clfilt. Set to -60");
            -60.0
        }
        given if given > 0.0 => {
            cx.world.warn(format!("stopband attenuation must be negative in clfilt. Set to {}", -given));
            -given
        }
        given => given,
    }
}

impl Clfilt {
    /// Prototypes of the sections for a ripple `eps` (none for Butterworth).
    fn design(&mut self, sections: usize, eps: f64) {
        let count = sections as f64;
        let butterworth = self.kind == Kind::Butterworth;
        let bend = 0.5 / count * math::ln(1.0 / eps + (1.0 / eps / eps + 1.0).sqrt());
        let (narrow, wide) = if butterworth { (1.0, 1.0) } else { (math::sinh(bend), math::cosh(bend)) };
        self.sections.resize(sections, Section::default());
        for (m, section) in self.sections.iter_mut().enumerate() {
            let angle = PI * (m as f64 + 0.5) / (2.0 * count);
            let (sin, cos) = math::sin_cos(angle + PI * 0.5);
            let (real, imaginary) = (narrow * cos, wide * sin);
            let square = real * real + imaginary * imaginary;
            section.real = real;
            section.square = square;
            let gain = if m == 0 { 1.0 / (1.0 + eps * eps).sqrt() } else { 1.0 };
            section.zero = match self.kind {
                Kind::Butterworth => 1.0,
                Kind::Chebyshev1 => square * gain,
                Kind::Chebyshev2 => math::cos(angle) * math::cos(angle),
            };
        }
    }

    /// Coefficients for a corner frequency.
    fn tune(&mut self, frequency: f64, sr: f64) {
        self.frequency = frequency;
        let tan = math::tan(frequency * (PI / sr));
        let inverse = self.kind == Kind::Chebyshev2;
        // Type II mirrors the frequency axis, and so does the high-pass.
        let mirrored = self.high != inverse;
        let t = if mirrored { tan } else { 1.0 / tan };
        let sign = if mirrored { -1.0 } else { 1.0 };
        let passes = if self.high { -1.0 } else { 1.0 };
        for s in &mut self.sections {
            let middle = 2.0 * (s.square - t * t) * sign;
            s.a = [s.square + t * (t - 2.0 * s.real), middle, s.square + t * (t + 2.0 * s.real)];
            s.b = if inverse {
                [s.zero + t * t, 2.0 * (s.zero - t * t) * sign, s.zero + t * t]
            } else {
                [s.zero, 2.0 * passes * s.zero, s.zero]
            };
        }
    }
}

impl Ugen for Clfilt {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.high = match cx.k(2) as i32 {
            0 => false,
            1 => true,
            _ => return Err("filter type not lowpass or highpass in clfilt".into()),
        };
        let eps = match cx.k(4) as i32 {
            0 => {
                self.kind = Kind::Butterworth;
                1.0
            }
            1 => {
                self.kind = Kind::Chebyshev1;
                (math::pow(10.0, ripple(cx) / 10.0) - 1.0).sqrt()
            }
            2 => {
                self.kind = Kind::Chebyshev2;
                (1.0 / (math::pow(10.0, -attenuation(cx) / 10.0) - 1.0)).sqrt()
            }
            kind => return Err(OpError::new(format!("filter kind, {kind}, out of range in clfilt"))),
        };
        let poles = cx.k(3);
        if !(1.0..=2.0 * MOST).contains(&poles) {
            return Err(OpError::new(format!("number of poles, {poles}, out of range in clfilt")));
        }
        let sections = (poles / 2.0).ceil();
        if poles % 2.0 != 0.0 {
            cx.world.warn(format!("odd number of poles chosen in clfilt, rounded to {}", 2.0 * sections));
        }
        self.design(sections as usize, eps);
        self.tune(cx.k(1), cx.clock.sr);
        if cx.k(7) == 0.0 {
            for section in &mut self.sections {
                section.past = Past::default();
            }
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        if io.k(1) != self.frequency {
            self.tune(io.k(1), io.clock.sr);
        }
        let x = io.x(0);
        for (n, out) in io.out(0).iter().enumerate() {
            let mut y = x.at(n);
            for s in &mut self.sections {
                let x = y;
                y = s.past.sum(x, s.b, [s.a[1], s.a[2]]) / s.a[0];
                s.past.push(x, y);
            }
            out.set(y);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn low_pass_passes_a_constant_and_high_pass_stops_it() {
        for kind in 0..3 {
            for high in [0.0, 1.0] {
                let mut bench = Bench::new(&CLFILT, 0);
                bench.audio_in(0, |_| 1.0);
                for (i, x) in [(1, 1000.0), (2, high), (3, 4.0), (4, f64::from(kind)), (5, 0.1), (6, -60.0)] {
                    bench.set(i, x);
                }
                let y = bench.render(20000)[19999];
                assert!((y.abs() - (1.0 - high)).abs() < 0.02, "{kind} {high} {y}");
            }
        }
    }
}
