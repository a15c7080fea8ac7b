//! Convolution and morphing.

use orchestrion_base::op::OpDef;

mod convolve;
mod cross2;
mod dconv;
mod ftconv;
mod liveconv;
mod partitioned;
mod pconvolve;
mod tvconv;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &convolve::CONVOLVE,
    &convolve::CONVLE,
    &cross2::CROSS2,
    &dconv::DCONV,
    &ftconv::FTCONV,
    &liveconv::LIVECONV,
    &pconvolve::PCONVOLVE,
    &tvconv::TVCONV,
];
