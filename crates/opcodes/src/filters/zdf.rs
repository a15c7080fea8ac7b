//! `zdf_1pole`, `zdf_2pole` and their `_mode` forms: filters by trapezoidal integration without a delay in
//! the feedback.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::PI;

const SOURCE: &str =
    "Zavalishin, The Art of VA Filter Design (2012); Pirkle, AN-4; manual: zdf_1pole, zdf_2pole";
const OUTS: &[Port] = &[port("ares", "filtered signal")];
const LOW: Port = port("alp", "low-pass");
const HIGH: Port = port("ahp", "high-pass");
pub(super) const SIGNAL: Port = port("ain", "signal to filter");
pub(super) const CUTOFF: Port = port("xcf", "cutoff in Hz, above 0 and below half the sample rate");
pub(super) const SKIP: Port = port("istor", "nonzero keeps the state of the previous note; default 0");
const RESONANCE: Port = port("xq", "resonance, above 0; 0.5 is none");
const UNKNOWN_MODE: &[&str] =
    &["A mode that does not exist gives silence; the reference leaves the output as it was."];

/// Definition of `zdf_1pole`.
pub static ZDF_1POLE: OpDef = OpDef::new("zdf_1pole", "One-pole filter by trapezoidal integration.")
    .quiet_init()
    .sigs(&[sig("a", "axOo", Make::Unit(unit::<OnePole>))])
    .outs(OUTS)
    .ins(&[SIGNAL, CUTOFF, port("kmode", "0 low-pass, 1 high-pass, 2 all-pass; default 0"), SKIP])
    .source(SOURCE)
    .differences(UNKNOWN_MODE);

/// Definition of `zdf_1pole_mode`.
pub static ZDF_1POLE_MODE: OpDef = OpDef::new("zdf_1pole_mode", "One-pole filter with both outputs at once.")
    .sigs(&[sig("aa", "axo", Make::Unit(unit::<OnePoleMode>))])
    .outs(&[LOW, HIGH])
    .ins(&[SIGNAL, CUTOFF, SKIP])
    .source(SOURCE)
    .quiet_init();

/// Definition of `zdf_2pole`.
pub static ZDF_2POLE: OpDef = OpDef::new("zdf_2pole", "Two-pole filter by trapezoidal integration.").quiet_init()
    .sigs(&[sig("a", "axxOo", Make::Unit(unit::<TwoPole>))])
    .outs(OUTS)
    .ins(&[
        SIGNAL,
        CUTOFF,
        RESONANCE,
        port(
            "kmode",
            "0 low-pass, 1 high-pass, 2 band-pass, 3 band-pass with gain 1, 4 notch, 5 all-pass, 6 peak; default 0",
        ),
        SKIP,
    ])
    .source(SOURCE)
    .differences(UNKNOWN_MODE);

/// Definition of `zdf_2pole_mode`.
pub static ZDF_2POLE_MODE: OpDef =
    OpDef::new("zdf_2pole_mode", "Two-pole filter with three outputs at once.")
        .sigs(&[sig("aaa", "axxo", Make::Unit(unit::<TwoPoleMode>))])
        .outs(&[LOW, port("abp", "band-pass"), HIGH])
        .ins(&[SIGNAL, CUTOFF, RESONANCE, SKIP])
        .source(SOURCE)
        .quiet_init();

/// Gain of an integrator for a cutoff in Hz, prewarped so that the cutoff comes out exactly.
#[inline(always)]
pub(super) fn integrator_gain(cutoff: f64, sr: f64) -> f64 {
    math::tan(cutoff * (PI / sr))
}

/// A cutoff and what follows from it; computed anew only when it changes.
#[derive(Clone, Copy, Default)]
pub(super) struct Tuning {
    cutoff: f64,
    /// Gain of an integrator.
    pub g: f64,
    /// Gain of a one-pole low-pass from its input to its state, g / (1 + g).
    pub gain: f64,
}

impl Tuning {
    #[inline(always)]
    pub fn set(&mut self, cutoff: f64, sr: f64) {
        if cutoff != self.cutoff {
            let g = integrator_gain(cutoff, sr);
            *self = Self { cutoff, g, gain: g / (1.0 + g) };
        }
    }
}

/// A one-pole low-pass; the field is the state of its integrator.
#[derive(Clone, Copy, Default)]
pub(super) struct Pole(pub f64);

impl Pole {
    #[inline(always)]
    pub fn low(&mut self, x: f64, gain: f64) -> f64 {
        let v = (x - self.0) * gain;
        let low = v + self.0;
        self.0 = low + v;
        low
    }
}

#[derive(Default)]
struct OnePole {
    tuning: Tuning,
    pole: Pole,
}

impl Ugen for OnePole {
    const SEAMLESS: Option<&'static [usize]> = Some(&[1]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(3) == 0.0 {
            self.pole = Pole::default();
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, cutoff, mode) = (io.x(0), io.x(1), io.int(2));
        for (n, out) in io.out(0).iter().enumerate() {
            self.tuning.set(cutoff.at(n), io.clock.sr);
            let x = x.at(n);
            let low = self.pole.low(x, self.tuning.gain);
            out.set(match mode {
                0 => low,
                1 => x - low,
                2 => low - (x - low),
                _ => 0.0,
            });
        }
        Ok(())
    }
}

#[derive(Default)]
struct OnePoleMode {
    tuning: Tuning,
    pole: Pole,
}

impl Ugen for OnePoleMode {
    const SEAMLESS: Option<&'static [usize]> = Some(&[1]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(2) == 0.0 {
            self.pole = Pole::default();
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, cutoff) = (io.x(0), io.x(1));
        for (n, (out_low, out_high)) in io.out(0).iter().zip(io.out(1)).enumerate() {
            self.tuning.set(cutoff.at(n), io.clock.sr);
            let x = x.at(n);
            let low = self.pole.low(x, self.tuning.gain);
            out_low.set(low);
            out_high.set(x - low);
        }
        Ok(())
    }
}

/// A state-variable filter.
#[derive(Clone, Copy, Default)]
struct StateVariable {
    z1: f64,
    z2: f64,
    resonance: f64,
    /// Damping, 1 / (2 q).
    r: f64,
}

struct Bands {
    low: f64,
    band: f64,
    high: f64,
}

impl StateVariable {
    #[inline(always)]
    fn next(&mut self, x: f64, g: f64, resonance: f64) -> Bands {
        if resonance != self.resonance {
            self.resonance = resonance;
            self.r = 1.0 / (2.0 * resonance);
        }
        let damping = 2.0 * self.r;
        let high = (x - (damping + g) * self.z1 - self.z2) / (1.0 + damping * g + g * g);
        let band = g * high + self.z1;
        let low = g * band + self.z2;
        self.z1 = g * high + band;
        self.z2 = g * band + low;
        Bands { low, band, high }
    }

    fn clear(&mut self) {
        (self.z1, self.z2) = (0.0, 0.0);
    }
}

#[derive(Default)]
struct TwoPole {
    tuning: Tuning,
    filter: StateVariable,
}

impl Ugen for TwoPole {
    const SEAMLESS: Option<&'static [usize]> = Some(&[1, 2]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(4) == 0.0 {
            self.filter.clear();
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, cutoff, resonance, mode) = (io.x(0), io.x(1), io.x(2), io.int(3));
        for (n, out) in io.out(0).iter().enumerate() {
            self.tuning.set(cutoff.at(n), io.clock.sr);
            let x = x.at(n);
            let Bands { low, band, high } = self.filter.next(x, self.tuning.g, resonance.at(n));
            let unity_band = 2.0 * self.filter.r * band;
            out.set(match mode {
                0 => low,
                1 => high,
                2 => band,
                3 => unity_band,
                4 => x - unity_band,
                5 => x - 2.0 * unity_band,
                6 => low - high,
                _ => 0.0,
            });
        }
        Ok(())
    }
}

#[derive(Default)]
struct TwoPoleMode {
    tuning: Tuning,
    filter: StateVariable,
}

impl Ugen for TwoPoleMode {
    const SEAMLESS: Option<&'static [usize]> = Some(&[1, 2]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(3) == 0.0 {
            self.filter.clear();
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, cutoff, resonance) = (io.x(0), io.x(1), io.x(2));
        let outs = io.out(0).iter().zip(io.out(1)).zip(io.out(2));
        for (n, ((out_low, out_band), out_high)) in outs.enumerate() {
            self.tuning.set(cutoff.at(n), io.clock.sr);
            let bands = self.filter.next(x.at(n), self.tuning.g, resonance.at(n));
            out_low.set(bands.low);
            out_high.set(bands.high);
            out_band.set(bands.band);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn low_pass_passes_and_high_pass_stops_a_constant() {
        for (mode, want) in [(0.0, 1.0), (1.0, 0.0), (2.0, 1.0)] {
            let mut bench = Bench::new(&ZDF_1POLE, 0);
            bench.audio_in(0, |_| 1.0);
            bench.set(1, 1000.0);
            bench.set(2, mode);
            assert!((bench.render(2000)[1999] - want).abs() < 1e-9);
        }
        for (mode, want) in [(0.0, 1.0), (1.0, 0.0), (2.0, 0.0), (4.0, 1.0), (5.0, 1.0), (6.0, 1.0)] {
            let mut bench = Bench::new(&ZDF_2POLE, 0);
            bench.audio_in(0, |_| 1.0);
            bench.set(1, 1000.0);
            bench.set(2, 0.7);
            bench.set(3, mode);
            assert!((bench.render(4000)[3999] - want).abs() < 1e-9);
        }
    }
}
