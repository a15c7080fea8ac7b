//! Linear prediction: analysis, and filters with the coefficients it gives.

use orchestrion_base::op::OpDef;

mod allpole;
mod apoleparams;
mod frame;
mod lpcanal;
mod lpcfilter;
mod lpform;
mod lpread;
mod lpreson;
mod pvslpc;
mod resonbnk;
mod slots;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &allpole::ALLPOLE,
    &apoleparams::APOLEPARAMS,
    &lpcanal::LPCANAL,
    &lpcfilter::LPCFILTER,
    &lpform::LPFORM,
    &lpread::LPREAD,
    &lpread::LPSLOT,
    &lpread::LPINTERP,
    &lpreson::LPRESON,
    &lpreson::LPFRESON,
    &pvslpc::PVSLPC,
    &resonbnk::RESONBNK,
];
