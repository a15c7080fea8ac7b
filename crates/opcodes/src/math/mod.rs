//! Mathematical functions.

use orchestrion_base::op::OpDef;

mod bpf;
mod elements;
mod exponential;
mod extremes;
mod interpolate;
pub(crate) mod limits;
pub(crate) mod rounding;
mod shape;
mod sums;
mod trigonometry;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &bpf::BPF,
    &bpf::BPFCOS,
    &exponential::SQRT,
    &exponential::CBRT,
    &exponential::EXP,
    &exponential::LOG10,
    &exponential::LOG2,
    &exponential::POWOFTWO,
    &exponential::LOGBTWO,
    &exponential::LOG,
    &exponential::POW,
    &exponential::HYPOT,
    &extremes::MAX,
    &extremes::MIN,
    &extremes::MAXABS,
    &extremes::MINABS,
    &extremes::MAXACCUM,
    &extremes::MINACCUM,
    &extremes::MAXABSACCUM,
    &extremes::MINABSACCUM,
    &interpolate::LINLIN,
    &interpolate::LINCOS,
    &interpolate::XYSCALE,
    &interpolate::SCALE,
    &interpolate::SCALE2,
    &interpolate::EXPCURVE,
    &interpolate::LOGCURVE,
    &interpolate::GAINSLIDER,
    &interpolate::NXTPOW2,
    &limits::LIMIT,
    &limits::WRAP,
    &limits::MIRROR,
    &limits::DIVZ,
    &limits::FMOD,
    &limits::FMAX,
    &limits::FMIN,
    &rounding::ABS,
    &rounding::INT,
    &rounding::FRAC,
    &rounding::ROUND,
    &rounding::CEIL,
    &rounding::FLOOR,
    &rounding::SIGNUM,
    &rounding::QINF,
    &rounding::QNAN,
    &rounding::LIMIT1,
    &shape::POWERSHAPE,
    &shape::CHEBYSHEVPOLY,
    &sums::SUM,
    &sums::PRODUCT,
    &sums::MAC,
    &sums::MACA,
    &sums::POLYNOMIAL,
    &sums::VINCR,
    &sums::CLEAR,
    &sums::NTRPOL,
    &trigonometry::SIN,
    &trigonometry::COS,
    &trigonometry::TAN,
    &trigonometry::SININV,
    &trigonometry::COSINV,
    &trigonometry::SINH,
    &trigonometry::COSH,
    &trigonometry::TANH,
    &trigonometry::TANINV,
    &trigonometry::TANINV2,
];
