//! `seqtime`, `seqtime2`, `trigseq`, `splitrig`: triggers and values in a sequence that a table gives.

use crate::tables::lookup::{find, missing, point};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const OUT: &[Port] = &[port("ktrig", "at a trigger the time to the next one in seconds, else 0")];
const UNIT: Port = port("ktimunit", "unit of the times in the table, in seconds");
const START: Port = port("kstart", "first place of the loop");
const LOOP: Port = port("kloop", "one past the last place of the loop; negative goes backwards");
const FIRST: Port = port("kinitndx", "place to start from");
const TABLE: Port = port("kfn", "table of the sequence");

/// Definition of `seqtime`.
pub static SEQTIME: OpDef = OpDef::new("seqtime", "Triggers at times that a table gives.")
    .sigs(&[sig("k", "kkkkk", Make::Unit(unit::<Sequence<false>>))])
    .outs(OUT)
    .ins(&[UNIT, START, LOOP, FIRST, TABLE])
    .reads(Res::TABLES)
    .may_fail()
    .source("Manual: seqtime");
/// Definition of `seqtime2`.
pub static SEQTIME2: OpDef = OpDef::new("seqtime2", "Triggers at times that a table gives; can be set back.")
    .sigs(&[sig("k", "kkkkkk", Make::Unit(unit::<Sequence<true>>))])
    .outs(OUT)
    .ins(&[port("ktrigin", "not 0 sets the sequence back to kinitndx"), UNIT, START, LOOP, FIRST, TABLE])
    .reads(Res::TABLES)
    .may_fail()
    .source("Manual: seqtime2");
/// Definition of `trigseq`.
pub static TRIGSEQ: OpDef = OpDef::new("trigseq", "The next values of a table on each trigger.")
    .sigs(&[sig("", "kkkkkz", Make::Unit(unit::<TrigSeq>))])
    .ins(&[
        port("ktrig_in", "not 0 takes the next values"),
        START,
        LOOP,
        FIRST,
        TABLE,
        port("kout...", "variables that receive the values"),
    ])
    .changes(!0x1F)
    .reads(Res::TABLES)
    .may_fail()
    .source("Manual: trigseq");

/// Definition of `splitrig`.
pub static SPLITRIG: OpDef =
    OpDef::new("splitrig", "Splits triggers into groups of values that a table gives.")
        .sigs(&[sig("", "kkiiz", Make::Unit(unit::<Split>))])
        .ins(&[
            port("ktrig", "not 0 gives the next values, otherwise all are 0"),
            port("kndx", "group of the table"),
            port("imaxtics", "greatest number of steps in a group"),
            port("ifn", "table: for each group its number of steps, then values step by step"),
            port("kout...", "variables that receive the values"),
        ])
        .changes(!0xF)
        .reads(Res::TABLES)
        .source("Manual: splitrig");

/// A place in a table that goes round a loop.
#[derive(Default)]
struct Place {
    at: i32,
    done: bool,
}

/// Goes back by the length of the loop until the place is at least `least`. Loops that never get there
/// would hang the reference.
fn lift(at: i32, least: i32, by: i32) -> i32 {
    if at >= least {
        return at;
    }
    if by >= 0 {
        return least.max(0);
    }
    let by = i64::from(-by);
    let short = i64::from(least) - i64::from(at);
    (i64::from(at) + (short + by - 1) / by * by) as i32
}

impl Place {
    /// Goes on by one; `least` is where a backward loop turns.
    fn step(&mut self, start: i32, end: i32, least: i32) {
        if end > 0 {
            self.at = self.at.wrapping_add(1) % end;
            if self.at == 0 {
                self.done = start == end;
                if !self.done {
                    self.at += start;
                }
            }
        } else if end < 0 {
            self.at = self.at.wrapping_sub(1);
            if self.at < least {
                self.done = start == end;
                if !self.done {
                    self.at = lift(self.at, least, end.saturating_add(start));
                }
            }
        }
    }
}

/// `AGAIN`: with a trigger that sets it back.
#[derive(Default)]
struct Sequence<const AGAIN: bool> {
    place: Place,
    /// Time of the next trigger, in units from `start`.
    next: f64,
    /// Seconds.
    start: f64,
    unit: f64,
    first: bool,
}

impl<const AGAIN: bool> Sequence<AGAIN> {
    const IN: usize = if AGAIN { 1 } else { 0 };
}

impl<const AGAIN: bool> Ugen for Sequence<AGAIN> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let (i, io) = (Self::IN, &cx.io);
        let table = find(cx.world, "seqtime", io.k(i + 4))?;
        let at = io.k(i + 3) as i32;
        self.next = match (AGAIN, at) {
            (true, _) => point(table, at.max(0) as usize),
            (false, 1..) => point(table, at as usize - 1),
            _ => 0.0,
        };
        self.start = (io.abs_cycle() + u64::from(io.note.reinit.get())) as f64 * (1.0 / io.clock.kr);
        let (start, end) = (io.k(i + 1) as i32, io.k(i + 2) as i32);
        self.place = Place { at, done: false };
        if end > 0 {
            self.place.at = at.wrapping_add(i32::from(AGAIN)) % end;
            if self.place.at == 0 {
                self.place.at += start;
            }
        } else if end < 0 {
            self.place.at = lift(at.wrapping_sub(1), start, end.saturating_add(start));
        }
        self.unit = io.k(i);
        self.first = true;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let i = Self::IN;
        if AGAIN && io.k(0) != 0.0 {
            self.place.at = io.k(i + 3) as i32;
        }
        if self.place.done {
            io.set(0, 0.0);
            return Ok(());
        }
        let Some(table) = world.tables.get(io.k(i + 4)) else { return Err(missing("seqtime", io.k(i + 4))) };
        let now = (io.abs_cycle() + 1) as f64 * (1.0 / io.clock.kr);
        let unit = io.k(i);
        if unit != self.unit {
            // The part of the current span that is left counts in the new unit.
            self.start +=
                (self.next * self.unit + (self.start - now)) - (self.next * unit + (self.start - now));
            self.unit = unit;
        }
        let value = point(table, self.place.at.max(0) as usize);
        if now > self.next * unit + self.start {
            self.first &= AGAIN;
            self.next += value;
            self.place.step(io.k(i + 1) as i32, io.k(i + 2) as i32, 0);
            if !self.place.done {
                // `seqtime2` keeps the value in single precision.
                let value = if AGAIN { f64::from(value as f32) } else { value };
                io.set(0, value * self.unit);
            }
        } else {
            io.set(0, if std::mem::take(&mut self.first) { value } else { 0.0 });
        }
        Ok(())
    }
}

#[derive(Default)]
struct TrigSeq {
    place: Place,
}

impl Ugen for TrigSeq {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        find(cx.world, "trigseq", cx.io.k(4))?;
        self.place = Place { at: cx.io.k(3) as i32, done: false };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        if self.place.done || io.k(0) == 0.0 {
            return Ok(());
        }
        let Some(table) = world.tables.get(io.k(4)) else { return Err(missing("trigseq", io.k(4))) };
        let count = io.n_ins() - 5;
        let at = usize::try_from(self.place.at).unwrap_or(0).saturating_mul(count);
        for i in 0..count {
            io.set_in(5 + i, point(table, at.saturating_add(i)));
        }
        let start = io.k(1) as i32;
        self.place.step(start, io.k(2) as i32, start);
        Ok(())
    }
}

#[derive(Default)]
struct Split {
    number: f64,
    group: i64,
    step: usize,
}

impl Ugen for Split {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.number = cx.io.k(3);
        self.step = 0;
        find(cx.world, "splitrig", self.number).map(drop)
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let outs = io.n_ins() - 4;
        let table = world.tables.get(self.number).filter(|_| io.k(0) != 0.0);
        let Some(table) = table else {
            for i in 0..outs {
                io.set_in(4 + i, 0.0);
            }
            return Ok(());
        };
        let group = io.k(1) as i64;
        if group != self.group {
            (self.group, self.step) = (group, 0);
        }
        let width = (outs as i64).saturating_mul(io.k(2) as i64).saturating_add(1);
        let start = usize::try_from(group.saturating_mul(width)).unwrap_or(usize::MAX);
        let steps = point(table, start);
        let at = start.saturating_add(1).saturating_add(self.step.saturating_mul(outs));
        for i in 0..outs {
            io.set_in(4 + i, point(table, at.saturating_add(i)));
        }
        self.step = (self.step + 1) % (steps as usize).max(1);
        Ok(())
    }
}
