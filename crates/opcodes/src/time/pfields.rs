//! p-fields of the note: `p`, `pcount`, `pindex`, `passign`, and `tival`.

use crate::step::{Step, at_init};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const NUMBER: Port = port("inum", "number of the p-field, from 1");

/// Definition of `p`.
pub static P: OpDef = OpDef::new("p", "A p-field as the event gave it.")
    .sigs(&[sig("i", "i", at_init::<Given>()), sig("k", "k", Make::Unit(unit::<GivenK>))])
    .outs(&[port("xval", "value; 0 if the event did not give it")])
    .ins(&[NUMBER])
    .source("Manual: p");
/// Definition of `pcount`.
pub static PCOUNT: OpDef = OpDef::new("pcount", "Number of the last p-field that the event gave.")
    .sigs(&[sig("i", "", at_init::<Count>())])
    .outs(&[port("icount", "number")])
    .source("Manual: pcount");
/// Definition of `pindex`.
pub static PINDEX: OpDef = OpDef::new("pindex", "A p-field as the event gave it; an error if it did not.")
    .sigs(&[sig("i", "i", at_init::<Index>()), sig("S", "i", at_init::<IndexText>())])
    .outs(&[port("xval", "value or text")])
    .ins(&[NUMBER])
    .source("Manual: pindex");
/// Definition of `passign`.
pub static PASSIGN: OpDef = OpDef::new("passign", "Assigns p-fields to variables in order, or to an array.")
    .sigs(&[
        sig("IIIIIIIIIIIIIIIIIIIIIIII", "po", at_init::<Assign>()),
        sig("i[]", "po", at_init::<AssignArray>()),
        sig("k[]", "po", at_init::<AssignArray>()),
    ])
    .outs(&[port("ivar...", "variables; those beyond the last p-field keep their values")])
    .ins(&[
        port("istart", "first p-field; default 1"),
        port("iend", "0 for all; otherwise, for an array, the last p-field; default 0"),
    ])
    .source("Manual: passign");
/// Definition of `tival`.
pub static TIVAL: OpDef = OpDef::new("tival", "Whether the note is tied to the one before.")
    .sigs(&[sig("i", "", at_init::<Tied>())])
    .outs(&[port("ir", "1 if tied, else 0; unchanged by reinit")])
    .source("Manual: tival");

fn given(io: &Io<'_>, number: f64) -> Option<f64> {
    let n = number.trunc();
    if !(1.0..=1e6).contains(&n) {
        return None;
    }
    io.note.given.borrow().get(n as usize - 1).copied()
}

struct Given;

impl Step for Given {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        io.set(0, given(io, io.k(0).round_ties_even()).unwrap_or(0.0));
        Ok(())
    }
}

#[derive(Default)]
struct GivenK;

impl Ugen for GivenK {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.perform(&cx.io, cx.world)
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        Given::step(io, world)
    }
}

struct Count;

impl Step for Count {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        io.set(0, f64::from(io.note.pcount.get()));
        Ok(())
    }
}

struct Index;

impl Step for Index {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        let value = given(io, io.k(0)).ok_or_else(|| OpError::new("invalid p-field index"))?;
        io.set(0, value);
        Ok(())
    }
}

struct IndexText;

impl Step for IndexText {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        given(io, io.k(0)).ok_or_else(|| OpError::new("invalid p-field index"))?;
        if let Some(text) = io.note.string(io.k(0) as u16) {
            io.set_str(0, &text);
        }
        Ok(())
    }
}

/// Number of the last p-field to assign, and of the first.
fn span(io: &Io<'_>) -> (i64, i64) {
    let count = i64::from(io.note.pcount.get());
    let leave_out = io.k(1) as i64;
    // The reference's end both limits the count and is taken from it.
    let count = if leave_out != 0 && leave_out < count { leave_out } else { count };
    (count - leave_out, io.k(0) as i64)
}

struct Assign;

impl Step for Assign {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        let (last, start) = span(io);
        for o in 0..io.n_outs() {
            let number = start + o as i64;
            if number > last || number < 1 {
                break;
            }
            match u16::try_from(number).ok().and_then(|n| io.note.string(n)) {
                Some(text) => io.set_str(o, &text),
                None => io.set(o, given(io, number as f64).unwrap_or(0.0)),
            }
        }
        Ok(())
    }
}

struct AssignArray;

impl Step for AssignArray {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        // Unlike the form with variables, the end is the last p-field here.
        let (count, end, start) = (i64::from(io.note.pcount.get()), io.k(1) as i64, io.k(0) as i64);
        let last = if end != 0 { end.min(count) } else { count };
        let len = usize::try_from(last - start + 1).unwrap_or(0);
        let Some(mut array) = io.array_out(0) else { return Ok(()) };
        array.resize(&[len as u32], io.clock.ksmps);
        for (i, x) in array.nums_mut().iter_mut().enumerate() {
            *x = given(io, (start + i as i64) as f64).unwrap_or(0.0);
        }
        Ok(())
    }
}

struct Tied;

impl Step for Tied {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        if !io.note.reinit.get() {
            io.set(0, f64::from(io.note.tied.get()));
        }
        Ok(())
    }
}
