//! What every other crate of Orchestrion agrees on: places in source text, diagnostics, types and
//! rates, runtime values, the opcode contract and the shared world that opcodes act on.
//!
//! Nothing here computes sound, touches files or reads a clock.

pub mod diag;
pub mod random;
pub mod source;
pub mod ty;
