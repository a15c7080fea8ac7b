//! Delays and what is made of them.

use orchestrion_base::op::OpDef;

mod babo;
mod comb;
mod delay;
mod delayr;
mod deltapx;
mod flanger;
mod freeverb;
mod multitap;
mod nestedap;
mod nreverb;
mod platerev;
mod reverb;
mod reverbsc;
mod ring;
mod vcomb;
mod vdelay;
mod vdelayx;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &babo::BABO,
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
    &flanger::FLANGER,
    &freeverb::FREEVERB,
    &multitap::MULTITAP,
    &nestedap::NESTEDAP,
    &nreverb::NREVERB,
    &nreverb::REVERB2,
    &platerev::PLATEREV,
    &reverb::REVERB,
    &reverbsc::REVERBSC,
    &vcomb::VALPASS,
    &vcomb::VCOMB,
    &vdelay::VDELAY,
    &vdelay::VDELAY3,
    &vdelayx::VDELAYX,
    &vdelayx::VDELAYXQ,
    &vdelayx::VDELAYXS,
    &vdelayx::VDELAYXW,
    &vdelayx::VDELAYXWQ,
    &vdelayx::VDELAYXWS,
];
