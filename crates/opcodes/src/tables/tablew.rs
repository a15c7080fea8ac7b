//! `tablew`, `tablewkt`, `tableiw`: writing points of a table.

use crate::tables::lookup::{Indexing, find, find_mut, missing};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Sig, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::round::split;
use orchestrion_base::table::Table;
use orchestrion_base::world::World;

const IN: &[Port] = &[
    port("xsig", "value to write"),
    port("xndx", "index: points from 0, or 0 to 1 if ixmode is not 0"),
    port("xfn", "table number"),
    port("ixmode", "0: index in points; otherwise 0 to 1 spans the table; default 0"),
    port("ixoff", "added to the index, in its unit; default 0"),
    port(
        "iwgmode",
        "0: limit the index; 1: wrap it; 2: round and wrap it, and copy point 0 to the guard point",
    ),
];

const fn def(name: &'static str, summary: &'static str, sigs: &'static [Sig]) -> OpDef {
    OpDef::new(name, summary)
        .sigs(sigs)
        .ins(IN)
        .reads(Res::TABLES)
        .writes(Res::TABLES)
        .source("Manual: tablew; limits measured on the reference (semantics I5)")
}

/// Definition of `tablew`.
pub static TABLEW: OpDef = def(
    "tablew",
    "Writes to a table.",
    &[
        sig("", "iiiooo", Make::Init(once)),
        sig("", "kkiooo", Make::Unit(world_unit::<Writer<false>>)),
        sig("", "aaiooo", Make::Unit(world_unit::<Writer<false>>)),
    ],
);
/// Definition of `ptablew`.
pub static PTABLEW: OpDef = def(
    "ptablew",
    "Writes to a table; same as tablew.",
    &[
        sig("", "kkiooo", Make::Unit(world_unit::<Writer<false>>)),
        sig("", "aaiooo", Make::Unit(world_unit::<Writer<false>>)),
    ],
);
/// Definition of `tableiw`.
pub static TABLEIW: OpDef =
    def("tableiw", "Writes to a table at init; same as tablew.", &[sig("", "iiiooo", Make::Init(once))]);
/// Definition of `ptableiw`.
pub static PTABLEIW: OpDef =
    def("ptableiw", "Writes to a table at init; same as tablew.", &[sig("", "iiiooo", Make::Init(once))]);
/// Definition of `tablewkt`.
pub static TABLEWKT: OpDef = def(
    "tablewkt",
    "Writes to a table that may change at k-rate.",
    &[
        sig("", "kkkooo", Make::Unit(world_unit::<Writer<true>>)),
        sig("", "aakooo", Make::Unit(world_unit::<Writer<true>>)),
    ],
)
.may_fail();

/// Writes values at indices into a table.
#[inline(always)]
fn write(table: &mut Table, io: &Io<'_>, pairs: impl Iterator<Item = (f64, f64)>) {
    let (mode, len) = (io.k(5) as i32, table.len);
    let how = Indexing::new(len, io.k(3) != 0.0, io.k(4), mode != 0);
    let guard = mode == 2;
    let (points, half) = (&mut table.data[..], if guard { 0.5 } else { 0.0 });
    for (index, value) in pairs {
        let i = how.fold(split(how.place(index) + half).0);
        if let Some(point) = points.get_mut(i) {
            *point = value;
        }
        if guard
            && i == 0
            && let Some(point) = points.get_mut(len)
        {
            *point = value;
        }
    }
}

fn once(cx: &mut Init<'_>) -> OpResult {
    let table = find_mut(cx.world, "tablew", cx.io.k(2))?;
    write(table, &cx.io, std::iter::once((cx.io.k(1), cx.io.k(0))));
    Ok(())
}

#[derive(Default)]
struct Writer<const MOVING: bool> {
    number: f64,
}

impl<const MOVING: bool> WorldUgen for Writer<MOVING> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.number = cx.k(2);
        if !MOVING {
            find(cx.world, "tablew", self.number)?;
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        if MOVING {
            self.number = io.k(2);
        }
        let Some(table) = world.tables.get_mut(self.number) else {
            return if MOVING { Err(missing("tablew", self.number)) } else { Ok(()) };
        };
        let (value, index) = (io.x(0), io.x(1));
        let samples = if value.is_audio() { io.samples_len() } else { 1 };
        write(table, io, (0..samples).map(|n| (index.at(n), value.at(n))));
        Ok(())
    }
}
