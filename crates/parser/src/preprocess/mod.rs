//! The preprocessor of orchestras and scores: comments, continuation lines, macros, conditional text
//! and includes, and for scores the loops `{ }` and `r`.
//!
//! [`expand`] turns a range of a source text into a new text of the [`SourceMap`] whose chunks lead
//! every byte back to the file the user wrote. It reads no files itself: includes go through
//! [`Includes`]. Rules measured on csound 6.18.1; see also the manual pages "Macros" and "Score macros".
//!
//! Differences from the reference, all where it gives up or garbles text: a line comment that ends a
//! macro body does not break the line, `$NAME(` of a macro without parameters keeps its parenthesis,
//! braces inside score strings start no loop, arguments may be of any length.

mod call;
mod cond;
mod define;
mod include;
mod loops;
mod scan;

use orchestrion_base::diag::Diagnostic;
use orchestrion_base::limits::Limits;
use orchestrion_base::source::{FileId, SourceMap, Span};

/// Where included texts come from.
pub trait Includes {
    /// The name under which `name`, included by the text called `from`, is read and shown to the user.
    fn resolve(&mut self, name: &str, from: &str) -> String {
        let _ = from;
        name.to_owned()
    }

    /// The text called `name` (as [`Includes::resolve`] gave it), included by `from`; or why not.
    fn read(&mut self, name: &str, from: &str) -> Result<String, String>;
}

/// Refuses every include: for texts that come from no file.
pub struct NoIncludes;

impl Includes for NoIncludes {
    fn read(&mut self, _name: &str, _from: &str) -> Result<String, String> {
        Err("files cannot be included here".to_owned())
    }
}

/// Which language the text is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Orchestra: knows `{{ }}` strings and the constants `M_PI` and so on.
    Orchestra,
    /// Score: knows `c` comments and loops; a redefinition hides the older macro until `#undef`.
    Score,
}

/// How to expand.
#[derive(Clone, Debug)]
pub struct Options {
    /// The language of the text.
    pub language: Language,
    /// Macros defined beforehand, name and text (`--omacro:NAME=TEXT`, `--smacro:NAME=TEXT`).
    pub macros: Vec<(String, String)>,
    /// Limits of the text.
    pub limits: Limits,
}

impl Options {
    /// The usual limits and no predefined macros.
    pub fn new(language: Language) -> Self {
        Self { language, macros: Vec::new(), limits: Limits::default() }
    }
}

/// Expands the text at `span` and adds the result to `map`.
///
/// Never fails: what cannot be expanded is left out and reported.
pub fn expand(
    map: &mut SourceMap,
    span: Span,
    includes: &mut dyn Includes,
    options: &Options,
) -> (FileId, Vec<Diagnostic>) {
    let mut expander = scan::Expander::new(map, includes, options);
    let file = expander.start(span);
    expander.run();
    (file, expander.finish(span))
}

/// A text that is read while it is expanded, so that it is never there as a whole.
pub(crate) struct Stream<'a> {
    expander: scan::Expander<'a>,
    span: Span,
    /// Its place in the map, where spans in it lead back to the file that the user wrote.
    pub file: FileId,
}

impl<'a> Stream<'a> {
    /// Begins with the text at `span`.
    pub fn new(
        map: &'a mut SourceMap,
        span: Span,
        includes: &'a mut dyn Includes,
        options: &'a Options,
    ) -> Self {
        let mut expander = scan::Expander::new(map, includes, options);
        let file = expander.start(span);
        Self { expander, span, file }
    }

    /// Adds some whole lines to `text`; false once there are no more.
    pub fn take(&mut self, text: &mut String) -> bool {
        self.expander.take(text)
    }

    /// What was wrong. Spans in the text can be followed from now on.
    pub fn finish(self) -> Vec<Diagnostic> {
        self.expander.finish(self.span)
    }
}

#[cfg(test)]
mod tests;
