//! Sample playback: sound from tables, with loops.

use orchestrion_base::op::OpDef;

mod loscil;
mod loscilx;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] =
    &[&loscil::LOSCIL, &loscil::LOSCIL3, &loscil::LOSCILPHS, &loscil::LOSCIL3PHS, &loscilx::LOSCILX];
