//! Delays and what is made of them.

use orchestrion_base::op::OpDef;

mod comb;
mod delay;
mod delayr;
mod deltapx;
mod freeverb;
mod multitap;
mod nreverb;
mod reverb;
mod reverbsc;
mod vcomb;
mod vdelay;
mod vdelayx;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &comb::ALPASS,
    &comb::COMB,
    &comb::COMBINV,
    &delay::DELAY,
    &delay::DELAY1,
    &delayr::DELAYR,
    &delayr::DELAYW,
    &delayr::DELTAP,
    &delayr::DELTAP3,
    &delayr::DELTAPI,
    &delayr::DELTAPN,
    &deltapx::DELTAPX,
    &deltapx::DELTAPXW,
    &freeverb::FREEVERB,
    &multitap::MULTITAP,
    &nreverb::NREVERB,
    &nreverb::REVERB2,
    &reverb::REVERB,
    &reverbsc::REVERBSC,
    &vcomb::VALPASS,
    &vcomb::VCOMB,
    &vdelay::VDELAY,
    &vdelay::VDELAY3,
    &vdelayx::VDELAYX,
];
