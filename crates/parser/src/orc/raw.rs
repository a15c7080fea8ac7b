//! Raw tokens: what the characters of a preprocessed orchestra spell, before any grammar.
//!
//! Keywords are plain identifiers here; which identifier is a keyword, a label or a statement's opcode
//! is decided line by line in [`super::shape`].

use logos::{Lexer, Logos};
use orchestrion_base::diag::{Diagnostic, codes};
use orchestrion_base::source::{FileId, Span};

/// Something is wrong with a token although its extent is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(super) enum Flaw {
    /// A character that begins no token.
    #[default]
    Stray,
    /// `"` without its partner on the line.
    OpenString,
    /// `{{` without `}}`.
    OpenBraces,
    /// `/*` without `*/`.
    OpenComment,
}

/// A raw token.
#[derive(Logos, Clone, Copy, Debug, PartialEq)]
#[logos(error = Flaw)]
#[logos(skip(r"[ \t\r\x0b\x0c\u{feff}]+|(;|//)[^\n]*|\\[ \t\r]*(;[^\n]*)?\n", allow_greedy = true))]
pub(super) enum Raw {
    /// End of a line.
    #[token("\n")]
    Newline,
    /// `/* ... */`; skipped, but its beginning is remembered when the end is missing.
    #[token("/*", comment)]
    Comment,
    /// Identifier or keyword; `0dbfs` is one too.
    #[regex("[A-Za-z_][A-Za-z0-9_]*")]
    #[token("0dbfs", priority = 20)]
    Ident,
    /// Decimal or hexadecimal number.
    #[regex(r"[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?", priority = 10)]
    #[regex(r"\.[0-9]+([eE][+-]?[0-9]+)?")]
    #[regex(r"0[xX][0-9a-fA-F]+", priority = 15)]
    Number,
    /// A number run into letters, as in `1e` or `3k1`.
    #[regex(r"([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?[A-Za-z_][A-Za-z0-9_.]*", priority = 5)]
    BadNumber,
    /// `@n`: the power of two above n.
    #[regex(r"@[ \t]*[0-9]+")]
    PowerOfTwo,
    /// `@@n`: the power of two above, plus one.
    #[regex(r"@@[ \t]*[0-9]+")]
    PowerOfTwoPlusOne,
    /// `"..."` with its quotes.
    #[token("\"", quoted)]
    Str,
    /// `{{ ... }}` with its braces.
    #[token("{{", braced)]
    Braced,
    /// Any operator or bracket; which one its text tells.
    #[regex(r"\+=|-=|\*=|/=|==|!=|<=|>=|<<|>>|&&|\|\||[-+*/%^|&#~!<>=?:,()\[\]]")]
    #[token("\u{ac}")]
    #[token("\u{fffd}")]
    Punct,
}

fn comment(lex: &mut Lexer<'_, Raw>) -> Result<logos::Skip, Flaw> {
    match lex.remainder().find("*/") {
        Some(at) => {
            lex.bump(at + 2);
            Ok(logos::Skip)
        }
        None => {
            lex.bump(lex.remainder().len());
            Err(Flaw::OpenComment)
        }
    }
}

fn quoted(lex: &mut Lexer<'_, Raw>) -> Result<(), Flaw> {
    let rest = lex.remainder().as_bytes();
    let mut at = 0;
    while let Some(&byte) = rest.get(at) {
        match byte {
            b'"' => {
                lex.bump(at + 1);
                return Ok(());
            }
            b'\\' if at + 1 < rest.len() => {
                // A multi-byte character after the backslash is stepped into byte by byte; none of its
                // bytes looks like a quote.
                at += 2;
            }
            b'\n' => break,
            _ => at += 1,
        }
    }
    let end = at.min(rest.len());
    lex.bump(end);
    Err(Flaw::OpenString)
}

fn braced(lex: &mut Lexer<'_, Raw>) -> Result<(), Flaw> {
    match lex.remainder().find("}}") {
        Some(at) => {
            lex.bump(at + 2);
            Ok(())
        }
        None => {
            lex.bump(lex.remainder().len());
            Err(Flaw::OpenBraces)
        }
    }
}

/// A raw token with its bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'a> {
    /// Its kind.
    pub raw: Raw,
    /// Its text.
    pub text: &'a str,
    /// First byte in the file.
    pub start: u32,
    /// One past its last byte.
    pub end: u32,
}

impl Piece<'_> {
    /// Whether this is the given operator, bracket or keyword.
    pub fn is(&self, text: &str) -> bool {
        matches!(self.raw, Raw::Punct | Raw::Ident) && self.text == text
    }

    /// Whether this is an identifier.
    pub fn is_ident(&self) -> bool {
        self.raw == Raw::Ident
    }
}

/// Splits a text into raw tokens; flaws become diagnostics, and a flawed string still counts as one.
pub(super) fn scan<'a>(
    file: FileId,
    text: &'a str,
    base: u32,
    diags: &mut Vec<Diagnostic>,
) -> Vec<Piece<'a>> {
    let mut pieces = Vec::with_capacity(text.len() / 4);
    for (raw, range) in Raw::lexer(text).spanned() {
        let (start, end) = (base + range.start as u32, base + range.end as u32);
        let text = &text[range];
        let raw = match raw {
            Ok(Raw::Comment) => continue,
            Ok(raw) => raw,
            Err(flaw) => {
                diags.push(flaw_message(flaw, Span::new(file, start, end), text));
                match flaw {
                    Flaw::OpenString => Raw::Str,
                    Flaw::OpenBraces => Raw::Braced,
                    Flaw::Stray | Flaw::OpenComment => continue,
                }
            }
        };
        pieces.push(Piece { raw, text, start, end });
    }
    pieces
}

fn flaw_message(flaw: Flaw, span: Span, text: &str) -> Diagnostic {
    let head = Span { end: (span.start + 2).min(span.end), ..span };
    match flaw {
        Flaw::OpenString => Diagnostic::error(codes::UNTERMINATED, span, "the string is not closed")
            .label("expected `\"` before the end of the line")
            .help("strings over several lines are written {{ ... }}"),
        Flaw::OpenBraces => Diagnostic::error(codes::UNTERMINATED, head, "the string `{{` is never closed")
            .label("expected `}}` somewhere below"),
        Flaw::OpenComment => Diagnostic::error(codes::UNTERMINATED, head, "the comment `/*` is never closed")
            .label("everything from here on is taken for a comment")
            .help("close it with `*/`"),
        Flaw::Stray => {
            let shown: String = text.chars().take(1).flat_map(char::escape_default).collect();
            let shown = if text.is_ascii() { shown } else { text.to_owned() };
            let found = format!("the character `{shown}` has no meaning here");
            let diag = Diagnostic::error(codes::SYNTAX, span, found).label("remove it");
            match text {
                "$" => diag.help("a macro that is not defined? `#define NAME #text#` defines one"),
                "{" | "}" => diag.help("strings over several lines use doubled braces: {{ ... }}"),
                "'" | "\u{201c}" | "\u{201d}" => diag.help("strings are written with straight double quotes"),
                _ => diag,
            }
        }
    }
}
