//! `voice`: a singing voice, a loop and noise through four formants.

use crate::lookup::any_table;
use crate::physical::{Formant, Loop, OnePole, Ramp, Sweep, noise};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::random::Rand31;
use orchestrion_base::table::Table;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

/// Definition of `voice`.
pub static VOICE: OpDef = OpDef::new("voice", "Human voice.")
    .sigs(&[sig("a", "kkkkkkii", Make::Unit(world_unit::<Voice>))])
    .outs(&[port("ares", "signal")])
    .ins(&[
        port("kamp", "amplitude"),
        port("kfreq", "frequency in Hz"),
        port("kphoneme", "phoneme, 0 to 16; higher ones count modulo 16"),
        port("kform", "factor of the formants' frequencies, 0 to 1.2"),
        port("kvibf", "rate of vibrato in Hz"),
        port("kvamp", "depth of vibrato"),
        port("ifn", "table of the loop"),
        port("ivfn", "table of the vibrato, usually a sine"),
    ])
    .source("Manual: voice; STK (Cook and Scavone 1999); all formants at the first one's frequency (measured on the reference)")
    .reads(Res::TABLES.and(Res::RANDOM))
    .writes(Res::RANDOM);

/// A phoneme: frequency of its first formant in Hz, then pole radius and gain in dB of four (STK).
type Phoneme = (f64, [(f64, f64); 4]);

#[rustfmt::skip]
const PHONEMES: [Phoneme; 17] = [
    (273.0, [(0.996, 0.0), (0.945, -16.0), (0.979, -12.0), (0.44, -17.0)]),
    (385.0, [(0.987, 10.0), (0.93, -20.0), (0.89, -20.0), (0.4, -20.0)]),
    (515.0, [(0.977, 10.0), (0.81, -10.0), (0.875, -10.0), (0.4, -13.0)]),
    (773.0, [(0.95, 10.0), (0.83, -6.0), (0.88, -20.0), (0.6, -20.0)]),
    (770.0, [(0.95, 0.0), (0.97, -9.0), (0.78, -29.0), (0.8, -39.0)]),
    (637.0, [(0.91, 0.0), (0.9, -3.0), (0.95, -17.0), (0.91, -20.0)]),
    (637.0, [(0.91, 0.0), (0.9, -3.0), (0.95, -17.0), (0.91, -20.0)]),
    (561.0, [(0.965, 0.0), (0.93, -10.0), (0.93, -15.0), (0.9, -20.0)]),
    (515.0, [(0.976, 0.0), (0.95, -3.0), (0.96, -11.0), (0.96, -20.0)]),
    (349.0, [(0.986, -10.0), (0.94, -20.0), (0.96, -27.0), (0.95, -33.0)]),
    (394.0, [(0.959, -10.0), (0.78, -16.0), (0.98, -16.0), (0.95, -40.0)]),
    (462.0, [(0.99, 5.0), (0.64, -10.0), (0.2, -20.0), (0.1, -30.0)]),
    (265.0, [(0.987, -10.0), (0.94, -22.0), (0.97, -20.0), (0.94, -31.0)]),
    (204.0, [(0.98, -10.0), (0.94, -15.0), (0.98, -12.0), (0.8, -30.0)]),
    (204.0, [(0.98, -10.0), (0.94, -15.0), (0.98, -12.0), (0.8, -30.0)]),
    (204.0, [(0.98, -10.0), (0.94, -15.0), (0.98, -12.0), (0.8, -30.0)]),
    (1000.0, [(0.3, 0.0), (0.86, -10.0), (0.74, 0.0), (0.86, 0.0)]),
];
/// The first phoneme that is noise instead of tone.
const FIRST_UNVOICED: usize = 16;
/// Samples between two values of the random vibrato.
const SLOW: u32 = 330;
/// Change of pitch per sample as a part of the whole change.
const GLIDE: f64 = 0.001;

/// A looped table whose pitch glides and trembles.
#[derive(Default)]
struct Singer {
    at: f64,
    /// Points per sample that it goes to.
    rate: f64,
    pitch: Ramp,
    loudness: Ramp,
    vibrato: Loop,
    tremor: OnePole,
    drawn: f64,
    wait: u32,
}

impl Singer {
    fn new() -> Self {
        Self {
            rate: 1.0,
            loudness: Ramp { rate: GLIDE, ..Ramp::default() },
            tremor: OnePole::new(0.999, 10.0 * 0.005),
            wait: SLOW - 1,
            ..Self::default()
        }
    }

    fn sing(&mut self, table: &Table, frequency: f64, sr: f64) {
        let rate = table.len as f64 * frequency / sr;
        self.pitch.target = rate;
        self.pitch.rate = GLIDE * (self.rate - rate).abs();
        self.rate = rate;
    }

    #[inline]
    fn next(&mut self, table: &Table, vibrato: &Table, step: f64, depth: f64, random: &mut Rand31) -> f64 {
        let rate = self.pitch.next();
        let mut bend = self.vibrato.next(vibrato, step, 0.0) * depth;
        if self.wait == 0 {
            (self.drawn, self.wait) = (noise(random), SLOW - 1);
        } else {
            self.wait -= 1;
        }
        bend += self.tremor.next(self.drawn);
        let len = table.len as f64;
        self.at = (self.at + (rate + rate * bend)).rem_euclid(len);
        if self.at.is_nan() || self.at >= len {
            self.at = 0.0;
        }
        let i = self.at as usize;
        let point = |i: usize| table.data.get(i.min(table.len.saturating_sub(1))).copied().unwrap_or(0.0);
        let part = self.at - i as f64;
        (part * point(i + 1) + (1.0 - part) * point(i)) * self.loudness.next()
    }
}

/// `y[n] = (x[n] - 0.9 x[n-1]) / 1.9`.
#[derive(Default)]
struct Brighten(f64);

impl Brighten {
    #[inline]
    fn next(&mut self, x: f64) -> f64 {
        let x = x / 1.9;
        let y = x - 0.9 * self.0;
        self.0 = x;
        y
    }
}

#[derive(Default)]
struct Voice {
    tables: [f64; 2],
    singer: Singer,
    bright: Brighten,
    tilt: OnePole,
    breath: Ramp,
    formants: [Sweep; 4],
    /// Frequency, phoneme and factor of the formants that the voice is set for.
    frequency: f64,
    phoneme: i32,
    scale: f64,
    gain: f64,
}

impl Voice {
    /// Goes to a phoneme.
    fn speak(&mut self, phoneme: i32, scale: f64) {
        let number = phoneme.max(0) as usize;
        let number = if number > FIRST_UNVOICED { number % 16 } else { number };
        let (frequency, shapes) = PHONEMES[number];
        for (filter, (radius, level)) in self.formants.iter_mut().zip(shapes) {
            filter.go_to(Formant {
                frequency: scale * frequency,
                radius,
                gain: math::pow(10.0, level / 20.0),
            });
        }
        let voiced = number < FIRST_UNVOICED;
        self.singer.loudness.target = f64::from(u8::from(voiced));
        self.breath.target = f64::from(u8::from(!voiced));
    }
}

impl WorldUgen for Voice {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let tables = [any_table(cx.world, cx.k(6))?, any_table(cx.world, cx.k(7))?];
        let sr = cx.clock.sr;
        let (amp, scale) = (cx.k(0) / cx.world.header.zero_dbfs, cx.k(3));
        let frequency = cx.k(1).min(sr / 22.0);
        let distance = (1500.0 - frequency).abs() + 200.0;
        let phoneme = (cx.k(2) + 0.5) as i32;
        *self = Self {
            tables,
            singer: Singer::new(),
            tilt: OnePole::new(0.95 - amp * 0.2 / 128.0, 1.0),
            breath: Ramp { rate: GLIDE, ..Ramp::default() },
            formants: [Sweep::new(GLIDE); 4],
            frequency,
            phoneme,
            scale,
            gain: 10000.0 / distance / distance,
            ..Self::default()
        };
        let World { tables: all, random, .. } = &mut *cx.world;
        let (Some(table), Some(vibrato)) = (all.get(tables[0]), all.get(tables[1])) else { return Ok(()) };
        // The voice starts at 75 Hz and takes two steps before it is heard (STK).
        self.singer.sing(table, 75.0, sr);
        self.singer.pitch.rate = 1.0;
        let step = 6.0 * vibrato.len as f64 / sr;
        for _ in 0..2 {
            self.singer.next(table, vibrato, step, 0.04, &mut random.rand31);
        }
        self.speak(phoneme, scale);
        self.singer.sing(table, frequency, sr);
        self.singer.loudness.target = amp;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let (phoneme, scale) = ((io.k(2) + 0.5) as i32, io.k(3));
        if scale != self.scale || phoneme != self.phoneme {
            (self.scale, self.phoneme) = (scale, phoneme);
            self.speak(io.k(2) as i32, scale);
        }
        let [Some(table), Some(vibrato)] = self.tables.map(|t| world.tables.get(t)) else {
            io.set(0, 0.0);
            return Ok(());
        };
        let (full, sr, amp) = (world.header.zero_dbfs, io.clock.sr, io.k(0));
        if self.frequency != io.k(1) {
            self.frequency = io.k(1);
            self.singer.sing(table, self.frequency, sr);
        }
        let (step, depth) = (io.k(4) * vibrato.len as f64 / sr, io.k(5));
        let random = &mut world.random.rand31;
        for out in io.out(0) {
            let sung = self.singer.next(table, vibrato, step, depth, random);
            let mut y = self.tilt.next(self.bright.next(sung));
            y += self.breath.next() * noise(random);
            for formant in &mut self.formants {
                y = formant.next(y, sr);
            }
            out.set(y * self.gain * 0.22 * full * amp);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn a_note_sounds_and_strange_phonemes_do_no_harm() {
        let mut bench = Bench::new(&VOICE, 0);
        bench.world.header.zero_dbfs = 1.0;
        bench.world.tables.set_builtin_sine(math::sin);
        for (i, x) in [0.9, 220.0, 2.0, 0.5, 6.0, 0.01, -1.0, -1.0].into_iter().enumerate() {
            bench.set(i, x);
        }
        assert!(bench.render(8000).iter().any(|y| y.abs() > 1e-6));
        for phoneme in [-5.0, 16.0, 99.0, 1e30] {
            bench.set(2, phoneme);
            assert!(bench.render(16).iter().all(|y| y.is_finite()));
        }
    }
}
