//! `adsynt`, `adsynt2`: any number of partials whose frequencies and amplitudes come from tables.

use crate::lookup::{PERIOD, PHASE_MASK, Reading, Step, Wave, any_table, power_of_two_table, truncated};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const OUTS: &[Port] = &[port("ares", "sum of all partials")];
const INS: &[Port] = &[
    port("kamp", "amplitude"),
    port("kcps", "frequency in Hz by which the table's frequencies are multiplied"),
    port("iwfn", "table of the wave, a power of two long"),
    port("ifreqfn", "table of frequencies"),
    port("iampfn", "table of amplitudes"),
    port("icnt", "number of partials, at least 1"),
    port("iphs", "start phase of all, 0 to 1; above 1 random, below 0 as in the previous note; default 0"),
];
const SOURCE: &str =
    "Manual: adsynt, adsynt2 (P. Neubäcker); phases of 28 bits, steps truncated (measured on the reference)";

/// Definition of `adsynt`.
pub static ADSYNT: OpDef = OpDef::new("adsynt", "Additive synthesis from tables of partials.")
    .sigs(&[sig("a", "kkiiiio", Make::Unit(unit::<Adsynt<false>>))])
    .outs(OUTS)
    .ins(INS)
    .source(SOURCE)
    .reads(Res::TABLES);

/// Definition of `adsynt2`.
pub static ADSYNT2: OpDef =
    OpDef::new("adsynt2", "Additive synthesis from tables of partials, amplitudes interpolated.")
        .sigs(&[sig("a", "kkiiiio", Make::Unit(unit::<Adsynt<true>>))])
        .outs(OUTS)
        .ins(INS)
        .source(SOURCE)
        .reads(Res::TABLES);

#[derive(Clone, Copy, Default)]
struct Partial {
    phase: i32,
    /// Amplitude at the end of the last cycle, where that is interpolated.
    amp: f64,
}

#[derive(Default)]
struct Adsynt<const SMOOTH: bool> {
    wave: f64,
    frequencies: f64,
    amps: f64,
    partials: Vec<Partial>,
}

impl<const SMOOTH: bool> Ugen for Adsynt<SMOOTH> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.wave = power_of_two_table(cx.world, cx.k(2))?;
        self.frequencies = any_table(cx.world, cx.k(3))?;
        self.amps = any_table(cx.world, cx.k(4))?;
        let count = (cx.k(5) as usize).max(1);
        if [self.frequencies, self.amps].iter().any(|&t| cx.world.tables.get(t).is_none_or(|t| t.len < count))
        {
            return Err("icnt is greater than the table of frequencies or amplitudes".into());
        }
        cx.world.ask_memory(count * size_of::<Partial>(), "the partials")?;
        self.partials.resize(count, Partial::default());
        let phase = cx.k(6);
        for partial in &mut self.partials {
            let phase = if phase > 1.0 { cx.world.random.rand31.unit() } else { phase };
            if phase >= 0.0 {
                *partial = Partial { phase: truncated(phase * PERIOD) & PHASE_MASK, amp: 0.0 };
            }
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let (amp, cps, out) = (io.k(0), io.k(1) * (PERIOD / io.clock.sr), io.out(0));
        io.set(0, 0.0);
        let tables = (world.tables.get(self.frequencies), world.tables.get(self.amps));
        let (Some(wave), (Some(frequencies), Some(amps))) =
            (world.tables.get(self.wave).and_then(Wave::of), tables)
        else {
            return Ok(());
        };
        for (partial, (frequency, strength)) in
            self.partials.iter_mut().zip(frequencies.data.iter().zip(&amps.data))
        {
            let target = strength * amp;
            let step = truncated(frequency * cps);
            let (mut now, slope) = match SMOOTH {
                true => (partial.amp, (target - partial.amp) / io.clock.ksmps as f64),
                false => (target, 0.0),
            };
            for out in out {
                out.set(out.get() + Step::at(&wave, partial.phase) * now);
                partial.phase = partial.phase.wrapping_add(step) & PHASE_MASK;
                now += slope;
            }
            partial.amp = target;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;
    use orchestrion_base::table::Table;

    #[test]
    fn partials_add_up() {
        let mut bench = Bench::new(&ADSYNT, 0);
        for (number, value) in [(1, 1.0), (2, 0.5)] {
            bench.world.tables.insert(number, Table::new(vec![value; 9]));
        }
        for (i, x) in [2.0, 440.0, 1.0, 1.0, 2.0, 3.0].into_iter().enumerate() {
            bench.set(i, x);
        }
        assert!(bench.render(100).iter().all(|&y| y == 3.0));
    }
}
