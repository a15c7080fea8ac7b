//! `turnoff2`, `turnoff2_i`, `turnoff3`: ending notes of an instrument, and removing queued ones.

use crate::events::target::{defined, p1};
use crate::step::{WorldStep, world_at_init, world_at_perf};
use orchestrion_base::error::OpResult;
use orchestrion_base::event::Command;
use orchestrion_base::op::{OpDef, Port, Res, port, sig};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const INS: Port = port("kinsno", "number, with fraction, or name of the instrument; 0 or less does nothing");

/// Definition of `turnoff2`.
pub static TURNOFF2: OpDef = OpDef::new("turnoff2", "Ends notes of an instrument.")
    .sigs(&[
        sig("", "Skk", world_at_perf::<Off>()),
        sig("", "ikk", world_at_perf::<Off>()),
        sig("", "kkk", world_at_perf::<Off>()),
        sig("", "ikk", world_at_perf::<Off>()),
        sig("", "ikk", world_at_perf::<Off>()),
    ])
    .ins(&[INS, MODE, RELEASE])
    .writes(Res::EVENTS)
    .may_fail()
    .source("Manual: turnoff2; semantics F11");
/// Definition of `turnoff2_i`.
pub static TURNOFF2_I: OpDef = OpDef::new("turnoff2_i", "Ends notes of an instrument at init.")
    .sigs(&[sig("", "Soo", world_at_init::<Off>()), sig("", "ioo", world_at_init::<Off>())])
    .ins(&[INS, MODE, RELEASE])
    .source("Manual: turnoff2_i");
/// Definition of `turnoff3`.
pub static TURNOFF3: OpDef = OpDef::new("turnoff3", "Removes events of an instrument that have not started.")
    .sigs(&[
        sig("", "S", world_at_perf::<Unschedule>()),
        sig("", "i", world_at_perf::<Unschedule>()),
        sig("", "k", world_at_perf::<Unschedule>()),
        sig("", "i", world_at_perf::<Unschedule>()),
        sig("", "i", world_at_perf::<Unschedule>()),
    ])
    .ins(&[INS])
    .writes(Res::EVENTS)
    .may_fail()
    .source("Manual: turnoff3; semantics F11");

const MODE: Port = port(
    "kmode",
    "0 all notes, 1 the oldest, 2 the newest; plus 4: only with exactly this fraction; plus 8: only held notes",
);
const RELEASE: Port = port("krelease", "0 ends at once, otherwise notes may play their release");

fn target(io: &Io<'_>, world: &World) -> OpResult<Option<f64>> {
    let p1 = p1(io, 0, world)?;
    if p1 <= 0.0 {
        return Ok(None);
    }
    if defined(world, p1).is_none() {
        return Err("turnoff2: invalid instrument number".into());
    }
    Ok(Some(p1))
}

struct Off;

impl WorldStep for Off {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        let Some(p1) = target(io, world)? else { return Ok(()) };
        let mode = (io.k(1) + 0.5) as i32;
        if !(0..=15).contains(&mode) || mode & 3 == 3 {
            return Err("turnoff2: invalid mode".into());
        }
        world.request(Command::TurnOff { p1, mode: mode as u32, release: io.k(2) != 0.0 })?;
        Ok(())
    }
}

struct Unschedule;

impl WorldStep for Unschedule {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        if let Some(p1) = target(io, world)? {
            world.request(Command::Unschedule { p1, exact: p1.fract() != 0.0 })?;
        }
        Ok(())
    }
}
