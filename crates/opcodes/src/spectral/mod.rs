//! Spectral processing: signals as frames of amplitudes and frequencies, once per hop.

use orchestrion_base::op::OpDef;

mod effect;
mod formants;
mod frames;
mod pvs2array;
mod pvsadsyn;
mod pvsanal;
mod pvsarp;
mod pvsband;
mod pvsbin;
mod pvsblur;
mod pvscale;
mod pvscent;
mod pvsdemix;
mod pvsfilter;
mod pvsfreeze;
mod pvsftw;
mod pvsgain;
mod pvsinfo;
mod pvsinit;
mod pvslock;
mod pvsmaska;
mod pvsmix;
mod pvsmooth;
mod pvspitch;
mod pvstrace;
mod pvsvoc;
mod pvsynth;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &pvs2array::PVS2ARRAY,
    &pvs2array::PVS2TAB,
    &pvs2array::PVSFROMARRAY,
    &pvs2array::TAB2PVS,
    &pvsadsyn::PVSADSYN,
    &pvsanal::PVSANAL,
    &pvsarp::PVSARP,
    &pvsband::PVSBANDP,
    &pvsband::PVSBANDR,
    &pvsbin::PVSBIN,
    &pvsblur::PVSBLUR,
    &pvscale::PVSCALE,
    &pvscale::PVSHIFT,
    &pvscale::PVSWARP,
    &pvscent::PVSBANDWIDTH,
    &pvscent::PVSCENT,
    &pvsdemix::PVSDEMIX,
    &pvsfilter::PVSFILTER,
    &pvsfreeze::PVSFREEZE,
    &pvsftw::PVSFTR,
    &pvsftw::PVSFTW,
    &pvsgain::PVSGAIN,
    &pvsinfo::PVSINFO,
    &pvsinit::PVSINIT,
    &pvslock::PVSLOCK,
    &pvsmaska::PVSMASKA,
    &pvsmaska::PVSTENCIL,
    &pvsmix::PVSCROSS,
    &pvsmix::PVSMIX,
    &pvsmix::PVSMORPH,
    &pvsmooth::PVSMOOTH,
    &pvspitch::PVSPITCH,
    &pvstrace::PVSTRACE,
    &pvsvoc::PVSVOC,
    &pvsynth::PVSYNTH,
];
