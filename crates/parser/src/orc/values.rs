//! Tokens of expressions: numbers, names, calls with annotation, and a guard against expressions so
//! deep that walking their tree would exhaust the stack.

use super::literal;
use super::raw::{Piece, Raw};
use super::shape::Shaper;
use super::token::{Tok, is_keyword};
use orchestrion_base::diag::{Diagnostic, codes};
use orchestrion_base::ty::Ty;

/// Brackets inside brackets.
const MAX_BRACKETS: usize = 200;
/// Operators between the statement and its deepest operand.
const MAX_OPERATORS: usize = 500;

/// How `name:type` is read where no `(` follows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Colons {
    /// As name, colon, name: the second half of `c ? x : y`.
    Ternary,
    /// As a declaration.
    Declaration,
}

/// Open brackets with the operators and `?` seen in each.
#[derive(Default)]
struct Depth {
    levels: Vec<(usize, usize)>,
    total: usize,
}

impl Depth {
    fn new() -> Self {
        Depth { levels: vec![(0, 0)], total: 0 }
    }

    fn see(&mut self, text: &str) {
        match text {
            "(" | "[" => self.levels.push((0, 0)),
            ")" | "]" if self.levels.len() > 1 => {
                if let Some((operators, _)) = self.levels.pop() {
                    self.total -= operators;
                }
            }
            ")" | "]" | ":" => {}
            "," => {
                if let Some(level) = self.levels.last_mut() {
                    self.total -= level.0;
                    *level = (0, 0);
                }
            }
            operator => {
                if let Some(level) = self.levels.last_mut() {
                    level.0 += 1;
                    level.1 += usize::from(operator == "?");
                    self.total += 1;
                }
            }
        }
    }

    fn too_deep(&self) -> bool {
        self.levels.len() > MAX_BRACKETS || self.total > MAX_OPERATORS
    }

    fn in_ternary(&self) -> bool {
        self.levels.last().is_some_and(|level| level.1 > 0)
    }
}

impl<'a> Shaper<'a, '_> {
    /// Tokens of expressions.
    pub fn values(&mut self, pieces: &[Piece<'a>]) {
        self.run(pieces, Colons::Ternary);
    }

    /// Tokens of a place where `name:type` declares.
    pub fn declarations(&mut self, pieces: &[Piece<'a>]) {
        self.run(pieces, Colons::Declaration);
    }

    fn run(&mut self, pieces: &[Piece<'a>], colons: Colons) {
        let begin = self.out.len();
        let mut depth = Depth::new();
        let mut at = 0;
        while let Some(piece) = pieces.get(at) {
            let empty = piece.is("[") && pieces.get(at + 1).is_some_and(|p| p.is("]"));
            if piece.raw == Raw::Punct && !empty {
                depth.see(piece.text);
                if depth.too_deep() {
                    self.refuse_depth(piece, begin);
                    return;
                }
            }
            at += self.value(&pieces[at..], colons, &depth);
        }
    }

    /// An expression that is too deep becomes the number 0; the error stands for it.
    fn refuse_depth(&mut self, piece: &Piece<'a>, begin: usize) {
        self.error(
            self.place(piece),
            "the expression is nested too deeply",
            "too many brackets or operators before this",
        );
        self.help("compute parts of it into variables first");
        self.out.truncate(begin);
        self.push(Tok::Number(0.0), piece);
    }

    /// One token; gives back how many pieces it took.
    fn value(&mut self, pieces: &[Piece<'a>], colons: Colons, depth: &Depth) -> usize {
        let piece = &pieces[0];
        match piece.raw {
            Raw::Ident => return self.name(pieces, colons, depth),
            Raw::Punct if piece.text == "[" && pieces.get(1).is_some_and(|p| p.is("]")) => {
                self.out.push((piece.start, Tok::EmptyIndex, pieces[1].end));
                return 2;
            }
            Raw::Punct => self.push(Tok::punct(piece.text), piece),
            Raw::Str | Raw::Braced => self.push(Tok::Str(piece.text), piece),
            Raw::Number | Raw::BadNumber | Raw::PowerOfTwo | Raw::PowerOfTwoPlusOne => self.number(piece),
            Raw::Newline | Raw::Comment => {}
        }
        1
    }

    fn number(&mut self, piece: &Piece<'a>) {
        let value = match piece.raw {
            Raw::PowerOfTwo => literal::power_of_two(piece.text, 0),
            Raw::PowerOfTwoPlusOne => literal::power_of_two(piece.text.trim_start_matches('@'), 1),
            Raw::Number => literal::number(piece.text),
            _ => None,
        };
        if value.is_none() {
            self.diags.push(
                Diagnostic::error(
                    codes::BAD_NUMBER,
                    self.place(piece),
                    format!("`{}` is not a number", piece.text),
                )
                .label("names cannot begin with a digit, and an exponent needs digits"),
            );
        }
        self.push(Tok::Number(value.unwrap_or(0.0)), piece);
    }

    fn name(&mut self, pieces: &[Piece<'a>], colons: Colons, depth: &Depth) -> usize {
        let piece = &pieces[0];
        if is_keyword(piece.text) && !self.keyword_labels.contains(piece.text) {
            self.push(Tok::Misplaced, piece);
            return 1;
        }
        if let Some((ty, taken)) = annotation(pieces) {
            let last = &pieces[taken - 1];
            let called = pieces.get(taken).is_some_and(|p| p.is("("));
            // `c ? k1:k(2)`: a name that is no opcode is the ternary's middle.
            if called && (!depth.in_ternary() || self.knows(piece.text)) {
                self.out.push((piece.start, Tok::TypedCall(piece.text, ty), last.end));
                return taken;
            }
            if !called && colons == Colons::Declaration {
                self.out.push((piece.start, Tok::Typed(piece.text, ty), last.end));
                return taken;
            }
        }
        self.push(Tok::Name(piece.text), piece);
        1
    }
}

/// `name:type` and `name:type[]` written without blanks: the type and the number of pieces.
pub(super) fn annotation(pieces: &[Piece<'_>]) -> Option<(Ty, usize)> {
    let [name, colon, letter, rest @ ..] = pieces else { return None };
    let close = name.end == colon.start && colon.end == letter.start;
    if !name.is_ident() || !colon.is(":") || !close || !letter.is_ident() || letter.text.len() != 1 {
        return None;
    }
    let plain = Ty::of_letter(letter.text.chars().next()?)?;
    let dims = rest
        .chunks(2)
        .take_while(|pair| matches!(pair, [open, close] if open.is("[") && close.is("]")))
        .count();
    Some((Ty::array(plain.base, dims.min(8) as u8), 3 + 2 * dims.min(8)))
}
