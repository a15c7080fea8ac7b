//! `docs/opcodes.md`: what became of every opcode name of the reference. Written by
//! `cargo xtask opcodes`, kept current by `tests/tidy.rs`.

use orchestrion::base::registry::Registry;
use orchestrion::opcodes::{reference, registry};
use orchestrion::vm::compile::WORDS;
use std::fmt::Write as _;
use std::path::PathBuf;

/// What became of one name.
enum State {
    Done(&'static str),
    Refused(&'static str),
    NotYet,
}

/// Where the page stands.
pub fn path() -> PathBuf {
    crate::root().join("docs/opcodes.md")
}

/// The page.
pub fn text() -> String {
    let registry = registry();
    let rows: Vec<_> = reference::names().map(|name| (name, state(name, &registry))).collect();
    let count = |fits: fn(&State) -> bool| rows.iter().filter(|(_, state)| fits(state)).count();
    let mut out = format!(
        "# Opcodes\n\n\
         What became of every opcode name of csound 6.18.1. Written by `cargo xtask opcodes`: do not edit.\n\
         `orchestrion opcodes NAME` explains one.\n\n\
         - {} names, of them\n- {} done,\n- {} refused, because an offline renderer cannot serve them,\n- {} not yet.\n\n\
         | opcode | state | |\n|---|---|---|\n",
        rows.len(),
        count(|state| matches!(state, State::Done(_))),
        count(|state| matches!(state, State::Refused(_))),
        count(|state| matches!(state, State::NotYet)),
    );
    for (name, state) in &rows {
        let (word, remark) = match state {
            State::Done(summary) => ("done", *summary),
            State::Refused(why) => ("refused", *why),
            State::NotYet => ("not yet", ""),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(out, "| `{name}` | {word} | {} |", remark.replace('|', "\\|"));
    }
    out
}

fn state(name: &str, registry: &Registry) -> State {
    if let Some((_, summary)) = WORDS.iter().find(|(word, _)| *word == name) {
        return State::Done(summary);
    }
    match (registry.get(name), registry.missing(name)) {
        (Some(op), _) => State::Done(op.summary),
        (None, Some(Some(why))) => State::Refused(why),
        (None, _) => State::NotYet,
    }
}
