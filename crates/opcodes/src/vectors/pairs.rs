//! `vaddv`, `vsubv`, `vmultv`, `vdivv`, `vpowv`, `vexpv`, `vcopy`, their i-rate forms, and `vmap`: each
//! element of a vector with that of another.

use crate::tables::lookup::{find, point, set_point};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Sig, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

const TO: Port = port("ifn1", "table of the vector that is changed");
const FROM: Port = port("ifn2", "table of the other vector");
const ELEMENTS: Port =
    port("kelements", "number of elements; the tables' lengths with guard points are limits");
const TO_OFFSET: Port = port(
    "kdstoffset",
    "place of the first element in the first table; elements before place 0 are left out; default 0",
);
const FROM_OFFSET: Port = port("ksrcoffset", "place of the first element in the second table; default 0");
const VERBOSE: Port = port("kverbose", "not 0 warns when a table is too short; default 0");
const SOURCE: &str = "Manual, page of this name; elements outside the tables measured on the reference";

const fn every_cycle(name: &'static str, summary: &'static str, sigs: &'static [Sig]) -> OpDef {
    OpDef::new(name, summary)
        .sigs(sigs)
        .ins(&[TO, FROM, ELEMENTS, TO_OFFSET, FROM_OFFSET, VERBOSE])
        .reads(Res::TABLES)
        .writes(Res::TABLES.and(Res::PRINT))
        .may_fail()
        .source(SOURCE)
}

const fn once(name: &'static str, summary: &'static str, sigs: &'static [Sig]) -> OpDef {
    OpDef::new(name, summary).sigs(sigs).ins(&[TO, FROM, ELEMENTS, TO_OFFSET, FROM_OFFSET]).source(SOURCE)
}

const ADD: u8 = 0;
const SUBTRACT: u8 = 1;
const MULTIPLY: u8 = 2;
const DIVIDE: u8 = 3;
const POWER: u8 = 4;
const EXPONENTIAL: u8 = 5;
const COPY: u8 = 6;

/// Definition of `vaddv`.
pub static VADDV: OpDef = every_cycle(
    "vaddv",
    "Adds a vector to another in every k-cycle.",
    &[sig("", "iikOOO", Make::Unit(world_unit::<EveryCycle<ADD>>))],
);
/// Definition of `vaddv_i`.
pub static VADDV_I: OpDef =
    once("vaddv_i", "Adds a vector to another at init.", &[sig("", "iiioo", Make::Init(at_init::<ADD>))]);
/// Definition of `vsubv`.
pub static VSUBV: OpDef = every_cycle(
    "vsubv",
    "Subtracts a vector from another in every k-cycle.",
    &[sig("", "iikOOO", Make::Unit(world_unit::<EveryCycle<SUBTRACT>>))],
);
/// Definition of `vsubv_i`.
pub static VSUBV_I: OpDef = once(
    "vsubv_i",
    "Subtracts a vector from another at init.",
    &[sig("", "iiioo", Make::Init(at_init::<SUBTRACT>))],
);
/// Definition of `vmultv`.
pub static VMULTV: OpDef = every_cycle(
    "vmultv",
    "Multiplies a vector by another in every k-cycle.",
    &[sig("", "iikOOO", Make::Unit(world_unit::<EveryCycle<MULTIPLY>>))],
);
/// Definition of `vmultv_i`.
pub static VMULTV_I: OpDef = once(
    "vmultv_i",
    "Multiplies a vector by another at init.",
    &[sig("", "iiioo", Make::Init(at_init::<MULTIPLY>))],
);
/// Definition of `vdivv`.
pub static VDIVV: OpDef = every_cycle(
    "vdivv",
    "Divides a vector by another in every k-cycle.",
    &[sig("", "iikOOO", Make::Unit(world_unit::<EveryCycle<DIVIDE>>))],
);
/// Definition of `vdivv_i`.
pub static VDIVV_I: OpDef = once(
    "vdivv_i",
    "Divides a vector by another at init.",
    &[sig("", "iiioo", Make::Init(at_init::<DIVIDE>))],
)
.differences(&[
    "always divides; the reference copies where its first table lies behind the second in memory",
]);
/// Definition of `vpowv`.
pub static VPOWV: OpDef = every_cycle(
    "vpowv",
    "Raises a vector to the power of another in every k-cycle.",
    &[sig("", "iikOOO", Make::Unit(world_unit::<EveryCycle<POWER>>))],
);
/// Definition of `vpowv_i`.
pub static VPOWV_I: OpDef = once(
    "vpowv_i",
    "Raises a vector to the power of another at init.",
    &[sig("", "iiioo", Make::Init(at_init::<POWER>))],
)
.differences(&[
    "raises once; the reference raises twice where its first table lies behind the second in memory",
]);
/// Definition of `vexpv`.
pub static VEXPV: OpDef = every_cycle(
    "vexpv",
    "Raises a second vector to the power of the first in every k-cycle.",
    &[sig("", "iikOOO", Make::Unit(world_unit::<EveryCycle<EXPONENTIAL>>))],
);
/// Definition of `vexpv_i`.
pub static VEXPV_I: OpDef = once(
    "vexpv_i",
    "Raises a second vector to the power of the first at init.",
    &[sig("", "iiioo", Make::Init(at_init::<EXPONENTIAL>))],
);
/// Definition of `vcopy`.
pub static VCOPY: OpDef = every_cycle(
    "vcopy",
    "Copies a vector in every k-cycle; elements that the second table has not are 0.",
    &[sig("", "iikOOO", Make::Unit(world_unit::<EveryCycle<COPY>>))],
);
/// Definition of `vcopy_i`.
pub static VCOPY_I: OpDef = once(
    "vcopy_i",
    "Copies a vector at init; elements that the second table has not are 0.",
    &[sig("", "iiioo", Make::Init(at_init::<COPY>))],
);
/// Definition of `vmap`.
pub static VMAP: OpDef = once(
    "vmap",
    "Replaces each element of a vector by the element of another that it is the index of, at init.",
    &[sig("", "iiioo", Make::Init(map))],
);

fn combine<const OP: u8>(x: f64, y: f64) -> f64 {
    match OP {
        ADD => x + y,
        SUBTRACT => x - y,
        MULTIPLY => x * y,
        DIVIDE => x / y,
        POWER => math::pow(x, y),
        EXPONENTIAL => math::pow(y, x),
        _ => y,
    }
}

/// Where two vectors lie in their tables, and which of their elements exist.
struct Overlap {
    /// Numbers of the tables.
    to_table: f64,
    from_table: f64,
    /// Place of the first element that exists in the first table.
    to: usize,
    /// Place of the first element that exists in both tables, in the second one.
    from: usize,
    /// Elements before those in both tables.
    before: usize,
    /// Elements in both tables.
    both: usize,
    /// Elements after those in both tables.
    after: usize,
    /// Whether there would be more elements in a longer table.
    cut: bool,
}

impl Overlap {
    fn new(io: &Io<'_>, world: &World) -> OpResult<Self> {
        let (to_table, from_table) = (io.k(0), io.k(1));
        let to_len = find(world, "the first vector", to_table)?.data.len() as i64;
        let from_len = find(world, "the second vector", from_table)?.data.len() as i64;
        let place = |x: f64| (x as i64).clamp(-1 << 40, 1 << 40);
        let (wanted, to, from) = (place(io.k(2)), place(io.k(3)), place(io.k(4)));
        // What is left out at the start of the first table is left out of the second vector, too.
        let (wanted, from) = (wanted + to.min(0), from - to.min(0));
        let room = (to_len - to.max(0)).max(0);
        let elements = wanted.clamp(0, room);
        let before = (-from).clamp(0, elements);
        let there = (from_len - from.max(0)).max(0);
        let both = (elements - before).min(there);
        Ok(Self {
            to_table,
            from_table,
            to: to.max(0) as usize,
            from: from.max(0) as usize,
            before: before as usize,
            both: both as usize,
            after: (elements - before - both) as usize,
            cut: wanted > room || elements - before > there,
        })
    }

    fn warn(&self, world: &mut World) {
        if self.cut {
            world.warn("a table is shorter than the vector");
        }
    }

    /// Sets `count` elements from element `first` on to 0.
    fn clear(&self, world: &mut World, first: usize, count: usize) {
        for i in first..first + count {
            set_point(world, self.to_table, self.to + i, 0.0);
        }
    }

    fn clear_before(&self, world: &mut World) {
        self.clear(world, 0, self.before);
    }

    fn clear_after(&self, world: &mut World) {
        self.clear(world, self.before + self.both, self.after);
    }

    /// Changes all elements in both tables, within one table in the order that reads before it writes.
    fn change_all(&self, world: &mut World, op: impl Fn(f64, f64) -> f64 + Copy) {
        // The points of the first table are taken out for the time, so that the second can be read.
        let Some(table) = world.tables.get_mut(self.to_table) else { return };
        let mut points = std::mem::take(&mut table.data);
        let (to, from) = (self.to + self.before, self.from);
        if self.to_table != self.from_table {
            let others = world.tables.get(self.from_table).map_or(&[][..], |table| &table.data);
            let pairs = points.iter_mut().skip(to).zip(others.iter().skip(from));
            pairs.take(self.both).for_each(|(x, y)| *x = op(*x, *y));
        } else if to > from {
            (0..self.both).rev().for_each(|i| points[to + i] = op(points[to + i], points[from + i]));
        } else {
            (0..self.both).for_each(|i| points[to + i] = op(points[to + i], points[from + i]));
        }
        if let Some(table) = world.tables.get_mut(self.to_table) {
            table.data = points;
        }
    }
}

fn at_init<const OP: u8>(cx: &mut Init<'_>) -> OpResult {
    let overlap = Overlap::new(&cx.io, cx.world)?;
    overlap.warn(cx.world);
    overlap.clear_before(cx.world);
    overlap.change_all(cx.world, combine::<OP>);
    if OP == COPY {
        overlap.clear_after(cx.world);
    }
    Ok(())
}

fn map(cx: &mut Init<'_>) -> OpResult {
    if cx.k(0) == cx.k(1) {
        return Err("vmap: ifn1 and ifn2 cannot be the same table".into());
    }
    let overlap = Overlap::new(&cx.io, cx.world)?;
    overlap.warn(cx.world);
    overlap.clear_before(cx.world);
    for i in 0..overlap.both {
        let to = overlap.to + overlap.before + i;
        let index = cx.world.tables.get(overlap.to_table).map_or(0.0, |t| point(t, to));
        // The index counts from the start of the second vector.
        let from = usize::try_from((index as i64).saturating_add(overlap.from as i64)).unwrap_or(usize::MAX);
        let y = cx.world.tables.get(overlap.from_table).map_or(0.0, |t| point(t, from));
        set_point(cx.world, overlap.to_table, to, y);
    }
    overlap.clear_after(cx.world);
    Ok(())
}

#[derive(Default)]
struct EveryCycle<const OP: u8>;

impl<const OP: u8> WorldUgen for EveryCycle<OP> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        find(cx.world, "the first vector", cx.k(0))?;
        find(cx.world, "the second vector", cx.k(1)).map(drop)
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let overlap = Overlap::new(io, world)?;
        if io.k(5).trunc() != 0.0 {
            overlap.warn(world);
        }
        if OP == COPY {
            overlap.clear_before(world);
        }
        overlap.change_all(world, combine::<OP>);
        if OP == COPY {
            overlap.clear_after(world);
        }
        Ok(())
    }
}
