//! What the workspace's tests and tasks share: cases, the store of reference samples, and the
//! running and judging of renders.
//!
//! - [`case`]: Markdown files with blocks of Csound become whole documents;
//! - [`store`]: reference results beside them, written only by `cargo xtask oracle`;
//! - [`render`]: one document through csound or through Orchestrion, with a time limit;
//! - [`printed`]: what a piece printed, told apart from what the program said;
//! - [`mutate`]: damaged pieces;
//! - [`judge`]: does a render agree with its reference;
//! - [`in_process`]: all pieces of the tree, and files in memory that they may read;
//! - [`experiments`]: the 326 experiments about the language, and the list of known differences;
//! - [`opcode_page`]: the page `docs/opcodes.md`;
//! - [`signatures`]: the signatures of the reference's opcodes.
#![allow(
    clippy::disallowed_methods,
    reason = "a development tool: it reads cases, starts programs and watches the clock"
)]

pub mod case;
pub mod experiments;
pub mod in_process;
pub mod judge;
pub mod mutate;
pub mod opcode_page;
pub mod printed;
pub mod render;
pub mod signatures;
pub mod store;

use rayon::prelude::*;
use std::path::PathBuf;

/// The root of the workspace.
pub fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// The folder of the cases: `tests/conformance`.
pub fn conformance() -> PathBuf {
    root().join("tests/conformance")
}

/// Files that cases may read (short sound files, data): `tests/assets`.
pub fn assets() -> PathBuf {
    root().join("tests/assets")
}

/// Does `work` for every item on as many threads as there are processors and returns the results in
/// the order of the items.
pub fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync + Send) -> Vec<R> {
    items.par_iter().map(work).collect()
}
