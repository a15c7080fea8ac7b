//! Headers of user-defined opcodes: `opcode name, outs, ins` with its type letters, and the Csound 7
//! form `opcode name(a:k, b:i):(a)`.

use super::blocks::BlockKind;
use super::raw::{Piece, Raw};
use super::shape::Shaper;
use super::token::Tok;
use crate::tree::TypeList;

/// Letters that the reference knows in an opcode's header, `w` excepted, which it has no use for.
const LETTERS: &str = "aijkftKOJVPopS";

impl<'a> Shaper<'a, '_> {
    pub fn begin_opcode(&mut self, first: &Piece<'a>, after: &[Piece<'a>]) {
        self.close_all(self.place(first), "`opcode`");
        self.open(BlockKind::Opcode, first);
        self.push(Tok::Opcode, first);
        let last = after.last().unwrap_or(first);
        match after {
            [name, open, ..] if name.is_ident() && open.is("(") => self.declarations(after),
            [name, lists @ ..] if name.is_ident() => {
                self.push(Tok::Name(name.text), name);
                self.type_lists(name, lists);
            }
            _ => self.values(after),
        }
        self.end(last);
    }

    fn type_lists(&mut self, name: &Piece<'a>, lists: &[Piece<'a>]) {
        let mut groups = split(lists);
        if groups.len() != 2 {
            let end = lists.last().unwrap_or(name).end;
            self.error(
                self.span(name.start, end),
                format!("expected the types of outputs and inputs after `opcode {}`", name.text),
                format!("found {} of 2 lists", groups.len()),
            );
            self.help("the header reads `opcode name, outputs, inputs`, for example `opcode Voice, a, kk`; `0` means none");
        }
        groups.resize(2, &[]);
        for group in groups {
            let list = self.types(group);
            let (start, end) = list.span.map_or((name.end, name.end), |s| (s.start, s.end));
            self.out.push((start, Tok::Types(list), end));
        }
    }

    /// One list such as `kaS[]`.
    fn types(&mut self, group: &[Piece<'a>]) -> TypeList {
        let span = match group {
            [] => None,
            [first, .., last] => Some(self.span(first.start, last.end)),
            [only] => Some(self.place(only)),
        };
        let mut types: Vec<String> = Vec::new();
        let mut pieces = group.iter();
        while let Some(piece) = pieces.next() {
            match (piece.raw, piece.text) {
                (Raw::Number, "0") => {}
                (Raw::Punct, "[")
                    if pieces.as_slice().first().is_some_and(|p| p.is("]")) && !types.is_empty() =>
                {
                    pieces.next();
                    if let Some(last) = types.last_mut() {
                        last.push_str("[]");
                    }
                }
                (Raw::Ident, letters) => {
                    self.check_letters(piece);
                    types.extend(letters.chars().filter(|c| LETTERS.contains(*c)).map(String::from));
                }
                _ => self.error(self.place(piece), "expected type letters", "this is no type"),
            }
        }
        TypeList { types, span }
    }

    fn check_letters(&mut self, piece: &Piece<'a>) {
        if let Some((at, wrong)) = piece.text.char_indices().find(|(_, c)| !LETTERS.contains(*c)) {
            let start = piece.start + at as u32;
            let message = format!("`{wrong}` is no type of an opcode's argument");
            self.error(self.span(start, start + 1), message, "expected one of the type letters");
            self.help("a i k S f, arrays as k[]; optional inputs: o (0) p (1) j (-1), at k-rate O P V (0.5) J; K is k with an init value");
        }
    }
}

/// Lists between commas; where there is no comma, between blanks.
fn split<'l, 'a>(lists: &'l [Piece<'a>]) -> Vec<&'l [Piece<'a>]> {
    let body = match lists {
        [comma, rest @ ..] if comma.is(",") => rest,
        _ => lists,
    };
    if body.is_empty() {
        return Vec::new();
    }
    let mut groups: Vec<&[Piece<'a>]> = body.split(|p| p.is(",")).collect();
    if groups.len() == 1
        && let Some(gap) = body.windows(2).position(|pair| pair[0].end != pair[1].start)
    {
        groups = vec![&body[..=gap], &body[gap + 1..]];
    }
    groups
}
