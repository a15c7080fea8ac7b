//! What every other crate of Orchestrion agrees on: places in source text, diagnostics, types and
//! rates, runtime values, the opcode contract and the shared world that opcodes act on.
//!
//! Nothing here computes sound, touches files or reads a clock.

pub mod channel;
pub mod diag;
pub mod error;
pub mod event;
pub mod global;
pub mod host;
pub mod limits;
pub mod lock;
pub mod midi;
pub mod note;
pub mod op;
pub mod outfile;
pub mod port;
pub mod random;
pub mod registry;
pub mod roster;
pub mod round;
pub mod signal;
pub mod source;
pub mod spectrum;
pub mod table;
pub mod text;
pub mod trace;
pub mod ty;
pub mod value;
pub mod world;
