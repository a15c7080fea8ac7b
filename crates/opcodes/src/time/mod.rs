//! Time, and what a note knows about itself.

use orchestrion_base::op::OpDef;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[];
