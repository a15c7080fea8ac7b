//! Signal generators: granular synthesis.

use orchestrion_base::op::OpDef;

mod diskgrain;
mod fof;
mod fog;
mod formant;
mod grain;
mod grain2;
mod grain3;
mod granule;
mod masks;
mod particle;
mod particle_maker;
mod partikkel;
mod partikkelsync;
mod syncgrain;
mod syncloop;
mod vosim;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &diskgrain::DISKGRAIN,
    &fof::FOF,
    &fof::FOF2,
    &fog::FOG,
    &grain::GRAIN,
    &grain2::GRAIN2,
    &grain3::GRAIN3,
    &granule::GRANULE,
    &partikkel::PARTIKKEL,
    &partikkelsync::PARTIKKELSYNC,
    &partikkelsync::PARTIKKELGET,
    &partikkelsync::PARTIKKELSET,
    &syncgrain::SYNCGRAIN,
    &syncloop::SYNCLOOP,
    &vosim::VOSIM,
];
