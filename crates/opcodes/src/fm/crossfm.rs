//! `crossfm`, `crosspm`, `crossfmpm` and their interpolating forms: two oscillators that modulate each other.

use crate::lookup::any_table;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Sig, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::table::Table;
use orchestrion_base::world::World;
use std::f64::consts::TAU;

const OUTS: &[Port] = &[port("a1", "first oscillator"), port("a2", "second oscillator")];
const INS: &[Port] = &[
    port("xfrq1", "frequency of the first oscillator as a multiple of kcps"),
    port("xfrq2", "frequency of the second oscillator as a multiple of kcps"),
    port("xndx1", "index with which the first oscillator modulates the second"),
    port("xndx2", "index with which the second oscillator modulates the first"),
    port("kcps", "common factor of both frequencies in Hz"),
    port("ifn1", "table of the first oscillator, of any length"),
    port("ifn2", "table of the second oscillator, of any length"),
    port("iphs1", "start phase of the first, 0 to 1; negative keeps that of the previous note; default 0"),
    port("iphs2", "start phase of the second, 0 to 1; negative keeps that of the previous note; default 0"),
];
const SOURCE: &str = "Manual: crossfm; each oscillator hears the other's sample before";

const fn def(name: &'static str, summary: &'static str, sigs: &'static [Sig]) -> OpDef {
    OpDef::new(name, summary).sigs(sigs).outs(OUTS).ins(INS).source(SOURCE).quiet_init().reads(Res::TABLES)
}

/// Definition of `crossfm`.
pub static CROSSFM: OpDef = def(
    "crossfm",
    "Two oscillators that modulate each other's frequency.",
    &[sig("aa", "xxxxkiioo", Make::Unit(unit::<Cross<false, false, false>>))],
);

/// Definition of `crossfmi`.
pub static CROSSFMI: OpDef = def(
    "crossfmi",
    "Two oscillators that modulate each other's frequency, with linear interpolation.",
    &[sig("aa", "xxxxkiioo", Make::Unit(unit::<Cross<false, false, true>>))],
);

/// Definition of `crosspm`.
pub static CROSSPM: OpDef = def(
    "crosspm",
    "Two oscillators that modulate each other's phase.",
    &[sig("aa", "xxxxkiioo", Make::Unit(unit::<Cross<true, true, false>>))],
);

/// Definition of `crosspmi`.
pub static CROSSPMI: OpDef = def(
    "crosspmi",
    "Two oscillators that modulate each other's phase, with linear interpolation.",
    &[sig("aa", "xxxxkiioo", Make::Unit(unit::<Cross<true, true, true>>))],
);

/// Definition of `crossfmpm`.
pub static CROSSFMPM: OpDef = def(
    "crossfmpm",
    "Two oscillators, the first modulated in frequency, the second in phase.",
    &[sig("aa", "xxxxkiioo", Make::Unit(unit::<Cross<false, true, false>>))],
);

/// Definition of `crossfmpmi`.
pub static CROSSFMPMI: OpDef = def(
    "crossfmpmi",
    "Two oscillators, the first modulated in frequency, the second in phase, with linear interpolation.",
    &[sig("aa", "xxxxkiioo", Make::Unit(unit::<Cross<false, true, true>>))],
);

/// One of the two oscillators.
#[derive(Clone, Copy, Default)]
struct Oscillator {
    table: f64,
    phase: f64,
    /// Last sample.
    y: f64,
}

impl Oscillator {
    fn init(&mut self, cx: &Init<'_>, table: f64, phase: f64) -> OpResult {
        self.table = any_table(cx.world, table)?;
        if phase >= 0.0 {
            (self.phase, self.y) = (phase, 0.0);
        }
        Ok(())
    }

    /// Next sample at a frequency in Hz, bent by another one and shifted by a number of periods;
    /// `period` is that of a sample.
    #[inline(always)]
    fn next<const PM: bool, const LINE: bool>(
        &mut self,
        table: &Table,
        frequency: f64,
        (bend, shift): (f64, f64),
        period: f64,
    ) {
        let phase = if PM {
            self.phase = fraction(self.phase + frequency * period);
            fraction(self.phase + shift)
        } else {
            self.phase = fraction(self.phase + (frequency + bend) * period);
            self.phase
        };
        let at = phase * table.len as f64;
        let i = at as usize;
        let point = |i: usize| table.data.get(i).copied().unwrap_or(0.0);
        let a = point(i);
        self.y = if LINE { (point(i + 1) - a) * (at - i as f64) + a } else { a };
    }
}

#[inline(always)]
fn fraction(x: f64) -> f64 {
    x - x.floor()
}

#[derive(Default)]
struct Cross<const PM1: bool, const PM2: bool, const LINE: bool> {
    first: Oscillator,
    second: Oscillator,
}

impl<const PM1: bool, const PM2: bool, const LINE: bool> Ugen for Cross<PM1, PM2, LINE> {
    const SEAMLESS: Option<&'static [usize]> = Some(&[0, 1, 2, 3]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.first.init(cx, cx.k(5), cx.k(7))?;
        self.second.init(cx, cx.k(6), cx.k(8))
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let tables = (world.tables.get(self.first.table), world.tables.get(self.second.table));
        let (Some(table1), Some(table2)) = tables else {
            io.set(0, 0.0);
            io.set(1, 0.0);
            return Ok(());
        };
        let (ratio1, ratio2, index1, index2) = (io.x(0), io.x(1), io.x(2), io.x(3));
        let (cps, period) = (io.k(4), 1.0 / io.clock.sr);
        let (mut first, mut second) = (self.first, self.second);
        for (n, (out1, out2)) in io.out(0).iter().zip(io.out(1)).enumerate() {
            let (y1, y2) = (first.y, second.y);
            let (frequency1, frequency2) = (ratio1.at(n) * cps, ratio2.at(n) * cps);
            out1.set(y1);
            out2.set(y2);
            let (index1, index2) = (index1.at(n), index2.at(n));
            let by_second = (index2 * frequency2 * y2, index2 * y2 / TAU);
            let by_first = (index1 * frequency1 * y1, index1 * y1 / TAU);
            first.next::<PM1, LINE>(table1, frequency1, by_second, period);
            second.next::<PM2, LINE>(table2, frequency2, by_first, period);
        }
        (self.first, self.second) = (first, second);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn without_modulation_they_are_sines() {
        for op in [&CROSSFMI, &CROSSPMI, &CROSSFMPMI] {
            let mut bench = Bench::new(op, 0);
            bench.world.tables.set_builtin_sine(orchestrion_dsp::math::sin);
            for (i, x) in [2.0, 1.0, 0.0, 0.0, 441.0, -1.0, -1.0].into_iter().enumerate() {
                bench.set(i, x);
            }
            for (n, y) in bench.render(200).iter().enumerate() {
                let want = orchestrion_dsp::math::sin(TAU * n as f64 / 50.0);
                assert!((y - want).abs() < 1e-6, "{} {n}", op.name);
            }
        }
    }
}
