//! placeholder

pub mod conform;
pub mod flags;
pub mod host;
pub mod midi;
pub mod options;
pub mod soundfile;
