//! Software channels: values by name, shared by notes and the host.

use orchestrion_base::op::OpDef;

mod arrays;
mod declare;
mod export;
mod get;
mod host;
mod set;
pub(crate) mod shared;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &arrays::CHNGETI,
    &arrays::CHNGETK,
    &arrays::CHNGETA,
    &arrays::CHNGETS,
    &arrays::CHNSETI,
    &arrays::CHNSETK,
    &arrays::CHNSETA,
    &arrays::CHNSETS,
    &declare::CHN_K,
    &declare::CHN_A,
    &declare::CHN_S,
    &declare::CHNPARAMS,
    &export::CHNEXPORT,
    &get::CHNGET,
    &get::CHNGETKS,
    &host::INVALUE,
    &host::OUTVALUE,
    &host::CHANI,
    &host::CHANO,
    &set::CHNSET,
    &set::CHNSETKS,
    &set::CHNMIX,
    &set::CHNCLEAR,
];
