//! Strings.

use orchestrion_base::op::OpDef;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[];
