//! Directives: `#define`, `#undef`, and the dispatch on `#`.

use super::Language;
use super::scan::{Expander, Macro, Next, is_name, line_end, name_end, next_line, skip_blanks};
use orchestrion_base::diag::{Diagnostic, codes};
use std::sync::Arc;

impl Expander<'_> {
    /// A `#`: a directive, or an operator that is copied.
    pub(super) fn hash(&mut self, text: &str, at: usize) -> Next {
        let bytes = text.as_bytes();
        let from = skip_blanks(bytes, at + 1);
        let to = name_end(bytes, from);
        let spaced = from > at + 1;
        match &text[from..to] {
            "define" => self.define(text, at, to),
            _ if spaced => self.plain(text, at, at + 1),
            "undef" => self.undef(text, at, to),
            "ifdef" => self.ifdef(text, at, to, true),
            "ifndef" => self.ifdef(text, at, to, false),
            "else" => self.else_part(text, at, to),
            "end" | "endif" => self.end_cond(at, to),
            "include" => self.include(text, at, to),
            "includestr" => self.include_begin(text, at, to),
            "exit" => {
                self.conds.clear();
                self.frames.clear();
                Next::Switch
            }
            _ => self.plain(text, at, at + 1),
        }
    }

    fn define(&mut self, text: &str, at: usize, after: usize) -> Next {
        match definition(text, after) {
            Ok((name, found, end)) => {
                let stack = self.macros.entry(name.into()).or_default();
                // In an orchestra a new text replaces the old, in a score it hides it. [measured]
                if self.options.language == Language::Orchestra {
                    stack.pop();
                }
                stack.push(found);
                Next::At(end)
            }
            Err((from, message)) => {
                let end = line_end(text.as_bytes(), at);
                let span = self.span(at, end.max(from).min(text.len()));
                let d = Diagnostic::error(codes::MACRO_SYNTAX, span, message)
                    .help("write `#define NAME #text#` or `#define NAME(a'b) #text with $a and $b#`");
                self.report(d);
                Next::At(end)
            }
        }
    }

    fn undef(&mut self, text: &str, at: usize, after: usize) -> Next {
        let bytes = text.as_bytes();
        let from = skip_blanks(bytes, after);
        let to = name_end(bytes, from);
        let name = &text[from..to];
        if self.macros.get_mut(name).and_then(Vec::pop).is_none() {
            let text = format!("`#undef` of macro `{name}`, which is not defined");
            let d = Diagnostic::warning(codes::MACRO_UNDEFINED, self.span(at, to), text);
            self.report(d);
        }
        self.line_start = true;
        Next::At(next_line(bytes, to))
    }
}

/// What is wrong and where.
type Wrong = (usize, String);

/// Reads `NAME #body#` or `NAME(a'b) #body#` from `at`; gives name, macro and the byte after it, or the
/// byte and the message of what is wrong.
fn definition(text: &str, at: usize) -> Result<(&str, Macro, usize), Wrong> {
    let bytes = text.as_bytes();
    let from = skip_blanks(bytes, at);
    let to = name_end(bytes, from);
    if to == from {
        return Err((from, "`#define` needs a name".to_owned()));
    }
    let (params, after) =
        if bytes.get(to) == Some(&b'(') { parameters(text, to + 1)? } else { (Vec::new(), to) };
    let open = body_start(text, after)?;
    let mut end = open + 1;
    while end < bytes.len() && bytes[end] != b'#' {
        end += if bytes[end] == b'\\' { 2 } else { 1 };
    }
    if end >= bytes.len() {
        return Err((open, format!("the text of macro `{}` is not closed by `#`", &text[from..to])));
    }
    let body = Arc::from(&text[open + 1..end]);
    Ok((&text[from..to], Macro { params, body }, end + 1))
}

fn parameters(text: &str, mut at: usize) -> Result<(Vec<Arc<str>>, usize), Wrong> {
    let bytes = text.as_bytes();
    let space = |mut i: usize| {
        while i < bytes.len() && bytes[i].is_ascii_whitespace() {
            i += 1;
        }
        i
    };
    let mut params = Vec::new();
    loop {
        let from = space(at);
        let mut to = from;
        while to < bytes.len() && is_name(bytes[to]) {
            to += 1;
        }
        params.push(Arc::from(&text[from..to]));
        at = space(to);
        match bytes.get(at) {
            Some(b'\'' | b'#') => at += 1,
            Some(b')') => return Ok((params, at + 1)),
            _ => return Err((at, "expected `'` or `)` after a macro's parameter".to_owned())),
        }
    }
}

/// The `#` that opens the body: only blanks, newlines and comments may precede it.
fn body_start(text: &str, mut at: usize) -> Result<usize, Wrong> {
    let bytes = text.as_bytes();
    loop {
        match bytes.get(at) {
            Some(b'#') => return Ok(at),
            Some(b';') => at = line_end(bytes, at),
            Some(b'/') if bytes.get(at + 1) == Some(&b'/') => at = line_end(bytes, at),
            Some(b'/') if bytes.get(at + 1) == Some(&b'*') => match text[at + 2..].find("*/") {
                Some(n) => at += n + 4,
                None => return Err((at, "comment is not closed".to_owned())),
            },
            Some(b) if b.is_ascii_whitespace() => at += 1,
            _ => {
                let found = text[at..].chars().next().map_or("the end".to_owned(), |c| format!("`{c}`"));
                return Err((at, format!("expected `#` before the macro's text, found {found}")));
            }
        }
    }
}
