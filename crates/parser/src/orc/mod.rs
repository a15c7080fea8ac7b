//! The orchestra: preprocessed text to tree.
//!
//! Four steps: [`raw`] spells tokens (logos), [`lines`] joins continued lines, [`shape`] decides for each
//! line what it is and which name is its opcode, and `grammar.lalrpop` builds the tree. Parsing never
//! fails: a statement that is not understood becomes [`StmtKind::Error`] with a diagnostic, forgotten
//! block ends are put in, and everything else of the instrument stays.
//!
//! [`StmtKind::Error`]: crate::tree::StmtKind::Error

mod blocks;
mod dump;
mod header;
mod lines;
mod literal;
mod make;
mod messages;
mod raw;
mod shape;
mod statement;
#[cfg(test)]
mod tests;
mod token;
mod values;

lalrpop_util::lalrpop_mod!(
    #[allow(warnings, clippy::all, clippy::unwrap_used, clippy::disallowed_methods)]
    grammar,
    "/orc/grammar.rs"
);

pub use dump::dump;

use crate::tree::Orchestra;
use orchestrion_base::diag::{Diagnostic, codes};
use orchestrion_base::source::{FileId, SourceMap, Span};
use std::collections::BTreeSet;

/// Parses the orchestra in `file`, or only the part of it that `span` covers.
///
/// The text must be preprocessed: macros are gone, comments may remain. `is_opcode` tells which names are
/// opcodes of the language; opcodes that the text itself defines are found here. Names of neither kind
/// are placed by the shape of their statement. Places in tree and diagnostics refer to `file`. Every
/// finding is a [`Diagnostic`] with a code of the 02 group, in text order.
pub fn parse(
    map: &SourceMap,
    file: FileId,
    span: Option<Span>,
    is_opcode: &dyn Fn(&str) -> bool,
) -> (Orchestra, Vec<Diagnostic>) {
    let mut diags = Vec::new();
    let Some(source) = map.file(file) else { return (Orchestra::default(), diags) };
    let text: &str = &source.text;
    if u32::try_from(text.len()).is_err() {
        diags.push(Diagnostic::error(codes::SYNTAX, Span::NONE, "the orchestra is longer than 4 GiB"));
        return (Orchestra::default(), diags);
    }
    let (start, end) = span.map_or((0, text.len()), |s| (s.start as usize, s.end as usize));
    let Some(part) = text.get(start..end) else { return (Orchestra::default(), diags) };

    let lines = lines::logical(raw::scan(file, part, start as u32, &mut diags));
    let tokens = {
        let text = &text[..end];
        let mut shaper = shape::Shaper {
            file,
            text,
            out: Vec::new(),
            blocks: Vec::new(),
            muted: 0,
            defined: BTreeSet::new(),
            keyword_labels: BTreeSet::new(),
            is_opcode,
            diags: &mut diags,
        };
        shaper.collect_names(&lines);
        for line in &lines {
            shaper.line(line);
        }
        shaper.close_all(Span::new(file, end as u32, end as u32), "the end of the orchestra");
        shaper.out
    };
    let (orchestra, failures) = run_grammar(file, tokens.clone(), &mut diags);
    messages::explain(file, text, &tokens, &failures, &mut diags);
    diags.sort_by_key(|d| (d.span.start, d.span.end));
    (orchestra, diags)
}

/// Builds the tree. Blocks are balanced and statements end, so the grammar always recovers; should it
/// not, the orchestra is empty and the failure is reported like any other.
fn run_grammar<'a>(
    file: FileId,
    tokens: Vec<shape::Placed<'a>>,
    diags: &mut Vec<Diagnostic>,
) -> (Orchestra, Vec<make::Failure<'a>>) {
    let mut cx = make::Context { file, diags, failures: Vec::new() };
    match grammar::OrchestraParser::new().parse(&mut cx, tokens) {
        Ok(orchestra) => (orchestra, cx.failures),
        Err(failure) => {
            cx.failures.push(failure);
            (Orchestra::default(), cx.failures)
        }
    }
}
