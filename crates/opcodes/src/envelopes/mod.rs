//! Envelope generators.

use orchestrion_base::op::OpDef;

mod cosseg;
mod envlpx;
mod envlpxr;
mod expseg;
mod expsegr;
mod gtadsr;
mod line;
mod linen;
mod linenr;
mod linseg;
mod linsegr;
mod loopseg;
mod segments;
mod transeg;
mod trigseg;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &cosseg::COSSEG,
    &cosseg::COSSEGB,
    &cosseg::COSSEGR,
    &envlpx::ENVLPX,
    &envlpxr::ENVLPXR,
    &expseg::EXPSEG,
    &expseg::EXPSEGA,
    &expseg::EXPSEGB,
    &expseg::EXPSEGBA,
    &expseg::XADSR,
    &expsegr::EXPSEGR,
    &expsegr::MXADSR,
    &gtadsr::GTADSR,
    &line::EXPON,
    &line::LINE,
    &linen::LINEN,
    &linenr::LINENR,
    &linseg::ADSR,
    &linseg::LINSEG,
    &linseg::LINSEGB,
    &linsegr::LINSEGR,
    &linsegr::MADSR,
    &loopseg::LOOPSEG,
    &loopseg::LOOPSEGP,
    &loopseg::LPSHOLD,
    &loopseg::LPSHOLDP,
    &loopseg::LOOPTSEG,
    &loopseg::LOOPXSEG,
    &transeg::TRANSEG,
    &transeg::TRANSEGB,
    &transeg::TRANSEGR,
    &trigseg::TRIGEXPSEG,
    &trigseg::TRIGEXPSEG_SMALL,
    &trigseg::TRIGLINSEG,
    &trigseg::TRIGLINSEG_SMALL,
];
