//! `vtabi`, `vtabk`, `vtaba`, `vtablei`, `vtablek`, `vtablea`, `vtable1k`: vectors read from tables.

use crate::step::{Step, at_perf};
use crate::tables::lookup::{find, point};
use crate::vectors::frame::Frames;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Sig, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const INDEX: Port = port("xndx", "number of the vector, from 0, wrapped around");
const TABLE: Port = port("xfn", "table number");
const OUTS: Port = port("xout...", "variables that receive the elements");
const TAB_IN: &[Port] = &[INDEX, TABLE, OUTS];
const TABLE_IN: &[Port] = &[
    INDEX,
    TABLE,
    port("xinterp", "not 0 interpolates between vectors"),
    port("ixmode", "not 0: indices 0 to 1 span the table"),
    OUTS,
];

const fn def(name: &'static str, summary: &'static str, sigs: &'static [Sig], ins: &'static [Port]) -> OpDef {
    OpDef::new(name, summary)
        .sigs(sigs)
        .ins(ins)
        .changes(!0 << (ins.len() - 1))
        .reads(Res::TABLES)
        .may_fail()
        .source("Manual, page of this name")
        .differences(&[
            "indices outside of the table wrap around; the reference reads foreign memory below 0",
        ])
}

/// Definition of `vtabi`.
pub static VTABI: OpDef =
    def("vtabi", "Reads a vector at init.", &[sig("", "iim", Make::Init(once::<2>))], TAB_IN);
/// Definition of `vtabk`.
pub static VTABK: OpDef =
    def("vtabk", "Reads a vector in every k-cycle.", &[sig("", "kiz", Make::Unit(unit::<Read<2>>))], TAB_IN);
/// Definition of `vtaba`.
pub static VTABA: OpDef =
    def("vtaba", "Reads a vector for every sample.", &[sig("", "aiy", Make::Unit(unit::<Read<2>>))], TAB_IN);
/// Definition of `vtablei`.
pub static VTABLEI: OpDef = def(
    "vtablei",
    "Reads a vector at init, interpolated on request.",
    &[sig("", "iiiim", Make::Init(once::<4>))],
    TABLE_IN,
);
/// Definition of `vtablek`.
pub static VTABLEK: OpDef = def(
    "vtablek",
    "Reads a vector in every k-cycle, interpolated on request.",
    &[sig("", "kkkiz", Make::Unit(unit::<Read<4>>))],
    TABLE_IN,
);
/// Definition of `vtablea`.
pub static VTABLEA: OpDef = def(
    "vtablea",
    "Reads a vector for every sample, interpolated on request.",
    &[sig("", "akkiy", Make::Unit(unit::<Read<4>>))],
    TABLE_IN,
);
/// Definition of `vtable1k`.
pub static VTABLE1K: OpDef = OpDef::new("vtable1k", "Reads the first points of a table in every k-cycle.")
    .sigs(&[sig("", "kz", at_perf::<First>())])
    .ins(&[TABLE, OUTS])
    .changes(!1)
    .reads(Res::TABLES)
    .may_fail()
    .source("Manual: vtable1k");

/// Reads a vector for each value of the index. `FIRST` is the number of the first variable: 2 for `vtab`,
/// 4 for `vtable`.
fn read<const FIRST: usize>(io: &Io<'_>, world: &World) -> OpResult {
    let table = find(world, "a vector", io.k(1))?;
    let size = io.n_ins() - FIRST;
    let frames = Frames::new(table, size, FIRST == 4 && io.k(3) != 0.0)?;
    let smooth = FIRST == 4 && io.k(2) != 0.0;
    let (index, audio) = (io.x(0), io.is_audio_in(0));
    for n in 0..if audio { io.samples_len() } else { 1 } {
        let (from, to, way) =
            if smooth { frames.between(index.at(n)) } else { (frames.start(index.at(n)), 0, 0.0) };
        for j in 0..size {
            let y = point(table, from + j);
            let y = if smooth { y + (point(table, to + j) - y) * way } else { y };
            match io.a(FIRST + j).get(n) {
                Some(sample) if audio => sample.set(y),
                _ => io.set_in(FIRST + j, y),
            }
        }
    }
    Ok(())
}

fn once<const FIRST: usize>(cx: &mut Init<'_>) -> OpResult {
    read::<FIRST>(&cx.io, cx.world)
}

#[derive(Default)]
struct Read<const FIRST: usize>;

impl<const FIRST: usize> Ugen for Read<FIRST> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let table = find(cx.world, "a vector", cx.k(1))?;
        Frames::new(table, cx.n_ins() - FIRST, false).map(drop)
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        read::<FIRST>(io, world)
    }
}

struct First;

impl Step for First {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        let table = find(world, "vtable1k", io.k(0))?;
        for i in 1..io.n_ins() {
            io.set_in(i, point(table, i - 1));
        }
        Ok(())
    }
}
