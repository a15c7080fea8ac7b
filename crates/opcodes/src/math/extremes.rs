//! Largest and smallest of several signals.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{OpDef, Port, port, sig};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

use crate::step::{Step, at_init, at_perf, in_chunks};

const SIGNALS: &[Port] = &[port("x1, x2, ...", "one signal or more")];

/// Definition of `max`.
pub static MAX: OpDef = OpDef::new("max", "Greatest of its inputs.")
    .sigs(&[
        sig("a", "ay", at_perf::<Pick<true, false>>()),
        sig("i", "im", at_init::<Pick<true, false>>()),
        sig("k", "kz", at_perf::<Pick<true, false>>()),
    ])
    .outs(&[port("res", "maximum")])
    .ins(SIGNALS)
    .source("Manual: max");

/// Definition of `min`.
pub static MIN: OpDef = OpDef::new("min", "Smallest of its inputs.")
    .sigs(&[
        sig("a", "ay", at_perf::<Pick<false, false>>()),
        sig("i", "im", at_init::<Pick<false, false>>()),
        sig("k", "kz", at_perf::<Pick<false, false>>()),
    ])
    .outs(&[port("res", "minimum")])
    .ins(SIGNALS)
    .source("Manual: min");

/// Definition of `maxabs`.
pub static MAXABS: OpDef = OpDef::new("maxabs", "Greatest magnitude of its inputs.")
    .sigs(&[sig("a", "ay", at_perf::<Pick<true, true>>()), sig("k", "kz", at_perf::<Pick<true, true>>())])
    .outs(&[port("res", "maximum of |x|")])
    .ins(SIGNALS)
    .source("Manual: maxabs");

/// Definition of `minabs`.
pub static MINABS: OpDef = OpDef::new("minabs", "Smallest magnitude of its inputs.")
    .sigs(&[sig("a", "ay", at_perf::<Pick<false, true>>()), sig("k", "kz", at_perf::<Pick<false, true>>())])
    .outs(&[port("res", "minimum of |x|")])
    .ins(SIGNALS)
    .source("Manual: minabs");

const ACCUMULATOR: &[Port] = &[port("aAccumulator", "variable that is changed"), port("aInput", "signal")];

/// Definition of `maxaccum`.
pub static MAXACCUM: OpDef = OpDef::new("maxaccum", "Raises a variable to a signal where that is greater.")
    .sigs(&[sig("", "aa", at_perf::<Gather<true, false>>())])
    .ins(ACCUMULATOR)
    .changes(1)
    .source("Manual: maxaccum");

/// Definition of `minaccum`.
pub static MINACCUM: OpDef = OpDef::new("minaccum", "Lowers a variable to a signal where that is smaller.")
    .sigs(&[sig("", "aa", at_perf::<Gather<false, false>>())])
    .ins(ACCUMULATOR)
    .changes(1)
    .source("Manual: minaccum");

/// Definition of `maxabsaccum`.
pub static MAXABSACCUM: OpDef =
    OpDef::new("maxabsaccum", "Raises a variable to the magnitude of a signal where that is greater.")
        .sigs(&[sig("", "aa", at_perf::<Gather<true, true>>())])
        .ins(ACCUMULATOR)
        .changes(1)
        .source("Manual: maxabsaccum");

/// Definition of `minabsaccum`.
pub static MINABSACCUM: OpDef =
    OpDef::new("minabsaccum", "Lowers a variable to the magnitude of a signal where that is smaller.")
        .sigs(&[sig("", "aa", at_perf::<Gather<false, true>>())])
        .ins(ACCUMULATOR)
        .changes(1)
        .source("Manual: minabsaccum");

/// Whether `x` replaces `best`; a NaN never does.
#[inline(always)]
fn beats<const MAX: bool>(x: f64, best: f64) -> bool {
    if MAX { x > best } else { x < best }
}

#[inline(always)]
fn magnitude<const ABS: bool>(x: f64) -> f64 {
    if ABS { x.abs() } else { x }
}

struct Pick<const MAX: bool, const ABS: bool>;

impl<const MAX: bool, const ABS: bool> Step for Pick<MAX, ABS> {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        in_chunks(io.out(0), |at, best| {
            let x = io.x(0);
            for (n, best) in (at..).zip(best.iter_mut()) {
                *best = magnitude::<ABS>(x.at(n));
            }
            for i in 1..io.n_ins() {
                let x = io.x(i);
                for (n, best) in (at..).zip(best.iter_mut()) {
                    let x = magnitude::<ABS>(x.at(n));
                    *best = if beats::<MAX>(x, *best) { x } else { *best };
                }
            }
        });
        Ok(())
    }
}

struct Gather<const MAX: bool, const ABS: bool>;

impl<const MAX: bool, const ABS: bool> Step for Gather<MAX, ABS> {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        for (best, x) in io.a(0).iter().zip(io.a(1)) {
            let x = magnitude::<ABS>(x.get());
            if beats::<MAX>(x, best.get()) {
                best.set(x);
            }
        }
        Ok(())
    }
}
