//! Csound documents, preprocessor, orchestra and score.
//!
//! Parsing never fails: every entry point returns what could be understood together with a list of
//! diagnostics.

pub mod csd;
pub mod orc;
pub mod preprocess;
pub mod score;
pub mod tree;
