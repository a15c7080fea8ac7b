//! `docs/opcodes.md`: what became of every opcode name of the reference, and the opcodes that it does not
//! have. Written by `cargo xtask opcodes`, kept current by `tests/tidy.rs`.

use orchestrion::base::registry::Registry;
use orchestrion::opcodes::{families, reference, registry};
use orchestrion::vm::compile::WORDS;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

/// Opcodes that `csound -z` of 6.18.1 lists.
const LISTED: usize = 1622;

/// What became of one name.
enum State {
    Done(&'static str),
    Extension(&'static str),
    Silent(&'static str),
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
         - {} names, of them\n- {} done,\n- {} without effect, because they only show or send something,\n\
         - {} refused, because an offline renderer cannot serve them,\n- {} not yet.\n\n\
         `csound -z` lists {LISTED} of the names and four words of syntax; the others it takes but does not list.\n\
         {} more are extensions: csound gets them from the plugins of csound-plugins.github.io or from csoundengine.\n\n",
        names,
        count(|state| matches!(state, State::Done(_))),
        count(|state| matches!(state, State::Silent(_))),
        count(|state| matches!(state, State::Refused(_))),
        count(|state| matches!(state, State::NotYet)),
        count(|state| matches!(state, State::Extension(_))),
    );
    reasons(&mut out, "Without effect", &rows, |state| match state {
        State::Silent(why) => Some(*why),
        _ => None,
    });
    reasons(&mut out, "Refused", &rows, |state| match state {
        State::Refused(why) => Some(*why),
        _ => None,
    });
    out.push_str("## All names\n\n| opcode | state | |\n|---|---|---|\n");
    for (name, state) in &rows {
        let (word, remark) = match state {
            State::Done(summary) => ("done", *summary),
            State::Extension(summary) => ("extension", *summary),
            State::Silent(why) => ("without effect", *why),
            State::Refused(why) => ("refused", *why),
            State::NotYet => ("not yet", ""),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(out, "| `{name}` | {word} | {} |", remark.replace('|', "\\|"));
    }
    out
}

/// A table of the reasons for which opcodes are in a state.
fn reasons(
    out: &mut String,
    title: &str,
    rows: &[(&str, State)],
    reason: fn(&State) -> Option<&'static str>,
) {
    let mut names: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, state) in rows {
        if let Some(why) = reason(state) {
            names.entry(why).or_default().push(name);
        }
    }
    // Writing to a string cannot fail.
    let _ = write!(out, "## {title}\n\n| why | opcodes |\n|---|---|\n");
    for (why, names) in names {
        let _ = writeln!(out, "| {why} | {} |", names.join(", "));
    }
    out.push('\n');
}

fn state(name: &str, registry: &Registry) -> State {
    if let Some((_, summary)) = WORDS.iter().find(|(word, _)| *word == name) {
        return State::Done(summary);
    }
    match (registry.get(name), registry.missing(name)) {
        (Some(op), _) => op.silent.map_or(State::Done(op.summary), State::Silent),
        (None, Some(Some(why))) => State::Refused(why),
        (None, _) => State::NotYet,
    }
}
