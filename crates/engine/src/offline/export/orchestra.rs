//! The orchestra of a written piece.

use super::HELPERS;
use super::plan::Plan;
use crate::offline::history::Record;
use crate::offline::{OfflineEngine, instruments, numbers};
use orchestrion_parser::tree::Instr;
use std::collections::BTreeSet;
use std::ops::Range;

/// A text as a string of an orchestra or a score.
pub fn quoted(text: &[u8]) -> String {
    let mut out = String::from("\"");
    for c in String::from_utf8_lossy(text).chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            // A macro's name, to orchestra and score alike.
            '$' => out.push_str("\\$"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Header, helpers, and everything that was compiled.
pub(super) fn text(engine: &OfflineEngine, plan: &Plan) -> String {
    let p = &engine.parameters;
    let mut out = format!(
        "sr = {}\nksmps = {}\nnchnls = {}\nnchnls_i = 0\n0dbfs = 1\nA4 = {}\n\n",
        p.sr,
        p.ksmps,
        p.nchnls.max(1),
        p.a4
    );
    out.push_str(HELPERS);
    out.push_str(&super::buses::text(engine, plan));
    for (index, text) in &plan.texts {
        out.push_str(&format!("strset {index}, {}\n", quoted(text)));
    }
    let codes: Vec<&str> = engine
        .history
        .records()
        .iter()
        .filter_map(|r| if let Record::Code(code) = r { Some(code.as_str()) } else { None })
        .collect();
    let edited = edit(engine, plan, &codes);
    for code in edited {
        out.push_str(&code);
        if !code.ends_with('\n') {
            out.push('\n');
        }
    }
    out
}

/// The texts, without instruments that a later one replaces, and with a line in those whose p-fields change while
/// they play.
fn edit(engine: &OfflineEngine, plan: &Plan, codes: &[&str]) -> Vec<String> {
    let mut later: BTreeSet<u32> = BTreeSet::new();
    let mut edited: Vec<String> = Vec::new();
    for code in codes.iter().rev() {
        let (text, instrs) = parse(engine, code);
        let mut edits: Vec<(Range<usize>, String)> = Vec::new();
        for instr in &instrs {
            let numbers = numbers(&engine.performance, instr);
            let range = instr.span.start as usize..instr.span.end as usize;
            if numbers.iter().all(|n| later.contains(n)) {
                edits.push((range, String::new()));
            } else if let Some(line) = dynamic_line(engine, plan, &numbers) {
                let end_of_line =
                    text.get(range.start..).and_then(|t| t.find('\n')).map_or(text.len(), |n| n + 1);
                let at = (range.start + end_of_line).min(text.len());
                edits.push((at..at, line));
            }
            later.extend(numbers);
        }
        // What is included stands in the text itself.
        let plain = edits.is_empty() && !code.contains("#include");
        edited.push(if plain { (*code).to_owned() } else { apply(text, edits) });
    }
    edited.reverse();
    edited
}

/// The text with macros expanded, and its instruments.
fn parse(engine: &OfflineEngine, code: &str) -> (String, Vec<Instr>) {
    let parsed = engine.performance.parse("", code);
    let instrs: Vec<Instr> = instruments(&parsed.tree).cloned().collect();
    let file = instrs.first().and_then(|instr| parsed.sources.file(instr.span.file));
    (file.map_or_else(|| code.to_owned(), |file| file.text.to_string()), instrs)
}

fn apply(mut text: String, mut edits: Vec<(Range<usize>, String)>) -> String {
    edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    for (range, new) in edits {
        if text.get(range.clone()).is_some() {
            text.replace_range(range, &new);
        }
    }
    text
}

/// The lines that copy a note's table into its p-fields.
fn dynamic_line(engine: &OfflineEngine, plan: &Plan, numbers: &[u32]) -> Option<String> {
    let (fields, holder) = numbers.iter().find_map(|n| plan.dynamic_fields(engine, *n))?;
    let list: Vec<String> = fields.iter().map(|n| format!("p{n}")).collect();
    let list = list.join(", ");
    Some(format!(
        "  if p{holder} > 0 then ; p-fields that change while the note plays\n    vtabwi 0, p{holder}, {list}\n    \
         vtabk 0, p{holder}, {list}\n  endif\n"
    ))
}
