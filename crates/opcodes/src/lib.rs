//! The opcodes of Orchestrion: one folder per chapter of the manual, one file per opcode or tight
//! family, [`registry`] for all of them.
//!
//! Adding an opcode: write its file in the folder of its chapter, add the two adjacent lines (`mod`
//! and the row in `OPS`) to the folder's `mod.rs`, add its case file under `tests/conformance`.

pub mod filters;

#[cfg(test)]
pub(crate) mod bench;

use orchestrion_base::op::OpDef;
use orchestrion_base::registry::Registry;

/// Families in the order of the manual's chapters.
const FAMILIES: &[(&str, &[&OpDef])] = &[("filters", filters::OPS)];

/// All opcodes, by family.
pub fn families() -> impl Iterator<Item = (&'static str, &'static [&'static OpDef])> {
    FAMILIES.iter().copied()
}

/// The registry of all built-in opcodes.
pub fn registry() -> Registry {
    let mut registry = Registry::default();
    for (_, ops) in families() {
        for op in ops {
            registry.add(op);
        }
    }
    registry
}
