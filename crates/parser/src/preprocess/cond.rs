//! Conditional text: `#ifdef`, `#ifndef`, `#else`, `#end` and `#endif`.

use super::scan::{Expander, Next, line_end, name_end, next_line, skip_blanks};
use orchestrion_base::diag::codes;
use orchestrion_base::limits::Limit;
use orchestrion_base::source::Span;

/// An open `#ifdef`.
pub(super) struct Cond {
    pub span: Span,
    seen_else: bool,
}

impl Expander<'_> {
    pub(super) fn ifdef(&mut self, text: &str, at: usize, after: usize, wanted: bool) -> Next {
        let bytes = text.as_bytes();
        let from = skip_blanks(bytes, after);
        let to = name_end(bytes, from);
        let name = &text[from..to];
        if name.is_empty() {
            self.error(codes::MACRO_SYNTAX, at, to, "expected the name of a macro");
        }
        if self.is_over(Limit::MacroDepth, self.conds.len() + 1, "`#ifdef` nested") {
            return Next::Switch;
        }
        let defined = self.macros.get(name).is_some_and(|v| !v.is_empty());
        self.conds.push(Cond { span: self.span(at, to), seen_else: false });
        if defined == wanted { Next::At(line_end(bytes, to)) } else { self.skip(text, to) }
    }

    pub(super) fn else_part(&mut self, text: &str, at: usize, to: usize) -> Next {
        match self.conds.last_mut() {
            None => {
                self.error(codes::MACRO_SYNTAX, at, to, "`#else` without `#ifdef`");
                return Next::At(to);
            }
            Some(cond) if cond.seen_else => {
                self.error(codes::MACRO_SYNTAX, at, to, "a second `#else`");
            }
            Some(cond) => cond.seen_else = true,
        }
        self.skip(text, to)
    }

    pub(super) fn end_cond(&mut self, at: usize, to: usize) -> Next {
        if self.conds.pop().is_none() {
            self.error(codes::MACRO_SYNTAX, at, to, "`#end` without `#ifdef`");
        }
        Next::At(to)
    }

    /// Leaves out lines up to the `#else` or `#end` that belongs to the innermost condition.
    fn skip(&mut self, text: &str, from: usize) -> Next {
        let bytes = text.as_bytes();
        let mut depth = 0usize;
        let mut line = next_line(bytes, from);
        self.line_start = true;
        while line < bytes.len() {
            let hash = skip_blanks(bytes, line);
            if bytes.get(hash) == Some(&b'#') {
                let to = name_end(bytes, hash + 1);
                match &text[hash + 1..to] {
                    "ifdef" | "ifndef" => depth += 1,
                    "end" | "endif" if depth == 0 => {
                        self.conds.pop();
                        return Next::At(line_end(bytes, to));
                    }
                    "end" | "endif" => depth -= 1,
                    "else" if depth == 0 => return self.else_after_skip(text, hash, to),
                    _ => {}
                }
            }
            line = next_line(bytes, line);
        }
        Next::At(text.len())
    }

    fn else_after_skip(&mut self, text: &str, at: usize, to: usize) -> Next {
        let again = self.conds.last().is_some_and(|c| c.seen_else);
        if again {
            self.error(codes::MACRO_SYNTAX, at, to, "a second `#else`");
        } else if let Some(cond) = self.conds.last_mut() {
            cond.seen_else = true;
        }
        Next::At(line_end(text.as_bytes(), to))
    }
}
