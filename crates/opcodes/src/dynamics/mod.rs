//! Amplitude and dynamics: limiting, compressing, measuring loudness.

use orchestrion_base::op::OpDef;

mod clip;
mod compress;
mod dam;
mod denorm;
mod lufs;
mod vactrol;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &clip::CLIP,
    &compress::COMPRESS,
    &compress::COMPRESS2,
    &dam::DAM,
    &denorm::DENORM,
    &lufs::LUFS,
    &vactrol::VACTROL,
];
