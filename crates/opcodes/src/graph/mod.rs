//! The signal flow graph: named outlets and inlets of instruments, and the connections between them.

use orchestrion_base::op::OpDef;

mod connect;
mod inlet;
mod outlet;
mod ports;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &connect::CONNECT,
    &inlet::INLETA,
    &inlet::INLETK,
    &inlet::INLETKID,
    &inlet::INLETF,
    &inlet::INLETV,
    &outlet::OUTLETA,
    &outlet::OUTLETK,
    &outlet::OUTLETKID,
    &outlet::OUTLETF,
    &outlet::OUTLETV,
];
