//! Opcodes of the collection csound-plugins that csoundengine's orchestras use; csound does not have them.

use orchestrion_base::op::OpDef;

mod atstop;
mod pread;
mod pwrite;
mod uniqinstance;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[&atstop::ATSTOP, &pread::PREAD, &pwrite::PWRITE, &uniqinstance::UNIQINSTANCE];
