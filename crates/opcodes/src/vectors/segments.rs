//! `vlinseg`, `vexpseg`, `vphaseseg`: a vector that goes from table to table.

use crate::tables::lookup::{find, find_mut, point};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const OUT: Port = port("ioutfunc", "table of the vector, which is changed");
const ELEMENTS: Port = port("ielements", "elements of the vector, not more than points of the table");

/// Definition of `vlinseg`.
pub static VLINSEG: OpDef =
    OpDef::new("vlinseg", "A vector that goes from table to table in straight lines.")
        .sigs(&[sig("", "iim", Make::Unit(world_unit::<OverTime<false>>))])
        .ins(&[OUT, ELEMENTS, port("ifn1, idur1, ifn2...", "tables, and between them times in seconds")])
        .reads(Res::TABLES)
        .writes(Res::TABLES)
        .may_fail()
        .source("Manual: vlinseg; counting measured on the reference");
/// Definition of `vexpseg`.
pub static VEXPSEG: OpDef = OpDef::new("vexpseg", "A vector that goes from table to table in parabolas.")
    .sigs(&[sig("", "iim", Make::Unit(world_unit::<OverTime<true>>))])
    .ins(VLINSEG.ins)
    .reads(Res::TABLES)
    .writes(Res::TABLES)
    .may_fail()
    .source("Manual: vexpseg; the square of the way gone, measured on the reference");
/// Definition of `vphaseseg`.
pub static VPHASESEG: OpDef =
    OpDef::new("vphaseseg", "A vector that goes from table to table as a phase says.")
        .sigs(&[sig("", "kiim", Make::Unit(world_unit::<ByPhase>))])
        .ins(&[
            port("kphase", "phase 0 to 1; above that it wraps around, below 0 it is 0"),
            OUT,
            ELEMENTS,
            port("itab1, idist1, itab2...", "tables, and between them distances in any unit"),
        ])
        .reads(Res::TABLES)
        .writes(Res::TABLES)
        .may_fail()
        .source("Manual: vphaseseg");

/// Tables and the positive lengths between them, up to the first length that is not.
fn path(cx: &mut Init<'_>, first: usize) -> OpResult<(Vec<f64>, Vec<f64>)> {
    if (cx.n_ins() - first).is_multiple_of(2) {
        return Err("tables and lengths must take turns and end with a table".into());
    }
    let mut tables = vec![cx.k(first)];
    let mut lengths = Vec::new();
    for i in (first + 1..cx.n_ins()).step_by(2) {
        if cx.k(i) <= 0.0 {
            break;
        }
        lengths.push(cx.k(i));
        tables.push(cx.k(i + 1));
    }
    if lengths.is_empty() {
        return Err("the first length must be positive".into());
    }
    for &table in &tables {
        find(cx.world, "a vector in segments", table)?;
    }
    Ok((tables, lengths))
}

/// Number of elements, which are set to 0.
fn cleared(cx: &mut Init<'_>, out: usize) -> OpResult<usize> {
    let (number, elements) = (cx.k(out), cx.k(out + 1) as usize);
    let table = find_mut(cx.world, "a vector in segments", number)?;
    if elements > table.len {
        return Err(OpError::new("the vector has more elements than the table points"));
    }
    table.data.iter_mut().take(elements).for_each(|x| *x = 0.0);
    Ok(elements)
}

/// Sets the elements of table `out` to those between tables `from` and `to`.
fn mix(world: &mut World, out: f64, elements: usize, from: f64, to: f64, between: impl Fn(f64, f64) -> f64) {
    for i in 0..elements {
        let value = |number| world.tables.get(number).map_or(0.0, |t| point(t, i));
        let y = between(value(from), value(to));
        if let Some(x) = world.tables.get_mut(out).and_then(|t| t.data.get_mut(i)) {
            *x = y;
        }
    }
}

struct Segment {
    from: f64,
    to: f64,
    /// Length in k-cycles.
    length: f64,
    /// Whole k-cycles still to come.
    left: i64,
}

#[derive(Default)]
struct OverTime<const CURVED: bool> {
    elements: usize,
    segments: Vec<Segment>,
    at: usize,
}

impl<const CURVED: bool> WorldUgen for OverTime<CURVED> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let (tables, times) = path(cx, 2)?;
        self.elements = cleared(cx, 0)?;
        let kr = cx.clock.kr;
        self.segments.clear();
        self.segments.extend(tables.windows(2).zip(&times).map(|(pair, time)| Segment {
            from: pair[0],
            to: pair[1],
            length: time * kr,
            left: (time * kr).round_ties_even() as i64,
        }));
        let last = tables.last().copied().unwrap_or(0.0);
        self.segments.push(Segment { from: last, to: last, length: 0.0, left: i64::MAX });
        self.at = 0;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let Some(segment) = self.segments.get(self.at) else { return Ok(()) };
        let gone = (segment.length - segment.left as f64).trunc();
        let (out, from, to) = (io.k(0), segment.from, segment.to);
        if gone <= 0.0 {
            mix(world, out, self.elements, from, to, |a, _| a);
        } else if CURVED {
            let way = gone / segment.length;
            mix(world, out, self.elements, from, to, |a, b| a + (b - a) * (way * way));
        } else {
            let way = segment.length / gone;
            mix(world, out, self.elements, from, to, |a, b| a + (b - a) / way);
        }
        while let Some(segment) = self.segments.get_mut(self.at) {
            segment.left -= 1;
            if segment.left >= 0 {
                break;
            }
            self.at += 1;
        }
        Ok(())
    }
}

#[derive(Default)]
struct ByPhase {
    elements: usize,
    tables: Vec<f64>,
    /// Phases at which the tables are reached.
    bounds: Vec<f64>,
}

impl WorldUgen for ByPhase {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let (tables, lengths) = path(cx, 3)?;
        self.elements = cleared(cx, 1)?;
        self.tables = tables;
        let total: f64 = lengths.iter().sum();
        let mut sum = 0.0;
        self.bounds = vec![0.0];
        self.bounds.extend(lengths.iter().map(|length| {
            sum += length / total;
            sum
        }));
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let phase = if io.k(0) < 0.0 { 0.0 } else { io.k(0) - io.k(0).floor() };
        let Some(i) = self.bounds.windows(2).position(|bounds| phase < bounds[1]) else { return Ok(()) };
        let way = (phase - self.bounds[i]) / (self.bounds[i + 1] - self.bounds[i]);
        mix(world, io.k(1), self.elements, self.tables[i], self.tables[i + 1], |a, b| a + (b - a) * way);
        Ok(())
    }
}
