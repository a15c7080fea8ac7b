//! Buses that carry audio and control values from note to note, as csoundengine's orchestras use them; csound
//! does not have them.

use orchestrion_base::op::OpDef;

mod bus;
pub mod pool;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[&bus::BUSASSIGN, &bus::BUSIN, &bus::BUSOUT, &bus::BUSMIX];
