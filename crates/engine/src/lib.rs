//! placeholder

pub mod flags;
pub mod host;
pub mod options;
