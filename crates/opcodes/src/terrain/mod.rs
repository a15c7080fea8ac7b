//! Signal generators: wave terrain synthesis.

use orchestrion_base::op::OpDef;

mod sterrain;
mod surface;
mod wterrain;
mod wterrain2;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[&sterrain::STERRAIN, &wterrain::WTERRAIN, &wterrain2::WTERRAIN2];
