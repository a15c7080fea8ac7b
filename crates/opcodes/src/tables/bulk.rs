//! Whole tables at a time: `tablecopy`, `tablemix`, `tablegpw`, their i-rate forms, `tabsum`, `ftset`,
//! `ftslice`.

use crate::tables::lookup::{find, find_mut, point, set_point};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, WorldUgen, port, sig, unit, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `tablecopy`.
pub static TABLECOPY: OpDef = OpDef::new("tablecopy", "Copies a table to another in every k-cycle.")
    .sigs(&[sig("", "kk", Make::Unit(world_unit::<EveryCycle<0>>))])
    .ins(&[port("kdft", "table to write"), port("ksft", "table to read, repeated if it is shorter")])
    .reads(Res::TABLES)
    .writes(Res::TABLES)
    .may_fail()
    .source("Manual: tablecopy");
/// Definition of `tableicopy`.
pub static TABLEICOPY: OpDef = OpDef::new("tableicopy", "Copies a table to another at init.")
    .sigs(&[sig("", "ii", Make::Init(|cx| copy(&cx.io, cx.world)))])
    .ins(&[port("idft", "table to write"), port("isft", "table to read, repeated if it is shorter")])
    .source("Manual: tableicopy");
/// Definition of `tablegpw`.
pub static TABLEGPW: OpDef =
    OpDef::new("tablegpw", "Copies the first point of a table to its guard point in every k-cycle.")
        .sigs(&[sig("", "k", Make::Unit(world_unit::<EveryCycle<1>>))])
        .ins(&[port("kfn", "table number")])
        .writes(Res::TABLES)
        .may_fail()
        .source("Manual: tablegpw");
/// Definition of `tableigpw`.
pub static TABLEIGPW: OpDef =
    OpDef::new("tableigpw", "Copies the first point of a table to its guard point at init.")
        .sigs(&[sig("", "i", Make::Init(|cx| guard(&cx.io, cx.world)))])
        .ins(&[port("ifn", "table number")])
        .source("Manual: tableigpw");
/// Definition of `tablemix`.
pub static TABLEMIX: OpDef = OpDef::new("tablemix", "Mixes two tables in every k-cycle.")
    .sigs(&[sig("", "kkkkkkkkk", Make::Unit(world_unit::<EveryCycle<2>>))])
    .ins(MIX_IN)
    .reads(Res::TABLES)
    .writes(Res::TABLES)
    .may_fail()
    .source("Manual: tablemix");
/// Definition of `tableimix`.
pub static TABLEIMIX: OpDef = OpDef::new("tableimix", "Mixes two tables at init.")
    .sigs(&[sig("", "iiiiiiiii", Make::Init(|cx| mix(&cx.io, cx.world)))])
    .ins(MIX_IN)
    .source("Manual: tableimix");
/// Definition of `tabsum`.
pub static TABSUM: OpDef = OpDef::new("tabsum", "Sum of a range of points of a table.")
    .sigs(&[sig("k", "iOO", Make::Unit(unit::<Sum>))])
    .outs(&[port("kr", "sum")])
    .ins(&[
        port("ifn", "table number"),
        port("kmin", "first point, rounded; default 0"),
        port("kmax", "last point, rounded; both 0 for the whole table; default 0"),
    ])
    .reads(Res::TABLES)
    .source("Manual: tabsum");
/// Definition of `ftset`.
pub static FTSET: OpDef = OpDef::new("ftset", "Sets points of a table to a value.")
    .sigs(&[
        sig("", "iioop", Make::Init(|cx| fill(&cx.io, cx.world))),
        sig("", "kkOOP", Make::Unit(world_unit::<EveryCycle<3>>)),
    ])
    .ins(&[
        port("kfn", "table number"),
        port("kvalue", "value"),
        port("kstart", "first point; default 0"),
        port("kend", "one past the last point; 0 or less counts from the end; default 0"),
        port("kstep", "distance of the points set, at least 1; default 1"),
    ])
    .writes(Res::TABLES)
    .may_fail()
    .source("Manual: ftset");
/// Definition of `ftslice`.
pub static FTSLICE: OpDef = OpDef::new("ftslice", "Copies a slice of a table to another in every k-cycle.")
    .sigs(&[
        sig("", "iiOOP", Make::Unit(world_unit::<EveryCycle<4>>)),
        sig("", "kkOOP", Make::Unit(world_unit::<EveryCycle<4>>)),
    ])
    .ins(&[
        port("ksrc", "table to read"),
        port("kdst", "table to write from its start"),
        port("kstart", "first point; default 0"),
        port("kend", "one past the last point, 0 for the end; default 0"),
        port("kstep", "distance of the points, at least 1; default 1"),
    ])
    .reads(Res::TABLES)
    .writes(Res::TABLES)
    .may_fail()
    .source("Manual: ftslice");
/// Definition of `ftslicei`.
pub static FTSLICEI: OpDef = OpDef::new("ftslicei", "Copies a slice of a table to another at init.")
    .sigs(&[sig("", "iioop", Make::Init(|cx| slice(&cx.io, cx.world)))])
    .ins(FTSLICE.ins)
    .source("Manual: ftslicei");

const MIX_IN: &[orchestrion_base::op::Port] = &[
    port("kdft", "table to write"),
    port("kdoff", "first point to write"),
    port("klen", "number of points; a negative one goes backwards"),
    port("ks1ft", "first table to read"),
    port("ks1off", "its first point"),
    port("ks1g", "its gain"),
    port("ks2ft", "second table to read"),
    port("ks2off", "its first point"),
    port("ks2g", "its gain"),
];

fn copy(io: &Io<'_>, world: &mut World) -> OpResult {
    let (to, from) = (io.k(0), io.k(1));
    let source_len = find(world, "tablecopy", from)?.len;
    let len = find(world, "tablecopy", to)?.len;
    for i in 0..len {
        // The reference reads the guard point, too, before it starts again.
        let x = world.tables.get(from).map_or(0.0, |t| point(t, i % (source_len + 1)));
        set_point(world, to, i, x);
    }
    Ok(())
}

fn guard(io: &Io<'_>, world: &mut World) -> OpResult {
    let table = find_mut(world, "tablegpw", io.k(0))?;
    let first = point(table, 0);
    if let Some(last) = table.data.get_mut(table.len) {
        *last = first;
    }
    Ok(())
}

fn mix(io: &Io<'_>, world: &mut World) -> OpResult {
    let (to, one, two) = (io.k(0), io.k(3), io.k(6));
    let len = find(world, "tablemix", to)?.len as i64;
    let len_one = find(world, "tablemix", one)?.len as i64;
    let len_two = find(world, "tablemix", two)?.len as i64;
    if len == 0 || len_one == 0 || len_two == 0 {
        return Ok(());
    }
    let span = io.k(2).floor() as i64;
    // Going round more than once overwrites the same points with the same values, save where tables
    // overlap: more than a few rounds have no use, and no piece may make us turn for ever.
    let steps = span.abs().min(4 * len.max(len_one).max(len_two));
    let (off, off_one, off_two) = (io.k(1) as i64, io.k(4) as i64, io.k(7) as i64);
    let (gain_one, gain_two) = (io.k(5), io.k(8));
    for n in 0..steps {
        let i = n * span.signum();
        let value = |number: f64, at: i64| world.tables.get(number).map_or(0.0, |t| point(t, at as usize));
        let a = value(one, (i + off_one).rem_euclid(len_one));
        let b = value(two, (i + off_two).rem_euclid(len_two));
        set_point(world, to, (i + off).rem_euclid(len) as usize, a * gain_one + b * gain_two);
    }
    Ok(())
}

fn step(io: &Io<'_>) -> OpResult<usize> {
    let step = io.k(4) as i64;
    usize::try_from(step).ok().filter(|s| *s > 0).ok_or_else(|| OpError::new("the step must be 1 or more"))
}

fn fill(io: &Io<'_>, world: &mut World) -> OpResult {
    let table = find_mut(world, "ftset", io.k(0))?;
    let len = table.len as i64;
    let start = (io.k(2) as i64).max(0) as usize;
    let end = io.k(3) as i64;
    let end = if end <= 0 { end + len } else { end.min(len) }.max(0) as usize;
    let value = io.k(1);
    if start < end {
        for point in table.data[..end].iter_mut().skip(start).step_by(step(io)?) {
            *point = value;
        }
    }
    Ok(())
}

fn slice(io: &Io<'_>, world: &mut World) -> OpResult {
    let (from, to) = (io.k(0), io.k(1));
    let (start, end, step) = (io.k(2) as i64, io.k(3) as i64, step(io)?);
    let source = find(world, "ftslice", from)?.len;
    let room = find(world, "ftslice", to)?.len;
    let start = usize::try_from(start).map_err(|_| OpError::new("ftslice: the start is negative"))?;
    let end = if end < 1 { source } else { (end as usize).min(source + 1) };
    for (i, at) in (start..end).step_by(step).take(room).enumerate() {
        let x = world.tables.get(from).map_or(0.0, |t| point(t, at));
        set_point(world, to, i, x);
    }
    Ok(())
}

/// Runs one of the functions above in every k-cycle.
#[derive(Default)]
struct EveryCycle<const WHICH: u8>;

impl<const WHICH: u8> WorldUgen for EveryCycle<WHICH> {
    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        match WHICH {
            0 => copy(io, world),
            1 => guard(io, world),
            2 => mix(io, world),
            3 => fill(io, world),
            _ => slice(io, world),
        }
    }
}

#[derive(Default)]
struct Sum {
    number: f64,
}

impl Ugen for Sum {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.number = cx.k(0);
        find(cx.world, "tabsum", self.number).map(drop)
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let Some(table) = world.tables.get(self.number) else { return Ok(()) };
        let (a, b) = (io.int(1), io.int(2));
        let (first, last) = match (a.min(b), a.max(b)) {
            (0, 0) => (0, table.len as i32 - 1),
            range => range,
        };
        let mut sum = 0.0;
        if last >= 0 {
            let (first, last) = (first.max(0) as usize, last as usize);
            for x in table.data.iter().take(last.saturating_add(1)).skip(first) {
                sum += x;
            }
        }
        io.set(0, sum);
        Ok(())
    }
}
