//! `readscratch`, `writescratch`: four numbers that stay with the instance of an instrument.

use crate::step::{Step, at_init};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{OpDef, Port, port, sig};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const INDEX: Port = port("index", "which of the numbers, 0 to 3; default 0");

/// Definition of `readscratch`.
pub static READSCRATCH: OpDef =
    OpDef::new("readscratch", "A number that an earlier note of the same instance wrote.")
        .sigs(&[sig("i", "o", at_init::<Read>())])
        .outs(&[port("ival", "the number; 0 at first")])
        .ins(&[INDEX])
        .source("Manual: readscratch");
/// Definition of `writescratch`.
pub static WRITESCRATCH: OpDef =
    OpDef::new("writescratch", "Keeps a number for later notes of the same instance.")
        .sigs(&[sig("", "io", at_init::<Write>())])
        .ins(&[port("ival", "number"), INDEX])
        .source("Manual: writescratch");

fn index(io: &Io<'_>, input: usize) -> OpResult<usize> {
    let index = io.int(input);
    if (0..4).contains(&index) {
        Ok(index as usize)
    } else {
        Err(OpError::new("scratchpad index out of range"))
    }
}

struct Read;

impl Step for Read {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        io.set(0, io.note.scratchpad.get()[index(io, 0)?]);
        Ok(())
    }
}

struct Write;

impl Step for Write {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        let mut numbers = io.note.scratchpad.get();
        numbers[index(io, 1)?] = io.k(0);
        io.note.scratchpad.set(numbers);
        Ok(())
    }
}
