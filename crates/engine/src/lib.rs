//! placeholder

pub mod conform;
pub mod flags;
pub mod host;
pub mod midi;
pub mod options;
pub mod soundfile;

pub use orchestrion_base as base;
pub use orchestrion_opcodes as opcodes;
