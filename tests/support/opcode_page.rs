//! `docs/opcodes.md`: what became of every opcode name of the reference, and the opcodes that it does not
//! have. Written by `cargo xtask opcodes`, kept current by `tests/tidy.rs`.

use orchestrion::base::registry::Registry;
use orchestrion::opcodes::{families, reference, registry};
use orchestrion::vm::compile::WORDS;
use std::fmt::Write as _;
use std::path::PathBuf;

/// What became of one name.
enum State {
    Done(&'static str),
    Extension(&'static str),
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
    let mut rows: Vec<_> = reference::names().map(|name| (name, state(name, &registry))).collect();
    let names = rows.len();
    let extensions = families().flat_map(|(_, ops)| ops).filter(|op| op.extension);
    rows.extend(extensions.map(|op| (op.name, State::Extension(op.summary))));
    rows.sort_by_key(|(name, _)| *name);
    let count = |fits: fn(&State) -> bool| rows.iter().filter(|(_, state)| fits(state)).count();
    let mut out = format!(
        "# Opcodes\n\n\
         What became of every opcode name of csound 6.18.1. Written by `cargo xtask opcodes`: do not edit.\n\
         `orchestrion opcodes NAME` explains one.\n\n\
         - {} names, of them\n- {} done,\n- {} refused, because an offline renderer cannot serve them,\n- {} not yet.\n\n\
         {} more are extensions: csound gets them from the plugins of csound-plugins.github.io or from csoundengine.\n\n\
         | opcode | state | |\n|---|---|---|\n",
        names,
        count(|state| matches!(state, State::Done(_))),
        count(|state| matches!(state, State::Refused(_))),
        count(|state| matches!(state, State::NotYet)),
        count(|state| matches!(state, State::Extension(_))),
    );
    for (name, state) in &rows {
        let (word, remark) = match state {
            State::Done(summary) => ("done", *summary),
            State::Extension(summary) => ("extension", *summary),
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
