//! Expressions in `[ ]`.
//!
//! The reference evaluates with two stacks and few reductions, so that `[1-2*3+4]` is 1-(2*3+4) = -9
//! and `[2^3*2]` is 2^(3*2) = 64. What it computes is what pieces sound like, so the value is the
//! same here; where the usual precedence of its manual gives another value, a warning says so.

use super::number;
use super::random::uniform;
use super::read::Reader;
use orchestrion_base::diag::{Diagnostic, codes};

/// Brackets in brackets beyond this depth are refused.
const MAX_DEPTH: usize = 100;

/// What an operator has computed before it is put on the stack.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Rule {
    /// At most one operator. (measured)
    Reference,
    /// All that bind as tightly (manual, "Evaluation of Expressions"), `^` from the right.
    Usual,
}

/// The left side of an operator whose right side is being read, or an open `(`.
pub(super) struct Pending {
    op: u8,
    left: f64,
}

/// How an expression is evaluated, and whether it mattered.
struct Evaluation {
    rule: Rule,
    pow: fn(f64, f64) -> f64,
    /// Another rule would compute in another order.
    differs: bool,
    /// The operators of this expression and of those around it.
    pending: Vec<Pending>,
}

impl Evaluation {
    /// Begins by the rule of the reference; `pending` is empty, and kept so that its memory serves the next.
    fn new(pow: fn(f64, f64) -> f64, pending: Vec<Pending>) -> Self {
        Self { rule: Rule::Reference, pow, differs: false, pending }
    }

    /// The innermost operator of the expression whose operators begin at `base`; `[` where there is none.
    fn top(&self, base: usize) -> u8 {
        self.pending[base..].last().map_or(b'[', |p| p.op)
    }

    /// Computes the innermost operator, whose right side is `right`.
    fn reduce(&mut self, right: f64) -> f64 {
        self.pending.pop().map_or(right, |p| apply(p.op, p.left, right, self.pow))
    }

    /// Computes what must be computed before `op` is put on the stack.
    fn settle(&mut self, op: u8, base: usize, mut value: f64) -> f64 {
        if self.rule == Rule::Usual {
            while binds(self.top(base), op) {
                value = self.reduce(value);
            }
            return value;
        }
        let due = is_due(self.top(base), op);
        self.differs |= due != binds(self.top(base), op);
        if due {
            value = self.reduce(value);
            self.differs |= binds(self.top(base), op);
        }
        value
    }
}

/// Whether the reference reduces `top` before `op`; these groups alone do. (measured)
fn is_due(top: u8, op: u8) -> bool {
    match op {
        b'+' | b'-' => !matches!(top, b'[' | b'('),
        b'*' | b'/' | b'%' => matches!(top, b'*' | b'/' | b'%'),
        b'^' => false,
        _ => matches!(top, b'&' | b'|' | b'#'),
    }
}

/// Whether `top` binds before `op` by the usual precedence.
fn binds(top: u8, op: u8) -> bool {
    rank(top) > rank(op) || rank(top) == rank(op) && op != b'^'
}

fn rank(op: u8) -> u8 {
    match op {
        b'[' | b'(' => 0,
        b'+' | b'-' => 1,
        b'^' => 3,
        _ => 2,
    }
}

fn apply(op: u8, a: f64, b: f64, pow: fn(f64, f64) -> f64) -> f64 {
    let bits = |x: f64| x.round_ties_even() as i64;
    match op {
        b'+' => a + b,
        b'-' => a - b,
        b'*' => a * b,
        b'/' => a / b,
        b'%' if b == 0.0 => 0.0,
        b'%' => a % b.abs(),
        b'^' => pow(a, b),
        b'&' => (bits(a) & bits(b)) as f64,
        b'|' => (bits(a) | bits(b)) as f64,
        _ => (bits(a) ^ bits(b)) as f64,
    }
}

/// Reads the expression whose `[` is at the reader's place; 0 where it is malformed.
pub(super) fn read(r: &mut Reader) -> f64 {
    let (from, random) = (r.pos, r.random);
    r.pos += 1;
    let mut how = Evaluation::new(r.options.pow, std::mem::take(&mut r.pending));
    let result = expression(r, 0, &mut how);
    if let (Ok(value), true) = (&result, how.differs) {
        compare(r, from, random, *value, &mut how);
    }
    how.pending.clear();
    r.pending = how.pending;
    match result {
        Ok(value) => {
            if !value.is_finite() {
                r.warn(codes::SCORE_EXPRESSION, from, r.pos, "the value is not a finite number; taken as 0");
                return 0.0;
            }
            value
        }
        Err((at, message)) => {
            let to = (at + 1).min(r.text.len());
            let d = Diagnostic::error(codes::SCORE_EXPRESSION, r.span(at.min(to), to), message);
            r.report(d);
            // Go on behind the bracket, if it is on this line.
            let rest = &r.bytes()[r.pos..];
            let stop = rest.iter().position(|&b| b == b']' || b == b'\n').unwrap_or(rest.len());
            r.pos += stop + usize::from(rest.get(stop) == Some(&b']'));
            0.0
        }
    }
}

/// Reads the expression at `from` once more, by the usual precedence, and reports where it gives another value.
/// `random` is the state of the generator before it.
fn compare(r: &mut Reader, from: usize, random: i32, value: f64, how: &mut Evaluation) {
    (r.pos, r.random) = (from + 1, random);
    how.rule = Rule::Usual;
    let Ok(usual) = expression(r, 0, how) else { return };
    if usual != value && !(usual.is_nan() && value.is_nan()) {
        let d = Diagnostic::warning(
            codes::SCORE_EXPRESSION,
            r.span(from, r.pos),
            format!("Csound computes {value} here, the usual precedence would give {usual}"),
        )
        .help("write parentheses to make it plain");
        r.report(d);
    }
}

type Failure = (usize, String);

fn expression(r: &mut Reader, depth: usize, how: &mut Evaluation) -> Result<f64, Failure> {
    let base = how.pending.len();
    let mut value = 0.0;
    // Whether `value` was read, so that an operator or a closing bracket must come next.
    let mut operand = false;
    if depth > MAX_DEPTH {
        return Err((r.pos, format!("brackets nest more than {MAX_DEPTH} deep")));
    }
    loop {
        let at = r.pos;
        let Some(&c) = r.bytes().get(at) else { return Err((at, "`[` is not closed by `]`".to_owned())) };
        r.pos += 1;
        let read = match c {
            b' ' | b'\t' => continue,
            b'0'..=b'9' | b'.' => Some(literal(r, at)?),
            b'+' | b'-' if !operand => Some(literal(r, at)?),
            b'~' => Some(uniform(&mut r.random)),
            b'@' => Some(power_of_two(r)),
            b'[' => Some(expression(r, depth + 1, how)?),
            _ => None,
        };
        if let Some(read) = read {
            if operand {
                return Err((at, format!("expected an operator before `{}`", char::from(c))));
            }
            value = read;
            operand = true;
            continue;
        }
        match c {
            b'(' if !operand => how.pending.push(Pending { op: b'(', left: 0.0 }),
            b')' | b']' | b'+' | b'-' | b'*' | b'/' | b'%' | b'^' | b'&' | b'|' | b'#' if operand => {
                if c == b']' {
                    while how.pending.len() > base {
                        if how.top(base) == b'(' {
                            return Err((at, "`(` is not closed by `)`".to_owned()));
                        }
                        value = how.reduce(value);
                    }
                    return Ok(value);
                }
                if c == b')' {
                    while how.top(base) != b'(' {
                        if how.pending.len() == base {
                            return Err((at, "`)` without `(`".to_owned()));
                        }
                        value = how.reduce(value);
                    }
                    how.pending.pop();
                    continue;
                }
                let left = how.settle(c, base, value);
                how.pending.push(Pending { op: c, left });
                operand = false;
            }
            b')' | b']' | b'*' | b'/' | b'%' | b'^' | b'&' | b'|' | b'#' => {
                return Err((at, format!("expected a number before `{}`", char::from(c))));
            }
            b'(' => return Err((at, "expected an operator before `(`".to_owned())),
            b'\n' => {
                r.pos = at;
                return Err((at, "`[` is not closed by `]` on this line".to_owned()));
            }
            _ => {
                let shown = r.text[at..].chars().next().unwrap_or(' ');
                r.pos = at + shown.len_utf8();
                return Err((at, format!("`{shown}` cannot stand in an expression")));
            }
        }
    }
}

/// A number that starts at `at` with a digit, a point or a sign.
fn literal(r: &mut Reader, at: usize) -> Result<f64, Failure> {
    let bytes = r.bytes();
    let (value, used) = number::prefix(&bytes[at..]);
    let goes_on = |b: &u8| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E');
    if used > 0 && !bytes.get(at + used).is_some_and(goes_on) {
        r.pos = at + used;
        return Ok(value);
    }
    let mut end = at + 1;
    while bytes.get(end).is_some_and(|b| b.is_ascii_digit() || *b == b'.') {
        end += 1;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        end += 1;
        end += usize::from(matches!(bytes.get(end), Some(b'+' | b'-')));
        while bytes.get(end).is_some_and(u8::is_ascii_digit) {
            end += 1;
        }
    }
    let (value, used) = number::prefix(&bytes[at..end]);
    r.pos = end;
    if used == end - at { Ok(value) } else { Err((at, format!("`{}` is not a number", &r.text[at..end]))) }
}

/// `@n`: the power of two above n; `@@n`: one more than the power of two not below n.
fn power_of_two(r: &mut Reader) -> f64 {
    let guard = i64::from(r.bytes().get(r.pos) == Some(&b'@'));
    r.pos += guard as usize;
    let mut n = 0i64;
    while let Some(d) = r.bytes().get(r.pos).filter(|b| b.is_ascii_digit()) {
        n = (n * 10 + i64::from(d - b'0')).min(0x7FFF_FFFF);
        r.pos += 1;
    }
    let mut i = 1i64;
    while i <= n - guard && i < 0x400_0000 {
        i <<= 1;
    }
    (i + guard) as f64
}
