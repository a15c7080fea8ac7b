//! Csound pieces compiled and rendered offline, in pure Rust.

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

pub use orchestrion_base as base;
pub use orchestrion_opcodes as opcodes;
pub use orchestrion_parser as parser;
pub use orchestrion_vm as vm;
