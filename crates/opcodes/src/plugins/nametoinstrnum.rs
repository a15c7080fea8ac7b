//! `nametoinstrnum`: number of a named instrument, if there is one.

use crate::step::{Step, at_init, at_perf};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{OpDef, port, sig};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `nametoinstrnum`.
pub static NAMETOINSTRNUM: OpDef = OpDef::new("nametoinstrnum", "Number of a named instrument.")
    .sigs(&[sig("i", "S", at_init::<Number>()), sig("k", "S", at_perf::<Number>())])
    .outs(&[port("xnumber", "number; -1 if there is no such instrument")])
    .ins(&[port("Sname", "name of the instrument")])
    .extension()
    .source("Manual of csound-plugins: nametoinstrnum");

struct Number;

impl Step for Number {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        io.set(0, world.instruments.number(&io.str(0)).map_or(-1.0, f64::from));
        Ok(())
    }
}
