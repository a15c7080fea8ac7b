//! `ftresize`, `ftresizei`: the length of a table changed in place.

use crate::step::{WorldStep, world_at_init, world_at_perf};
use crate::tables::lookup::find_mut;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{OpDef, Port, Res, port, sig};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const OUT: &[Port] = &[port("kres", "without meaning: stays as it is")];
const INS: &[Port] = &[
    port("kfn", "table number"),
    port("ksize", "the new length less one, as in the reference; new points are 0"),
];

/// Definition of `ftresize`.
pub static FTRESIZE: OpDef = OpDef::new("ftresize", "Lengthens or shortens a table in every k-cycle.")
    .sigs(&[sig("k", "kk", world_at_perf::<Resize>())])
    .outs(OUT)
    .ins(INS)
    .writes(Res::TABLES)
    .may_fail()
    .source("csound -z1; no page in the manual, length measured on the reference");
/// Definition of `ftresizei`.
pub static FTRESIZEI: OpDef = OpDef::new("ftresizei", "Lengthens or shortens a table at init.")
    .sigs(&[sig("i", "ii", world_at_init::<Resize>())])
    .outs(OUT)
    .ins(INS)
    .source("csound -z1; no page in the manual, length measured on the reference");

struct Resize;

impl WorldStep for Resize {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        let len = (io.k(1).round_ties_even().max(0.0) as usize).saturating_add(1);
        let number = io.k(0);
        find_mut(world, "ftresize", number)?;
        world.resize_table(number.round_ties_even() as u32, len).map(|_| ())
    }
}
