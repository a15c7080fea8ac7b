//! Standard filters.

use orchestrion_base::op::OpDef;

mod tone;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[&tone::TONE];
