//! `fmb3`, `fmbell`, `fmmetal`, `fmpercfl`, `fmrhode`, `fmwurlie`: four-operator FM instruments.
//!
//! They follow the Synthesis ToolKit (Cook and Scavone 1999), whose algorithms are numbered as on the
//! Yamaha TX81Z. Ratios, levels and times: STK, as the reference uses them.

use super::operators::{Operators, Times, Waves, ins, level, sustain};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const OUTS: &[Port] = &[port("ares", "signal")];
const PAIRS: [Port; 11] = ins(
    port("kc1", "index of modulation of the first pair"),
    port("kc2", "crossfade between the two pairs, 0 to 2"),
);
const CHAIN: [Port; 11] = ins(
    port("kc1", "total index of modulation"),
    port("kc2", "crossfade between the two modulators, 0 to 2"),
);
const SOURCE: &str = "Manual; STK (Cook and Scavone 1999), four operators";

/// Definition of `fmb3`.
pub static FMB3: OpDef = OpDef::new("fmb3", "Hammond B3 organ by FM.")
    .sigs(&[sig("a", "kkkkkkjjjjj", Make::Unit(unit::<Instrument<B3>>))])
    .outs(OUTS)
    .ins(&const { ins(port("kc1", "gain of operator 4"), port("kc2", "gain of operator 3")) })
    .source("Manual; STK (Cook and Scavone 1999), four operators; frequencies stay as they are while kvdepth is 0 \
             (measured on the reference)").quiet_init()
    .reads(Res::TABLES);

/// Definition of `fmbell`.
pub static FMBELL: OpDef = OpDef::new("fmbell", "Tubular bell by FM.")
    .quiet_init()
    .sigs(&[sig("a", "kkkkkkjjjjjo", Make::Unit(unit::<Instrument<Bell>>))])
    .outs(OUTS)
    .ins(
        &const {
            let [a, b, c, d, e, f, g, h, i, j, k] = PAIRS;
            [a, b, c, d, e, f, g, h, i, j, k, port("isus", "decay time in seconds; default 4")]
        },
    )
    .source(SOURCE)
    .reads(Res::TABLES);

/// Definition of `fmmetal`.
pub static FMMETAL: OpDef = OpDef::new("fmmetal", "Heavy metal guitar by FM.")
    .sigs(&[sig("a", "kkkkkkiiiii", Make::Unit(unit::<Instrument<Metal>>))])
    .outs(OUTS)
    .ins(&CHAIN)
    .source("Manual; STK; frequencies count in points of the tables per sample (measured on the reference)")
    .quiet_init()
    .reads(Res::TABLES);

/// Definition of `fmpercfl`.
pub static FMPERCFL: OpDef = OpDef::new("fmpercfl", "Percussive flute by FM.")
    .sigs(&[sig("a", "kkkkkkjjjjj", Make::Unit(unit::<Instrument<PercussiveFlute>>))])
    .outs(OUTS)
    .ins(&CHAIN)
    .source(SOURCE)
    .quiet_init()
    .reads(Res::TABLES);

/// Definition of `fmrhode`.
pub static FMRHODE: OpDef = OpDef::new("fmrhode", "Fender Rhodes electric piano by FM.")
    .sigs(&[sig("a", "kkkkkkiiiii", Make::Unit(unit::<Instrument<Rhodes>>))])
    .outs(OUTS)
    .ins(&PAIRS)
    .source("Manual; STK; sounds with the levels of fmbell (measured on the reference)")
    .quiet_init()
    .reads(Res::TABLES);

/// Definition of `fmwurlie`.
pub static FMWURLIE: OpDef = OpDef::new("fmwurlie", "Wurlitzer electric piano by FM.")
    .sigs(&[sig("a", "kkkkkkiiiii", Make::Unit(unit::<Instrument<Wurlitzer>>))])
    .outs(OUTS)
    .ins(&PAIRS)
    .source(SOURCE)
    .quiet_init()
    .reads(Res::TABLES);

/// What is fixed of an instrument.
struct Patch {
    ratios: [f64; 4],
    levels: [i32; 4],
    times: [Times; 4],
    feedback: f64,
    output: f64,
}

trait Model: Default + Send + 'static {
    const PATCH: Patch;

    /// Times of the operators' envelopes.
    fn times(cx: &Init<'_>) -> [Times; 4] {
        let _ = cx;
        Self::PATCH.times
    }

    /// Next sample.
    fn next(ops: &mut Operators, waves: &Waves<'_>, cycle: &Cycle) -> f64;
}

/// What holds for a cycle; steps in periods per sample.
struct Cycle {
    control1: f64,
    control2: f64,
    depth: f64,
    /// In Hz.
    frequency: f64,
    step: f64,
    vibrato_step: f64,
    period: f64,
}

#[derive(Default)]
struct Instrument<M> {
    ops: Operators,
    model: std::marker::PhantomData<M>,
}

impl<M: Model> Ugen for Instrument<M> {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.ops.ratios = M::PATCH.ratios;
        self.ops.steps = M::PATCH.ratios.map(|r| r * self.ops.step);
        self.ops.start(cx, M::times(cx), M::PATCH.feedback)
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let Some(waves) = self.ops.waves(world) else {
            io.set(0, 0.0);
            return Ok(());
        };
        let full = world.header.zero_dbfs;
        let (amp, period) = (io.k(0) / full, 1.0 / io.clock.sr);
        self.ops.gains = M::PATCH.levels.map(|l| amp * level(l));
        let cycle = Cycle {
            control1: io.k(2),
            control2: io.k(3),
            depth: io.k(4),
            frequency: io.k(1),
            step: io.k(1) * period,
            vibrato_step: io.k(5) * period,
            period,
        };
        self.ops.step = cycle.step;
        for out in io.out(0) {
            out.set(M::next(&mut self.ops, &waves, &cycle) * full * M::PATCH.output);
        }
        Ok(())
    }
}

/// Algorithm 5: two pairs of modulator and carrier; `steps` are the operators' frequencies.
#[inline(always)]
fn two_pairs(ops: &mut Operators, waves: &Waves<'_>, cycle: &Cycle, steps: [f64; 4]) -> f64 {
    let cross = cycle.control2 * 0.5;
    let modulator = ops.next(waves, 1, ops.gains[1], steps[1]) * cycle.control1;
    ops.modulate(waves, 0, modulator);
    ops.feed_back(waves, 0);
    let modulator = ops.next(waves, 3, ops.gains[3], steps[3]);
    ops.hear(modulator);
    ops.modulate(waves, 2, modulator);
    let carriers = ops.next(waves, 0, (1.0 - cross) * ops.gains[0], steps[0])
        + ops.next(waves, 2, cross * ops.gains[2], steps[2]);
    carriers * (1.0 + ops.vibrato(waves, cycle.vibrato_step) * cycle.depth) * 0.5
}

#[derive(Default)]
struct Bell;

impl Model for Bell {
    const PATCH: Patch = Patch {
        ratios: [0.995, 1.414 * 0.995, 1.005, 1.414],
        levels: [94, 76, 99, 71],
        times: [
            (0.005, 4.0, 0.0, 0.04),
            (0.005, 4.0, 0.0, 0.04),
            (0.001, 2.0, 0.0, 0.04),
            (0.004, 4.0, 0.0, 0.04),
        ],
        feedback: 0.5,
        output: 1.8,
    };

    fn times(cx: &Init<'_>) -> [Times; 4] {
        let given = cx.k(11);
        let scale = if given > 0.0 { given / 4.0 } else { 1.0 };
        Self::PATCH.times.map(|(a, d, s, r)| (a, d * scale, s, r))
    }

    fn next(ops: &mut Operators, waves: &Waves<'_>, cycle: &Cycle) -> f64 {
        let steps = ops.ratios.map(|r| cycle.step * r);
        two_pairs(ops, waves, cycle, steps)
    }
}

#[derive(Default)]
struct Rhodes;

impl Model for Rhodes {
    const PATCH: Patch = Patch {
        ratios: [1.0, 0.5, 1.0, 15.0],
        levels: Bell::PATCH.levels,
        times: [
            (0.001, 1.5, 0.0, 0.04),
            (0.001, 1.5, 0.0, 0.04),
            (0.001, 1.0, 0.0, 0.04),
            (0.001, 0.25, 0.0, 0.04),
        ],
        feedback: 1.0,
        output: 1.8,
    };

    fn next(ops: &mut Operators, waves: &Waves<'_>, cycle: &Cycle) -> f64 {
        Bell::next(ops, waves, cycle)
    }
}

#[derive(Default)]
struct Wurlitzer;

impl Model for Wurlitzer {
    const PATCH: Patch = Patch {
        ratios: [1.0, 4.05, -510.0, -510.0],
        levels: [99, 82, 82, 68],
        times: [
            (0.001, 1.5, 0.0, 0.04),
            (0.001, 1.5, 0.0, 0.04),
            (0.001, 0.25, 0.0, 0.04),
            (0.001, 0.15, 0.0, 0.04),
        ],
        feedback: 2.0,
        output: 1.9,
    };

    /// The second pair, the reed's click, has a fixed frequency.
    fn next(ops: &mut Operators, waves: &Waves<'_>, cycle: &Cycle) -> f64 {
        let [a, b, c, d] = ops.ratios;
        two_pairs(ops, waves, cycle, [cycle.step * a, cycle.step * b, c * cycle.period, d * cycle.period])
    }
}

#[derive(Default)]
struct Metal;

impl Model for Metal {
    const PATCH: Patch = Patch {
        ratios: [1.0, 4.0 * 0.999, 3.0 * 1.001, 0.5 * 1.002],
        levels: [92, 76, 91, 68],
        times: [
            (0.001, 0.001, 1.0, 0.01),
            (0.001, 0.01, 1.0, 0.5),
            (0.01, 0.005, 1.0, 0.2),
            (0.03, 0.01, 0.2, 0.2),
        ],
        feedback: 2.0,
        output: 2.0,
    };

    /// Algorithm 3: operator 3 modulates 2; 2 and 4 together modulate 1.
    fn next(ops: &mut Operators, waves: &Waves<'_>, cycle: &Cycle) -> f64 {
        let bend = 1.0 + cycle.depth * 0.2 * ops.vibrato(waves, cycle.vibrato_step);
        let steps = ops.ratios.map(|r| cycle.frequency * bend * r);
        let cross = cycle.control2 * 0.5;
        let third = ops.next_by_points(waves, 2, ops.gains[2], steps[2]);
        ops.modulate(waves, 1, third);
        ops.feed_back(waves, 3);
        let fourth = ops.next_by_points(waves, 3, (1.0 - cross) * ops.gains[3], steps[3]);
        ops.hear(fourth);
        let modulators = fourth + ops.next_by_points(waves, 1, cross * ops.gains[1], steps[1]);
        ops.modulate(waves, 0, modulators * cycle.control1);
        ops.next_by_points(waves, 0, ops.gains[0], steps[0]) * 0.5
    }
}

#[derive(Default)]
struct PercussiveFlute;

impl Model for PercussiveFlute {
    const PATCH: Patch = Patch {
        ratios: [1.5, 3.0 * 0.995, 2.99 * 1.005, 6.0 * 0.997],
        levels: [99, 71, 93, 85],
        times: [
            (0.05, 0.05, 14.0, 0.05),
            (0.02, 0.5, 13.0, 0.5),
            (0.02, 0.3, 11.0, 0.05),
            (0.02, 0.05, 13.0, 0.01),
        ],
        feedback: 0.0,
        output: 2.0,
    };

    /// This instrument's patch has its sustain as levels of the TX81Z.
    fn times(_: &Init<'_>) -> [Times; 4] {
        Self::PATCH.times.map(|(a, d, s, r)| (a, d, sustain(s as i32), r))
    }

    /// Algorithm 4: operator 4 modulates 3; 3 and 2 together modulate 1.
    fn next(ops: &mut Operators, waves: &Waves<'_>, cycle: &Cycle) -> f64 {
        let bend = 1.0 + ops.vibrato(waves, cycle.vibrato_step) * cycle.depth * 0.2;
        let steps = ops.ratios.map(|r| cycle.step * bend * r);
        let (cross, gains) = (cycle.control2 * 0.5, ops.gains.map(|g| g * 0.5));
        ops.feed_back(waves, 3);
        let fourth = ops.next(waves, 3, gains[3], steps[3]);
        ops.hear(fourth);
        ops.modulate(waves, 2, fourth);
        let modulators = ops.next(waves, 2, (1.0 - cross) * gains[2], steps[2])
            + ops.next(waves, 1, cross * gains[1], steps[1]);
        ops.modulate(waves, 0, modulators * cycle.control1);
        ops.next(waves, 0, gains[0], steps[0]) * 0.5
    }
}

#[derive(Default)]
struct B3;

impl Model for B3 {
    const PATCH: Patch = Patch {
        ratios: [0.999, 1.997, 3.006, 6.009],
        levels: [95, 95, 99, 95],
        times: [
            (0.005, 0.003, 1.0, 0.01),
            (0.005, 0.003, 1.0, 0.01),
            (0.005, 0.003, 1.0, 0.01),
            (0.005, 0.001, 0.4, 0.03),
        ],
        feedback: 0.1,
        output: 1.0,
    };

    /// Algorithm 8: all operators are heard.
    fn next(ops: &mut Operators, waves: &Waves<'_>, cycle: &Cycle) -> f64 {
        // Frequencies stay as they are while there is no vibrato (measured on the reference).
        if cycle.depth > 0.0 {
            let bend = 1.0 + cycle.depth * 0.1 * ops.vibrato(waves, cycle.vibrato_step);
            ops.steps = ops.ratios.map(|r| cycle.step * bend * r);
        }
        let (steps, gains) = (ops.steps, ops.gains);
        ops.feed_back(waves, 3);
        let fourth = ops.next(waves, 3, cycle.control1 * 2.0 * gains[3], steps[3]);
        ops.hear(fourth);
        let third = ops.next(waves, 2, cycle.control2 * 2.0 * gains[2], steps[2]);
        let second = ops.next(waves, 1, gains[1], steps[1]);
        (fourth + third + second + ops.next(waves, 0, gains[0], steps[0])) * 0.125
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn instruments_sound_and_silence_is_silent() {
        for op in [&FMB3, &FMBELL, &FMMETAL, &FMPERCFL, &FMRHODE, &FMWURLIE] {
            let mut bench = Bench::new(op, 0);
            bench.world.header.zero_dbfs = 1.0;
            bench.world.tables.set_builtin_sine(orchestrion_dsp::math::sin);
            for (i, x) in
                [0.5, 440.0, 1.0, 1.0, 0.1, 5.0, -1.0, -1.0, -1.0, -1.0, -1.0].into_iter().enumerate()
            {
                bench.set(i, x);
            }
            let peak = bench.render(8000).iter().fold(0.0f64, |m, y| m.max(y.abs()));
            assert!((0.01..2.0).contains(&peak), "{}: {peak}", op.name);
            bench.set(0, 0.0);
            assert!(bench.render(16).iter().all(|&y| y == 0.0), "{}", op.name);
        }
    }
}
