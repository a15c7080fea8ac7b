//! `tabrec`, `tabplay`: control signals recorded into a table and played from it.

use crate::tables::lookup::missing;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `tabrec`.
pub static TABREC: OpDef = OpDef::new("tabrec", "Records control signals into a table.")
    .sigs(&[sig("", "kkkkz", Make::Unit(world_unit::<Tabrec>))])
    .ins(&[
        port("ktrig_start", "nonzero starts to record from the beginning"),
        port("ktrig_stop", "nonzero counts a tick; recording stops after knumtics of them"),
        port("knumtics", "number of ticks; kept in point 0 of the table"),
        port("kfn", "table; values stand from point 1 on, frame by frame"),
        port("kin1, ...", "signals"),
    ])
    .reads(Res::TABLES)
    .writes(Res::TABLES)
    .may_fail()
    .source("Manual: tabrec; places in the table measured on the reference");

/// Definition of `tabplay`.
pub static TABPLAY: OpDef = OpDef::new("tabplay", "Plays control signals that tabrec recorded.")
    .sigs(&[sig("", "kkkz", Make::Unit(world_unit::<Tabplay>))])
    .ins(&[
        port("ktrig", "nonzero counts a tick and plays; from the beginning when knumtics have passed"),
        port("knumtics", "number of ticks"),
        port("kfn", "table"),
        port("kout1, ...", "variables that receive the signals"),
    ])
    .changes(!7)
    .reads(Res::TABLES)
    .writes(Res::TABLES)
    .may_fail()
    .source("Manual: tabplay; ticks measured on the reference");

/// Notes the number of ticks in a table that is new to the opcode.
fn enter(world: &mut World, op: &str, number: f64, known: &mut f64, ticks: f64) -> OpResult<bool> {
    if number == *known {
        return Ok(false);
    }
    let table = world.tables.get_mut(number.trunc()).ok_or_else(|| missing(op, number))?;
    if let Some(first) = table.data.first_mut() {
        *first = ticks;
    }
    *known = number;
    Ok(true)
}

#[derive(Default)]
struct Tabrec {
    table: f64,
    on: bool,
    ticks: f64,
    frame: usize,
}

impl WorldUgen for Tabrec {
    fn init(&mut self, _: &mut Init<'_>) -> OpResult {
        (self.on, self.ticks, self.frame) = (false, 0.0, 0);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        if io.k(0) != 0.0 {
            enter(world, "tabrec", io.k(3), &mut self.table, io.k(2))?;
            (self.on, self.ticks, self.frame) = (true, 0.0, 0);
        }
        if io.k(1) != 0.0 {
            if self.ticks >= io.k(2) {
                self.on = false;
                return Ok(());
            }
            self.ticks += 1.0;
        }
        if !self.on {
            return Ok(());
        }
        let signals = io.n_ins() - 4;
        let at = self.frame.saturating_mul(signals);
        self.frame += 1;
        // The last frame must leave a point free, as in the reference.
        let room =
            world.tables.get_mut(self.table.trunc()).filter(|table| at.saturating_add(signals) < table.len);
        if let Some(frame) = room.and_then(|table| table.data.get_mut(at + 1..at + 1 + signals)) {
            frame.iter_mut().enumerate().for_each(|(j, to)| *to = io.k(4 + j));
        }
        Ok(())
    }
}

#[derive(Default)]
struct Tabplay {
    table: f64,
    on: bool,
    ticks: f64,
    frame: usize,
}

impl WorldUgen for Tabplay {
    fn init(&mut self, _: &mut Init<'_>) -> OpResult {
        (self.on, self.ticks, self.frame) = (false, 0.0, 0);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        if io.k(0) != 0.0 {
            if enter(world, "tabplay", io.k(2), &mut self.table, io.k(1))? {
                (self.ticks, self.frame) = (0.0, 0);
            }
            self.on = true;
            if self.ticks == 0.0 {
                self.frame = 0;
            }
            if self.ticks >= io.k(1) {
                self.on = false;
                return Ok(());
            }
            self.ticks += 1.0;
            if self.ticks >= io.k(1).trunc() {
                self.ticks = 0.0;
            }
        }
        if !self.on {
            return Ok(());
        }
        let signals = io.n_ins() - 3;
        let at = self.frame.saturating_mul(signals);
        self.frame += 1;
        let room =
            world.tables.get(self.table.trunc()).filter(|table| at.saturating_add(signals) < table.len);
        if let Some(frame) = room.and_then(|table| table.data.get(at + 1..at + 1 + signals)) {
            frame.iter().enumerate().for_each(|(j, x)| io.set_in(3 + j, *x));
        }
        Ok(())
    }
}
