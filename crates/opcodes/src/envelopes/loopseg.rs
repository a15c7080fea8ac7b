//! `loopseg`, `loopxseg`, `looptseg`, `lpshold`, `loopsegp`, `lpsholdp`: envelopes of segments that repeat.

use super::segments::OUTS;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::E;

const FREQUENCY: Port = port("kfreq", "repetitions per second");
const TRIGGER: Port = port("ktrig", "nonzero restarts at iphase");
const START: Port = port("iphase", "start phase, 0 to 1");
const VALUE: Port = port("kvalue0", "value at the start of the first segment");
const TIME: Port = port("ktime0", "length of the first segment relative to all lengths");
const MORE: Port = port("...", "further segments; the last one leads back to kvalue0");

/// Definition of `loopseg`.
pub static LOOPSEG: OpDef = OpDef::new("loopseg", "Repeats an envelope of straight segments.")
    .sigs(&[sig("k", "kkiz", Make::Unit(unit::<Loop<Straight>>))])
    .outs(OUTS)
    .ins(&[FREQUENCY, TRIGGER, START, VALUE, TIME, MORE])
    .source("Manual: loopseg")
    .quiet_init();

/// Definition of `loopxseg`.
pub static LOOPXSEG: OpDef = OpDef::new("loopxseg", "Repeats an envelope of exponential segments.")
    .sigs(&[sig("k", "kkiz", Make::Unit(unit::<Loop<Exponential>>))])
    .outs(OUTS)
    .ins(&[FREQUENCY, TRIGGER, START, VALUE, TIME, MORE])
    .source("Manual: loopxseg; curve (1 - e^x) / (1 - e)")
    .quiet_init();

/// Definition of `looptseg`.
pub static LOOPTSEG: OpDef = OpDef::new("looptseg", "Repeats an envelope of segments of chosen curvature.")
    .sigs(&[sig("k", "kkiz", Make::Unit(unit::<Loop<Bent>>))])
    .outs(OUTS)
    .ins(&[FREQUENCY, TRIGGER, START, VALUE, port("ktype0", "curvature as in transeg"), TIME, MORE])
    .source("Manual: looptseg")
    .quiet_init();

/// Definition of `lpshold`.
pub static LPSHOLD: OpDef = OpDef::new("lpshold", "Repeats a sequence of held values.")
    .sigs(&[sig("k", "kkiz", Make::Unit(unit::<Loop<Held>>))])
    .outs(OUTS)
    .ins(&[FREQUENCY, TRIGGER, START, VALUE, TIME, MORE])
    .source("Manual: lpshold")
    .quiet_init();

/// Definition of `loopsegp`.
pub static LOOPSEGP: OpDef = OpDef::new("loopsegp", "Envelope of straight segments read at a phase.")
    .quiet_init()
    .sigs(&[sig("k", "kz", Make::Unit(unit::<Phased<Straight>>))])
    .outs(OUTS)
    .ins(&[port("kphase", "phase in periods; only the fraction counts"), VALUE, TIME, MORE])
    .source("Manual: loopsegp");

/// Definition of `lpsholdp`.
pub static LPSHOLDP: OpDef = OpDef::new("lpsholdp", "Sequence of held values read at a phase.")
    .quiet_init()
    .sigs(&[sig("k", "kz", Make::Unit(unit::<Phased<Held>>))])
    .outs(OUTS)
    .ins(&[port("kphase", "phase in periods; only the fraction counts"), VALUE, TIME, MORE])
    .source("Manual: lpsholdp");

/// How a segment bends.
trait Shape: Default + Send + 'static {
    /// Arguments per segment.
    const SIZE: usize;
    /// The way from 0 to 1 at `x`, 0 to 1; `curvature` is the segment's second argument of three.
    fn at(x: f64, curvature: f64) -> f64;
}

#[derive(Default)]
struct Straight;
#[derive(Default)]
struct Exponential;
#[derive(Default)]
struct Bent;
#[derive(Default)]
struct Held;

impl Shape for Straight {
    const SIZE: usize = 2;
    fn at(x: f64, _: f64) -> f64 {
        x
    }
}

impl Shape for Exponential {
    const SIZE: usize = 2;
    fn at(x: f64, _: f64) -> f64 {
        (1.0 - math::exp(x)) * (1.0 / (1.0 - E))
    }
}

impl Shape for Bent {
    const SIZE: usize = 3;
    fn at(x: f64, curvature: f64) -> f64 {
        if curvature == 0.0 { x } else { (1.0 - math::exp(curvature * x)) / (1.0 - math::exp(curvature)) }
    }
}

impl Shape for Held {
    const SIZE: usize = 2;
    fn at(_: f64, _: f64) -> f64 {
        0.0
    }
}

/// Sets the output to the envelope at a phase; arguments of the segments start at `first`. Leaves it
/// where no segment covers the phase.
fn read<S: Shape>(io: &Io<'_>, first: usize, phase: f64) {
    let count = (io.n_ins() - first.min(io.n_ins())) / S::SIZE;
    let arg = |segment: usize, i: usize| io.k(first + segment * S::SIZE + i);
    let length = |segment: usize| arg(segment, S::SIZE - 1);
    let mut total = 0.0;
    for i in 0..count {
        total += length(i);
    }
    let mut end = 0.0;
    for i in 0..count {
        let start = end;
        end = start + length(i) / total;
        if start <= phase && end > phase {
            let (from, to) = (arg(i, 0), arg(if i + 1 < count { i + 1 } else { 0 }, 0));
            io.set(0, from + (to - from) * S::at((phase - start) / (end - start), arg(i, 1)));
            return;
        }
    }
}

/// A phase within 0 to 1.
fn wrap(phase: f64) -> f64 {
    if (0.0..1.0).contains(&phase) { phase } else { phase - phase.floor() }
}

#[derive(Default)]
struct Loop<S> {
    phase: f64,
    shape: std::marker::PhantomData<S>,
}

impl<S: Shape> Ugen for Loop<S> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.phase = cx.k(2);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        if io.k(1) != 0.0 {
            self.phase = io.k(2);
        }
        read::<S>(io, 3, self.phase);
        self.phase = wrap(self.phase + io.k(0) * (1.0 / io.clock.kr));
        Ok(())
    }
}

#[derive(Default)]
struct Phased<S> {
    shape: std::marker::PhantomData<S>,
}

impl<S: Shape> Ugen for Phased<S> {
    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        read::<S>(io, 1, wrap(io.k(0)));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_start_at_0_and_end_at_1() {
        for f in [Straight::at, Exponential::at, Bent::at] {
            assert!(f(0.0, 3.0).abs() < 1e-12 && (f(1.0, 3.0) - 1.0).abs() < 1e-12);
        }
        assert_eq!([wrap(1.25), wrap(-0.25), wrap(0.5)], [0.25, 0.75, 0.5]);
    }
}
