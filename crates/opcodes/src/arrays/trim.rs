//! `trim`, `trim_i`: the length of an array changed in place.

use super::common::{check_size, fit};
use crate::step::{Step, at_init, at_perf};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{OpDef, Port, port, sig};
use orchestrion_base::port::Io;
use orchestrion_base::value::ArrayVal;
use orchestrion_base::world::World;

const INS: &[Port] = &[
    port("array", "array of one dimension, changed"),
    port("klen", "new length; new elements are 0 or empty"),
];
const SHORT: &[&str] =
    &["new elements are 0 or empty; in the reference elements that were cut off come back"];

/// Definition of `trim`.
pub static TRIM: OpDef = OpDef::new("trim", "Lengthens or shortens an array.")
    .sigs(&[sig("", "i[]i", at_init::<Once>()), sig("", ".[]k", at_perf::<EveryCycle>())])
    .ins(INS)
    .changes(1)
    .may_fail()
    .source("Manual: trim")
    .differences(SHORT);
/// Definition of `trim_i`.
pub static TRIM_I: OpDef = OpDef::new("trim_i", "Lengthens or shortens an array at init.")
    .sigs(&[sig("", ".[]i", at_init::<Once>())])
    .ins(INS)
    .changes(1)
    .source("Manual: trim")
    .differences(SHORT);

fn length(io: &Io<'_>, world: &World) -> OpResult<usize> {
    let length = io.k(1);
    if length < 0.0 {
        return Err(OpError::new("the length of an array cannot be negative"));
    }
    check_size(length as usize, world)?;
    Ok(length as usize)
}

struct Once;

impl Step for Once {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        let length = length(io, world)?;
        let Some(mut array) = io.array_in_mut(0) else { return Ok(()) };
        fit(&mut array, length, io, world)
    }
}

struct EveryCycle;

impl Step for EveryCycle {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        let length = length(io, world)?;
        let Some(mut array) = io.array_in_mut(0) else { return Ok(()) };
        if length > room(&array, io.clock.ksmps) {
            return Err(OpError::new(format!(
                "no room for {length} elements: give the array its greatest length at init"
            )));
        }
        fit(&mut array, length, io, world)
    }
}

/// Elements that the array can hold without new memory.
fn room(array: &ArrayVal, ksmps: usize) -> usize {
    use orchestrion_base::value::ArrayData::{Audio, Num, Spectrum, Str};
    match &array.data {
        Num(v) => v.capacity(),
        Str(v) => v.capacity(),
        Audio(v) => v.capacity() / ksmps.max(1),
        Spectrum(v) => v.capacity(),
    }
}
