//! `table`, `tablei`, `table3` and their variants whose table may change at k-rate: reading a table by
//! index without, with linear or with cubic interpolation.

use crate::tables::lookup::{Ends, Indexing, Order, find, missing, read};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Sig, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::table::Table;
use orchestrion_base::world::World;

const OUT: &[Port] = &[port("xres", "value of the table")];
const IN: &[Port] = &[
    port("xndx", "index: points from 0, or 0 to 1 if ixmode is not 0"),
    port("xfn", "table number"),
    port("ixmode", "0: index in points; otherwise 0 to 1 spans the table; default 0"),
    port("ixoff", "added to the index, in its unit; default 0"),
    port("iwrap", "0: the index is limited to the table; otherwise it wraps around; default 0"),
];

const fn fixed(name: &'static str, summary: &'static str, sigs: &'static [Sig]) -> OpDef {
    OpDef::new(name, summary)
        .sigs(sigs)
        .outs(OUT)
        .ins(IN)
        .reads(Res::TABLES)
        .source("Manual: table, tablei, table3; limits measured on the reference (semantics I5)")
}

const fn moving(name: &'static str, summary: &'static str, sigs: &'static [Sig]) -> OpDef {
    fixed(name, summary, sigs).may_fail()
}

const STEP: u8 = Order::Step as u8;
const LINEAR: u8 = Order::Linear as u8;
const CUBIC: u8 = Order::Cubic as u8;

const STEP_SIGS: &[Sig] = &[
    sig("i", "iiooo", Make::Init(once::<STEP>)),
    sig("k", "xiooo", Make::Unit(unit::<Reader<STEP, false>>)),
    sig("a", "xiooo", Make::Unit(unit::<Reader<STEP, false>>)),
];
const LINEAR_SIGS: &[Sig] = &[
    sig("i", "iiooo", Make::Init(once::<LINEAR>)),
    sig("k", "xiooo", Make::Unit(unit::<Reader<LINEAR, false>>)),
    sig("a", "xiooo", Make::Unit(unit::<Reader<LINEAR, false>>)),
];
const CUBIC_SIGS: &[Sig] = &[
    sig("i", "iiooo", Make::Init(once::<CUBIC>)),
    sig("k", "xiooo", Make::Unit(unit::<Reader<CUBIC, false>>)),
    sig("a", "xiooo", Make::Unit(unit::<Reader<CUBIC, false>>)),
];

/// Definition of `table`.
pub static TABLE: OpDef = fixed("table", "Reads a table by index.", STEP_SIGS);
/// Definition of `tablei`.
pub static TABLEI: OpDef = fixed("tablei", "Reads a table with linear interpolation.", LINEAR_SIGS);
/// Definition of `table3`.
pub static TABLE3: OpDef = fixed("table3", "Reads a table with cubic interpolation.", CUBIC_SIGS);
/// Definition of `ptable`.
pub static PTABLE: OpDef = fixed("ptable", "Reads a table by index; same as table.", STEP_SIGS);
/// Definition of `ptablei`.
pub static PTABLEI: OpDef = fixed("ptablei", "Reads a table; same as tablei.", LINEAR_SIGS);
/// Definition of `ptable3`.
pub static PTABLE3: OpDef = fixed("ptable3", "Reads a table; same as table3.", CUBIC_SIGS);
/// Definition of `tablekt`.
pub static TABLEKT: OpDef = moving(
    "tablekt",
    "Reads a table by index; the table may change at k-rate.",
    &[
        sig("k", "xkooo", Make::Unit(unit::<Reader<STEP, true>>)),
        sig("a", "xkooo", Make::Unit(unit::<Reader<STEP, true>>)),
    ],
);
/// Definition of `tableikt`.
pub static TABLEIKT: OpDef = moving(
    "tableikt",
    "Reads a table with linear interpolation; the table may change at k-rate.",
    &[
        sig("k", "xkooo", Make::Unit(unit::<Reader<LINEAR, true>>)),
        sig("a", "xkooo", Make::Unit(unit::<Reader<LINEAR, true>>)),
    ],
);
/// Definition of `table3kt`.
pub static TABLE3KT: OpDef = moving(
    "table3kt",
    "Reads a table with cubic interpolation; the table may change at k-rate.",
    &[
        sig("k", "xkooo", Make::Unit(unit::<Reader<CUBIC, true>>)),
        sig("a", "xkooo", Make::Unit(unit::<Reader<CUBIC, true>>)),
    ],
);

const fn order(code: u8) -> Order {
    match code {
        STEP => Order::Step,
        LINEAR => Order::Linear,
        _ => Order::Cubic,
    }
}

fn indexing(io: &Io<'_>, table: &Table) -> Indexing {
    Indexing::new(table.len, io.k(2) != 0.0, io.k(3), io.k(4) != 0.0)
}

fn once<const ORDER: u8>(cx: &mut Init<'_>) -> OpResult {
    let table = find(cx.world, "table", cx.io.k(1))?;
    cx.io.set(0, read(&table.data, order(ORDER), indexing(&cx.io, table), cx.io.k(0)));
    Ok(())
}

/// `MOVING`: the table number is read in every k-cycle.
#[derive(Default)]
struct Reader<const ORDER: u8, const MOVING: bool> {
    number: f64,
}

impl<const ORDER: u8, const MOVING: bool> Ugen for Reader<ORDER, MOVING> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.is_audio_in(0) != cx.is_audio_out() && cx.clock.ksmps != 1 {
            return Err(OpError::new("table: index and output must have the same rate"));
        }
        self.number = cx.k(1);
        if !MOVING {
            find(cx.world, "table", self.number)?;
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        if MOVING {
            self.number = io.k(1);
        }
        let Some(table) = world.tables.get(self.number) else {
            if MOVING {
                return Err(missing("table", self.number));
            }
            io.set(0, 0.0);
            return Ok(());
        };
        let (points, how) = (&table.data[..], indexing(io, table));
        if let Some(how) = how.limited() {
            play::<ORDER, _>(io, points, how);
        } else if let Some(how) = how.masked() {
            play::<ORDER, _>(io, points, how);
        } else {
            play::<ORDER, _>(io, points, how);
        }
        Ok(())
    }
}

#[inline(never)]
fn play<const ORDER: u8, E: Ends>(io: &Io<'_>, points: &[f64], how: Indexing<E>) {
    let index = io.x(0);
    for (n, out) in io.out(0).iter().enumerate() {
        out.set(read(points, order(ORDER), how, index.at(n)));
    }
}
