//! The opcodes of Orchestrion: one folder per chapter of the manual, one file per opcode or tight
//! family, [`registry`] for all of them.
//!
//! Adding an opcode: write its file in the folder of its chapter, add the two adjacent lines (`mod`
//! and the row in `OPS`) to the folder's `mod.rs`, add its case file under `tests/conformance`.

pub mod arrays;
pub mod channels;
pub mod convolution;
pub mod delays;
pub mod dynamics;
pub mod effects;
pub mod envelopes;
pub mod events;
pub mod filters;
pub mod lpc;
pub mod math;
pub mod midi;
pub mod mixer;
pub mod oscillators;
pub mod panning;
pub mod pitch;
pub mod print;
pub mod random;
pub mod signal;
pub mod sound_io;
pub mod strings;
pub mod tables;
pub mod time;
pub mod tracking;
pub mod zak;

pub mod reference;

mod lookup;
mod step;

#[cfg(test)]
pub(crate) mod bench;

use orchestrion_base::op::OpDef;
use orchestrion_base::registry::Registry;

/// Families in the order of the manual's chapters.
const FAMILIES: &[(&str, &[&OpDef])] = &[
    ("arrays", arrays::OPS),
    ("channels", channels::OPS),
    ("convolution", convolution::OPS),
    ("delays", delays::OPS),
    ("dynamics", dynamics::OPS),
    ("effects", effects::OPS),
    ("envelopes", envelopes::OPS),
    ("events", events::OPS),
    ("filters", filters::OPS),
    ("lpc", lpc::OPS),
    ("math", math::OPS),
    ("midi", midi::OPS),
    ("mixer", mixer::OPS),
    ("oscillators", oscillators::OPS),
    ("panning", panning::OPS),
    ("pitch", pitch::OPS),
    ("print", print::OPS),
    ("random", random::OPS),
    ("signal", signal::OPS),
    ("sound_io", sound_io::OPS),
    ("strings", strings::OPS),
    ("tables", tables::OPS),
    ("time", time::OPS),
    ("tracking", tracking::OPS),
    ("zak", zak::OPS),
];

/// All opcodes, by family.
pub fn families() -> impl Iterator<Item = (&'static str, &'static [&'static OpDef])> {
    FAMILIES.iter().copied()
}

/// The registry of all built-in opcodes; it knows the names of those that are missing, too.
pub fn registry() -> Registry {
    let mut registry = Registry::default();
    for (_, ops) in families() {
        for op in ops {
            registry.add(op);
        }
    }
    for name in reference::names() {
        registry.add_missing(name, reference::refusal(name));
    }
    registry
}
