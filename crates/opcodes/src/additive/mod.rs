//! Signal generators: additive synthesis.

use orchestrion_base::op::OpDef;

mod adsynt;
mod hsboscil;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[&adsynt::ADSYNT, &adsynt::ADSYNT2, &hsboscil::HSBOSCIL];
