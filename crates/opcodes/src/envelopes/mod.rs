//! Envelope generators.

use orchestrion_base::op::OpDef;

mod cosseg;
mod envlpx;
mod expseg;
mod expsegr;
mod line;
mod linen;
mod linenr;
mod linseg;
mod linsegr;
mod loopseg;
mod segments;
mod transeg;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &cosseg::COSSEG,
    &cosseg::COSSEGB,
    &cosseg::COSSEGR,
    &envlpx::ENVLPX,
    &expseg::EXPSEG,
    &expseg::EXPSEGA,
    &expseg::EXPSEGB,
    &expseg::EXPSEGBA,
    &expseg::XADSR,
    &expsegr::EXPSEGR,
    &expsegr::MXADSR,
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
];
