//! Software channels: values by name, shared by notes and the host.

use orchestrion_base::op::OpDef;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[];
