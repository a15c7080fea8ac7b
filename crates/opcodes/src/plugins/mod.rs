//! Opcodes of the collection csound-plugins that csoundengine's orchestras use; csound does not have them.

use orchestrion_base::op::OpDef;

mod atstop;
mod bisect;
mod column;
mod interp1d;
mod pread;
mod pwrite;
mod uniqinstance;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &atstop::ATSTOP,
    &bisect::BISECT,
    &interp1d::INTERP1D,
    &pread::PREAD,
    &pwrite::PWRITE,
    &uniqinstance::UNIQINSTANCE,
];
