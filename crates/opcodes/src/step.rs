//! Opcodes without state: one function that reads the inputs and writes the outputs.
//!
//! A type without fields implements [`Step`]; the three adapters make it run at init, at performance,
//! or at both, as the reference registers the opcode.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, Ugen, WorldUgen, unit, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use std::cell::Cell;
use std::marker::PhantomData;

/// Computes outputs from inputs and the shared world, which it only looks at.
pub(crate) trait Step: Send + 'static {
    /// Reads inputs, writes outputs. At performance once per k-cycle.
    ///
    /// # Errors
    /// At init the note is dropped, at performance it is removed.
    fn step(io: &Io<'_>, world: &World) -> OpResult;
}

/// Runs at init only.
pub(crate) const fn at_init<S: Step>() -> Make {
    Make::Init(init::<S>)
}

/// Runs at performance only.
pub(crate) const fn at_perf<S: Step>() -> Make {
    Make::Unit(unit::<Perf<S>>)
}

/// Runs at init and at performance.
pub(crate) const fn at_both<S: Step>() -> Make {
    Make::Unit(unit::<Both<S>>)
}

fn init<S: Step>(cx: &mut Init<'_>) -> OpResult {
    S::step(&cx.io, cx.world)
}

struct Perf<S>(PhantomData<S>);
struct Both<S>(PhantomData<S>);

impl<S> Default for Perf<S> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<S> Default for Both<S> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<S: Step> Ugen for Perf<S> {
    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        S::step(io, world)
    }
}

impl<S: Step> Ugen for Both<S> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        S::step(&cx.io, cx.world)
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        S::step(io, world)
    }
}

/// As [`Step`], for opcodes that change the shared world.
pub(crate) trait WorldStep: Send + 'static {
    /// As [`Step::step`].
    ///
    /// # Errors
    /// At init the note is dropped, at performance it is removed.
    fn step(io: &Io<'_>, world: &mut World) -> OpResult;
}

/// Runs at init only.
pub(crate) const fn world_at_init<S: WorldStep>() -> Make {
    Make::Init(world_init::<S>)
}

/// Runs at performance only.
pub(crate) const fn world_at_perf<S: WorldStep>() -> Make {
    Make::Unit(world_unit::<WorldPerf<S>>)
}

fn world_init<S: WorldStep>(cx: &mut Init<'_>) -> OpResult {
    S::step(&cx.io, cx.world)
}

struct WorldPerf<S>(PhantomData<S>);

impl<S> Default for WorldPerf<S> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<S: WorldStep> WorldUgen for WorldPerf<S> {
    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        S::step(io, world)
    }
}

/// Samples that [`in_chunks`] computes at a time.
const CHUNK: usize = 64;

/// Fills an output chunk by chunk: `fill` gets the number of the chunk's first sample and a buffer to
/// compute into, so that every input may be the output's own variable.
pub(crate) fn in_chunks(out: &[Cell<f64>], mut fill: impl FnMut(usize, &mut [f64])) {
    let mut buffer = [0.0; CHUNK];
    for (c, out) in out.chunks(CHUNK).enumerate() {
        let buffer = &mut buffer[..out.len()];
        fill(c * CHUNK, buffer);
        for (out, &y) in out.iter().zip(buffer.iter()) {
            out.set(y);
        }
    }
}
