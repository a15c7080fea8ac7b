//! Frequencies in tunings other than twelve equal semitones.

use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::table::Tables;
use orchestrion_base::world::World;
use orchestrion_dsp::{math, pitch};

/// Definition of `cps2pch`.
pub static CPS2PCH: OpDef =
    OpDef::new("cps2pch", "Octave and step of a division of the octave to frequency.")
        .sigs(&[sig("i", "ii", Make::Init(cps2pch))])
        .outs(&[port("icps", "Hz")])
        .ins(&[
            port("ipch", "octave, step in the 2nd and 3rd decimal"),
            port("iequal", "equal steps per octave; negative: number of a table of ratios"),
        ])
        .source("Manual: cps2pch");

/// Definition of `cpsxpch`.
pub static CPSXPCH: OpDef =
    OpDef::new("cpsxpch", "Repetition and step of a division of any interval to frequency.")
        .sigs(&[sig("i", "iiii", Make::Init(cpsxpch))])
        .outs(&[port("icps", "Hz")])
        .ins(&[
            port("ipch", "repetition, step in the 2nd and 3rd decimal"),
            port("iequal", "equal steps per interval; negative: number of a table of ratios"),
            port("irepeat", "frequency ratio of the interval"),
            port("ibase", "frequency of step 0.00 in Hz"),
        ])
        .source("Manual: cpsxpch");

const TUNING: &str = "number of a table: steps, ratio of the repeating interval, base frequency in Hz, MIDI key of that, ratios";

/// Definition of `cpstuni`.
pub static CPSTUNI: OpDef = OpDef::new("cpstuni", "MIDI key to frequency in a tuning given by a table.")
    .sigs(&[sig("i", "ii", Make::Init(cpstuni))])
    .outs(&[port("icps", "Hz")])
    .ins(&[port("index", "MIDI key"), port("ifn", TUNING)])
    .source("Manual: cpstuni");

/// Definition of `cpstun`.
pub static CPSTUN: OpDef = OpDef::new("cpstun", "MIDI key to frequency in a tuning given by a table.")
    .sigs(&[sig("k", "kkk", Make::Unit(unit::<Tuned>))])
    .outs(&[port("kcps", "Hz, of the last trigger")])
    .ins(&[
        port("ktrig", "nonzero computes a new frequency"),
        port("kindex", "MIDI key"),
        port("kfn", TUNING),
    ])
    .reads(Res::TABLES)
    .may_fail()
    .source("Manual: cpstun");

/// Frequency of octave 0 in `cps2pch`, whatever A4 is (measured on the reference).
const OCTAVE_ZERO: f64 = 1.02197503906;

fn cps2pch(cx: &mut Init<'_>) -> OpResult {
    let (pch, divisions) = (cx.k(0), cx.k(1));
    let cps = if divisions > 0.0 {
        pitch::cps2pch(pch, divisions)
    } else {
        let (ratio, octave) = ratio_and_octave(&cx.world.tables, pch, -divisions)?;
        OCTAVE_ZERO * ratio * math::pow(2.0, octave)
    };
    cx.set(0, cps);
    Ok(())
}

fn cpsxpch(cx: &mut Init<'_>) -> OpResult {
    let (pch, divisions, repeat, base) = (cx.k(0), cx.k(1), cx.k(2), cx.k(3));
    let cps = if divisions > 0.0 {
        pitch::cpsxpch(pch, divisions, repeat, base)
    } else {
        let (ratio, octave) = ratio_and_octave(&cx.world.tables, pch, -divisions)?;
        base * ratio * math::pow(repeat, octave)
    };
    cx.set(0, cps);
    Ok(())
}

/// Looks a step up in a table of ratios; steps past its end go on in the next repetition.
fn ratio_and_octave(tables: &Tables, pch: f64, number: f64) -> OpResult<(f64, f64)> {
    let table = tables
        .get(number)
        .filter(|t| t.len > 0)
        .ok_or_else(|| OpError::new(format!("no tuning table {}", number as i64)))?;
    let mut octave = pch.trunc();
    let mut step = (100.0 * (pch - octave) + 0.5) as i32;
    let len = i32::try_from(table.len).unwrap_or(i32::MAX);
    if step > len {
        let over = (step - 1) / len;
        octave += f64::from(over);
        step -= over * len;
    }
    let ratio = usize::try_from(step).ok().and_then(|i| table.data.get(i)).copied().unwrap_or(0.0);
    Ok((ratio, octave))
}

/// Frequency of a MIDI key in a tuning table.
fn tuned(tables: &Tables, key: f64, number: f64) -> OpResult<f64> {
    let invalid = || OpError::new("invalid tuning table");
    let data = tables.get(number).map(|t| &t.data).ok_or_else(invalid)?;
    let [steps, interval, base, base_key, ratios @ ..] = &data[..] else { return Err(invalid()) };
    let steps = *steps as i32;
    if steps < 1 {
        return Err(invalid());
    }
    let offset = (key as i32).saturating_sub(*base_key as i32);
    let factor = math::pow(*interval, f64::from(offset.div_euclid(steps)));
    let ratio = ratios.get(offset.rem_euclid(steps) as usize).ok_or_else(invalid)?;
    Ok(ratio * factor * base)
}

fn cpstuni(cx: &mut Init<'_>) -> OpResult {
    let cps = tuned(&cx.world.tables, cx.k(0), cx.k(1))?;
    cx.set(0, cps);
    Ok(())
}

/// State of `cpstun`: the frequency of the last trigger. It outlives a new note in the same instance.
#[derive(Default)]
struct Tuned {
    cps: f64,
}

impl Ugen for Tuned {
    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        if io.k(0) != 0.0 {
            self.cps = tuned(&world.tables, io.k(1), io.k(2))?;
        }
        io.set(0, self.cps);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use orchestrion_base::table::Table;

    #[test]
    fn keys_below_the_base_go_down_by_whole_intervals() {
        let mut tables = Tables::default();
        tables.insert(5, Table::new(vec![3.0, 2.0, 100.0, 60.0, 1.0, 1.25, 1.5, 2.0, 0.0]));
        let cps = |key| tuned(&tables, key, 5.0).expect("the table is a tuning");
        assert_eq!((cps(60.0), cps(62.0), cps(63.0)), (100.0, 150.0, 200.0));
        assert_eq!((cps(59.0), cps(57.0), cps(56.0)), (75.0, 50.0, 37.5));
        assert!(tuned(&tables, 60.0, 6.0).is_err());
    }

    #[test]
    fn steps_past_the_table_go_on_in_the_next_octave() {
        let mut tables = Tables::default();
        tables.insert(5, Table::new(vec![1.0, 1.1, 1.2, 2.0]));
        assert_eq!(ratio_and_octave(&tables, 8.04, 5.0), Ok((1.1, 9.0)));
        assert_eq!(ratio_and_octave(&tables, 8.03, 5.0), Ok((2.0, 8.0)));
    }
}
