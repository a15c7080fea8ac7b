//! What a note knows of the MIDI event that started it, and of controllers.

use orchestrion_base::op::OpDef;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[];
