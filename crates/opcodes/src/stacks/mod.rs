//! Stacks: values handed on through one stack that all notes share.

use orchestrion_base::op::OpDef;

mod frames;
mod stack;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[&frames::PUSH_F, &frames::POP_F, &stack::STACK, &stack::PUSH, &stack::POP];
