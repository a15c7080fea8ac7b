//! What the workspace's tests and tasks share: cases, the store of reference samples, and the
//! running and judging of renders.
//!
//! - [`case`]: Markdown files with blocks of Csound become whole documents;
//! - [`store`]: reference results beside them, written only by `cargo xtask oracle`;
//! - [`render`]: one document through csound or through Orchestrion, with a time limit;
//! - [`printed`]: what a piece printed, told apart from what the program said;
//! - [`judge`]: does a render agree with its reference;
//! - [`experiments`]: the 326 experiments about the language, and the list of known differences;
//! - [`opcode_page`]: the page `docs/opcodes.md`.
#![allow(
    clippy::disallowed_methods,
    reason = "a development tool: it reads cases, starts programs and watches the clock"
)]

pub mod case;
pub mod experiments;
pub mod judge;
pub mod opcode_page;
pub mod printed;
pub mod render;
pub mod store;

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
pub fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let next = std::sync::atomic::AtomicUsize::new(0);
    let one = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let Some(item) = items.get(index) else { return done };
            done.push((index, work(item)));
        }
    };
    let mut done: Vec<(usize, R)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(one)).collect();
        let join = |worker: std::thread::ScopedJoinHandle<'_, _>| worker.join().expect("work does not panic");
        workers.into_iter().flat_map(join).collect()
    });
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}
