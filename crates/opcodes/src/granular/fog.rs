//! `fog`: grains of a sampled sound, shaped like those of `fof`.

use super::formant::{Formant, Kind};
use crate::lookup::{PERIOD, PHASE_MASK, truncated};
use orchestrion_base::op::{Make, OpDef, Res, port, sig, unit};
use orchestrion_base::port::Io;

/// Definition of `fog`.
pub static FOG: OpDef = OpDef::new("fog", "Grains of a sampled sound with formant envelopes.")
    .sigs(&[sig("a", "xxxakkkkkiiiiooo", Make::Unit(unit::<Formant<Fog>>))])
    .outs(&[port("ares", "signal")])
    .ins(&[
        port("xamp", "amplitude of a grain"),
        port("xdens", "grains per second in Hz"),
        port("xtrans", "transposition of a grain: 1 plays a point per sample"),
        port("aspd", "where in the sound a grain starts, 0 to 1"),
        port("koct", "octaviation index: every whole number halves the number of grains; 0 for none"),
        port("kband", "bandwidth at -6 dB in Hz; the rate of exponential decay"),
        port("kris", "rise time of a grain in seconds"),
        port("kdur", "duration of a grain in seconds"),
        port("kdec", "decay time of a grain in seconds, at its end"),
        port("iolaps", "how many grains may overlap, at least 1"),
        port("ifna", "table of the sound, a power of two long"),
        port("ifnb", "table of the rise, a power of two long, also read backwards for the decay"),
        port("itotdur", "time in seconds by whose end grains have to be over; usually p3"),
        port("iphs", "start phase of the density, 0 to 1; default 0"),
        port("itmode", "0 grains keep their transposition, else they follow xtrans; default 0"),
        port("iskip", "nonzero keeps the state of the previous note and lets grains outlast it; default 0"),
    ])
    .source("Manual: fog; M. Clarke 1996; phases of 28 bits, steps truncated (measured on the reference)")
    .reads(Res::TABLES)
    .may_fail()
    .differences(&[
        "With a negative xtrans the rise starts at its beginning; the reference's starts anywhere.",
    ]);

#[derive(Default)]
struct Fog {
    /// Place in the sound at the end of the last cycle: a grain takes the one of the sample before it.
    last: f64,
}

impl Kind for Fog {
    const SIGNALS: usize = 4;
    const SKIP: usize = 15;

    fn per_unit(_: f64, points: usize) -> f64 {
        PERIOD / points as f64
    }

    fn start_frequency(x: f64, sr: f64) -> f64 {
        x / (PERIOD / sr)
    }

    fn follows(io: &Io<'_>) -> bool {
        io.k(14) != 0.0
    }

    fn offset(&self, io: &Io<'_>, n: usize) -> i32 {
        let place = if n == 0 { self.last } else { io.x(3).at(n - 1) };
        truncated(place * PERIOD) & PHASE_MASK
    }

    fn advance(&mut self, io: &Io<'_>) {
        self.last = io.x(3).at(io.samples_len().saturating_sub(1));
    }

    fn restart(&mut self) {
        self.last = 0.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;
    use orchestrion_base::table::Table;

    #[test]
    fn a_grain_plays_the_sound_from_its_place() {
        let mut bench = Bench::new(&FOG, 0);
        bench.world.tables.insert(1, Table::new((0..=1024).map(f64::from).collect()));
        bench.world.tables.insert(2, Table::new(vec![1.0; 9]));
        bench.audio_in(3, |_| 0.5);
        for (i, x) in
            [(0, 1.0), (1, 441.0), (2, 1.0), (7, 100.0 / 44100.0), (9, 2.0), (10, 1.0), (11, 2.0), (12, 1.0)]
        {
            bench.set(i, x);
        }
        let out = bench.render(200);
        assert_eq!((out[0], out[99], out[101], out[150]), (0.0, 99.0, 512.0, 561.0));
    }
}
