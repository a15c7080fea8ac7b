//! `skf`, `spf`: Sallen-Key and Steiner-Parker second-order filters, with the tuning of the bilinear
//! transform.

use super::zdf::integrator_gain;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const OUTS: &[Port] = &[port("asig", "filtered signal")];
const SKIP: Port = port("istor", "nonzero keeps the state of the previous note; default 0");

/// Definition of `skf`.
pub static SKF: OpDef = OpDef::new("skf", "Sallen-Key second-order low-pass or high-pass.")
    .quiet_init()
    .sigs(&[
        sig("a", "akkoo", Make::Unit(unit::<Skf>)),
        sig("a", "aakoo", Make::Unit(unit::<Skf>)),
        sig("a", "aaaoo", Make::Unit(unit::<Skf>)),
        sig("a", "akaoo", Make::Unit(unit::<Skf>)),
    ])
    .outs(OUTS)
    .ins(&[
        port("asig", "signal to filter"),
        port("xcf", "cutoff in Hz"),
        port("xK", "gain of the loop, 1 to 3; 3 oscillates"),
        port("ihp", "nonzero for high-pass; default 0"),
        SKIP,
    ])
    .source("Manual: skf; Sallen and Key 1955, bilinear transform");

/// Definition of `spf`.
pub static SPF: OpDef = OpDef::new("spf", "Steiner-Parker second-order filter with three inputs.")
    .quiet_init()
    .sigs(&[
        sig("a", "aaakko", Make::Unit(unit::<Spf>)),
        sig("a", "aaaako", Make::Unit(unit::<Spf>)),
        sig("a", "aaaaao", Make::Unit(unit::<Spf>)),
        sig("a", "aaakao", Make::Unit(unit::<Spf>)),
    ])
    .outs(OUTS)
    .ins(&[
        port("alp", "input of the low-pass"),
        port("ahp", "input of the high-pass"),
        port("abp", "input of the band-pass"),
        port("xcf", "cutoff in Hz"),
        port("xR", "damping, 0 (oscillates) to 2"),
        SKIP,
    ])
    .source("Manual: spf; Steiner and Parker 1974, bilinear transform");

/// Second-order poles with the settings they are for.
#[derive(Clone, Copy, Default)]
struct Poles {
    cutoff: f64,
    damping: f64,
    tuned: bool,
    /// Tangent of half the angle of the cutoff.
    w: f64,
    /// What scales all coefficients.
    scale: f64,
    b1: f64,
    b2: f64,
}

impl Poles {
    #[inline(always)]
    fn set(&mut self, cutoff: f64, damping: f64, sr: f64) {
        if self.tuned && cutoff == self.cutoff && damping == self.damping {
            return;
        }
        let w = integrator_gain(cutoff, sr);
        let scale = 1.0 / (1.0 + damping * w + w * w);
        let b1 = -2.0 * (1.0 - w * w) * scale;
        let b2 = (1.0 - damping * w + w * w) * scale;
        *self = Self { cutoff, damping, tuned: true, w, scale, b1, b2 };
    }

    /// Factors of a low-pass for `x[n]` and `x[n-2]`, and for `x[n-1]`.
    fn low(&self) -> (f64, f64) {
        let a = self.w * self.w * self.scale;
        (a, 2.0 * a)
    }

    /// The same of a high-pass.
    fn high(&self) -> (f64, f64) {
        (self.scale, -2.0 * self.scale)
    }
}

#[derive(Default)]
struct Skf {
    poles: Poles,
    high: bool,
    s: [f64; 2],
}

impl Ugen for Skf {
    const SEAMLESS: Option<&'static [usize]> = Some(&[1, 2]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.high = cx.k(3) != 0.0;
        if cx.k(4) == 0.0 {
            self.s = [0.0; 2];
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, cutoff, gain) = (io.x(0), io.x(1), io.x(2));
        for (n, out) in io.out(0).iter().enumerate() {
            self.poles.set(cutoff.at(n), 3.0 - gain.at(n).clamp(1.0, 3.0), io.clock.sr);
            let (a, a1) = if self.high { self.poles.high() } else { self.poles.low() };
            let [s1, s2] = self.s;
            let s = x.at(n) - self.poles.b1 * s1 - self.poles.b2 * s2;
            out.set(a * s + a1 * s1 + a * s2);
            self.s = [s, s1];
        }
        Ok(())
    }
}

#[derive(Default)]
struct Spf {
    poles: Poles,
    y: [f64; 2],
    low: [f64; 2],
    high: [f64; 2],
    band: [f64; 2],
}

impl Ugen for Spf {
    const SEAMLESS: Option<&'static [usize]> = Some(&[3, 4]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(5) == 0.0 {
            *self = Self { poles: self.poles, ..Self::default() };
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let ins = [io.x(0), io.x(1), io.x(2)];
        let (cutoff, damping) = (io.x(3), io.x(4));
        for (n, out) in io.out(0).iter().enumerate() {
            self.poles.set(cutoff.at(n), damping.at(n).clamp(0.0, 2.0), io.clock.sr);
            let p = self.poles;
            let [low, high, band] = ins.map(|x| x.at(n));
            let (h, h1) = p.high();
            let (l, l1) = p.low();
            let x = high * h
                + self.high[0] * h1
                + self.high[1] * h
                + (low * l + self.low[0] * l1 + self.low[1] * l)
                + (band - self.band[1]) * (p.w * p.scale * p.damping);
            let y = x - p.b1 * self.y[0] - p.b2 * self.y[1];
            out.set(y);
            self.high = [high, self.high[0]];
            self.low = [low, self.low[0]];
            self.band = [band, self.band[0]];
            self.y = [y, self.y[0]];
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn low_passes_a_constant_that_high_stops() {
        for (high, want) in [(0.0, 1.0), (1.0, 0.0)] {
            let mut bench = Bench::new(&SKF, 0);
            bench.audio_in(0, |_| 1.0);
            bench.set(1, 1000.0);
            bench.set(2, 1.0);
            bench.set(3, high);
            assert!((bench.render(4000)[3999] - want).abs() < 1e-9);
        }
        let mut bench = Bench::new(&SPF, 0);
        bench.audio_in(0, |_| 1.0);
        bench.set(3, 1000.0);
        bench.set(4, 1.0);
        assert!((bench.render(4000)[3999] - 1.0).abs() < 1e-9);
    }
}
