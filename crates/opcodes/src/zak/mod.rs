//! The zak patch space: numbered control and audio cells that all notes share.

use orchestrion_base::op::OpDef;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[];
