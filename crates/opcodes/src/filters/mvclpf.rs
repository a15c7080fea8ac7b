//! `mvclpf1` to `mvclpf4`, `mvchpf`: Fons Adriaensen's Moog-style filters.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Sig, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::round;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::marker::PhantomData;

const OUTS: &[Port] = &[port("aout", "filtered signal")];
const SIGNAL: Port = port("ain", "signal to filter, full scale 0dbfs");
const FREQ: Port = port("xfreq", "cutoff in Hz, above 0");
const SKIP: Port = port("iskip", "nonzero keeps the state of the previous note; default 0");
const LOW_INS: &[Port] = &[SIGNAL, FREQ, port("xres", "resonance, 0 to 1"), SKIP];
const SOURCE: &str =
    "Adriaensen, MCP plugins (VCF); manual: mvclpf1, mvchpf; constants measured on the reference";
const CLOSED: &[&str] = &["A cutoff of 0 Hz or less closes the filter; the reference turns to not-a-number."];

const BEYOND: &[&str] = &[
    CLOSED[0],
    "A resonance beyond 0 to 1 acts at audio rate as at control rate; the reference limits it in every other step.",
];

const fn one<M: Model>() -> [Sig; 4] {
    let run = Make::Unit(unit::<LowPass<M>>);
    [sig("a", "akko", run), sig("a", "aako", run), sig("a", "akao", run), sig("a", "aaao", run)]
}

const fn low(name: &'static str, summary: &'static str, sigs: &'static [Sig]) -> OpDef {
    OpDef::new(name, summary)
        .sigs(sigs)
        .outs(OUTS)
        .ins(LOW_INS)
        .source(SOURCE)
        .quiet_init()
        .differences(CLOSED)
}

const FIRST_SIGS: &[Sig] = &one::<First>();
const SECOND_SIGS: &[Sig] = &one::<Second>();
const THIRD_SIGS: &[Sig] = &one::<Third>();

/// Definition of `mvclpf1`.
pub static MVCLPF1: OpDef =
    low("mvclpf1", "Moog ladder low-pass, 24 dB per octave, light non-linearity.", FIRST_SIGS);
/// Definition of `mvclpf2`.
pub static MVCLPF2: OpDef =
    low("mvclpf2", "Moog ladder low-pass, 24 dB per octave, non-linear in every stage.", SECOND_SIGS);
/// Definition of `mvclpf3`.
pub static MVCLPF3: OpDef =
    low("mvclpf3", "Moog ladder low-pass, 24 dB per octave, oversampled twice.", THIRD_SIGS)
        .differences(BEYOND);

/// Definition of `mvclpf4`.
pub static MVCLPF4: OpDef =
    OpDef::new("mvclpf4", "As mvclpf3, with outputs at 6, 12, 18 and 24 dB per octave.")
        .quiet_init()
        .sigs(&[
            sig("aaaa", "akko", Make::Unit(unit::<LowPass<Third>>)),
            sig("aaaa", "aako", Make::Unit(unit::<LowPass<Third>>)),
            sig("aaaa", "akao", Make::Unit(unit::<LowPass<Third>>)),
            sig("aaaa", "aaao", Make::Unit(unit::<LowPass<Third>>)),
        ])
        .outs(&[
            port("aout1", "6 dB per octave"),
            port("aout2", "12 dB per octave"),
            port("aout3", "18 dB per octave"),
            port("aout4", "24 dB per octave"),
        ])
        .ins(LOW_INS)
        .source(SOURCE)
        .differences(CLOSED);

/// Definition of `mvchpf`.
pub static MVCHPF: OpDef = OpDef::new("mvchpf", "Moog-style high-pass, 24 dB per octave.")
    .sigs(&[sig("a", "ako", Make::Unit(unit::<HighPass>)), sig("a", "aao", Make::Unit(unit::<HighPass>))])
    .outs(OUTS)
    .ins(&[SIGNAL, FREQ, SKIP])
    .source(SOURCE)
    .quiet_init()
    .differences(CLOSED);

/// Middle C, from which cutoffs are counted in octaves.
const MIDDLE_C: f64 = 261.62556416;

/// Frequency in Hz `octaves` above the cutoff, times a power of two that the designer approximates by a
/// polynomial; 0 for cutoffs that are not positive.
fn raised(cutoff: f64, octaves: f64) -> f64 {
    if cutoff.is_nan() || cutoff <= 0.0 {
        return 0.0;
    }
    let level = math::log2(cutoff / MIDDLE_C) + octaves;
    let whole = round::floor(level);
    let x = level - whole;
    let mantissa = 1.0 + x * (0.6930 + x * (0.2416 + x * (0.0517 + x * 0.0137)));
    math::ldexp(mantissa, whole.clamp(-2000.0, 2000.0) as i32)
}

/// A cutoff and the coefficient that follows from it.
#[derive(Clone, Copy, Default)]
struct Tuning {
    cutoff: f64,
    w: f64,
}

/// States of the four stages, and the feedback.
#[derive(Clone, Copy, Default)]
struct Ladder {
    c: [f64; 4],
    feedback: f64,
}

/// Added to the first stage in every k-cycle and to the input, against denormal numbers.
const STAGE_OFFSET: f64 = 1e-6;
const INPUT_OFFSET: f64 = 1e-10;

/// One of the designs.
trait Model: Default + Send + 'static {
    /// Coefficient of the stages for a cutoff.
    fn coefficient(cutoff: f64, sr: f64) -> f64;
    /// Advances the ladder by one sample.
    fn advance(ladder: &mut Ladder, x: f64, w: f64, resonance: f64);
}

#[derive(Default)]
struct First;
#[derive(Default)]
struct Second;
#[derive(Default)]
struct Third;

/// Coefficient of the first two designs.
fn plain_coefficient(w: f64) -> f64 {
    if w < 0.8 { w * (1.0 - 0.4 * w - 0.125 * w * w) } else { (w * 0.6).min(0.92) }
}

/// Soft limit to -1..1.
#[inline(always)]
fn limited(x: f64) -> f64 {
    x / (1.0 + x * x).sqrt()
}

impl Model for First {
    fn coefficient(cutoff: f64, sr: f64) -> f64 {
        plain_coefficient(raised(cutoff, 10.82) / sr)
    }

    #[inline(always)]
    fn advance(ladder: &mut Ladder, x: f64, w: f64, resonance: f64) {
        let Ladder { c: [c1, c2, c3, c4], feedback } = ladder;
        let saturated = |c: f64| c / (1.0 + c.abs());
        let x = -4.2 * resonance * *feedback + x + INPUT_OFFSET;
        *c1 += w * (x - saturated(*c1));
        *c2 += w * (saturated(*c1) - *c2);
        *c3 += w * (*c2 - *c3);
        *c4 += w * (*c3 - *c4);
        *feedback += 0.5 * (*c4 - *feedback);
    }
}

impl Model for Second {
    fn coefficient(cutoff: f64, sr: f64) -> f64 {
        plain_coefficient(raised(cutoff, 10.71) / sr)
    }

    #[inline(always)]
    fn advance(ladder: &mut Ladder, x: f64, w: f64, resonance: f64) {
        let mut x = limited(-4.5 * resonance * ladder.feedback + x + INPUT_OFFSET);
        for c in &mut ladder.c {
            *c += w * (x - *c) / (1.0 + *c * *c);
            x = *c;
        }
        ladder.feedback += 0.5 * (x - ladder.feedback);
    }
}

impl Model for Third {
    fn coefficient(cutoff: f64, sr: f64) -> f64 {
        let w = raised(cutoff, 9.70) / sr;
        if w < 0.75 { w * (1.005 - w * (0.624 - w * (0.65 - w * 0.54))) } else { (w * 0.6748).min(0.82) }
    }

    #[inline(always)]
    fn advance(ladder: &mut Ladder, x: f64, w: f64, resonance: f64) {
        for offset in [INPUT_OFFSET, 0.0] {
            let mut x = limited(x - (4.3 - 0.2 * w) * resonance * ladder.feedback + offset);
            for (stage, c) in ladder.c.iter_mut().enumerate() {
                let load = if stage < 3 { 1.0 + *c * *c } else { 1.0 };
                let step = w * (x - *c) / load;
                x = *c + 0.77 * step;
                *c = x + 0.23 * step;
            }
            ladder.feedback += 0.85 * (ladder.c[3] - ladder.feedback);
        }
    }
}

#[derive(Default)]
struct LowPass<M> {
    tuning: Tuning,
    ladder: Ladder,
    model: PhantomData<M>,
}

impl<M: Model> Ugen for LowPass<M> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(3) == 0.0 {
            self.ladder = Ladder::default();
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let (x, cutoff, resonance) = (io.x(0), io.x(1), io.x(2));
        let scale = world.header.zero_dbfs;
        let stages = io.n_outs();
        self.ladder.c[0] += STAGE_OFFSET;
        for n in 0..io.out(0).len() {
            if cutoff.at(n) != self.tuning.cutoff {
                self.tuning = Tuning { cutoff: cutoff.at(n), w: M::coefficient(cutoff.at(n), io.clock.sr) };
            }
            // Only the form with four outputs limits the resonance.
            let resonance = resonance.at(n);
            let resonance = if stages == 4 { resonance.clamp(0.0, 1.0) } else { resonance };
            M::advance(&mut self.ladder, x.at(n) / scale, self.tuning.w, resonance);
            for (o, c) in self.ladder.c[4 - stages.min(4)..].iter().enumerate() {
                if let Some(out) = io.out(o).get(n) {
                    out.set(c * scale);
                }
            }
        }
        Ok(())
    }
}

#[derive(Default)]
struct HighPass {
    tuning: Tuning,
    c: [f64; 4],
    /// What the stages made of the last sample, less that sample.
    rest: f64,
}

impl Ugen for HighPass {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(2) == 0.0 {
            *self = Self::default();
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        /// Gain at the peak, taken out.
        const PEAK: f64 = 1.4;
        let (x, cutoff, scale) = (io.x(0), io.x(1), world.header.zero_dbfs);
        let octaves = if cutoff.is_audio() { 9.70 } else { 9.2 };
        self.c[0] += STAGE_OFFSET;
        for (n, out) in io.out(0).iter().enumerate() {
            if cutoff.at(n) != self.tuning.cutoff {
                let w = (io.clock.sr / raised(cutoff.at(n), octaves)).max(2.0);
                self.tuning = Tuning { cutoff: cutoff.at(n), w };
            }
            let fed = x.at(n) / scale - 0.3 * self.rest;
            let mut y = fed;
            for c in &mut self.c {
                let d = y - *c + INPUT_OFFSET;
                let square = d * d;
                let step = d * (1.0 + square) / (self.tuning.w + square);
                *c += step;
                y -= *c;
                *c += step;
            }
            out.set(scale * y / PEAK);
            self.rest = y - fed;
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
        for (op, want) in [(&MVCLPF1, 0.3), (&MVCLPF2, 0.3), (&MVCLPF3, 0.3), (&MVCHPF, 0.0)] {
            let mut bench = Bench::new(op, 0);
            bench.world.header.zero_dbfs = 1.0;
            bench.audio_in(0, |_| 0.3);
            bench.set(1, 2000.0);
            let y = bench.render(8000)[7999];
            assert!((y - want).abs() < 0.15, "{} {y}", op.name);
        }
    }
}
