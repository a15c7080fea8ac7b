//! `vaget`, `vaset`: single samples of an audio variable's current k-cycle.

use crate::step::{Step, at_perf};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{OpDef, Port, port, sig};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use std::cell::Cell;

const INDEX: Port = port("kndx", "number of the sample in the k-cycle, 0 to ksmps - 1, rounded down");

/// Definition of `vaget`.
pub static VAGET: OpDef = OpDef::new("vaget", "Reads a sample of an audio variable.")
    .sigs(&[sig("k", "ka", at_perf::<Get>())])
    .outs(&[port("kval", "the sample")])
    .ins(&[INDEX, port("avar", "audio variable")])
    .may_fail()
    .source("Manual: vaget");
/// Definition of `vaset`.
pub static VASET: OpDef = OpDef::new("vaset", "Writes a sample of an audio variable.")
    .sigs(&[sig("", "kka", at_perf::<Set>())])
    .ins(&[port("kval", "new value"), INDEX, port("avar", "audio variable, changed")])
    .changes(1 << 2)
    .may_fail()
    .source("Manual: vaset");

/// Sample `index` of audio input `i`.
fn sample<'a>(io: &Io<'a>, i: usize, index: f64) -> OpResult<&'a Cell<f64>> {
    let place = index.floor() - io.first as f64;
    let cell = if place >= 0.0 { io.a(i).get(place as usize) } else { None };
    cell.ok_or_else(|| OpError::new(format!("sample {index} is outside of the k-cycle")))
}

struct Get;

impl Step for Get {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        io.set(0, sample(io, 1, io.k(0))?.get());
        Ok(())
    }
}

struct Set;

impl Step for Set {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        sample(io, 2, io.k(1))?.set(io.k(0));
        Ok(())
    }
}
