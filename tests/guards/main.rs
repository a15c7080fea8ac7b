//! What keeps a piece from harming whoever renders it: limits, the sandbox, samples that are no numbers, opcodes that
//! panic.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests that look at the files a piece touches"
)]

mod command;
mod finite;
mod limits;
mod panics;
mod sandbox;
mod threads;
