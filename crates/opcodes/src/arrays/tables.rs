//! Arrays to function tables and back: `copya2ftab`, `copyf2array`, `tab2array`.

use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Ugen, WorldUgen, port, sig, unit, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

use super::common::{ArrayFn, array_init, array_perf, copy_numbers, fit};
use crate::step::{Step, WorldStep, at_init, at_perf, world_at_init, world_at_perf};

const TO_TABLE: &[Port] = &[
    port("array", "array"),
    port("ifn", "number of the table"),
    port("offset", "point of the table that gets the first element; default 0"),
];
const FROM_TABLE: &[Port] = &[
    port("array", "array that is changed; one without a size gets that of the table"),
    port("ifn", "number of the table"),
];

/// Definition of `copya2ftab`.
pub static COPYA2FTAB: OpDef = OpDef::new("copya2ftab", "Copies an array into a function table.")
    .sigs(&[
        sig("", "k[]k", Make::Unit(world_unit::<ToTableBoth>)),
        sig("", "i[]io", world_at_init::<ToTable>()),
        sig("", "k[]kO", world_at_perf::<ToTable>()),
    ])
    .ins(TO_TABLE)
    .writes(Res::TABLES)
    .may_fail()
    .source("Manual: copya2ftab");

/// Definition of `copy2ftab`.
pub static COPY2FTAB: OpDef = OpDef::new("copy2ftab", "Old name of copya2ftab.")
    .sigs(&[sig("", "k[]k", world_at_perf::<ToTable>())])
    .ins(TO_TABLE)
    .writes(Res::TABLES)
    .may_fail()
    .source("Manual: copya2ftab");

/// Definition of `copyf2array`.
pub static COPYF2ARRAY: OpDef = OpDef::new("copyf2array", "Copies a function table into an array.")
    .sigs(&[
        sig("", "k[]k", Make::Unit(unit::<FromTableBoth>)),
        sig("", "k[]kk", Make::Unit(unit::<FromTableBoth>)),
        sig("", "i[]i", at_init::<FromTable>()),
    ])
    .ins(FROM_TABLE)
    .changes(1)
    .reads(Res::TABLES)
    .may_fail()
    .source("Manual: copyf2array");

/// Definition of `copy2ttab`.
pub static COPY2TTAB: OpDef = OpDef::new("copy2ttab", "Old name of copyf2array.")
    .sigs(&[sig("", "k[]k", at_perf::<FromTable>())])
    .ins(FROM_TABLE)
    .changes(1)
    .reads(Res::TABLES)
    .may_fail()
    .source("Manual: copyf2array");

/// Definition of `tab2array`.
pub static TAB2ARRAY: OpDef = OpDef::new("tab2array", "Array of a part of a function table.")
    .sigs(&[sig("k[]", "iOOP", array_perf::<Part>()), sig("i[]", "ioop", array_init::<Part>())])
    .outs(&[port("array", "points start, start + step, ... below end")])
    .ins(&[
        port("ifn", "number of the table"),
        port("start", "first point; default 0"),
        port("end", "one past the last point; 0 means the end of the table; default 0"),
        port("step", "every so many points; default 1"),
    ])
    .reads(Res::TABLES)
    .may_fail()
    .source("Manual: tab2array");

fn no_table(number: f64) -> OpError {
    OpError::new(format!("no table {number}"))
}

struct ToTable;

impl WorldStep for ToTable {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        let number = io.k(1);
        let offset = if io.n_ins() > 2 { io.k(2) as i32 } else { 0 };
        let Some(array) = io.array(0).filter(|a| a.is_sized()) else {
            return Err(OpError::new("array-var not initialised"));
        };
        let table = world.tables.get_mut(number).ok_or_else(|| no_table(number))?;
        let len = table.len;
        let offset = usize::try_from(offset).ok().filter(|&o| o < len);
        let offset = offset.ok_or_else(|| OpError::new("Offset is out of bounds"))?;
        copy_numbers(array.nums(), &mut table.data[offset..len]);
        Ok(())
    }
}

/// `copya2ftab` of a k-rate array without offset: also at init.
#[derive(Default)]
struct ToTableBoth;

impl WorldUgen for ToTableBoth {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        ToTable::step(&cx.io, cx.world)
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        ToTable::step(io, world)
    }
}

struct FromTable;

impl Step for FromTable {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        let number = io.k(1);
        let table = world.tables.get(number).ok_or_else(|| no_table(number))?;
        let Some(mut array) = io.array_in_mut(0) else { return Ok(()) };
        if !array.is_sized() {
            fit(&mut array, table.len, io, world)?;
        }
        let points = table.data.get(..table.len).unwrap_or(&[]);
        copy_numbers(points, array.nums_mut());
        Ok(())
    }
}

/// `copyf2array` of a k-rate array: at init and at performance.
#[derive(Default)]
struct FromTableBoth;

impl Ugen for FromTableBoth {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        FromTable::step(&cx.io, cx.world)
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        FromTable::step(io, world)
    }
}

struct Part;

impl Part {
    /// First point, number of points, step.
    fn range(io: &Io<'_>, world: &World) -> OpResult<(i32, usize, i32)> {
        let number = io.k(0);
        let table = world.tables.get(number).ok_or_else(|| no_table(number))?;
        let (start, end, step) = (io.k(1) as i32, io.k(2) as i32, io.k(3) as i32);
        let end = if end < 1 { i32::try_from(table.len).unwrap_or(i32::MAX) } else { end };
        let count = (f64::from(end.saturating_sub(start)) / f64::from(step)).ceil();
        if !(count > -1.0 && count.is_finite()) {
            return Err(OpError::new("cannot copy a negative number of items"));
        }
        Ok((start, count as usize, step))
    }
}

impl ArrayFn for Part {
    fn len(io: &Io<'_>, world: &World) -> OpResult<usize> {
        Ok(Self::range(io, world)?.1)
    }

    fn fill(io: &Io<'_>, world: &World, out: &mut [f64]) -> OpResult {
        let (start, _, step) = Self::range(io, world)?;
        let Some(table) = world.tables.get(io.k(0)) else { return Ok(()) };
        let mut at = i64::from(start);
        for out in out {
            *out = usize::try_from(at).ok().and_then(|i| table.data.get(i)).copied().unwrap_or(0.0);
            at += i64::from(step);
        }
        Ok(())
    }
}
