//! `fof`, `fof2`: grains of a wave around a formant frequency, one for each period of a fundamental.

use super::formant::{Formant, Kind};
use crate::lookup::{PERIOD, truncated};
use orchestrion_base::op::{Make, OpDef, Port, Res, port, sig, unit};
use orchestrion_base::port::Io;

const OUTS: &[Port] = &[port("ares", "signal")];
const SOURCE: &str =
    "Manual: fof, fof2; Rodet 1984; phases of 28 bits, steps truncated (measured on the reference)";
const END: &[&str] = &["A grain with a kdur below one sample lasts one sample; the reference never ends it."];

/// Inputs of the family; the last three differ.
const fn ins(phase: Port, mode: Port, skip: Port) -> [Port; 15] {
    [
        port("xamp", "peak amplitude of a grain"),
        port("xfund", "grains per second in Hz"),
        port("xform", "frequency of the wave within a grain in Hz"),
        port("koct", "octaviation index: every whole number halves the number of grains; 0 for none"),
        port("kband", "bandwidth at -6 dB in Hz; the rate of exponential decay"),
        port("kris", "rise time of a grain in seconds"),
        port("kdur", "duration of a grain in seconds"),
        port("kdec", "decay time of a grain in seconds, at its end"),
        port("iolaps", "how many grains may overlap, at least 1"),
        port("ifna", "table of the wave, a power of two long"),
        port("ifnb", "table of the rise, a power of two long, also read backwards for the decay"),
        port("itotdur", "time in seconds by whose end grains have to be over; usually p3"),
        phase,
        mode,
        skip,
    ]
}

/// Definition of `fof`.
pub static FOF: OpDef = OpDef::new("fof", "Grains of a wave around a formant, one for each period.")
    .sigs(&[sig("a", "xxxkkkkkiiiiooo", Make::Unit(unit::<Formant<Fof>>))])
    .outs(OUTS)
    .ins(
        &const {
            ins(
                port("iphs", "start phase of the fundamental, 0 to 1; default 0"),
                port("ifmode", "0 grains keep their frequency, else they follow xform; default 0"),
                port(
                    "iskip",
                    "nonzero keeps the state of the previous note and lets grains outlast it; default 0",
                ),
            )
        },
    )
    .source(SOURCE)
    .reads(Res::TABLES)
    .may_fail()
    .differences(END);

/// Definition of `fof2`.
pub static FOF2: OpDef =
    OpDef::new("fof2", "Grains of a wave with start phase and glide, one for each period.")
        .sigs(&[sig("a", "xxxkkkkkiiiikko", Make::Unit(unit::<Formant<Fof2>>))])
        .outs(OUTS)
        .ins(
            &const {
                ins(
                    port(
                        "kphs",
                        "where in the wave a grain starts, 0 to 1; at init also the phase of the fundamental",
                    ),
                    port("kgliss", "octaves by which a grain's frequency moves during its life"),
                    port(
                        "iskip",
                        "nonzero keeps the state of the previous note and lets grains outlast it; default 0",
                    ),
                )
            },
        )
        .source(SOURCE)
        .reads(Res::TABLES)
        .may_fail()
        .differences(END);

#[derive(Default)]
struct Fof;

impl Kind for Fof {}

#[derive(Default)]
struct Fof2;

impl Kind for Fof2 {
    fn follows(_: &Io<'_>) -> bool {
        false
    }

    fn offset(&self, io: &Io<'_>, _: usize) -> i32 {
        truncated(io.k(12) * PERIOD)
    }

    fn glide(io: &Io<'_>) -> Option<f64> {
        Some(io.k(13))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;
    use orchestrion_base::table::Table;

    #[test]
    fn one_grain_is_its_decaying_wave() {
        let mut bench = Bench::new(&FOF, 0);
        bench.world.tables.insert(1, Table::new(vec![1.0; 9]));
        // One grain of 100 samples that rises at once and fades over its last 10.
        let inputs = [1.0, 1.0, 441.0, 0.0, 0.0, 0.0, 100.0 / 44100.0, 10.0 / 44100.0, 1.0, 1.0, 1.0, 1.0];
        for (i, x) in inputs.into_iter().enumerate() {
            bench.set(i, x);
        }
        let out = bench.render(200);
        assert!(out[..100].iter().all(|&y| y == 1.0) && out[101..].iter().all(|&y| y == 0.0));
    }
}
