//! `vadd`, `vmult`, `vpow`, `vexp` and their i-rate forms: each element of a vector with one number.

use crate::tables::lookup::find_mut;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Sig, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::table::Table;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

const TABLE: Port = port("ifn", "table of the vector");
const VALUE: Port = port("kval", "number");
const ELEMENTS: Port = port("kelements", "elements of the vector; the table's length is the limit");
const OFFSET: Port =
    port("kdstoffset", "place of the first element; elements before place 0 are left out; default 0");
const VERBOSE: Port = port("kverbose", "not 0 warns when the table is too short; default 0");

const fn every_cycle(name: &'static str, summary: &'static str, sigs: &'static [Sig]) -> OpDef {
    OpDef::new(name, summary)
        .sigs(sigs)
        .ins(&[TABLE, VALUE, ELEMENTS, OFFSET, VERBOSE])
        .reads(Res::TABLES)
        .writes(Res::TABLES.and(Res::PRINT))
        .may_fail()
        .source("Manual, page of this name; rounding measured on the reference")
}

const fn once(name: &'static str, summary: &'static str, sigs: &'static [Sig]) -> OpDef {
    OpDef::new(name, summary)
        .sigs(sigs)
        .ins(&[TABLE, VALUE, ELEMENTS, OFFSET])
        .source("Manual, page of this name; rounding measured on the reference")
}

const ADD: u8 = 0;
const MULTIPLY: u8 = 1;
const POWER: u8 = 2;
const EXPONENTIAL: u8 = 3;

/// Definition of `vadd`.
pub static VADD: OpDef = every_cycle(
    "vadd",
    "Adds a number to each element of a vector in every k-cycle.",
    &[sig("", "ikkOO", Make::Unit(world_unit::<EveryCycle<ADD>>))],
);
/// Definition of `vadd_i`.
pub static VADD_I: OpDef = once(
    "vadd_i",
    "Adds a number to each element of a vector at init.",
    &[sig("", "iiio", Make::Init(at_init::<ADD>))],
);
/// Definition of `vmult`.
pub static VMULT: OpDef = every_cycle(
    "vmult",
    "Multiplies each element of a vector by a number in every k-cycle.",
    &[sig("", "ikkOO", Make::Unit(world_unit::<EveryCycle<MULTIPLY>>))],
);
/// Definition of `vmult_i`.
pub static VMULT_I: OpDef = once(
    "vmult_i",
    "Multiplies each element of a vector by a number at init.",
    &[sig("", "iiio", Make::Init(at_init::<MULTIPLY>))],
);
/// Definition of `vpow`.
pub static VPOW: OpDef = every_cycle(
    "vpow",
    "Raises each element of a vector to a power in every k-cycle.",
    &[sig("", "ikkOO", Make::Unit(world_unit::<EveryCycle<POWER>>))],
);
/// Definition of `vpow_i`.
pub static VPOW_I: OpDef = once(
    "vpow_i",
    "Raises each element of a vector to a power at init.",
    &[sig("", "iiio", Make::Init(at_init::<POWER>))],
);
/// Definition of `vexp`.
pub static VEXP: OpDef = every_cycle(
    "vexp",
    "Adds to each element of a vector a number raised to that element in every k-cycle.",
    &[sig("", "ikkOO", Make::Unit(world_unit::<EveryCycle<EXPONENTIAL>>))],
)
.source(
    "Measured on the reference, which adds where the manual says that the power takes the element's place",
);
/// Definition of `vexp_i`.
pub static VEXP_I: OpDef = once(
    "vexp_i",
    "Replaces each element of a vector by a number raised to that element at init.",
    &[sig("", "iiio", Make::Init(at_init::<EXPONENTIAL>))],
);

/// Changes the elements that lie in the table; whether there were more.
fn change(table: &mut Table, elements: i64, offset: i64, op: impl Fn(f64) -> f64) -> bool {
    let room = table.len as i64 - offset.max(0);
    let elements = elements.saturating_add(offset.min(0));
    let start = usize::try_from(offset).unwrap_or(0);
    for x in table.data.iter_mut().skip(start).take(elements.clamp(0, room.max(0)) as usize) {
        *x = op(*x);
    }
    elements > room
}

fn at_init<const OP: u8>(cx: &mut Init<'_>) -> OpResult {
    let (number, value, elements, offset) = (cx.k(0), cx.k(1), cx.k(2), cx.k(3));
    let nearest = OP == ADD || OP == MULTIPLY;
    let whole = |x: f64| (if nearest { x.round_ties_even() } else { x }) as i64;
    let table = find_mut(cx.world, "the vector", number)?;
    let (elements, offset) = (whole(elements), whole(offset));
    let more = change(table, elements, offset, |x| match OP {
        ADD => x + value,
        MULTIPLY => x * value,
        POWER => math::pow(x, value),
        _ => math::pow(value, x),
    });
    if more {
        cx.world.warn("the table is shorter than the vector");
    }
    Ok(())
}

#[derive(Default)]
struct EveryCycle<const OP: u8>;

impl<const OP: u8> WorldUgen for EveryCycle<OP> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let number = cx.k(0);
        find_mut(cx.world, "the vector", number).map(drop)
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let value = io.k(1);
        let offset = if OP == ADD { io.k(3).round_ties_even() } else { io.k(3) } as i64;
        let table = find_mut(world, "the vector", io.k(0))?;
        let more = change(table, io.k(2) as i64, offset, |x| match OP {
            ADD => x + value,
            MULTIPLY => x * value,
            POWER => math::pow(x, value),
            _ => x + math::pow(value, x),
        });
        if more && io.k(4).trunc() != 0.0 {
            world.warn("the table is shorter than the vector");
        }
        Ok(())
    }
}
