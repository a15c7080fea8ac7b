//! Signal generators: oscillators.

use orchestrion_base::op::OpDef;

mod buzz;
mod foscil;
mod gbuzz;
mod lfo;
mod mpulse;
mod oscil;
mod oscil1;
mod osciln;
mod oscils;
mod phasor;
mod phasorbnk;
mod pluck;
pub(crate) mod poscil;
mod syncphasor;
mod vco;
mod vco2;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &buzz::BUZZ,
    &foscil::FOSCIL,
    &foscil::FOSCILI,
    &gbuzz::GBUZZ,
    &lfo::LFO,
    &mpulse::MPULSE,
    &oscil::OSCIL,
    &oscil::OSCILI,
    &oscil::OSCIL3,
    &oscil1::OSCIL1,
    &oscil1::OSCIL1I,
    &osciln::OSCILN,
    &oscils::OSCILS,
    &phasor::PHASOR,
    &phasorbnk::PHASORBNK,
    &pluck::PLUCK,
    &poscil::POSCIL,
    &poscil::POSCIL3,
    &syncphasor::SYNCPHASOR,
    &vco::VCO,
    &vco2::VCO2,
    &vco2::VCO2FT,
    &vco2::VCO2IFT,
    &vco2::VCO2INIT,
];
