//! `turnoff`, `ihold`, `xtratim`, `release`: the note's own life.

use crate::step::{WorldStep, world_at_init, world_at_perf};
use orchestrion_base::error::OpResult;
use orchestrion_base::event::Command;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `turnoff`.
pub static TURNOFF: OpDef =
    OpDef::new("turnoff", "Ends this note or another one, or lets it play its release.")
        .sigs(&[
            sig("", "", Make::Unit(unit::<Turnoff>)),
            sig("", "i", world_at_init::<TurnoffOther>()),
            sig("", "k", world_at_perf::<TurnoffOther>()),
        ])
        .ins(&[port("inst", "handle from nstance of the note to end; this note without it")])
        .writes(Res::LIFE.and(Res::EVENTS))
        .source("Manual: turnoff; semantics F10");
/// Definition of `ihold`.
pub static IHOLD: OpDef = OpDef::new("ihold", "Holds this note until something ends it.")
    .sigs(&[sig("", "", Make::Init(ihold))])
    .source("Manual: ihold; semantics F24");
/// Definition of `xtratim`.
pub static XTRATIM: OpDef = OpDef::new("xtratim", "Gives this note time after its end.")
    .sigs(&[sig("", "i", Make::Init(xtratim))])
    .ins(&[port("iextradur", "time in seconds; the longest that any opcode of the note asks for counts")])
    .source("Manual: xtratim; truncation measured on the reference (semantics F9)");
/// Definition of `release`.
pub static RELEASE: OpDef = OpDef::new("release", "Whether this note is in its release phase.")
    .sigs(&[sig("k", "", Make::Unit(unit::<Release>))])
    .outs(&[port("kflag", "1 in the release phase, else 0")])
    .reads(Res::LIFE)
    .source("Manual: release");

fn ihold(cx: &mut Init<'_>) -> OpResult {
    if !cx.io.note.reinit.get() {
        cx.io.note.held.set(true);
    }
    Ok(())
}

fn xtratim(cx: &mut Init<'_>) -> OpResult {
    let io = &cx.io;
    // Within a local ksmps the time counts in local k-cycles.
    let cycles = (io.k(0) * io.clock.kr) as u32 / io.subdivision.max(1);
    io.note.ask_extra_cycles(cycles);
    Ok(())
}

#[derive(Default)]
struct Turnoff;

impl Ugen for Turnoff {
    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        // A note that plays its release already goes on with it (measured).
        if !io.note.releasing.get() {
            io.note.turned_off.set(true);
        }
        Ok(())
    }
}

struct TurnoffOther;

impl WorldStep for TurnoffOther {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        if io.k(0) >= 1.0 {
            world.request(Command::TurnOffInstance { handle: io.k(0) as u64 })?;
        } else {
            world.warn("turnoff: instance not valid");
        }
        Ok(())
    }
}

#[derive(Default)]
struct Release;

impl Ugen for Release {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        cx.io.note.ask_extra_cycles(1);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        io.set(0, f64::from(io.note.releasing.get()));
        Ok(())
    }
}
