//! The machine: frames of notes and the interpreter of their code.

mod block;
mod call;
mod child;
mod exec;
mod frame;
mod instance;
mod sub;
mod trace;
mod vector;
mod word;

pub use call::contained;
pub use frame::Frame;
pub use instance::{Instance, Span as BlockSpan, init_code};
pub use orchestrion_base::global::GlobalMem;

use crate::code::Program;
use orchestrion_base::error::OpError;
use orchestrion_base::note::Note;
use orchestrion_base::op::WorldRef;
use orchestrion_base::port::Bus;
use orchestrion_base::source::Span;
use std::cell::Cell;

/// What a note runs in.
pub struct Context<'a> {
    /// All code.
    pub program: &'a Program,
    /// Memory of global variables.
    pub globals: &'a GlobalMem,
    /// What notes share.
    pub world: WorldRef<'a>,
    /// Input and output signals of the block.
    pub bus: Bus<'a>,
    /// The note.
    pub note: &'a Note,
    /// Scratch memory for audio temporaries.
    pub scratch: &'a [Cell<f64>],
    /// Number of the block's first k-cycle since the start of the performance.
    pub block_start: u64,
    /// First sample of the cycle that belongs to the note; only for blocks of one cycle.
    pub first: usize,
    /// One past the last sample of the cycle that belongs to the note.
    pub end: usize,
    /// Instructions left before a limit is reached.
    pub steps: u64,
}

/// How a run over code ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// At the end of the code.
    Done,
    /// The note was turned off in this cycle.
    Ended,
}

/// An error of a running note, with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct RunError {
    /// What went wrong.
    pub error: OpError,
    /// The opcode.
    pub opcode: &'static str,
    /// Its place in the source.
    pub span: Span,
    /// The k-cycle of the block.
    pub cycle: usize,
    /// Whether it happened in an init pass.
    pub init: bool,
}
