//! Signal generators: models and emulations.

use orchestrion_base::op::OpDef;

mod barmodel;
mod dripwater;
mod guiro;
mod lorenz;
mod mandel;
mod mandol;
mod modal;
mod moog;
mod planet;
mod prepiano;
mod rattle;
mod shaken;
mod shaker;
mod voice;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &barmodel::BARMODEL,
    &dripwater::DRIPWATER,
    &guiro::GUIRO,
    &lorenz::LORENZ,
    &mandel::MANDEL,
    &mandol::MANDOL,
    &modal::GOGOBEL,
    &modal::MARIMBA,
    &modal::VIBES,
    &moog::MOOG,
    &planet::PLANET,
    &prepiano::PREPIANO,
    &rattle::BAMBOO,
    &rattle::SLEIGHBELLS,
    &rattle::TAMBOURINE,
    &shaken::CABASA,
    &shaken::CRUNCH,
    &shaken::SANDPAPER,
    &shaken::SEKERE,
    &shaken::STIX,
    &shaker::SHAKER,
    &voice::VOICE,
];
