//! Source texts and places in them.
//!
//! Text reaches the parser through macros and includes, so a byte of preprocessed text may come from
//! anywhere. The preprocessor therefore emits *chunks*, each a run of bytes with its origin, and
//! [`SourceMap::locate`] walks from a place in expanded text back to the file the user wrote.

use std::sync::Arc;

/// Index of a text in a [`SourceMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A half-open range of bytes in one text of a [`SourceMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    /// The text the range lies in.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A range of `file`.
    pub const fn new(file: FileId, start: u32, end: u32) -> Self {
        Self { file, start, end }
    }

    /// A place that is in no text: command line, engine calls.
    pub const NONE: Span = Span { file: FileId(u32::MAX), start: 0, end: 0 };

    /// The smallest range that covers both; `self` where they lie in different texts.
    pub fn to(self, other: Span) -> Span {
        if self.file != other.file {
            return self;
        }
        Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// Where a run of bytes of an expanded text came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// First byte of the run in the expanded text; runs are sorted by it.
    pub at: u32,
    /// The place the run was copied from: same length for plain text, the macro call for expansions.
    pub origin: Span,
    /// Whether bytes map one to one onto `origin` (plain text, includes) or all to the whole of it
    /// (text that a macro produced).
    pub verbatim: bool,
}

/// One text: a file, or the result of preprocessing.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Name shown to the user: the path as given, or a name in angle brackets.
    pub name: Arc<str>,
    /// The text. Csound files need not be UTF-8; readers decode lossily before they come here.
    pub text: Arc<str>,
    /// Empty for a text that the user wrote.
    pub chunks: Vec<Chunk>,
}

/// A place a person can find: file, line and column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// Name of the file.
    pub file: Arc<str>,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// All texts of one compilation.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl SourceMap {
    /// Adds a text that the user wrote.
    pub fn add(&mut self, name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> FileId {
        self.add_expanded(name, text, Vec::new())
    }

    /// Adds a text that the preprocessor made, with the origin of its runs.
    pub fn add_expanded(
        &mut self,
        name: impl Into<Arc<str>>,
        text: impl Into<Arc<str>>,
        chunks: Vec<Chunk>,
    ) -> FileId {
        self.files.push(SourceFile { name: name.into(), text: text.into(), chunks });
        FileId(self.files.len() as u32 - 1)
    }

    /// Makes a place for a text that the preprocessor is about to make.
    pub fn reserve(&mut self, name: impl Into<Arc<str>>) -> FileId {
        self.add(name, "")
    }

    /// Fills a place that was reserved.
    pub fn fill(&mut self, id: FileId, text: impl Into<Arc<str>>, chunks: Vec<Chunk>) {
        if let Some(file) = self.files.get_mut(id.0 as usize) {
            (file.text, file.chunks) = (text.into(), chunks);
        }
    }

    /// The text with this index.
    pub fn file(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    /// Follows a span through expansions back to a text that the user wrote.
    pub fn resolve(&self, mut span: Span) -> Span {
        for _ in 0..64 {
            let Some(file) = self.file(span.file) else { return Span::NONE };
            if file.chunks.is_empty() {
                return span;
            }
            let i = file.chunks.partition_point(|c| c.at <= span.start);
            let Some(chunk) = i.checked_sub(1).and_then(|i| file.chunks.get(i)) else { return span };
            span = if chunk.verbatim {
                let start = (chunk.origin.start + (span.start - chunk.at)).min(chunk.origin.end);
                let len = span.end.saturating_sub(span.start);
                Span::new(chunk.origin.file, start, (start + len).min(chunk.origin.end).max(start))
            } else {
                chunk.origin
            };
        }
        span
    }

    /// File, line and column of the first byte of a span; `None` for [`Span::NONE`].
    pub fn locate(&self, span: Span) -> Option<Location> {
        let span = self.resolve(span);
        let file = self.file(span.file)?;
        let mut at = (span.start as usize).min(file.text.len());
        while !file.text.is_char_boundary(at) {
            at -= 1;
        }
        let before = &file.text[..at];
        let line = before.bytes().filter(|&b| b == b'\n').count() as u32 + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() as u32 + 1;
        Some(Location { file: file.name.clone(), line, column })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_found_through_expansion() {
        let mut map = SourceMap::default();
        let user = map.add("piece.csd", "one\ntwo $X three\n");
        let call = Span::new(user, 8, 10);
        let expanded = map.add_expanded(
            "<expanded>",
            "one\ntwo 440 three\n",
            vec![
                Chunk { at: 0, origin: Span::new(user, 0, 8), verbatim: true },
                Chunk { at: 8, origin: call, verbatim: false },
                Chunk { at: 11, origin: Span::new(user, 10, 17), verbatim: true },
            ],
        );
        let at = |s, e| map.locate(Span::new(expanded, s, e)).expect("a place");
        assert_eq!((at(4, 7).line, at(4, 7).column), (2, 1));
        assert_eq!((at(9, 10).line, at(9, 10).column), (2, 5));
        assert_eq!((at(12, 17).line, at(12, 17).column), (2, 8));
        assert_eq!(map.resolve(Span::new(expanded, 9, 10)), call);
        assert_eq!(map.locate(Span::NONE), None);
    }
}
