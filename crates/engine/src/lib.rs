//! Csound pieces compiled and rendered offline, in pure Rust.
//!
//! - [`Render`]: a complete piece goes in, its sound comes out.
//! - [`offline::OfflineEngine`]: schedule, automate and ask between two renders.
//! - [`picture`]: waveform and spectrogram as PNG or SVG.
//! - [`piece`], [`render`], [`perform`]: the layers below, for who wants to hold every block.

pub mod cancel;
pub mod conform;
pub mod flags;
pub mod host;
pub mod midi;
pub mod offline;
pub mod options;
pub mod perform;
pub mod picture;
pub mod piece;
pub mod render;
pub mod report;
pub mod simple;
pub mod soundfile;

pub use simple::{Render, RenderError, Rendering};

pub use orchestrion_base::limits::{Limit, Limits};

pub use orchestrion_base as base;
pub use orchestrion_opcodes as opcodes;
pub use orchestrion_parser as parser;
pub use orchestrion_vm as vm;

/// The pages of `docs/guide`, whose code the tests run.
#[cfg(doctest)]
mod guide {
    #[doc = include_str!("../../../docs/guide/analyse.md")]
    struct Analyse;
    #[doc = include_str!("../../../docs/guide/automate.md")]
    struct Automate;
    #[doc = include_str!("../../../docs/guide/buses.md")]
    struct Buses;
    #[doc = include_str!("../../../docs/guide/export.md")]
    struct Export;
    #[doc = include_str!("../../../docs/guide/guard.md")]
    struct Guard;
    #[doc = include_str!("../../../docs/guide/render.md")]
    struct Render;
    #[doc = include_str!("../../../docs/guide/samples.md")]
    struct Samples;
    #[doc = include_str!("../../../docs/guide/schedule.md")]
    struct Schedule;
}
