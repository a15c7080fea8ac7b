//! Diagnostics: errors, warnings and notes with code, place and remedy.

use crate::source::Span;
use std::fmt;

/// How grave a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Information only.
    Note,
    /// The piece renders, but perhaps not as meant.
    Warning,
    /// The piece cannot be used as it is.
    Error,
}

/// A stable, documented name of a kind of diagnostic, such as `E0201`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub &'static str);

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// A second place that belongs to a diagnostic, with a word on why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is there.
    pub text: String,
}

/// One finding about a source text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How grave it is.
    pub severity: Severity,
    /// Its documented code; see [`codes`].
    pub code: Code,
    /// One line: what was expected, what was found.
    pub message: String,
    /// Where.
    pub span: Span,
    /// What to write under the caret; may be empty.
    pub label: String,
    /// Other places that matter.
    pub related: Vec<Label>,
    /// What to do about it; one line each.
    pub help: Vec<String>,
}

impl Diagnostic {
    /// An error.
    pub fn error(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, span, message)
    }

    /// A warning.
    pub fn warning(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, span, message)
    }

    /// A diagnostic of any severity.
    pub fn new(severity: Severity, code: Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            severity,
            code,
            message: message.into(),
            span,
            label: String::new(),
            related: Vec::new(),
            help: Vec::new(),
        }
    }

    /// Sets the text under the caret.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.label = text.into();
        self
    }

    /// Adds a remedy.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn related(mut self, span: Span, text: impl Into<String>) -> Self {
        self.related.push(Label { span, text: text.into() });
        self
    }

    /// Whether this is an error.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Every diagnostic code. The hundreds tell the stage: 00 documents and files, 01 preprocessor,
/// 02 orchestra syntax, 03 names and types, 04 score, 05 running.
pub mod codes {
    use super::Code;

    macro_rules! codes {
        ($($(#[doc = $doc:literal])+ $name:ident = $text:literal;)*) => {
            $($(#[doc = $doc])+ pub const $name: Code = Code($text);)*
            /// All codes with the first line of their meaning, for documentation.
            pub const ALL: &[(Code, &str)] = &[$(($name, concat!($($doc, "\n"),+))),*];
        };
    }

    codes! {
        /// A file could not be read.
        FILE_UNREADABLE = "E0001";
        /// The document has no orchestra, or a tag is not closed.
        CSD_STRUCTURE = "E0002";
        /// An unknown tag or option in the document, ignored.
        CSD_UNKNOWN = "W0003";
        /// The document asks for something that Orchestrion refuses, such as running a program.
        CSD_REFUSED = "E0004";
        /// A command-line option or a line of `<CsOptions>` is not understood.
        BAD_OPTION = "E0005";
        /// An option that has no effect on an offline render.
        IGNORED_OPTION = "W0006";
        /// An opcode that does nothing in an offline render.
        SILENT_OPCODE = "W0312";
        /// A macro is used that was never defined.
        MACRO_UNDEFINED = "E0101";
        /// A preprocessor directive is malformed or not closed.
        MACRO_SYNTAX = "E0102";
        /// Macros or includes nest too deeply or expand to too much text.
        MACRO_LIMIT = "E0103";
        /// An included file is missing.
        INCLUDE_MISSING = "E0104";
        /// The orchestra's grammar is violated.
        SYNTAX = "E0201";
        /// A string or comment is not closed.
        UNTERMINATED = "E0202";
        /// A number is malformed.
        BAD_NUMBER = "E0203";
        /// An opcode that neither the reference nor the piece defines.
        UNKNOWN_OPCODE = "E0301";
        /// An opcode of Csound that Orchestrion does not have yet.
        OPCODE_NOT_YET = "E0302";
        /// A variable is used before anything is assigned to it.
        UNDEFINED_VARIABLE = "E0303";
        /// Arguments do not fit any signature of the opcode.
        NO_SIGNATURE = "E0304";
        /// A value of one type is used where another is needed.
        TYPE_MISMATCH = "E0305";
        /// A label is missing.
        UNDEFINED_LABEL = "E0306";
        /// An instrument or opcode is defined twice.
        REDEFINED = "E0307";
        /// A header constant is out of range or the constants contradict each other.
        BAD_HEADER = "E0308";
        /// A name whose first letter gives it no type.
        BAD_NAME = "E0309";
        /// An instrument is too large for the machine.
        TOO_LARGE = "E0310";
        /// An opcode that an offline renderer cannot serve.
        OPCODE_REFUSED = "E0311";
        /// Something in the score is not understood.
        SCORE_SYNTAX = "E0401";
        /// A carry, ramp or reference in the score has nothing to refer to.
        SCORE_REFERENCE = "W0402";
        /// A score loop or expression is malformed.
        SCORE_EXPRESSION = "E0403";
        /// The score expands to too much.
        SCORE_LIMIT = "E0404";
        /// An error while a note was being initialised; the note was dropped.
        INIT_ERROR = "E0501";
        /// An error while a note was playing; the note was removed.
        PERF_ERROR = "E0502";
        /// A limit was reached.
        LIMIT = "E0503";
    }
}
