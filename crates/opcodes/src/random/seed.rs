//! `seed`, `getseed`, `rndseed` and the functions `rnd` and `birnd`.

use crate::step::{Step, WorldStep, at_both, at_init, world_at_init, world_at_perf};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{OpDef, Port, Res, port, sig};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `seed`.
pub static SEED: OpDef = OpDef::new("seed", "Starts the shared random generators anew.")
    .sigs(&[sig("", "i", world_at_init::<Seed>())])
    .ins(&[port("ival", "seed, rounded; 0 takes the clock; a negative one counts as 0 without the clock")])
    .source("Manual: seed; semantics J9")
    .differences(&["there is no clock: seed 0 takes a number that is the same in every render"]);
/// Definition of `getseed`.
pub static GETSEED: OpDef = OpDef::new("getseed", "State of the generator of noise and its relatives.")
    .sigs(&[sig("i", "", at_init::<GetSeed>()), sig("k", "", at_both::<GetSeed>())])
    .outs(&[port("xans", "1 to 2^31 - 2")])
    .reads(Res::RANDOM)
    .source("Manual: getseed");
/// Definition of `rndseed`.
pub static RNDSEED: OpDef = OpDef::new("rndseed", "Starts the generator of rnd and birnd anew.")
    .sigs(&[sig("", "i", world_at_init::<RndSeed>())])
    .ins(&[port("iseed", "its fraction counts")])
    .source("semantics J6");

const IN: &[Port] = &[port("xrange", "range")];

/// Definition of `rnd`.
pub static RND: OpDef = OpDef::new("rnd", "A random number from 0 to the range.")
    .sigs(&[sig("i", "i", world_at_init::<Rnd<false>>()), sig("k", "k", world_at_perf::<Rnd<false>>())])
    .outs(&[port("xout", "random number")])
    .ins(IN)
    .reads(Res::RANDOM)
    .writes(Res::RANDOM)
    .source("Manual: rnd; semantics J6");
/// Definition of `birnd`.
pub static BIRND: OpDef = OpDef::new("birnd", "A random number from minus to plus the range.")
    .sigs(&[sig("i", "i", world_at_init::<Rnd<true>>()), sig("k", "k", world_at_perf::<Rnd<true>>())])
    .outs(&[port("xout", "random number")])
    .ins(IN)
    .reads(Res::RANDOM)
    .writes(Res::RANDOM)
    .source("Manual: birnd; semantics J6");

struct Seed;

impl WorldStep for Seed {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        world.random.seed(io.k(0));
        Ok(())
    }
}

struct GetSeed;

impl Step for GetSeed {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        io.set(0, f64::from(world.random.rand31.state));
        Ok(())
    }
}

struct RndSeed;

impl WorldStep for RndSeed {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        world.random.rnd.seed(io.k(0));
        Ok(())
    }
}

struct Rnd<const BIPOLAR: bool>;

impl<const BIPOLAR: bool> WorldStep for Rnd<BIPOLAR> {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        let x = world.random.rnd.unit();
        io.set(0, io.k(0) * if BIPOLAR { 2.0 * x - 1.0 } else { x });
        Ok(())
    }
}
