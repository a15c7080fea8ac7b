//! `butterlp`, `butterhp`, `butterbp`, `butterbr` and their short names: second-order Butterworth
//! filters.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Sig, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::{PI, SQRT_2, TAU};

const OUTS: &[Port] = &[port("ares", "filtered signal")];
const PASS_INS: &[Port] = &[
    port("asig", "signal to filter"),
    port("xfreq", "cutoff frequency in Hz; 0 or less silences a low-pass and opens a high-pass"),
    port("iskip", "nonzero keeps the state of the previous note; default 0"),
];
const BAND_INS: &[Port] = &[
    port("asig", "signal to filter"),
    port("xfreq", "centre frequency in Hz"),
    port("xband", "bandwidth in Hz; 0 or less silences a band-pass and opens a band-reject"),
    port("iskip", "nonzero keeps the state of the previous note; default 0"),
];
const SOURCE: &str = "Manual: butterlp; bilinear transform of the second-order Butterworth prototype";

const LOW_SIGS: &[Sig] =
    &[sig("a", "aao", Make::Unit(unit::<Pass<true>>)), sig("a", "ako", Make::Unit(unit::<Pass<true>>))];
const HIGH_SIGS: &[Sig] =
    &[sig("a", "aao", Make::Unit(unit::<Pass<false>>)), sig("a", "ako", Make::Unit(unit::<Pass<false>>))];
const BAND_SIGS: &[Sig] = &[sig("a", "axxo", Make::Unit(unit::<Band<true>>))];
const REJECT_SIGS: &[Sig] = &[sig("a", "axxo", Make::Unit(unit::<Band<false>>))];

const fn define(
    name: &'static str,
    summary: &'static str,
    sigs: &'static [Sig],
    ins: &'static [Port],
) -> OpDef {
    OpDef::new(name, summary).sigs(sigs).outs(OUTS).ins(ins).source(SOURCE).quiet_init()
}

/// Definition of `butterlp`.
pub static BUTTERLP: OpDef = define("butterlp", "Butterworth low-pass filter.", LOW_SIGS, PASS_INS);
/// Definition of `butlp`.
pub static BUTLP: OpDef = define("butlp", "Butterworth low-pass filter, as butterlp.", LOW_SIGS, PASS_INS);
/// Definition of `butterhp`.
pub static BUTTERHP: OpDef = define("butterhp", "Butterworth high-pass filter.", HIGH_SIGS, PASS_INS);
/// Definition of `buthp`.
pub static BUTHP: OpDef = define("buthp", "Butterworth high-pass filter, as butterhp.", HIGH_SIGS, PASS_INS);
/// Definition of `butterbp`.
pub static BUTTERBP: OpDef = define("butterbp", "Butterworth band-pass filter.", BAND_SIGS, BAND_INS);
/// Definition of `butbp`.
pub static BUTBP: OpDef = define("butbp", "Butterworth band-pass filter, as butterbp.", BAND_SIGS, BAND_INS);
/// Definition of `butterbr`.
pub static BUTTERBR: OpDef = define("butterbr", "Butterworth band-reject filter.", REJECT_SIGS, BAND_INS);
/// Definition of `butbr`.
pub static BUTBR: OpDef =
    define("butbr", "Butterworth band-reject filter, as butterbr.", REJECT_SIGS, BAND_INS);

/// Coefficients of a second-order section: inputs `b`, feedback `a`.
#[derive(Clone, Copy, Default)]
struct Section {
    b0: f64,
    b1: f64,
    b2: f64,
    a1: f64,
    a2: f64,
}

/// Past of a section in direct form II.
#[derive(Clone, Copy, Default)]
struct Past {
    t1: f64,
    t2: f64,
}

impl Past {
    #[inline(always)]
    fn next(&mut self, s: &Section, x: f64) -> f64 {
        let t = x - s.a1 * self.t1 - s.a2 * self.t2;
        let y = t * s.b0 + s.b1 * self.t1 + s.b2 * self.t2;
        (self.t2, self.t1) = (self.t1, t);
        y
    }
}

impl Section {
    fn low(frequency: f64, sr: f64) -> Self {
        let c = 1.0 / math::tan(PI / sr * frequency);
        let b0 = 1.0 / (1.0 + SQRT_2 * c + c * c);
        let a2 = (1.0 - SQRT_2 * c + c * c) * b0;
        Self { b0, b1: b0 + b0, b2: b0, a1: 2.0 * (1.0 - c * c) * b0, a2 }
    }

    fn high(frequency: f64, sr: f64) -> Self {
        let c = math::tan(PI / sr * frequency);
        let b0 = 1.0 / (1.0 + SQRT_2 * c + c * c);
        let a2 = (1.0 - SQRT_2 * c + c * c) * b0;
        Self { b0, b1: -(b0 + b0), b2: b0, a1: 2.0 * (c * c - 1.0) * b0, a2 }
    }

    fn band(centre: f64, width: f64, sr: f64) -> Self {
        let c = 1.0 / math::tan(PI / sr * width);
        let d = 2.0 * math::cos(TAU / sr * centre);
        let b0 = 1.0 / (1.0 + c);
        Self { b0, b1: 0.0, b2: -b0, a1: -c * d * b0, a2: (c - 1.0) * b0 }
    }

    fn reject(centre: f64, width: f64, sr: f64) -> Self {
        let c = math::tan(PI / sr * width);
        let d = 2.0 * math::cos(TAU / sr * centre);
        let b0 = 1.0 / (1.0 + c);
        let b1 = -d * b0;
        Self { b0, b1, b2: b0, a1: b1, a2: (1.0 - c) * b0 }
    }
}

#[derive(Default)]
struct Pass<const LOW: bool> {
    frequency: f64,
    section: Section,
    past: Past,
}

impl<const LOW: bool> Ugen for Pass<LOW> {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(2) == 0.0 {
            self.past = Past::default();
            self.frequency = 0.0;
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, frequency, moving) = (io.x(0), io.x(1), io.is_audio_in(1));
        if frequency.at(0) <= 0.0 {
            for (n, out) in io.out(0).iter().enumerate() {
                out.set(if LOW { 0.0 } else { x.at(n) });
            }
            return Ok(());
        }
        let sr = io.clock.sr;
        let new = |f: f64| if LOW { Section::low(f, sr) } else { Section::high(f, sr) };
        let (mut section, mut past) = (self.section, self.past);
        if frequency.at(0) != self.frequency {
            self.frequency = frequency.at(0);
            section = new(self.frequency);
        }
        for (n, out) in io.out(0).iter().enumerate() {
            if moving && frequency.at(n) != self.frequency {
                self.frequency = frequency.at(n);
                section = new(self.frequency);
            }
            out.set(past.next(&section, x.at(n)));
        }
        (self.section, self.past) = (section, past);
        Ok(())
    }
}

#[derive(Default)]
struct Band<const PASS: bool> {
    centre: f64,
    width: f64,
    section: Section,
    past: Past,
}

impl<const PASS: bool> Ugen for Band<PASS> {
    const SEAMLESS: Option<&'static [usize]> = Some(&[1]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(3) == 0.0 {
            self.past = Past::default();
            (self.centre, self.width) = (0.0, 0.0);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, centre, width) = (io.x(0), io.x(1), io.x(2));
        if width.at(0) <= 0.0 {
            for (n, out) in io.out(0).iter().enumerate() {
                out.set(if PASS { 0.0 } else { x.at(n) });
            }
            return Ok(());
        }
        let sr = io.clock.sr;
        let moving = centre.is_audio() || width.is_audio();
        let (mut section, mut past) = (self.section, self.past);
        for (n, out) in io.out(0).iter().enumerate() {
            if (n == 0 || moving) && (centre.at(n) != self.centre || width.at(n) != self.width) {
                (self.centre, self.width) = (centre.at(n), width.at(n));
                let new = if PASS { Section::band } else { Section::reject };
                section = new(self.centre, self.width, sr);
            }
            out.set(past.next(&section, x.at(n)));
        }
        (self.section, self.past) = (section, past);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    fn peak(op: &'static OpDef, settings: &[f64]) -> f64 {
        let mut bench = Bench::new(op, if settings.len() == 1 { 1 } else { 0 });
        bench.audio_in(0, |n| math::sin(TAU * n as f64 / 44.1));
        for (i, &x) in settings.iter().enumerate() {
            bench.set(i + 1, x);
        }
        bench.render(22050)[20000..].iter().fold(0.0f64, |m, y| m.max(y.abs()))
    }

    #[test]
    fn half_power_at_the_cutoff() {
        assert!((peak(&BUTTERLP, &[1000.0]) - SQRT_2 / 2.0).abs() < 5e-3);
        assert!((peak(&BUTHP, &[1000.0]) - SQRT_2 / 2.0).abs() < 5e-3);
        assert!((peak(&BUTBP, &[1000.0, 100.0]) - 1.0).abs() < 5e-3);
        assert!(peak(&BUTTERBR, &[1000.0, 100.0]) < 5e-3);
        assert!(peak(&BUTLP, &[0.0]) == 0.0 && peak(&BUTHP, &[0.0]) > 0.99);
    }
}
