//! `tab`, `tabw` and their i-rate forms: reading and writing table points without interpolation; an
//! index outside of the table is an error.

use crate::tables::lookup::{find, find_mut, point};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Ugen, WorldUgen, port, sig, unit, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::round::nearest;
use orchestrion_base::world::World;

const NDX: Port = port("xndx", "index, rounded: points from 0, or 0 to 1 if ixmode is not 0");
const FN: Port = port("ifn", "table number");
const MODE: Port = port("ixmode", "0: index in points; otherwise 0 to 1 spans the table; default 0");
const SOURCE: &str = "Manual: tab, tabw; range measured on the reference";

/// Definition of `tab`.
pub static TAB: OpDef = OpDef::new("tab", "Reads a table by rounded index.")
    .sigs(&[sig("a", "xio", Make::Unit(unit::<Tab>)), sig("k", "kio", Make::Unit(unit::<Tab>))])
    .outs(&[port("xres", "value of the table")])
    .ins(&[NDX, FN, MODE])
    .reads(Res::TABLES)
    .may_fail()
    .source(SOURCE);

/// Definition of `tab_i`.
pub static TAB_I: OpDef = OpDef::new("tab_i", "Reads a table by rounded index at init.")
    .sigs(&[sig("i", "iio", Make::Init(read_once))])
    .outs(&[port("ires", "value of the table")])
    .ins(&[NDX, FN, MODE])
    .source(SOURCE);

/// Definition of `tabw`.
pub static TABW: OpDef = OpDef::new("tabw", "Writes a table by rounded index.")
    .sigs(&[sig("", "kkio", Make::Unit(world_unit::<Tabw>)), sig("", "aaio", Make::Unit(world_unit::<Tabw>))])
    .ins(&[port("xsig", "value to write"), NDX, FN, MODE])
    .writes(Res::TABLES)
    .may_fail()
    .source(SOURCE);

/// Definition of `tabw_i`.
pub static TABW_I: OpDef = OpDef::new("tabw_i", "Writes a table by rounded index at init.")
    .sigs(&[sig("", "iiio", Make::Init(write_once))])
    .ins(&[port("isig", "value to write"), NDX, FN, MODE])
    .source(SOURCE);

/// The point an index means, if it is at most `last`.
#[inline(always)]
fn place(index: f64, scale: f64, last: usize, op: &str) -> OpResult<usize> {
    let place = index * scale;
    match usize::try_from(nearest(place)) {
        Ok(i) if i <= last && !place.is_nan() => Ok(i),
        _ => Err(off_the_end(place, op)),
    }
}

#[cold]
fn off_the_end(place: f64, op: &str) -> OpError {
    OpError::new(format!("{op}: index {} is off the end of the table", place.round_ties_even()))
}

fn scale(mode: f64, len: usize) -> f64 {
    if mode != 0.0 { f64::from(len as u32) } else { 1.0 }
}

fn read_once(cx: &mut Init<'_>) -> OpResult {
    let io = &cx.io;
    let table = find(cx.world, "tab_i", io.k(1))?;
    let last = table.len.checked_sub(1).ok_or("tab_i: the table is empty")?;
    let i = place(io.k(0), scale(io.k(2), table.len), last, "tab_i")?;
    io.set(0, point(table, i));
    Ok(())
}

fn write_once(cx: &mut Init<'_>) -> OpResult {
    let io = &cx.io;
    let table = find_mut(cx.world, "tabw_i", io.k(2))?;
    let last = table.len.checked_sub(1).ok_or("tabw_i: the table is empty")?;
    let i = place(io.k(1), scale(io.k(3), table.len), last, "tabw_i")?;
    if let Some(point) = table.data.get_mut(i) {
        *point = io.k(0);
    }
    Ok(())
}

#[derive(Default)]
struct Tab {
    number: f64,
    scaled: f64,
}

impl Ugen for Tab {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.number = cx.k(1);
        self.scaled = cx.k(2).trunc();
        find(cx.world, "tab", self.number).map(drop)
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let Some(table) = world.tables.get(self.number) else {
            io.set(0, 0.0);
            return Ok(());
        };
        let (index, scale) = (io.x(0), scale(self.scaled, table.len));
        for (n, out) in io.out(0).iter().enumerate() {
            // The guard point may be read.
            out.set(point(table, place(index.at(n), scale, table.len, "tab")?));
        }
        Ok(())
    }
}

#[derive(Default)]
struct Tabw {
    number: f64,
    scaled: f64,
}

impl WorldUgen for Tabw {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.number = cx.k(2);
        self.scaled = cx.k(3).trunc();
        find(cx.world, "tabw", self.number).map(drop)
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let Some(table) = world.tables.get_mut(self.number) else { return Ok(()) };
        let (value, index, scale) = (io.x(0), io.x(1), scale(self.scaled, table.len));
        let samples = if value.is_audio() { io.samples_len() } else { 1 };
        for n in 0..samples {
            let i = place(index.at(n), scale, table.len, "tabw")?;
            if let Some(point) = table.data.get_mut(i) {
                *point = value.at(n);
            }
        }
        Ok(())
    }
}
