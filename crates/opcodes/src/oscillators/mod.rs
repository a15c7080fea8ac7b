//! Signal generators: oscillators.

use orchestrion_base::op::OpDef;

mod buzz;
mod ephasor;
mod foscil;
mod gbuzz;
mod gendy;
mod lfo;
mod lphasor;
mod mpulse;
mod oscbnk;
mod oscil;
mod oscil1;
mod oscilikt;
mod osciln;
mod oscils;
mod phasor;
mod phasorbnk;
mod pluck;
pub(crate) mod poscil;
mod squinewave;
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
    &gendy::GENDY,
    &gendy::GENDYC,
    &gendy::GENDYX,
    &lfo::LFO,
    &lphasor::LPHASOR,
    &mpulse::MPULSE,
    &oscbnk::OSCBNK,
    &oscil::OSCIL,
    &oscil::OSCILI,
    &oscil::OSCIL3,
    &oscil1::OSCIL1,
    &oscil1::OSCIL1I,
    &oscilikt::OSCILIKT,
    &oscilikt::OSCILIKTP,
    &oscilikt::OSCILIKTS,
    &osciln::OSCILN,
    &osciln::OSCILX,
    &oscils::OSCILS,
    &phasor::PHASOR,
    &phasorbnk::PHASORBNK,
    &pluck::PLUCK,
    &poscil::POSCIL,
    &poscil::POSCIL3,
    &squinewave::SQUINEWAVE,
    &syncphasor::SYNCPHASOR,
    &vco2::VCO2,
    &vco2::VCO2FT,
    &vco2::VCO2IFT,
    &vco2::VCO2INIT,
    &vco::VCO,
];
