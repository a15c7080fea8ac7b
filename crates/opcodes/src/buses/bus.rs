//! `busassign`, `busin`, `busout`, `busmix`.

use super::pool::{self, Kind};
use crate::channels::shared::cycle_start;
use crate::step::{WorldStep, world_at_init};
use orchestrion_base::error::OpResult;
use orchestrion_base::note::{AtEnd, EndAction, Note};
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Ugen, WorldUgen, port, sig, unit, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const BUS: Port = port("ibus", "token of the bus, as busassign gave it");
const SOURCE: &str = "csoundengine's documentation: Built-in Opcodes, Bus Opcodes";

/// Definition of `busassign`.
pub static BUSASSIGN: OpDef = OpDef::new("busassign", "Takes a bus into use.")
    .sigs(&[sig("i", "So", Make::Init(assign))])
    .outs(&[port("ibus", "token of the bus, whole and 0 or more")])
    .ins(&[
        port("Skind", "`a` for an audio bus, anything else for a control bus"),
        port("ipersist", "not 0: the bus stays when the note has ended; default 0"),
    ])
    .extension()
    .source(SOURCE)
    .differences(&[
        "Audio buses are silent again after each k-cycle, as documented; in csoundengine's offline engine \
                    they add up.",
    ]);
/// Definition of `busin`.
pub static BUSIN: OpDef = OpDef::new("busin", "What a bus carries.")
    .sigs(&[
        sig("k", "io", Make::Unit(unit::<InControl>)),
        sig("i", "io", world_at_init::<InNow>()),
        sig("a", "i", Make::Unit(unit::<InAudio>)),
    ])
    .outs(&[port(
        "xvalue",
        "samples that notes before this one have sent in this k-cycle, or the last value",
    )])
    .ins(&[BUS, port("idefault", "value while nothing was ever written to a control bus; default 0")])
    .reads(Res::FAMILY)
    .extension()
    .source(SOURCE);
/// Definition of `busout`.
pub static BUSOUT: OpDef = OpDef::new("busout", "Sets what a bus carries.")
    .sigs(&[
        sig("", "ii", world_at_init::<OutNow>()),
        sig("", "ik", Make::Unit(world_unit::<OutControl>)),
        sig("", "ia", Make::Unit(world_unit::<OutAudio<SET>>)),
    ])
    .ins(&[BUS, port("xvalue", "signal or value; it replaces what is there")])
    .writes(Res::FAMILY)
    .extension()
    .source(SOURCE);
/// Definition of `busmix`.
pub static BUSMIX: OpDef = OpDef::new("busmix", "Adds a signal to an audio bus.")
    .sigs(&[sig("", "ia", Make::Unit(world_unit::<OutAudio<MIX>>))])
    .ins(&[BUS, port("asignal", "signal")])
    .reads(Res::FAMILY)
    .writes(Res::FAMILY)
    .extension()
    .source(SOURCE);

/// A bus that a unit holds for the rest of its note.
#[derive(Default)]
struct Held {
    token: f64,
    serial: u64,
    end: EndAction,
}

impl Held {
    /// Holds the bus of input 0. A unit that is initialised again in the same note holds one bus all the
    /// same.
    fn hold(&mut self, cx: &mut Init<'_>, kind: Kind) -> OpResult {
        let token = cx.k(0);
        if self.is_of(cx.note) && self.token == token {
            return Ok(());
        }
        pool::hold(cx.world, token, kind)?;
        if self.is_of(cx.note) {
            let_go(cx.world, self.token);
        }
        (self.token, self.serial) = (token, cx.note.serial.get());
        self.end.set(cx.note, AtEnd::Call(let_go, token));
        Ok(())
    }

    /// Whether the unit holds a bus for this note already. Instrument 0 is no note: it never ends.
    fn is_of(&self, note: &Note) -> bool {
        self.serial != 0 && self.serial == note.serial.get()
    }
}

fn let_go(world: &mut World, token: f64) {
    // Somebody else may have released it once too often.
    let _ = pool::release(world, token);
}

fn assign(cx: &mut Init<'_>) -> OpResult {
    let kind = if *cx.str(0) == "a" { Kind::Audio } else { Kind::Control };
    let persist = cx.k(1) != 0.0;
    // One hold for the note, to be released at its end: instrument 0 has none.
    let token = pool::take(cx.world, kind, None, 1 + u64::from(persist))?;
    cx.note.at_end.borrow_mut().push(AtEnd::Call(let_go, token));
    cx.set(0, token);
    Ok(())
}

/// Value of a control bus, or the default of input 1.
fn value(io: &Io<'_>, world: &World) -> OpResult<f64> {
    Ok(pool::read(world, io.k(0))?.unwrap_or(io.k(1)))
}

struct InNow;

impl WorldStep for InNow {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        io.set(0, value(io, world)?);
        Ok(())
    }
}

#[derive(Default)]
struct InControl {
    held: Held,
}

impl Ugen for InControl {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.held.hold(cx, Kind::Control)?;
        cx.set(0, value(&cx.io, cx.world)?);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        io.set(0, value(io, world).unwrap_or(io.k(1)));
        Ok(())
    }
}

/// The samples of this call among those of a bus.
fn part(io: &Io<'_>) -> std::ops::Range<usize> {
    let start = cycle_start(io);
    start + io.first..start + io.end
}

#[derive(Default)]
struct InAudio {
    held: Held,
}

impl Ugen for InAudio {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.held.hold(cx, Kind::Audio)
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let samples = pool::samples(world, self.held.token).get(part(io)).unwrap_or(&[]);
        for (n, out) in io.out(0).iter().enumerate() {
            out.set(samples.get(n).copied().unwrap_or(0.0));
        }
        Ok(())
    }
}

struct OutNow;

impl WorldStep for OutNow {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        pool::write(world, io.k(0), io.k(1))
    }
}

#[derive(Default)]
struct OutControl {
    held: Held,
}

impl WorldUgen for OutControl {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.held.hold(cx, Kind::Control)
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        // A bus that was released once too often is gone, and nobody can read it.
        let _ = pool::write(world, self.held.token, io.k(1));
        Ok(())
    }
}

const SET: bool = false;
const MIX: bool = true;

#[derive(Default)]
struct OutAudio<const ADD: bool> {
    held: Held,
}

impl<const ADD: bool> WorldUgen for OutAudio<ADD> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.held.hold(cx, Kind::Audio)
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let samples = pool::samples_mut(world, self.held.token).get_mut(part(io)).unwrap_or(&mut []);
        for (slot, x) in samples.iter_mut().zip(io.a(1)) {
            *slot = if ADD { *slot + x.get() } else { x.get() };
        }
        Ok(())
    }
}
