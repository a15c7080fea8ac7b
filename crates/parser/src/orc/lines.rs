//! Logical lines: which line ends count.

use super::raw::{Piece, Raw};
use super::token::is_keyword;

/// Whether a line end directly after this piece is absorbed (measured on the reference).
fn continues(piece: &Piece<'_>) -> bool {
    piece.raw == Raw::Punct
        && !matches!(piece.text, ")" | "]" | "?" | ":" | "!" | "~" | "\u{ac}" | "\u{fffd}")
}

/// Splits pieces into statements' lines, without the line ends. Empty lines are left out.
///
/// A line that ends in an operator does not swallow what surely begins a statement, so that the missing
/// value is reported at the operator and the next statement survives.
pub(super) fn logical<'a>(pieces: Vec<Piece<'a>>) -> Vec<Vec<Piece<'a>>> {
    let mut lines = Vec::new();
    let mut line: Vec<Piece<'a>> = Vec::new();
    for (i, piece) in pieces.iter().enumerate() {
        if piece.raw != Raw::Newline {
            line.push(*piece);
            continue;
        }
        if line.last().is_some_and(continues) && !begins_statement(&line, &pieces[i + 1..]) {
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// Whether the pieces of the next line cannot continue this one: a keyword, or an assignment where this
/// line holds no condition.
fn begins_statement(line: &[Piece<'_>], next: &[Piece<'_>]) -> bool {
    match next {
        [] => true,
        [word, ..] if word.is_ident() && is_keyword(word.text) => true,
        [name, equals, ..] if name.is_ident() && equals.is("=") => {
            !line.first().is_some_and(|p| p.is_ident() && is_keyword(p.text))
        }
        _ => false,
    }
}
