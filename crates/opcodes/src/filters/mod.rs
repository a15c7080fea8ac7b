//! Standard filters.

use orchestrion_base::op::OpDef;

mod areson;
mod biquad;
mod butter;
mod dcblock;
mod lag;
mod lineto;
mod lowpass2;
mod lowres;
mod lpf18;
mod moogladder;
mod moogvcf;
mod pareq;
mod port;
mod rbjeq;
mod reson;
mod resonr;
mod rezzy;
mod statevar;
mod tone;
mod tonex;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &areson::ARESON,
    &areson::ARESONK,
    &biquad::BIQUAD,
    &butter::BUTBP,
    &butter::BUTBR,
    &butter::BUTHP,
    &butter::BUTLP,
    &butter::BUTTERBP,
    &butter::BUTTERBR,
    &butter::BUTTERHP,
    &butter::BUTTERLP,
    &dcblock::DCBLOCK,
    &dcblock::DCBLOCK2,
    &lag::LAG,
    &lag::LAGUD,
    &lineto::LINETO,
    &lineto::TLINETO,
    &lowpass2::LOWPASS2,
    &lowres::LOWRES,
    &lowres::LOWRESX,
    &lpf18::LPF18,
    &moogladder::MOOGLADDER,
    &moogladder::MOOGLADDER2,
    &moogvcf::MOOGVCF,
    &moogvcf::MOOGVCF2,
    &pareq::PAREQ,
    &port::PORT,
    &port::PORTK,
    &rbjeq::RBJEQ,
    &reson::RESON,
    &reson::RESONK,
    &reson::RESONX,
    &resonr::RESONR,
    &resonr::RESONZ,
    &rezzy::REZZY,
    &statevar::STATEVAR,
    &statevar::SVFILTER,
    &tone::ATONE,
    &tone::ATONEK,
    &tone::TONE,
    &tone::TONEK,
    &tonex::ATONEX,
    &tonex::TONEX,
];
