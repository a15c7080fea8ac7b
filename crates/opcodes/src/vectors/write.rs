//! `vtabwi`, `vtabwk`, `vtabwa`, `vtablewi`, `vtablewk`, `vtablewa`: vectors written to tables.

use crate::tables::lookup::{find, find_mut};
use crate::vectors::frame::Frames;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Sig, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const INDEX: Port = port("xndx", "number of the vector, from 0, wrapped around");
const TABLE: Port = port("xfn", "table number");
const VALUES: Port = port("xinarg...", "elements of the vector");
const TAB_IN: &[Port] = &[INDEX, TABLE, VALUES];
const TABLE_IN: &[Port] = &[INDEX, TABLE, port("ixmode", "not 0: indices 0 to 1 span the table"), VALUES];

const fn def(name: &'static str, summary: &'static str, sigs: &'static [Sig], ins: &'static [Port]) -> OpDef {
    OpDef::new(name, summary)
        .sigs(sigs)
        .ins(ins)
        .writes(Res::TABLES)
        .may_fail()
        .source("Manual, page of this name")
        .differences(&[
            "indices outside of the table wrap around; the reference writes foreign memory below 0",
        ])
}

/// Definition of `vtabwi`.
pub static VTABWI: OpDef =
    def("vtabwi", "Writes a vector at init.", &[sig("", "iim", Make::Init(once::<2>))], TAB_IN);
/// Definition of `vtabwk`.
pub static VTABWK: OpDef = def(
    "vtabwk",
    "Writes a vector in every k-cycle.",
    &[sig("", "kiz", Make::Unit(world_unit::<Write<2>>))],
    TAB_IN,
);
/// Definition of `vtabwa`.
pub static VTABWA: OpDef = def(
    "vtabwa",
    "Writes a vector for every sample.",
    &[sig("", "aiy", Make::Unit(world_unit::<Write<2>>))],
    TAB_IN,
);
/// Definition of `vtablewi`.
pub static VTABLEWI: OpDef =
    def("vtablewi", "Writes a vector at init.", &[sig("", "iiim", Make::Init(once::<3>))], TABLE_IN);
/// Definition of `vtablewk`.
pub static VTABLEWK: OpDef = def(
    "vtablewk",
    "Writes a vector in every k-cycle.",
    &[sig("", "kkiz", Make::Unit(world_unit::<Write<3>>))],
    TABLE_IN,
);
/// Definition of `vtablewa`.
pub static VTABLEWA: OpDef = def(
    "vtablewa",
    "Writes a vector for every sample.",
    &[sig("", "akiy", Make::Unit(world_unit::<Write<3>>))],
    TABLE_IN,
);

/// Writes a vector for each value of the index. `FIRST` is the number of the first element's input: 2 for
/// `vtabw`, 3 for `vtablew`.
fn write<const FIRST: usize>(io: &Io<'_>, world: &mut World) -> OpResult {
    let table = find_mut(world, "a vector", io.k(1))?;
    let size = io.n_ins() - FIRST;
    let frames = Frames::new(table, size, FIRST == 3 && io.k(2) != 0.0)?;
    let index = io.x(0);
    for n in 0..if index.is_audio() { io.samples_len() } else { 1 } {
        let start = frames.start(index.at(n));
        for (j, x) in table.data.iter_mut().skip(start).take(size).enumerate() {
            *x = io.x(FIRST + j).at(n);
        }
    }
    Ok(())
}

fn once<const FIRST: usize>(cx: &mut Init<'_>) -> OpResult {
    write::<FIRST>(&cx.io, cx.world)
}

#[derive(Default)]
struct Write<const FIRST: usize>;

impl<const FIRST: usize> WorldUgen for Write<FIRST> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let table = find(cx.world, "a vector", cx.k(1))?;
        Frames::new(table, cx.n_ins() - FIRST, false).map(drop)
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        write::<FIRST>(io, world)
    }
}
