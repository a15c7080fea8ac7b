//! Distributions that a table gives: `duserrnd`, `urd`, `cuserrnd`.

use crate::tables::lookup::{missing, point};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Make, OpDef, Port, Res, Sig, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::round;
use orchestrion_base::table::Table;
use orchestrion_base::world::World;

const fn def(name: &'static str, summary: &'static str, sigs: &'static [Sig], ins: &'static [Port]) -> OpDef {
    OpDef::new(name, summary)
        .sigs(sigs)
        .outs(const { &[port("xout", "random number")] })
        .ins(ins)
        .reads(Res::TABLES.and(Res::RANDOM))
        .writes(Res::RANDOM)
        .may_fail()
        .source("Manual, page of this name")
}

const DISCRETE: &[Sig] = &[
    sig("i", "i", Make::Init(|cx| draw(&cx.io, cx.world, false))),
    sig("k", "k", Make::Unit(world_unit::<User<false>>)),
    sig("a", "k", Make::Unit(world_unit::<User<false>>)),
];
const TABLE: &[Port] =
    &[port("ktableNum", "table of the values, each as often as it shall be likely (GEN40 to 42)")];

/// Definition of `duserrnd`.
pub static DUSERRND: OpDef = def("duserrnd", "Random points of a table.", DISCRETE, TABLE);
/// Definition of `urd`.
pub static URD: OpDef = def("urd", "Random points of a table; same as duserrnd.", DISCRETE, TABLE);
/// Definition of `cuserrnd`.
pub static CUSERRND: OpDef = def(
    "cuserrnd",
    "Random places on a table, between two limits.",
    &[
        sig("i", "iii", Make::Init(|cx| draw(&cx.io, cx.world, true))),
        sig("k", "kkk", Make::Unit(world_unit::<User<true>>)),
        sig("a", "kkk", Make::Unit(world_unit::<User<true>>)),
    ],
    &[
        port("kmin", "result of the table's 0"),
        port("kmax", "result of the table's 1"),
        port("ktableNum", "table of the inverse distribution, 0 to 1 (GEN40)"),
    ],
);

/// Sets every value of the output.
fn draw(io: &Io<'_>, world: &mut World, continuous: bool) -> OpResult {
    let number = io.k(if continuous { 2 } else { 0 });
    let Some(table) = world.tables.get(number) else { return Err(missing("user distribution", number)) };
    for out in io.out(0) {
        let place = world.random.gab.unit() * table.len as f64;
        out.set(if continuous { between(io, table, place) } else { at(io, table, place) });
    }
    Ok(())
}

/// A point of the table.
fn at(io: &Io<'_>, table: &Table, place: f64) -> f64 {
    // The reference's audio-rate form rounds the number down before it scales it.
    let len = table.len as f64;
    let place = if io.is_audio_out() { round::trunc(place / len.max(1.0)) * len } else { place };
    point(table, place as usize)
}

/// A place on the table, moved from 0 .. 1 to between the limits.
fn between(io: &Io<'_>, table: &Table, place: f64) -> f64 {
    let i = place as usize;
    let y = point(table, i);
    let (min, max) = (io.k(0), io.k(1));
    (y + (point(table, i + 1) - y) * (place - round::trunc(place))) * (max - min) + min
}

#[derive(Default)]
struct User<const CONTINUOUS: bool>;

impl<const CONTINUOUS: bool> WorldUgen for User<CONTINUOUS> {
    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        draw(io, world, CONTINUOUS)
    }
}
