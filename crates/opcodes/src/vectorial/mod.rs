//! Signal generators: hyper-vectorial synthesis.

use orchestrion_base::op::OpDef;

mod hvs;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[&hvs::HVS1, &hvs::HVS2, &hvs::HVS3];
