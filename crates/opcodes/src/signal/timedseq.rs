//! `timedseq`: a sequence of notes in a table, read at a time pointer.

use crate::tables::lookup::{find, point};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `timedseq`.
pub static TIMEDSEQ: OpDef = OpDef::new("timedseq", "Triggers notes of a table as a time pointer passes them.")
    .sigs(&[sig("k", "kiz", Make::Unit(unit::<TimedSeq>))])
    .outs(&[port("ktrig", "1 or the note's fourth value when the pointer passes a note, else 0")])
    .ins(&[
        port("ktimpnt", "time pointer in seconds; wraps around at the end of the sequence"),
        port(
            "ifn",
            "table: rows of as many values as there are outputs, the second one being the time; a row that begins \
             with a negative value ends the sequence",
        ),
        port("kp1...", "variables that receive the values of the note"),
    ])
    .changes(!0x3)
    .reads(Res::TABLES)
    .source("Manual: timedseq; triggers measured on the reference");

/// A row of the table and its time.
#[derive(Clone, Copy, Default)]
struct Row {
    index: i64,
    time: f64,
}

#[derive(Default)]
struct TimedSeq {
    /// Time of the row that ends the sequence, and its index.
    end: Row,
    before: Row,
    after: Row,
    last: f64,
    started: bool,
}

/// Value `i` of row `row`.
fn value(io: &Io<'_>, world: &World, row: i64, i: usize) -> f64 {
    let width = io.n_ins() - 2;
    let at = usize::try_from(row).ok().and_then(|row| row.checked_mul(width)).map(|at| at + i);
    world.tables.get(io.k(1)).zip(at).map_or(0.0, |(t, at)| point(t, at))
}

impl TimedSeq {
    fn row(io: &Io<'_>, world: &World, index: i64) -> Row {
        Row { index, time: value(io, world, index, 1) }
    }

    /// Hands out the values of a row.
    fn give(io: &Io<'_>, world: &World, row: Row) {
        for i in 0..io.n_ins() - 2 {
            io.set_in(2 + i, value(io, world, row.index, i));
        }
    }

    /// Finds the rows around a time, searching from both ends as the reference does.
    fn locate(&mut self, io: &Io<'_>, world: &World, now: f64) {
        for j in 0..self.end.index {
            let k = self.end.index - j;
            if Self::row(io, world, j).time > now {
                (self.before, self.after) = (Self::row(io, world, j - 1), Self::row(io, world, j));
                break;
            }
            if Self::row(io, world, k).time < now {
                (self.before, self.after) = (Self::row(io, world, k), Self::row(io, world, k + 1));
                break;
            }
        }
        for row in [self.before, self.after] {
            if now == row.time && row.index != -1 {
                io.set(0, 1.0);
                Self::give(io, world, row);
                break;
            }
        }
        self.started = true;
    }

    /// The pointer has left the span between two rows.
    fn cross(&mut self, io: &Io<'_>, world: &World, now: f64) {
        Self::give(io, world, self.after);
        if value(io, world, self.after.index, 0) != -1.0 {
            io.set(0, value(io, world, self.after.index, 3));
        }
        let forward = now > self.after.time;
        if forward && self.before.index > self.after.index && self.last < now {
            // The pointer has jumped over the end.
            io.set(0, 0.0);
        } else if (now - self.after.time).abs() > 1.0 / io.clock.kr {
            self.locate(io, world, now);
            return;
        } else if forward {
            self.before = Self::row(io, world, self.after.index);
            self.after = Self::row(io, world, (self.after.index + 1) % self.end.index.max(1));
        } else {
            self.after = Self::row(io, world, self.before.index);
            let index = self.before.index - 1;
            self.before = Self::row(io, world, if index < 0 { index + self.end.index } else { index });
        }
        self.last = now;
    }
}

impl Ugen for TimedSeq {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let width = cx.n_ins() - 2;
        let table = find(cx.world, "timedseq", cx.k(1))?;
        let rows = table.data[..table.len].chunks(width.max(1));
        if let Some(i) = rows.into_iter().position(|row| row.first().is_some_and(|x| *x < 0.0)) {
            self.end = Row { index: i as i64, time: point(table, i * width + 1) };
        }
        self.started = false;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let mut now = io.k(0);
        if self.end.time > 0.0 && !(0.0..=self.end.time).contains(&now) {
            now = now.rem_euclid(self.end.time);
        }
        if !self.started {
            self.locate(io, world, now);
        } else if now > self.after.time || now < self.before.time {
            self.cross(io, world, now);
        } else {
            io.set(0, 0.0);
            self.last = now;
        }
        Ok(())
    }
}
