//! Expressions in `[ ]`.
//!
//! The reference evaluates with two stacks and few reductions, so that `[1-2*3+4]` is 1-(2*3+4) = -9
//! and `[2^3*2]` is 2^(3*2) = 64. What it computes is what pieces sound like, so the value is the
//! same here; where the usual precedence of its manual gives another value, a warning says so.

use super::number;
use super::random::uniform;
use super::read::Reader;
use orchestrion_base::diag::{Diagnostic, codes};
use smallvec::SmallVec;

/// Brackets in brackets beyond this depth are refused.
const MAX_DEPTH: usize = 100;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Item {
    Value(f64),
    Op(u8),
    Open,
    Close,
}

/// What an expression consists of.
type Items = SmallVec<[Item; 16]>;

/// The two stacks.
#[derive(Default)]
struct Stacks {
    ops: SmallVec<[u8; 16]>,
    values: SmallVec<[f64; 8]>,
}

impl Stacks {
    fn top(&self) -> u8 {
        self.ops.last().copied().unwrap_or(b'[')
    }

    fn reduce(&mut self, pow: fn(f64, f64) -> f64) {
        let (Some(op), Some(b), Some(a)) = (self.ops.pop(), self.values.pop(), self.values.pop()) else {
            return;
        };
        self.values.push(apply(op, a, b, pow));
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
    let from = r.pos;
    r.pos += 1;
    let mut items = Items::new();
    let result = expression(r, 0, &mut items);
    match result {
        Ok(value) => {
            let usual = usual(&items, r.options.pow);
            if usual != value && !(usual.is_nan() && value.is_nan()) {
                let d = Diagnostic::warning(
                    codes::SCORE_EXPRESSION,
                    r.span(from, r.pos),
                    format!("Csound computes {value} here, the usual precedence would give {usual}"),
                )
                .help("write parentheses to make it plain");
                r.report(d);
            }
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

type Failure = (usize, String);

fn expression(r: &mut Reader, depth: usize, items: &mut Items) -> Result<f64, Failure> {
    let pow = r.options.pow;
    let mut s = Stacks::default();
    // Whether an operator or a closing bracket must come next.
    let mut operand = false;
    if depth > MAX_DEPTH {
        return Err((r.pos, format!("brackets nest more than {MAX_DEPTH} deep")));
    }
    items.push(Item::Open);
    loop {
        let at = r.pos;
        let Some(&c) = r.bytes().get(at) else { return Err((at, "`[` is not closed by `]`".to_owned())) };
        r.pos += 1;
        let value = match c {
            b' ' | b'\t' => continue,
            b'0'..=b'9' | b'.' => Some(literal(r, at)?),
            b'+' | b'-' if !operand => Some(literal(r, at)?),
            b'~' => Some(uniform(&mut r.random)),
            b'@' => Some(power_of_two(r)),
            b'[' => Some(expression(r, depth + 1, items)?),
            _ => None,
        };
        if let Some(value) = value {
            if operand {
                return Err((at, format!("expected an operator before `{}`", char::from(c))));
            }
            if c != b'[' {
                items.push(Item::Value(value));
            }
            s.values.push(value);
            operand = true;
            continue;
        }
        match c {
            b'(' if !operand => {
                s.ops.push(b'(');
                items.push(Item::Open);
            }
            b')' | b']' | b'+' | b'-' | b'*' | b'/' | b'%' | b'^' | b'&' | b'|' | b'#' if operand => {
                if c == b']' {
                    while !s.ops.is_empty() {
                        if s.top() == b'(' {
                            return Err((at, "`(` is not closed by `)`".to_owned()));
                        }
                        s.reduce(pow);
                    }
                    items.push(Item::Close);
                    return Ok(s.values.pop().unwrap_or(0.0));
                }
                if c == b')' {
                    while s.top() != b'(' {
                        if s.ops.is_empty() {
                            return Err((at, "`)` without `(`".to_owned()));
                        }
                        s.reduce(pow);
                    }
                    s.ops.pop();
                    items.push(Item::Close);
                    continue;
                }
                // One reduction at most, and only by these groups. [measured]
                let due = match c {
                    b'+' | b'-' => !matches!(s.top(), b'[' | b'('),
                    b'*' | b'/' | b'%' => matches!(s.top(), b'*' | b'/' | b'%'),
                    b'^' => false,
                    _ => matches!(s.top(), b'&' | b'|' | b'#'),
                };
                if due {
                    s.reduce(pow);
                }
                s.ops.push(c);
                items.push(Item::Op(c));
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

fn rank(op: u8) -> u8 {
    match op {
        b'+' | b'-' => 1,
        b'^' => 3,
        _ => 2,
    }
}

/// The value by the precedence of the manual ("Evaluation of Expressions"), `^` from the right.
fn usual(items: &[Item], pow: fn(f64, f64) -> f64) -> f64 {
    let mut s = Stacks::default();
    for item in items {
        match *item {
            Item::Value(v) => s.values.push(v),
            Item::Open => s.ops.push(b'('),
            Item::Close => {
                while s.top() != b'(' && !s.ops.is_empty() {
                    s.reduce(pow);
                }
                s.ops.pop();
            }
            Item::Op(op) => {
                let binds =
                    |top: u8| top != b'(' && (rank(top) > rank(op) || rank(top) == rank(op) && op != b'^');
                while !s.ops.is_empty() && binds(s.top()) {
                    s.reduce(pow);
                }
                s.ops.push(op);
            }
        }
    }
    s.values.pop().unwrap_or(0.0)
}
