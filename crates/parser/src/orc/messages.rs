//! Violations of the grammar, in words a musician understands.

use super::make::Failure;
use super::shape::Placed;
use super::token::Tok;
use lalrpop_util::ParseError;
use orchestrion_base::diag::{Diagnostic, codes};
use orchestrion_base::source::{FileId, Span};

/// Puts failures into words. `tokens` is what the grammar read; statements that already have a
/// diagnostic get no second one.
pub(super) fn explain(
    file: FileId,
    text: &str,
    tokens: &[Placed<'_>],
    failures: &[Failure<'_>],
    diags: &mut Vec<Diagnostic>,
) {
    let mut taken: Vec<(u32, u32)> = diags.iter().map(|d| (d.span.start, d.span.end)).collect();
    taken.sort_unstable();
    let mut explained = Vec::new();
    for failure in failures {
        let Some(at) = position(tokens, failure) else { continue };
        let statement = statement_around(tokens, at);
        let (Some(first), Some(last)) = (statement.first(), statement.last()) else { continue };
        let i = taken.partition_point(|t| t.0 < first.0);
        if taken.get(i).is_some_and(|t| t.0 <= last.2) {
            continue;
        }
        explained.push(Explainer { file, text, tokens, statement, at }.explain());
    }
    diags.append(&mut explained);
}

/// Index of the token that a failure found unfit.
fn position(tokens: &[Placed<'_>], failure: &Failure<'_>) -> Option<usize> {
    match failure {
        ParseError::UnrecognizedToken { token: (start, tok, end), .. }
        | ParseError::ExtraToken { token: (start, tok, end) } => {
            let from = tokens.partition_point(|t| t.0 < *start);
            let kind = std::mem::discriminant(tok);
            (from..tokens.len())
                .take_while(|&i| tokens[i].0 == *start)
                .find(|&i| tokens[i].2 == *end && std::mem::discriminant(&tokens[i].1) == kind)
        }
        _ => tokens.len().checked_sub(1),
    }
}

/// The tokens of the statement or block head that holds the token at `at`, its end included.
fn statement_around<'t, 'a>(tokens: &'t [Placed<'a>], at: usize) -> &'t [Placed<'a>] {
    let ends = |t: &Placed<'_>| {
        matches!(
            t.1,
            Tok::End
                | Tok::Then(_)
                | Tok::Do
                | Tok::Else
                | Tok::Endif
                | Tok::Od
                | Tok::Endin
                | Tok::Endop
                | Tok::Endsw
                | Tok::Label(_)
                | Tok::Bad
                | Tok::Default
        )
    };
    let begin = tokens[..at].iter().rposition(ends).map_or(0, |i| i + 1);
    let end = tokens[at..].iter().position(ends).map_or(tokens.len(), |i| at + i + 1);
    &tokens[begin..end]
}

struct Explainer<'t, 'a> {
    file: FileId,
    text: &'t str,
    tokens: &'t [Placed<'a>],
    statement: &'t [Placed<'a>],
    at: usize,
}

impl Explainer<'_, '_> {
    fn span(&self, token: &Placed<'_>) -> Span {
        Span::new(self.file, token.0, token.2)
    }

    fn source(&self, token: &Placed<'_>) -> &str {
        self.text.get(token.0 as usize..token.2 as usize).unwrap_or("")
    }

    fn error(&self, span: Span, message: impl Into<String>, label: impl Into<String>) -> Diagnostic {
        Diagnostic::error(codes::SYNTAX, span, message).label(label)
    }

    fn explain(&self) -> Diagnostic {
        let found = &self.tokens[self.at];
        let before = self.at.checked_sub(1).map(|i| &self.tokens[i]).filter(|t| t.0 >= self.statement[0].0);
        let ends = matches!(found.1, Tok::End | Tok::Then(_) | Tok::Do | Tok::Goto(_) | Tok::In);
        self.brackets(found, ends)
            .or_else(|| self.head(found))
            .or_else(|| self.values(before, found, ends))
            .unwrap_or_else(|| self.fallback(before, found, ends))
    }

    /// Brackets that do not match.
    fn brackets(&self, found: &Placed<'_>, ends: bool) -> Option<Diagnostic> {
        let mut open: Vec<&Placed<'_>> = Vec::new();
        for token in self.statement.iter().take_while(|t| !std::ptr::eq(*t, found)) {
            match token.1 {
                Tok::Open | Tok::OpenIndex => open.push(token),
                Tok::Close | Tok::CloseIndex => {
                    open.pop();
                }
                _ => {}
            }
        }
        let (close, other) = match open.last()?.1 {
            Tok::Open => (")", matches!(found.1, Tok::CloseIndex)),
            _ => ("]", matches!(found.1, Tok::Close)),
        };
        let wanting = self.at.checked_sub(1).is_some_and(|i| self.tokens[i].1.wants_value());
        if !other && (!ends || wanting) {
            return None;
        }
        let opener = self.span(open.last()?);
        let here = if other { self.span(found) } else { Span::new(self.file, found.0, found.0) };
        Some(
            self.error(here, format!("missing `{close}`"), format!("expected `{close}` here at the latest"))
                .related(opener, "opened here")
                .help(
                    "a line may go on only after an operator, a comma or an opening bracket, or after `\\`",
                ),
        )
    }

    /// Heads of instruments and opcodes, jumps.
    fn head(&self, found: &Placed<'_>) -> Option<Diagnostic> {
        let span = self.span(found);
        match self.statement.first()?.1 {
            Tok::Instr => Some(
                self.error(span, "expected the number or name of an instrument", "this is neither")
                    .help("for example `instr 1`, `instr 1, 2` or `instr Name`"),
            ),
            Tok::Opcode => {
                Some(self.error(span, "the opcode's header is not understood", "unexpected here").help(
                    "the header reads `opcode name, outputs, inputs`, for example `opcode Voice, a, kk`",
                ))
            }
            _ => {
                let after_goto =
                    self.at.checked_sub(1).is_some_and(|i| matches!(self.tokens[i].1, Tok::Goto(_)));
                after_goto.then(|| self.error(span, "expected the name of a label", "where should it go?"))
            }
        }
    }

    /// A value too many or too few.
    fn values(&self, before: Option<&Placed<'_>>, found: &Placed<'_>, ends: bool) -> Option<Diagnostic> {
        let before = before?;
        let span = self.span(found);
        if before.1.wants_value()
            && (ends
                || found.1.wants_value()
                || matches!(found.1, Tok::Close | Tok::CloseIndex | Tok::Misplaced))
        {
            let message = format!("expected a value after `{}`", self.source(before));
            return Some(self.error(self.span(before), message, "something is missing after this"));
        }
        if matches!(found.1, Tok::Close | Tok::CloseIndex) {
            let open = if matches!(found.1, Tok::Close) { "(" } else { "[" };
            let message = format!("`{}` without `{open}`", self.source(found));
            return Some(self.error(span, message, "nothing to close here"));
        }
        if before.1.ends_value() && found.1.begins_value() {
            let message = format!("expected an operator or a comma before {}", self.describe(found));
            let diag = self.error(span, message, "two values in a row");
            return Some(match self.assigns_opcode() {
                true => diag.help("either `out opcode in, in` without `=`, or `out = opcode(in, in)`"),
                false => diag,
            });
        }
        if matches!(found.1, Tok::Compare(_) | Tok::Equals) && before.1.ends_value() {
            return Some(
                self.error(span, "comparisons cannot be chained", "a second comparison")
                    .help("join them: `a < b && b < c`; an assignment has one `=` only"),
            );
        }
        None
    }

    /// Whether the statement reads `x = name value`.
    fn assigns_opcode(&self) -> bool {
        let mut tokens = self.statement.iter().skip_while(|t| !matches!(t.1, Tok::Equals)).skip(1);
        matches!(tokens.next().map(|t| &t.1), Some(Tok::Name(_)))
            && tokens.next().is_some_and(|t| std::ptr::eq(t, &self.tokens[self.at]))
    }

    fn fallback(&self, before: Option<&Placed<'_>>, found: &Placed<'_>, ends: bool) -> Diagnostic {
        if matches!(found.1, Tok::Misplaced) {
            let word = self.source(found);
            return self
                .error(
                    self.span(found),
                    format!("`{word}` cannot stand inside a statement"),
                    "unexpected word",
                )
                .help(format!("begin a new line before `{word}`"));
        }
        match before {
            Some(before) if ends && before.1.ends_value() => self.error(
                self.span(before),
                "expected an opcode or `=` after the variables",
                "the statement ends here",
            ),
            Some(before) if ends => {
                let message = format!("the statement is not complete after {}", self.describe(before));
                self.error(self.span(before), message, "something is missing after this")
            }
            Some(before) => {
                let message = format!("{} cannot follow {}", self.describe(found), self.describe(before));
                self.error(self.span(found), message, "unexpected here")
            }
            None => self
                .error(
                    self.span(found),
                    format!("a statement cannot begin with {}", self.describe(found)),
                    "unexpected here",
                )
                .help("a statement is `out opcode in, in`, `opcode in, in` or `variable = expression`"),
        }
    }

    fn describe(&self, token: &Placed<'_>) -> String {
        match &token.1 {
            Tok::End => "the end of the line".to_owned(),
            Tok::Str(_) => "a string".to_owned(),
            Tok::Number(_) => format!("the number `{}`", self.source(token)),
            _ => format!("`{}`", self.source(token)),
        }
    }
}
