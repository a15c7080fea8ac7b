//! Mathematical functions.

use orchestrion_base::op::OpDef;

mod exponential;
mod extremes;
mod limits;
mod rounding;
mod sums;
mod trigonometry;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
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
    &extremes::MAX_K,
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
