//! Spectral processing: signals as frames of amplitudes and frequencies, once per hop.

use orchestrion_base::op::OpDef;

mod binit;
mod effect;
mod formants;
pub(crate) mod frames;
mod gate;
mod handed;
mod mincer;
mod part2txt;
mod partials;
mod pvadd;
mod pvcross;
mod pvoc;
pub(crate) mod pvocex;
mod pvread;
mod pvs2array;
mod pvsadsyn;
mod pvsanal;
mod pvsarp;
mod pvsband;
mod pvsbin;
mod pvsblur;
mod pvsbuffer;
mod pvscale;
mod pvscent;
mod pvsceps;
mod pvsdemix;
mod pvsfilter;
mod pvsfread;
mod pvsfreeze;
mod pvsftw;
mod pvsgain;
mod pvsgendy;
mod pvsifd;
mod pvsin;
mod pvsinfo;
mod pvsinit;
mod pvslock;
mod pvsmaska;
mod pvsmix;
mod pvsmooth;
mod pvsosc;
mod pvspitch;
mod pvstanal;
mod pvstrace;
mod pvsvoc;
mod pvsynth;
mod sound;
mod temposcal;
mod tracks;
mod tradsyn;
mod trhighest;
mod trscale;
mod trsplit;
mod vocoder;
mod vpvoc;
mod warp;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &binit::BINIT,
    &mincer::MINCER,
    &temposcal::FILESCAL,
    &temposcal::TEMPOSCAL,
    &part2txt::PART2TXT,
    &partials::PARTIALS,
    &pvs2array::PVS2ARRAY,
    &pvs2array::PVS2TAB,
    &pvs2array::PVSFROMARRAY,
    &pvs2array::TAB2PVS,
    &pvadd::PVADD,
    &pvcross::PVBUFREAD,
    &pvcross::PVCROSS,
    &pvcross::PVINTERP,
    &pvoc::PVOC,
    &pvread::PVREAD,
    &pvsadsyn::PVSADSYN,
    &pvsanal::PVSANAL,
    &pvsarp::PVSARP,
    &pvsband::PVSBANDP,
    &pvsband::PVSBANDR,
    &pvsbin::PVSBIN,
    &pvsblur::PVSBLUR,
    &pvsbuffer::PVSBUFFER,
    &pvsbuffer::PVSBUFREAD,
    &pvsbuffer::PVSBUFREAD2,
    &pvscale::PVSCALE,
    &pvscale::PVSHIFT,
    &pvscale::PVSWARP,
    &pvscent::PVSBANDWIDTH,
    &pvscent::PVSCENT,
    &pvsceps::PVSCEPS,
    &pvsceps::PVSENVFTW,
    &pvsdemix::PVSDEMIX,
    &pvsfilter::PVSFILTER,
    &pvsfread::PVSDISKIN,
    &pvsfread::PVSFREAD,
    &pvsfread::PVSFWRITE,
    &pvsfreeze::PVSFREEZE,
    &pvsftw::PVSFTR,
    &pvsftw::PVSFTW,
    &pvsgain::PVSGAIN,
    &pvsgendy::PVSGENDY,
    &pvsifd::PVSIFD,
    &pvsifd::TABIFD,
    &pvsin::PVSIN,
    &pvsin::PVSOUT,
    &pvsinfo::PVSINFO,
    &pvsinit::PVSINIT,
    &pvslock::PVSLOCK,
    &pvsmaska::PVSMASKA,
    &pvsmaska::PVSTENCIL,
    &pvsmix::PVSCROSS,
    &pvsmix::PVSMIX,
    &pvsmix::PVSMORPH,
    &pvsmooth::PVSMOOTH,
    &pvsosc::PVSOSC,
    &pvspitch::PVSPITCH,
    &pvstanal::PVSTANAL,
    &pvstrace::PVSTRACE,
    &pvsvoc::PVSVOC,
    &pvsynth::PVSYNTH,
    &tradsyn::RESYN,
    &tradsyn::SINSYN,
    &tradsyn::TRADSYN,
    &trhighest::TRHIGHEST,
    &trhighest::TRLOWEST,
    &trscale::TRFILTER,
    &trscale::TRSCALE,
    &trscale::TRSHIFT,
    &trsplit::TRCROSS,
    &trsplit::TRMIX,
    &trsplit::TRSPLIT,
    &vpvoc::TABLESEG,
    &vpvoc::KTABLESEG,
    &vpvoc::TABLEXSEG,
    &vpvoc::VPVOC,
];
