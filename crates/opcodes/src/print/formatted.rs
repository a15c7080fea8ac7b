//! Printers with a format: `prints`, `printks`, `printks2`, `printf`, `printf_i`, `println`, `printsk`,
//! `puts`.

use bstr::BString;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::limits::Limit;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

use super::fixed::Interval;
use super::format::{self, values};
use crate::step::{WorldStep, world_at_init, world_at_perf};

const FORMAT: Port = port("Sfmt", "text with directives %d %i %u %x %o %c %f %e %g %s; %% is a percent sign");
const VALUES: Port = port("xval1, ...", "numbers and strings for the directives, in order");

/// Definition of `prints`.
pub static PRINTS: OpDef = OpDef::new("prints", "Prints formatted text at init.")
    .sigs(&[sig("", "SN", world_at_init::<Prints>()), sig("", "iN", world_at_init::<Prints>())])
    .ins(&[FORMAT, VALUES])
    .source("Manual: prints; semantics A5");

/// Definition of `printks`.
pub static PRINTKS: OpDef = OpDef::new("printks", "Prints formatted text at intervals.")
    .sigs(&[
        sig("", "SiN", Make::Unit(world_unit::<Printks>)),
        sig("", "iiN", Make::Unit(world_unit::<Printks>)),
    ])
    .ins(&[
        FORMAT,
        port("itime", "seconds between printings; less than a k-cycle prints in every one"),
        VALUES,
    ])
    .writes(Res::PRINT)
    .may_fail()
    .source("Manual: printks; semantics A5");

/// Definition of `printks2`.
pub static PRINTKS2: OpDef =
    OpDef::new("printks2", "Prints formatted text whenever a control value changes.")
        .sigs(&[sig("", "Sk", Make::Unit(world_unit::<Printks2>))])
        .ins(&[FORMAT, port("kval", "value for the directive")])
        .writes(Res::PRINT)
        .may_fail()
        .source("Manual: printks2");

/// Definition of `printf_i`.
pub static PRINTF_I: OpDef =
    OpDef::new("printf_i", "Prints formatted text at init if a trigger is positive.")
        .sigs(&[sig("", "SiN", world_at_init::<PrintfInit>())])
        .ins(&[FORMAT, port("itrig", "prints if positive"), VALUES])
        .source("Manual: printf_i");

/// Definition of `printf`.
pub static PRINTF: OpDef =
    OpDef::new("printf", "Prints formatted text whenever a trigger changes to a positive value.")
        .sigs(&[sig("", "SkN", Make::Unit(world_unit::<Printf>))])
        .ins(&[FORMAT, port("ktrig", "prints when it changes and is positive"), VALUES])
        .writes(Res::PRINT)
        .may_fail()
        .source("Manual: printf");

/// Definition of `println`.
pub static PRINTLN: OpDef = OpDef::new("println", "Prints a line of formatted text in every k-cycle.")
    .sigs(&[sig("", "SN", world_at_perf::<Println<true>>())])
    .ins(&[FORMAT, VALUES])
    .writes(Res::PRINT)
    .may_fail()
    .source("Manual: println");

/// Definition of `printsk`.
pub static PRINTSK: OpDef = OpDef::new("printsk", "Prints formatted text in every k-cycle.")
    .sigs(&[sig("", "SN", world_at_perf::<Println<false>>())])
    .ins(&[FORMAT, VALUES])
    .writes(Res::PRINT)
    .may_fail()
    .source("Manual: printsk");

/// Definition of `puts`.
pub static PUTS: OpDef =
    OpDef::new("puts", "Prints a string whenever a trigger changes to a positive value.")
        .sigs(&[sig("", "Sko", Make::Unit(world_unit::<Puts>))])
        .ins(&[
            port("Sstr", "string"),
            port(
                "ktrig",
                "prints at init if positive, then when it differs from the last printing and is positive",
            ),
            port("inonl", "nonzero leaves out the newline; default 0"),
        ])
        .writes(Res::PRINT)
        .source("Manual: puts; trigger measured on the reference");

struct Prints;

impl WorldStep for Prints {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        let format = format::decode(&text(io, world)?);
        let line = format::prints(&format, &values(io, 1), world.limits.size(Limit::StringBytes))?;
        world.print(line);
        Ok(())
    }
}

/// Input 0 as a string; a number is the number of a string set with `strset`.
fn text(io: &Io<'_>, world: &World) -> OpResult<BString> {
    if io.is_str(0) {
        return Ok((*io.str(0)).into());
    }
    let number = io.k(0).round_ties_even() as i64;
    world.strset.get(&number).cloned().ok_or_else(|| OpError::new(format!("no string number {number}")))
}

/// State of `printks`.
#[derive(Default)]
struct Printks {
    interval: Interval,
    given: BString,
    format: BString,
}

impl Printks {
    fn prepare(&mut self, given: BString) {
        self.format = format::decode(&given);
        self.given = given;
    }
}

impl WorldUgen for Printks {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.prepare(text(&cx.io, cx.world)?);
        let time = cx.k(1);
        let cycle = 1.0 / cx.clock.kr;
        let cycles = if time < cycle { cycle } else { time * cx.world.header.kr };
        if cx.note.reinit.get() {
            self.interval.set(cycles);
        } else {
            self.interval.start(cycles);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        if io.is_str(0) && **io.str(0) != *self.given {
            let given = (*io.str(0)).into();
            self.prepare(given);
            // Measured on the reference: a format that changes in every cycle is never printed.
            self.interval.skip(io);
        }
        if self.interval.due(io) {
            let line = format::prints(&self.format, &values(io, 2), world.limits.size(Limit::StringBytes))?;
            world.print(line);
        }
        Ok(())
    }
}

/// State of `printks2`: the value printed last.
#[derive(Default)]
struct Printks2 {
    last: Option<f64>,
}

impl WorldUgen for Printks2 {
    fn init(&mut self, _: &mut Init<'_>) -> OpResult {
        self.last = None;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let value = io.k(1);
        if self.last != Some(value) {
            self.last = Some(value);
            let line = format::prints(&io.str(0), &values(io, 1), world.limits.size(Limit::StringBytes))?;
            world.print(line);
        }
        Ok(())
    }
}

/// Prints input 0 formatted with inputs `from ..`.
fn printf(io: &Io<'_>, world: &mut World, from: usize, newline: bool) -> OpResult {
    let mut line = format::sprintf(&io.str(0), &values(io, from), world.limits.size(Limit::StringBytes))?;
    line.extend(newline.then_some(b'\n'));
    world.print(line);
    Ok(())
}

struct PrintfInit;

impl WorldStep for PrintfInit {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        if io.k(1) > 0.0 { printf(io, world, 2, false) } else { Ok(()) }
    }
}

/// State of `printf`: the last trigger.
#[derive(Default)]
struct Printf {
    trigger: f64,
}

impl WorldUgen for Printf {
    fn init(&mut self, _: &mut Init<'_>) -> OpResult {
        self.trigger = 0.0;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let trigger = io.k(1);
        if trigger == self.trigger {
            return Ok(());
        }
        self.trigger = trigger;
        if trigger > 0.0 { printf(io, world, 2, false) } else { Ok(()) }
    }
}

struct Println<const NEWLINE: bool>;

impl<const NEWLINE: bool> WorldStep for Println<NEWLINE> {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        printf(io, world, 1, NEWLINE)
    }
}

/// State of `puts`: the trigger of the last printing.
#[derive(Default)]
struct Puts {
    trigger: f64,
}

impl Puts {
    fn put(io: &Io<'_>, world: &mut World) {
        let mut line = BString::from(&*io.str(0));
        line.extend((io.k(2) == 0.0).then_some(b'\n'));
        world.print(line);
    }
}

impl WorldUgen for Puts {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.trigger = cx.k(1);
        if self.trigger > 0.0 {
            Self::put(&cx.io, cx.world);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let trigger = io.k(1);
        if trigger != self.trigger && trigger > 0.0 {
            self.trigger = trigger;
            Self::put(io, world);
        }
        Ok(())
    }
}
