//! Special effects: distortion, phasers, harmonizers.

use orchestrion_base::op::OpDef;

mod distort;
mod distort1;
mod doppler;
mod exciter;
mod fold;
mod harmon;
mod harmon2;
mod pd;
mod phaser;
mod vps;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &distort1::DISTORT1,
    &distort::DISTORT,
    &doppler::DOPPLER,
    &exciter::EXCITER,
    &fold::FOLD,
    &harmon2::HARMON2,
    &harmon2::HARMON3,
    &harmon2::HARMON4,
    &harmon::HARMON,
    &pd::PDCLIP,
    &pd::PDHALF,
    &pd::PDHALFY,
    &phaser::PHASER1,
    &phaser::PHASER2,
    &vps::VPS,
];
