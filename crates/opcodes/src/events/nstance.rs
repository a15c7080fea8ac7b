//! `nstance`: starting a note and getting a handle by which `turnoff` ends that very note.

use crate::events::schedule::fields;
use crate::events::target::defined;
use crate::step::{WorldStep, world_at_init, world_at_perf};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::event::{Command, PField, When};
use orchestrion_base::op::{OpDef, Res, port, sig};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `nstance`.
pub static NSTANCE: OpDef = OpDef::new("nstance", "Starts a note and returns a handle for turnoff.")
    .sigs(&[
        sig("k", "kkz", world_at_perf::<AtPerf>()),
        sig("i", "iiim", world_at_init::<AtInit>()),
        sig("k", "SSz", world_at_perf::<AtPerf>()),
        sig("i", "Siim", world_at_init::<AtInit>()),
    ])
    .outs(&[port("iHandle", "handle of the note, 1 or more; no two notes of a run have the same")])
    .ins(&[
        port("insnum", "number or name of the instrument"),
        port("iwhen", "start in seconds from now"),
        port("idur", "duration in seconds; a negative one holds the note"),
        port("ip4...", "further p-fields, numbers only"),
    ])
    .writes(Res::EVENTS)
    .may_fail()
    .source("Manual: nstance; when a handle is valid measured on the reference")
    .differences(&[
        "The handle is a count from 1 on, known at once; in csound it is an address, which reads as 0.",
        "The handle of a note that is over ends no other note.",
        "With a name at performance csound takes the start as a string and misreads it; here that is an error.",
    ]);

/// Handles given so far.
#[derive(Default)]
struct Handles(u64);

fn start(io: &Io<'_>, world: &mut World, when: When) -> OpResult {
    if io.is_str(1) {
        return Err(OpError::new(
            "nstance: the start must be a number; at performance give the instrument's number",
        ));
    }
    let p = fields(io, 0, world)?;
    let number = p.first().map_or(0.0, PField::num);
    if defined(world, number).is_none() {
        return Err(OpError::new(format!("nstance: instrument {} is not defined", number.trunc())));
    }
    if p.len() < 3 {
        return Err(OpError::new("nstance: instrument, start and duration are needed"));
    }
    let handles = world.shared::<Handles>();
    handles.0 += 1;
    let handle = handles.0;
    world.request(Command::Instance { handle, p, when })?;
    io.set(0, handle as f64);
    Ok(())
}

struct AtInit;

impl WorldStep for AtInit {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        start(io, world, When::Init)
    }
}

struct AtPerf;

impl WorldStep for AtPerf {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        start(io, world, When::Perf)
    }
}
