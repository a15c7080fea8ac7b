//! Spectral processing: signals as frames of amplitudes and frequencies, once per hop.

use orchestrion_base::op::OpDef;

mod effect;
mod frames;
mod pvs2array;
mod pvsadsyn;
mod pvsanal;
mod pvsbin;
mod pvscent;
mod pvsftw;
mod pvsgain;
mod pvsinfo;
mod pvsinit;
mod pvspitch;
mod pvsynth;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &pvs2array::PVS2ARRAY,
    &pvs2array::PVS2TAB,
    &pvs2array::PVSFROMARRAY,
    &pvs2array::TAB2PVS,
    &pvsadsyn::PVSADSYN,
    &pvsanal::PVSANAL,
    &pvsbin::PVSBIN,
    &pvscent::PVSBANDWIDTH,
    &pvscent::PVSCENT,
    &pvsftw::PVSFTR,
    &pvsftw::PVSFTW,
    &pvsgain::PVSGAIN,
    &pvsinfo::PVSINFO,
    &pvsinit::PVSINIT,
    &pvspitch::PVSPITCH,
    &pvsynth::PVSYNTH,
];
