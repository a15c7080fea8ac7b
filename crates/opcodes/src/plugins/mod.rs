//! Opcodes of the collection csound-plugins that csoundengine's orchestras use; csound does not have them.

use orchestrion_base::op::OpDef;

mod atstop;
mod bisect;
mod column;
mod interp1d;
mod pool;
mod pread;
mod pwrite;
mod uniqinstance;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &atstop::ATSTOP,
    &bisect::BISECT,
    &interp1d::INTERP1D,
    &pool::POOL_NEW,
    &pool::POOL_GEN,
    &pool::POOL_FREE,
    &pool::POOL_POP,
    &pool::POOL_PUSH,
    &pool::POOL_AT,
    &pool::POOL_SIZE,
    &pool::POOL_CAPACITY,
    &pool::POOL_ISFULL,
    &pread::PREAD,
    &pwrite::PWRITE,
    &uniqinstance::UNIQINSTANCE,
];
