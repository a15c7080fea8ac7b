//! `#include "file"` and `#includestr "file with $MACROS"`.

use super::scan::{Expander, Frame, Next, Place, line_end, next_line, skip_blanks};
use orchestrion_base::diag::{Diagnostic, codes};
use orchestrion_base::limits::Limit;
use std::sync::Arc;

impl Expander<'_> {
    /// `#include`, the name between two equal delimiters of any kind.
    pub(super) fn include(&mut self, text: &str, at: usize, after: usize) -> Next {
        let from = skip_blanks(text.as_bytes(), after);
        let mut chars = text[from..].chars();
        let delimiter = chars.next().filter(|c| *c != '\n' && *c != '\r');
        let rest = chars.as_str();
        let line = rest.split(['\n', '\r']).next().unwrap_or("");
        let Some(name) = delimiter.and_then(|d| line.split_once(d)).map(|(name, _)| name) else {
            self.error(codes::MACRO_SYNTAX, at, after, "expected `#include \"file\"`");
            return Next::At(line_end(text.as_bytes(), from));
        };
        let name_from = text.len() - rest.len();
        self.enter_file(text, name, at, name_from + name.len())
    }

    /// `#includestr`: the name is read as a string, so that macros in it are expanded.
    pub(super) fn include_begin(&mut self, text: &str, at: usize, after: usize) -> Next {
        let from = skip_blanks(text.as_bytes(), after);
        if text.as_bytes().get(from) != Some(&b'"') {
            self.error(codes::MACRO_SYNTAX, at, after, "expected `#includestr \"file\"`");
            return Next::At(from);
        }
        self.in_string = true;
        self.pending_include = Some(self.out.len());
        Next::At(from + 1)
    }

    /// The closing quote of `#includestr`: what was written since `start` is the file's name.
    pub(super) fn include_string(&mut self, text: &str, start: usize, at: usize) -> Next {
        let name = self.out.split_off(start.min(self.out.len()));
        let start = (self.taken + start) as u32;
        while self.chunks.last().is_some_and(|c| c.at >= start) {
            self.chunks.pop();
        }
        if let Some(c) = self.chunks.last_mut().filter(|c| c.verbatim) {
            c.origin.end = c.origin.end.min(c.origin.start + (start - c.at));
        }
        self.enter_file(text, &name, at, at + 1)
    }

    fn enter_file(&mut self, text: &str, name: &str, at: usize, to: usize) -> Next {
        let span = self.span(at, to);
        let from = self.frames.last().map_or_else(|| Arc::from(""), |f| f.name.clone());
        let after = next_line(text.as_bytes(), to);
        if let Some(frame) = self.frames.last_mut() {
            frame.pos = after;
        }
        let files = self.frames.iter().filter(|f| matches!(f.place, Place::File(_))).count();
        if self.too_deep() || self.is_over(Limit::IncludeDepth, files, "files including each other") {
            return Next::Switch;
        }
        let path = self.includes.resolve(name, &from);
        match self.includes.read(&path, &from) {
            Ok(content) => {
                if !self.charge(1 + content.len()) {
                    return Next::Switch;
                }
                let content: Arc<str> = content.into();
                let path: Arc<str> = path.into();
                let file = self.map.add(path.clone(), content.clone());
                let end = content.len();
                let place = Place::File(file);
                self.frames.push(Frame { text: content, pos: 0, end, place, env: None, name: path });
                self.line_start = true;
            }
            Err(why) => {
                let message = format!("cannot include `{name}`: {why}");
                self.report(Diagnostic::error(codes::INCLUDE_MISSING, span, message));
            }
        }
        Next::Switch
    }
}
