//! Which identifier of a statement is its opcode.
//!
//! `a1 oscil k1, 440` and `print i1, 440` begin alike; what decides is which of the first two names is
//! an opcode, what follows them, and, for opcodes nobody knows, whether the first looks like a variable.

use super::raw::{Piece, Raw};
use super::shape::Shaper;
use super::token::{Tok, is_keyword};
use super::values::annotation;
use orchestrion_base::ty::Ty;

impl<'a> Shaper<'a, '_> {
    /// A statement that is no keyword's.
    pub fn statement(&mut self, line: &[Piece<'a>]) {
        let Some(last) = line.last() else { return };
        let outs = outputs(line);
        let next = line.get(outs.len);
        match next {
            Some(next) if is_assignment(next) && outs.len > 0 => {
                self.declarations(&line[..outs.len]);
                self.push(Tok::punct(next.text), next);
                self.values(&line[outs.len + 1..]);
            }
            Some(next) if next.is_ident() && !is_keyword(next.text) && outs.surely => {
                self.declarations(&line[..outs.len]);
                self.opcode(&line[outs.len..], true);
            }
            Some(next) if next.is_ident() && outs.len == 1 && !is_keyword(next.text) => {
                if self.second_is_opcode(line) {
                    self.values(&line[..1]);
                    self.opcode(&line[1..], true);
                } else {
                    self.opcode(line, false);
                }
            }
            _ if outs.len == 1 && !outs.surely || self.is_operation(line, &outs) => self.opcode(line, false),
            _ => self.declarations(line),
        }
        self.end(last);
    }

    /// `op [1, 2, 3]`, `op:k(x)`, `op, x`: begins like an output, but is none.
    fn is_operation(&self, line: &[Piece<'a>], outs: &Outputs) -> bool {
        let [first, rest @ ..] = line else { return false };
        let typed_call = annotation(line).is_some_and(|(_, n)| line.get(n).is_some_and(|p| p.is("(")));
        let literal = rest.first().is_some_and(|p| p.is("[")) && self.knows(first.text) && outs.len > 0;
        let comma = rest.first().is_some_and(|p| p.is(",")) && self.knows(first.text);
        first.is_ident() && (typed_call || literal || comma)
    }

    /// The opcode of a statement and its arguments.
    fn opcode(&mut self, line: &[Piece<'a>], has_outputs: bool) {
        let [name, args @ ..] = line else { return };
        if let Some((ty, taken)) = annotation(line)
            && line.get(taken).is_some_and(|p| p.is("("))
        {
            self.out.push((name.start, Tok::TypedCallOp(name.text, ty), line[taken - 1].end));
            self.values(&line[taken..]);
            return;
        }
        let args = match args {
            [comma, args @ ..] if comma.is(",") => args,
            _ => args,
        };
        let call = is_call(args, has_outputs);
        self.push(if call { Tok::CallOp(name.text) } else { Tok::Op(name.text) }, name);
        self.values(args);
    }

    /// Two names in a row: whether the second is the opcode.
    fn second_is_opcode(&self, line: &[Piece<'a>]) -> bool {
        let [first, second, tail @ ..] = line else { return false };
        match tail.first() {
            // `X Y 3`: two operands cannot touch, so Y is the opcode, unless only X is one.
            Some(next) if next.raw != Raw::Punct => {
                return self.knows(second.text) || !self.knows(first.text);
            }
            // `k1 lfo, 100, 1`: the reference overlooks a comma after the opcode.
            Some(next) if next.is(",") => return self.knows(second.text) && !self.knows(first.text),
            Some(next) if !matches!(next.text, "(" | "[" | "+" | "-" | "!" | "~" | ":") => return false,
            _ => {}
        }
        match (self.knows(first.text), self.knows(second.text)) {
            (true, false) => false,
            (false, true) => true,
            // `i`, `k`, `a` and `p` are opcodes, but also names of variables.
            (true, true) => first.text.len() == 1 && Ty::of_name(first.text).is_some(),
            (false, false) => looks_like_variable(first.text),
        }
    }
}

/// A list of outputs at the beginning of a statement.
struct Outputs {
    /// Pieces it takes, 0 where the statement does not begin with a name.
    len: usize,
    /// Whether it can be nothing else: several, indexed, or with a type.
    surely: bool,
}

fn outputs(line: &[Piece<'_>]) -> Outputs {
    let mut surely = false;
    let mut at = 0;
    loop {
        if !line.get(at).is_some_and(|p| p.is_ident() && !is_keyword(p.text)) {
            return Outputs { len: 0, surely };
        }
        match annotation(&line[at..]) {
            Some((_, taken)) => {
                surely = true;
                at += taken;
            }
            None => at += 1,
        }
        while line.get(at).is_some_and(|p| p.is("[")) {
            let Some(close) = matching(line, at) else { return Outputs { len: 0, surely } };
            surely = true;
            at = close + 1;
        }
        if !line.get(at).is_some_and(|p| p.is(",")) {
            return Outputs { len: at, surely };
        }
        surely = true;
        at += 1;
    }
}

fn is_assignment(piece: &Piece<'_>) -> bool {
    piece.raw == Raw::Punct && matches!(piece.text, "=" | "+=" | "-=" | "*=" | "/=")
}

/// Whether arguments are `( ... )` up to the line's end. After outputs that is a call only where the
/// brackets hold no single expression: `a1 op (x), y` and `k1 op (x)` are arguments.
fn is_call(args: &[Piece<'_>], has_outputs: bool) -> bool {
    if !args.first().is_some_and(|p| p.is("(")) || matching(args, 0) != Some(args.len() - 1) {
        return false;
    }
    if !has_outputs || args.len() == 2 {
        return true;
    }
    let mut depth = 0_usize;
    args.iter().any(|p| {
        match p.text {
            "(" | "[" if p.raw == Raw::Punct => depth += 1,
            ")" | "]" if p.raw == Raw::Punct => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 1 && p.is(",")
    })
}

/// The bracket that closes the one at `open`.
fn matching(line: &[Piece<'_>], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (i, piece) in line.iter().enumerate().skip(open) {
        if piece.raw != Raw::Punct {
            continue;
        }
        match piece.text {
            "(" | "[" => depth += 1,
            ")" | "]" => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(i);
                }
            }
            _ => {}
        }
    }
    None
}

/// Whether a name is shaped like a variable's: a type letter, with a digit, capital or underscore soon
/// after it, or short.
fn looks_like_variable(name: &str) -> bool {
    Ty::of_name(name).is_some()
}
