//! `push_f`, `pop_f`: spectral signals through a stack.
//!
//! The frames are copied, so that a signal may change or its note end before somebody takes it.

use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::spectrum::Spectrum;
use orchestrion_base::world::World;

/// Definition of `push_f`.
pub static PUSH_F: OpDef = OpDef::new("push_f", "Puts a spectral signal on the stack.")
    .sigs(&[sig("", "f", Make::Unit(world_unit::<Push>))])
    .ins(&[port("fsig", "signal to put there, at init and in every k-cycle")])
    .writes(Res::FAMILY)
    .may_fail()
    .source("Manual: push_f");

/// Definition of `pop_f`.
pub static POP_F: OpDef = OpDef::new("pop_f", "Takes a spectral signal off the stack.")
    .sigs(&[sig("f", "", Make::Unit(world_unit::<Pop>))])
    .outs(&[port("fsig", "the signal that was put there last")])
    .writes(Res::FAMILY)
    .may_fail()
    .source("Manual: pop_f");

/// Most signals that may wait.
const DEPTH: usize = 256;

/// The signals that wait, and room for more.
#[derive(Default)]
struct Frames {
    signals: Vec<Spectrum>,
    used: usize,
}

impl Frames {
    fn push(&mut self, signal: &Spectrum) -> OpResult {
        let place = self.signals.get_mut(self.used).ok_or("push_f: there is no room on the stack")?;
        place.clone_from(signal);
        self.used += 1;
        Ok(())
    }

    fn pop(&mut self, signal: &mut Spectrum) -> OpResult {
        let last = self.used.checked_sub(1).ok_or("pop_f: the stack is empty")?;
        signal.clone_from(&self.signals[last]);
        self.used = last;
        Ok(())
    }
}

#[derive(Default)]
struct Push;

impl WorldUgen for Push {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let frames = cx.world.shared::<Frames>();
        if frames.used == frames.signals.len() {
            if frames.used >= DEPTH {
                return Err(OpError::new(format!("push_f: {DEPTH} signals are on the stack already")));
            }
            frames.signals.push(Spectrum::default());
        }
        cx.io.spectrum(0).map_or(Ok(()), |signal| frames.push(&signal))
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        io.spectrum(0).map_or(Ok(()), |signal| world.shared::<Frames>().push(&signal))
    }
}

#[derive(Default)]
struct Pop;

impl WorldUgen for Pop {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        cx.io.spectrum_out(0).map_or(Ok(()), |mut signal| cx.world.shared::<Frames>().pop(&mut signal))
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        io.spectrum_out(0).map_or(Ok(()), |mut signal| world.shared::<Frames>().pop(&mut signal))
    }
}
