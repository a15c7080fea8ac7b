//! `scoreline`, `scoreline_i`, `readscore`, `setscorepos`, `rewindscore`: the score from within.

use crate::step::{WorldStep, world_at_init, world_at_perf};
use bstr::ByteSlice;
use orchestrion_base::error::OpResult;
use orchestrion_base::event::{Command, When};
use orchestrion_base::op::{OpDef, Port, Res, port, sig};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const TEXT: Port = port("Sscore", "score statements, one per line; p2 in seconds from now");

/// Definition of `scoreline`.
pub static SCORELINE: OpDef = OpDef::new("scoreline", "Makes events from score text on a trigger.")
    .sigs(&[sig("", "Sk", world_at_perf::<Line>())])
    .ins(&[TEXT, port("ktrig", "acts in each k-cycle where this is not 0")])
    .writes(Res::EVENTS)
    .may_fail()
    .source("Manual: scoreline");
/// Definition of `scoreline_i`.
pub static SCORELINE_I: OpDef = OpDef::new("scoreline_i", "Makes events from score text at init.")
    .sigs(&[sig("", "S", world_at_init::<LineOnce>())])
    .ins(&[TEXT])
    .source("Manual: scoreline_i");
/// Definition of `readscore`.
pub static READSCORE: OpDef = OpDef::new("readscore", "Adds score text to the performance at init.")
    .sigs(&[sig("i", "S", world_at_init::<Read>())])
    .outs(&[port("ires", "0")])
    .ins(&[TEXT])
    .source("Manual: readscore");
/// Definition of `setscorepos`.
pub static SETSCOREPOS: OpDef = OpDef::new("setscorepos", "Moves the score to a time.")
    .sigs(&[sig("", "i", world_at_init::<Position>())])
    .ins(&[port("ipos", "time in seconds; what lies before it is skipped without sound")])
    .source("Manual: setscorepos");
/// Definition of `rewindscore`.
pub static REWINDSCORE: OpDef = OpDef::new("rewindscore", "Starts the score again.")
    .sigs(&[sig("", "", world_at_init::<Rewind>())])
    .source("Manual: rewindscore");

fn ask(io: &Io<'_>, world: &mut World, when: When) -> OpResult {
    world.request(Command::Score { text: io.str(0).as_bytes().into(), when })
}

struct Line;

impl WorldStep for Line {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        if io.k(1) != 0.0 {
            ask(io, world, When::Perf)?;
        }
        Ok(())
    }
}

struct LineOnce;

impl WorldStep for LineOnce {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        ask(io, world, When::Init)
    }
}

struct Read;

impl WorldStep for Read {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        ask(io, world, When::Init)?;
        io.set(0, 0.0);
        Ok(())
    }
}

struct Rewind;

impl WorldStep for Rewind {
    fn step(_: &Io<'_>, world: &mut World) -> OpResult {
        world.request(Command::RewindScore)?;
        Ok(())
    }
}

struct Position;

impl WorldStep for Position {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        world.request(Command::ScorePosition(io.k(0)))?;
        Ok(())
    }
}
