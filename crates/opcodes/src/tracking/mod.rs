//! Tracking of pitch and level.

use orchestrion_base::op::OpDef;

mod pitch;
mod pitchac;
mod pitchamdf;
mod plltrack;
mod ptrack;
mod tempest;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &pitch::PITCH,
    &pitchac::PITCHAC,
    &pitchamdf::PITCHAMDF,
    &plltrack::PLLTRACK,
    &ptrack::PTRACK,
    &tempest::TEMPEST,
];
