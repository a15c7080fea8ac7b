//! Four operators of the FM instruments: tables played in loops under envelopes, one with feedback.

use crate::lookup::any_table;
use crate::physical::{Adsr, Loop, TwoZero};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Port, port};
use orchestrion_base::table::Table;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::FRAC_1_SQRT_2;

/// Documentation of the inputs that the instruments share; the controls differ.
pub(super) const fn ins(control1: Port, control2: Port) -> [Port; 11] {
    [
        port("kamp", "amplitude"),
        port("kfreq", "frequency in Hz"),
        control1,
        control2,
        port("kvdepth", "depth of vibrato"),
        port("kvrate", "rate of vibrato in Hz"),
        port("ifn1", "table of operator 1, of any length"),
        port("ifn2", "table of operator 2, of any length"),
        port("ifn3", "table of operator 3, of any length"),
        port("ifn4", "table of operator 4, of any length"),
        port("ivfn", "table of the vibrato, usually a sine"),
    ]
}

/// Gain for an output level of the TX81Z, 0 to 99: each step is 0.6 dB (STK).
pub(super) fn level(level: i32) -> f64 {
    math::powi(0.933033, 99 - level.clamp(0, 99))
}

/// Gain for a sustain level, 0 to 15: each step is 3 dB (STK).
pub(super) fn sustain(level: i32) -> f64 {
    math::powi(FRAC_1_SQRT_2, 15 - level)
}

/// Attack, decay, sustain level and release of an operator.
pub(super) type Times = (f64, f64, f64, f64);

/// The operators and what they hold of the note; numbered from 0.
#[derive(Default)]
pub(super) struct Operators {
    tables: [f64; 5],
    envelopes: [Adsr; 4],
    loops: [Loop; 4],
    /// Offsets into the tables in points: phase modulation.
    offsets: [f64; 4],
    vibrato: Loop,
    /// What operator 4 hears of itself.
    feedback: TwoZero,
    /// Ratios of the operators' frequencies to the note's.
    pub ratios: [f64; 4],
    pub gains: [f64; 4],
    /// Frequencies of the operators in periods per sample, for a model that does not set them always, and
    /// the note's, which stay from the instance's previous note.
    pub steps: [f64; 4],
    pub step: f64,
}

/// The tables as they stand in this cycle; the fifth is the vibrato's.
pub(super) type Waves<'a> = [&'a Table; 5];

impl Operators {
    /// Starts a note; the tables are inputs 6 to 10. Places of the vibrato and phase offsets go on from
    /// the instance's previous note, as in the reference.
    ///
    /// # Errors
    /// There is no such table.
    pub fn start(&mut self, cx: &Init<'_>, times: [Times; 4], feedback: f64) -> OpResult {
        for (i, table) in self.tables.iter_mut().enumerate() {
            *table = any_table(cx.world, cx.k(6 + i))?;
        }
        self.envelopes = times.map(|(a, d, s, r)| Adsr::new(a, d, s, r, cx.clock.sr));
        self.loops = [Loop::default(); 4];
        self.offsets[3] = 0.0;
        self.feedback = TwoZero::new(feedback);
        Ok(())
    }

    /// The tables; `None` if one has vanished.
    pub fn waves<'a>(&self, world: &'a World) -> Option<Waves<'a>> {
        let [a, b, c, d, e] = self.tables.map(|t| world.tables.get(t));
        Some([a?, b?, c?, d?, e?])
    }

    /// Next value of operator `i` with a gain, `step` periods on.
    #[inline(always)]
    pub fn next(&mut self, waves: &Waves<'_>, i: usize, gain: f64, step: f64) -> f64 {
        self.next_by_points(waves, i, gain, step * waves[i].len as f64)
    }

    /// As [`Self::next`], `step` points of the table on.
    #[inline(always)]
    pub fn next_by_points(&mut self, waves: &Waves<'_>, i: usize, gain: f64, step: f64) -> f64 {
        gain * self.envelopes[i].next() * self.loops[i].next(waves[i], step, self.offsets[i])
    }

    /// Shifts operator `i` by a number of periods.
    #[inline(always)]
    pub fn modulate(&mut self, waves: &Waves<'_>, i: usize, periods: f64) {
        self.offsets[i] = waves[i].len as f64 * periods;
    }

    /// Shifts operator 4 by what it last heard of itself; the offset counts in points of operator `i`'s
    /// table.
    #[inline(always)]
    pub fn feed_back(&mut self, waves: &Waves<'_>, i: usize) {
        self.offsets[3] = waves[i].len as f64 * self.feedback.y;
    }

    /// Lets operator 4 hear itself.
    #[inline(always)]
    pub fn hear(&mut self, x: f64) {
        self.feedback.next(x);
    }

    /// Next value of the vibrato, `step` periods on.
    #[inline(always)]
    pub fn vibrato(&mut self, waves: &Waves<'_>, step: f64) -> f64 {
        self.vibrato.next(waves[4], step * waves[4].len as f64, 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_fall_by_steps() {
        assert_eq!((level(99), level(98), level(200)), (1.0, 0.933033, 1.0));
        assert!((sustain(13) - 0.5).abs() < 1e-15);
    }
}
