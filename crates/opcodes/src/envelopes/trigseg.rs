//! `trigLinseg`, `trigExpseg` and their spellings in small letters: segments that a trigger starts.

use super::segments::OUTS;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Port, Sig, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

const INS: &[Port] = &[
    port("ktrig", "1 starts the envelope, or starts its running segment again from the first value"),
    port("ia, idur1, ib, ...", "values, with the seconds between them"),
];
const LINEAR: &[Sig] =
    &[sig("a", "km", Make::Unit(unit::<Trigseg<false>>)), sig("k", "km", Make::Unit(unit::<Trigseg<false>>))];
const EXPONENTIAL: &[Sig] =
    &[sig("a", "km", Make::Unit(unit::<Trigseg<true>>)), sig("k", "km", Make::Unit(unit::<Trigseg<true>>))];

const fn define(name: &'static str, summary: &'static str, sigs: &'static [Sig]) -> OpDef {
    OpDef::new(name, summary)
        .sigs(sigs)
        .outs(OUTS)
        .ins(INS)
        .source("Manual: trigLinseg, trigExpseg")
        .quiet_init()
        .differences(&[
            "Each note has its own segments; the reference appends them to those of the previous one.",
        ])
}

/// Definition of `trigLinseg`.
pub static TRIGLINSEG: OpDef = define("trigLinseg", "Straight segments that a trigger starts.", LINEAR);
/// Definition of `triglinseg`.
pub static TRIGLINSEG_SMALL: OpDef =
    define("triglinseg", "Straight segments that a trigger starts, as trigLinseg.", LINEAR);
/// Definition of `trigExpseg`.
pub static TRIGEXPSEG: OpDef =
    define("trigExpseg", "Exponential segments that a trigger starts.", EXPONENTIAL);
/// Definition of `trigexpseg`.
pub static TRIGEXPSEG_SMALL: OpDef =
    define("trigexpseg", "Exponential segments that a trigger starts, as trigExpseg.", EXPONENTIAL);

#[derive(Default)]
struct Trigseg<const EXP: bool> {
    values: Vec<f64>,
    /// Lengths of the segments in samples.
    lengths: Vec<f64>,
    playing: bool,
    segment: usize,
    count: f64,
    step: f64,
    value: f64,
}

impl<const EXP: bool> Trigseg<EXP> {
    /// What the value grows by per sample in a segment.
    fn step_of(&self, segment: usize) -> f64 {
        let [from, to] = [segment, segment + 1].map(|i| self.values.get(i).copied().unwrap_or(0.0));
        let length = self.lengths[segment];
        if EXP { math::pow(to / from, 1.0 / length) } else { (to - from) / length }
    }

    fn next(&mut self, triggered: bool, samples: f64) -> f64 {
        if triggered {
            self.step = self.step_of(0);
            self.value = self.values[0];
            self.playing = true;
        }
        if !self.playing || self.segment >= self.lengths.len() {
            (self.playing, self.segment, self.count) = (false, 0, 0.0);
            self.value = self.values.last().copied().unwrap_or(0.0);
        } else if self.count < self.lengths[self.segment] {
            self.value = if EXP { self.value * self.step } else { self.value + self.step };
            self.count += samples;
        } else {
            self.segment += 1;
            self.count = 0.0;
            if self.segment < self.lengths.len() {
                self.step = self.step_of(self.segment);
            }
        }
        self.value
    }
}

impl<const EXP: bool> Ugen for Trigseg<EXP> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let n = cx.n_ins();
        if n < 4 {
            return Err("two values and a duration are the least".into());
        }
        self.values.clear();
        self.values.extend((1..n).step_by(2).map(|i| cx.k(i)));
        self.lengths.clear();
        self.lengths.extend((2..n).step_by(2).map(|i| cx.k(i) * cx.clock.sr));
        if EXP && let Some(value) = self.values.iter().find(|v| **v <= 0.0) {
            return Err(OpError::new(format!("values must be above 0, not {value}")));
        }
        (self.playing, self.segment, self.count) = (false, 0, 0.0);
        cx.set(0, self.values[0]);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let triggered = io.k(0) == 1.0;
        // At control rate the reference counts the samples of a cycle, but takes one step.
        let samples = if io.is_audio_out() { 1 } else { io.samples_len() };
        for out in io.out(0) {
            out.set(self.next(triggered, samples as f64));
        }
        Ok(())
    }
}
