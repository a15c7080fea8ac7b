//! Loops of the score: `{ n NAME` ... `}` repeats lines, `r n NAME` repeats a section.
//!
//! The reference records the text and reads it again; here the reader goes back to where the loop
//! began, with the counter's macro set to 0, 1, 2, ...

use super::Language;
use super::scan::{Expander, Macro, Next, Place, is_blank, line_end, name_end, next_line, skip_blanks};
use orchestrion_base::diag::{Diagnostic, codes};
use orchestrion_base::limits::Limit;
use orchestrion_base::source::Span;
use std::sync::Arc;

/// A loop being read.
pub(super) struct Loop {
    /// How many frames were open: a loop ends in the text it began in.
    depth: usize,
    /// First byte of the body.
    start: usize,
    name: Arc<str>,
    count: u64,
    pub(super) index: u64,
    pub(super) span: Span,
}

impl Expander<'_> {
    /// Statements that matter at the start of a score line; `None` where there is none.
    pub(super) fn score_line(&mut self, text: &str, pos: usize, first: usize) -> Option<Next> {
        let bytes = text.as_bytes();
        match *bytes.get(first)? {
            b'r' => Some(self.repeat_start(text, pos, first)),
            b's' | b'e' => Some(self.section_end(text, first)),
            b'm' | b'n' if bytes.get(first + 1).copied().is_some_and(is_blank) => {
                // A section's name, in which `c` starts no comment.
                let from = skip_blanks(bytes, first + 1);
                Some(self.plain(text, pos, name_end(bytes, from)))
            }
            _ => None,
        }
    }

    /// Reads `count NAME` from `at`; the count may be a macro.
    fn loop_header(&mut self, text: &str, at: usize) -> (u64, Arc<str>, usize) {
        let bytes = text.as_bytes();
        let mut at = skip_blanks(bytes, at);
        let mut count = 0u64;
        if bytes.get(at) == Some(&b'$') {
            let to = name_end(bytes, at + 1);
            if let Some((m, _)) = self.lookup(&text[at + 1..to]) {
                count = m.body.trim().parse().unwrap_or(0);
            }
            at = to + usize::from(bytes.get(to) == Some(&b'.'));
        }
        while let Some(d) = bytes.get(at).filter(|b| b.is_ascii_digit()) {
            count = count.saturating_mul(10).saturating_add(u64::from(d - b'0'));
            at += 1;
        }
        let from = skip_blanks(bytes, at);
        let to = name_end(bytes, from);
        (count, text[from..to].into(), to)
    }

    fn open(&mut self, name: &Arc<str>) {
        if !name.is_empty() {
            let counter = Macro { params: Vec::new(), body: "0".into() };
            let stack = self.macros.entry(name.clone()).or_default();
            stack.pop();
            stack.push(counter);
        }
    }

    /// Goes to the next round; `None` after the last, when the counter keeps its value. (measured)
    fn next_round(&mut self, l: &mut Loop) -> Option<usize> {
        l.index += 1;
        if l.index >= l.count {
            return None;
        }
        if let Some(counter) = self.macros.get_mut(&l.name).and_then(|s| s.last_mut()) {
            counter.body = l.index.to_string().into();
        }
        Some(l.start)
    }

    fn bad_count(&mut self, from: usize, to: usize, what: &str) {
        let d = Diagnostic::error(
            codes::SCORE_EXPRESSION,
            self.span(from, to),
            format!("`{what}` needs a repeat count of at least 1"),
        )
        .help(format!("write `{what} 4 N`; `$N` then counts from 0 to 3"));
        self.report(d);
    }

    pub(super) fn loop_start(&mut self, text: &str, at: usize) -> Next {
        let (count, name, to) = self.loop_header(text, at + 1);
        if count == 0 {
            self.bad_count(at, to, "{");
        }
        if self.is_over(Limit::MacroDepth, self.loops.len() + 1, "loops nested") {
            return Next::Switch;
        }
        let start = next_line(text.as_bytes(), to);
        self.open(&name);
        let (depth, span) = (self.frames.len(), self.span(at, to));
        self.loops.push(Loop { depth, start, name, count, index: 0, span });
        self.emit("\n", at, to);
        self.line_start = true;
        if self.frames.is_empty() { Next::Switch } else { Next::At(start) }
    }

    pub(super) fn loop_end(&mut self, text: &str, at: usize) -> Next {
        if self.options.language == Language::Orchestra {
            return self.plain(text, at, at + 1);
        }
        let depth = self.frames.len();
        let Some(mut l) = self.loops.pop_if(|l| l.depth == depth) else {
            let d = Diagnostic::error(codes::SCORE_EXPRESSION, self.span(at, at + 1), "`}` without `{`");
            self.report(d);
            return Next::At(at + 1);
        };
        if !self.charge(32) {
            return Next::Switch;
        }
        match self.next_round(&mut l) {
            Some(start) => {
                self.loops.push(l);
                self.line_start = true;
                Next::At(start)
            }
            None => Next::At(at + 1),
        }
    }

    fn repeat_start(&mut self, text: &str, pos: usize, first: usize) -> Next {
        if self.repeat.is_some() {
            // A new `r` ends the section that is being repeated.
            return self.round_of_section(text, pos);
        }
        let (count, name, to) = self.loop_header(text, first + 1);
        if count == 0 {
            self.bad_count(first, to, "r");
        }
        self.open(&name);
        let (depth, span) = (self.frames.len(), self.span(first, to));
        self.repeat = Some(Loop { depth, start: to, name, count, index: 0, span });
        self.line_start = false;
        Next::At(to)
    }

    /// `s` or `e`: next round of a repeated section, or copied.
    fn section_end(&mut self, text: &str, first: usize) -> Next {
        let bytes = text.as_bytes();
        let depth = self.frames.len();
        let end = line_end(bytes, first);
        if self.repeat.as_ref().is_some_and(|l| l.depth == depth) {
            return self.round_of_section(text, end);
        }
        let blank = bytes.get(first + 1).copied().is_none_or(is_blank);
        match self.plain(text, first, first + 1) {
            // The reference reads a time only after a blank.
            Next::At(_) if !blank => Next::At(end),
            next => next,
        }
    }

    /// Writes `s` and begins the next round; after the last goes on at `after`.
    fn round_of_section(&mut self, text: &str, after: usize) -> Next {
        let Some(mut l) = self.repeat.take() else { return Next::At(after) };
        let at = after.min(text.len());
        self.emit("\ns\n", at, at);
        self.line_start = true;
        if self.frames.is_empty() {
            return Next::Switch;
        }
        match self.next_round(&mut l) {
            Some(start) if l.depth == self.frames.len() => {
                self.repeat = Some(l);
                Next::At(start)
            }
            _ => Next::At(after),
        }
    }

    /// The end of the current frame: repeats a section that nothing ended, reports loops left open.
    pub(super) fn leave_frame(&mut self) {
        let depth = self.frames.len();
        if self.repeat.as_ref().is_some_and(|l| l.depth == depth)
            && let Some(frame) = self.frames.last()
        {
            let (text, end) = (frame.text.clone(), frame.end);
            if let Next::At(pos) = self.round_of_section(&text, end)
                && let Some(frame) = self.frames.last_mut()
            {
                frame.pos = pos;
                return;
            }
        }
        while let Some(l) = self.loops.pop_if(|l| l.depth >= depth) {
            let d = Diagnostic::error(codes::SCORE_EXPRESSION, l.span, "`{` without `}`");
            self.report(d);
        }
        let Some(frame) = self.frames.pop() else { return };
        let ended = self.out.is_empty() || self.out.ends_with('\n');
        if let (Place::File(file), false, false) = (frame.place, ended, self.frames.is_empty()) {
            // An include whose last line is not ended must not run into the next one.
            let end = frame.end as u32;
            self.newline_at(Span::new(file, end, end));
        }
    }
}

impl Expander<'_> {
    fn newline_at(&mut self, origin: Span) {
        if self.charge(1) {
            self.locate(origin, false);
            self.out.push('\n');
            self.line_start = true;
            self.in_string = false;
        }
    }
}
