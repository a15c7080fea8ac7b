//! Signal generators: additive synthesis.

use orchestrion_base::op::OpDef;

mod adsyn;
mod adsynt;
mod hsboscil;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[&adsyn::ADSYN, &adsynt::ADSYNT, &adsynt::ADSYNT2, &hsboscil::HSBOSCIL];
