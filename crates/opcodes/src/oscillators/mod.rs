//! Signal generators: oscillators.

use orchestrion_base::op::OpDef;

mod buzz;
mod ephasor;
mod foscil;
mod gbuzz;
mod lfo;
mod oscil;
mod oscil1;
mod osciln;
mod oscils;
mod phasor;
mod phasorbnk;
mod pluck;
mod poscil;
mod syncphasor;
mod vco;
mod vco2;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &buzz::BUZZ,
    &ephasor::EPHASOR,
    &foscil::FOSCIL,
    &foscil::FOSCILI,
    &gbuzz::GBUZZ,
    &lfo::LFO,
    &oscil1::OSCIL1,
    &oscil1::OSCIL1I,
    &oscil::OSCIL,
    &oscil::OSCIL3,
    &oscil::OSCILI,
    &osciln::OSCILN,
    &oscils::OSCILS,
    &phasor::PHASOR,
    &phasorbnk::PHASORBNK,
    &pluck::PLUCK,
    &poscil::POSCIL,
    &poscil::POSCIL3,
    &syncphasor::SYNCPHASOR,
    &vco2::VCO2,
    &vco2::VCO2FT,
    &vco2::VCO2IFT,
    &vco2::VCO2INIT,
    &vco::VCO,
];
