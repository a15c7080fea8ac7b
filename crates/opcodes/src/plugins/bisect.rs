//! `bisect`: where a number lies among ascending ones.

use super::column;
use crate::step::{Step, at_init};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::curve::bisect;

/// Definition of `bisect`.
pub static BISECT: OpDef = OpDef::new("bisect", "Fractional index of a number among ascending ones.")
    .quiet_init()
    .sigs(&[
        sig("i", "ii[]", at_init::<Find>()),
        sig("k", "k.[]", Make::Unit(unit::<Find>)),
        sig("a", "a.[]", Make::Unit(unit::<Find>)),
        sig("i[]", "i[]i[]", at_init::<Find>()),
        sig("k[]", ".[].[]", Make::Unit(unit::<Find>)),
        sig("i", "iipo", at_init::<Find>()),
        sig("k", "kkPO", Make::Unit(unit::<Find>)),
        sig("a", "akPO", Make::Unit(unit::<Find>)),
        sig("i[]", "i[]ipo", at_init::<Find>()),
        sig("k[]", ".[]kPO", Make::Unit(unit::<Find>)),
    ])
    .outs(&[port("xindex", "index with fraction, 0 to the last one")])
    .ins(&[
        port("xvalue", "number, signal or array of numbers to look for"),
        port("xdata", "array, or number of a table, with ascending numbers"),
        port("kstep", "for tables: distance of the numbers in points, 1 or more; default 1"),
        port("koffset", "for tables: first point; default 0"),
    ])
    .reads(Res::TABLES)
    .may_fail()
    .extension()
    .source("Manual of csound-plugins: bisect");

/// Input of the step.
const STEP: usize = 2;

#[derive(Default)]
struct Find;

impl Step for Find {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        column::read(io, world, STEP, |data, x| bisect(|row| data.at(row), data.rows - 1, x))
    }
}

impl Ugen for Find {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        column::size(cx)
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        Find::step(io, world)
    }
}
