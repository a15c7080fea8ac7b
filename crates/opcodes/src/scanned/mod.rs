//! Signal generators: scanned synthesis.

use orchestrion_base::op::OpDef;

mod scantable;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[&scantable::SCANHAMMER, &scantable::SCANTABLE];
