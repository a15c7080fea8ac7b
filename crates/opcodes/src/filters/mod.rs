//! Standard filters.

use orchestrion_base::op::OpDef;

mod areson;
mod biquad;
mod bob;
mod bqrez;
mod butter;
mod clfilt;
mod dcblock;
mod diode_ladder;
mod eqfil;
mod filter2;
mod fofilter;
mod gtf;
mod hilbert;
mod hilbert2;
mod k35;
mod lag;
mod lineto;
mod lowpass2;
mod lowres;
mod lpf18;
mod median;
mod mode;
mod moogladder;
mod moogvcf;
mod mvclpf;
mod mvmfilter;
mod nlalp;
mod nlfilt;
mod pareq;
mod port;
mod rbjeq;
mod reson;
mod resonr;
mod resony;
mod rezzy;
mod skf;
mod statevar;
mod streson;
mod svn;
mod tbvcf;
mod tone;
mod tonex;
mod vclpf;
mod vlowres;
mod zdf;
mod zdf_ladder;
mod zfilter2;

pub(crate) use median::middle;
pub(crate) use reson::scaling;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &areson::ARESON,
    &areson::ARESONK,
    &biquad::BIQUAD,
    &biquad::BIQUADA,
    &bob::BOB,
    &bqrez::BQREZ,
    &butter::BUTBP,
    &butter::BUTBR,
    &butter::BUTHP,
    &butter::BUTLP,
    &butter::BUTTERBP,
    &butter::BUTTERBR,
    &butter::BUTTERHP,
    &butter::BUTTERLP,
    &clfilt::CLFILT,
    &dcblock::DCBLOCK,
    &dcblock::DCBLOCK2,
    &diode_ladder::DIODE_LADDER,
    &eqfil::EQFIL,
    &filter2::FILTER2,
    &fofilter::FOFILTER,
    &gtf::GTF,
    &hilbert2::HILBERT2,
    &hilbert::HILBERT,
    &k35::K35_HPF,
    &k35::K35_LPF,
    &lag::LAG,
    &lag::LAGUD,
    &lag::SC_LAG,
    &lag::SC_LAGUD,
    &lineto::LINETO,
    &lineto::TLINETO,
    &lowpass2::LOWPASS2,
    &lowres::LOWRES,
    &lowres::LOWRESX,
    &lpf18::LPF18,
    &median::MEDIAN,
    &median::MEDIANK,
    &mode::MODE,
    &moogladder::MOOGLADDER,
    &moogladder::MOOGLADDER2,
    &moogvcf::MOOGVCF,
    &moogvcf::MOOGVCF2,
    &mvclpf::MVCHPF,
    &mvclpf::MVCLPF1,
    &mvclpf::MVCLPF2,
    &mvclpf::MVCLPF3,
    &mvclpf::MVCLPF4,
    &mvmfilter::MVMFILTER,
    &nlalp::NLALP,
    &nlfilt::NLFILT,
    &nlfilt::NLFILT2,
    &pareq::PAREQ,
    &port::PORT,
    &port::PORTK,
    &rbjeq::RBJEQ,
    &reson::RESON,
    &reson::RESONK,
    &reson::RESONX,
    &reson::RESONXK,
    &resonr::RESONR,
    &resonr::RESONZ,
    &resony::RESONY,
    &rezzy::REZZY,
    &skf::SKF,
    &skf::SPF,
    &statevar::STATEVAR,
    &statevar::SVFILTER,
    &streson::STRESON,
    &svn::SVN,
    &tbvcf::TBVCF,
    &tone::ATONE,
    &tone::ATONEK,
    &tone::TONE,
    &tone::TONEK,
    &tonex::ATONEX,
    &tonex::TONEX,
    &vclpf::VCLPF,
    &vlowres::VLOWRES,
    &zdf::ZDF_1POLE,
    &zdf::ZDF_1POLE_MODE,
    &zdf::ZDF_2POLE,
    &zdf::ZDF_2POLE_MODE,
    &zdf_ladder::ZDF_LADDER,
    &zfilter2::ZFILTER2,
];
