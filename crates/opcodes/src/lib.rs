//! The opcodes of Orchestrion: one folder per chapter of the manual, one file per opcode or tight
//! family, [`registry`] for all of them.
//!
//! Adding an opcode: write its file in the folder of its chapter, add the two adjacent lines (`mod`
//! and the row in `OPS`) to the folder's `mod.rs`, add its case file under `tests/conformance`.

pub mod additive;
pub mod arrays;
pub mod buses;
pub mod channels;
pub mod convolution;
pub mod delays;
pub mod dicts;
pub mod dynamics;
pub mod effects;
pub mod envelopes;
pub mod events;
pub mod filters;
pub mod fm;
pub mod granular;
pub mod graph;
pub mod lpc;
pub mod math;
pub mod midi;
pub mod mixer;
pub mod models;
pub mod oscillators;
pub mod panning;
pub mod pitch;
pub mod plugins;
pub mod print;
pub mod random;
pub mod sample_playback;
pub mod scanned;
pub mod signal;
pub mod silent;
pub mod sound_io;
pub mod spectral;
pub mod stacks;
pub mod strings;
pub mod tables;
pub mod terrain;
pub mod time;
pub mod tracking;
pub mod vectors;
pub mod waveguide;
pub mod zak;

pub mod reference;

mod analysis;
mod lookup;
mod phase31;
mod physical;
mod section;
mod sound;
mod step;
mod window;

#[cfg(test)]
pub(crate) mod bench;

use orchestrion_base::op::OpDef;
use orchestrion_base::registry::Registry;

/// Families in the order of the manual's chapters.
const FAMILIES: &[(&str, &[&OpDef])] = &[
    ("additive", additive::OPS),
    ("arrays", arrays::OPS),
    ("buses", buses::OPS),
    ("channels", channels::OPS),
    ("convolution", convolution::OPS),
    ("delays", delays::OPS),
    ("dicts", dicts::OPS),
    ("envelopes", envelopes::OPS),
    ("events", events::OPS),
    ("filters", filters::OPS),
    ("graph", graph::OPS),
    ("fm", fm::OPS),
    ("granular", granular::OPS),
    ("dynamics", dynamics::OPS),
    ("effects", effects::OPS),
    ("lpc", lpc::OPS),
    ("math", math::OPS),
    ("midi", midi::OPS),
    ("mixer", mixer::OPS),
    ("models", models::OPS),
    ("oscillators", oscillators::OPS),
    ("panning", panning::OPS),
    ("pitch", pitch::OPS),
    ("plugins", plugins::OPS),
    ("print", print::OPS),
    ("random", random::OPS),
    ("sample_playback", sample_playback::OPS),
    ("scanned", scanned::OPS),
    ("signal", signal::OPS),
    ("sound_io", sound_io::OPS),
    ("spectral", spectral::OPS),
    ("stacks", stacks::OPS),
    ("strings", strings::OPS),
    ("tables", tables::OPS),
    ("terrain", terrain::OPS),
    ("time", time::OPS),
    ("vectors", vectors::OPS),
    ("waveguide", waveguide::OPS),
    ("tracking", tracking::OPS),
    ("zak", zak::OPS),
];

/// All opcodes, by family.
pub fn families() -> impl Iterator<Item = (&'static str, &'static [&'static OpDef])> {
    FAMILIES.iter().chain(silent::OPS).copied()
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
    registry.complete();
    registry
}
