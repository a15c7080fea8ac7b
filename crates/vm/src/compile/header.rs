//! The orchestra header: `sr`, `kr`, `ksmps`, `nchnls`, `nchnls_i`, `0dbfs`, `A4` (semantics A15).

use crate::arith;
use orchestrion_base::diag::{Diagnostic, codes};
use orchestrion_base::source::Span;
use orchestrion_base::world::Header;
use orchestrion_parser::tree::{Expr, ExprKind, Item, LValue, Orchestra, StmtKind, UnaryOp};

/// Header constants that options set; they win over the orchestra (A14).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct HeaderOverrides {
    /// `-r`
    pub sr: Option<f64>,
    /// `-k`
    pub kr: Option<f64>,
    /// `--ksmps`
    pub ksmps: Option<f64>,
    /// `--nchnls`
    pub nchnls: Option<f64>,
    /// `--nchnls_i`
    pub nchnls_i: Option<f64>,
    /// `--0dbfs`
    pub zero_dbfs: Option<f64>,
    /// Reference pitch.
    pub a4: Option<f64>,
}

const NAMES: [&str; 7] = ["sr", "kr", "ksmps", "nchnls", "nchnls_i", "0dbfs", "A4"];
/// Most channels that a piece may ask for.
const MAX_CHANNELS: f64 = 4096.0;
/// Longest k-cycle in samples.
const MAX_KSMPS: f64 = 65536.0;

/// Whether an assignment sets a header constant.
pub(crate) fn is_header(outs: &[LValue]) -> bool {
    outs.len() == 1 && NAMES.contains(&outs[0].name.as_str()) && outs[0].indices.is_empty()
}

/// Reads the header of an orchestra; the last assignment of each constant counts.
pub fn read_header(orchestra: &Orchestra, options: &HeaderOverrides) -> (Header, Vec<Diagnostic>) {
    let mut values: [Option<(f64, Span)>; 7] = [None; 7];
    let mut diags = Vec::new();
    for item in &orchestra.items {
        let Item::Stmt(stmt) = item else { continue };
        let StmtKind::Assign { outs, values: exprs, .. } = &stmt.kind else { continue };
        if !is_header(outs) {
            continue;
        }
        let slot = NAMES.iter().position(|n| *n == outs[0].name).unwrap_or(0);
        match exprs.first().and_then(|e| evaluate(e, &values)) {
            Some(x) => values[slot] = Some((x, stmt.span)),
            None => diags.push(
                Diagnostic::error(
                    codes::BAD_HEADER,
                    stmt.span,
                    format!("`{}` must be a number", NAMES[slot]),
                )
                .help("write a number or an expression of numbers"),
            ),
        }
    }
    let span = values.iter().flatten().map(|v| v.1).next().unwrap_or(Span::NONE);
    let at = |i: usize| values[i].map_or(span, |v| v.1);
    let get = |i: usize, over: Option<f64>| over.or(values[i].map(|v| v.0));
    let mut h = Header::default();
    let range = |diags: &mut Vec<Diagnostic>, i: usize, x: f64, min: f64, max: f64| {
        if x >= min && x <= max {
            return true;
        }
        diags.push(
            Diagnostic::error(codes::BAD_HEADER, at(i), format!("`{}` is {x}", NAMES[i]))
                .help(format!("it must be from {min} to {max}")),
        );
        false
    };
    let sr = get(0, options.sr).unwrap_or(h.sr);
    if range(&mut diags, 0, sr, 1e-3, 1e9) {
        h.sr = sr;
    }
    // An option replaces what the header says of the same thing: `-r` alone keeps ksmps.
    let (mut kr, mut ksmps) = (get(1, options.kr), get(2, options.ksmps));
    if options.kr.is_some() && options.ksmps.is_none() {
        ksmps = None;
    } else if options.ksmps.is_some() && options.kr.is_none() || options.sr.is_some() && ksmps.is_some() {
        kr = options.kr;
    }
    match (kr, ksmps) {
        (None, None) => {
            h.ksmps = 10;
        }
        (None, Some(n)) => {
            if range(&mut diags, 2, n, 1.0, MAX_KSMPS) {
                h.ksmps = n.trunc() as usize;
            }
        }
        (Some(k), None) => {
            if range(&mut diags, 1, k, h.sr / MAX_KSMPS, h.sr * 1.5) {
                h.ksmps = ((h.sr / k).round() as usize).max(1);
            }
        }
        (Some(k), Some(n)) => {
            if range(&mut diags, 1, k, 1e-9, 1e9) && range(&mut diags, 2, n, 1.0, MAX_KSMPS) {
                h.ksmps = n.trunc() as usize;
                if (h.sr / k - h.ksmps as f64).abs() > 1e-6 * h.ksmps as f64 {
                    diags.push(
                        Diagnostic::error(
                            codes::BAD_HEADER,
                            at(2),
                            format!("inconsistent sr, kr, ksmps: {} / {k} is not {n}", h.sr),
                        )
                        .help("leave out `kr`; it follows from sr and ksmps"),
                    );
                }
            }
        }
    }
    h.kr = h.sr / h.ksmps as f64;
    if let Some(n) = get(3, options.nchnls).filter(|&n| range(&mut diags, 3, n, 1.0, MAX_CHANNELS)) {
        h.nchnls = n.trunc() as usize;
    }
    h.nchnls_i = h.nchnls;
    if let Some(n) = get(4, options.nchnls_i).filter(|&n| range(&mut diags, 4, n, 0.0, MAX_CHANNELS)) {
        h.nchnls_i = n.trunc() as usize;
    }
    if let Some(x) =
        get(5, options.zero_dbfs).filter(|&x| range(&mut diags, 5, x, f64::MIN_POSITIVE, f64::MAX))
    {
        h.zero_dbfs = x;
    }
    if let Some(x) = get(6, options.a4).filter(|&x| range(&mut diags, 6, x, f64::MIN_POSITIVE, 1e9)) {
        h.a4 = x;
    }
    (h, diags)
}

/// Value of an expression of numbers and header constants.
fn evaluate(e: &Expr, values: &[Option<(f64, Span)>; 7]) -> Option<f64> {
    match &e.kind {
        ExprKind::Number(x) => Some(*x),
        ExprKind::Var(name) => NAMES.iter().position(|n| n == name).and_then(|i| values[i]).map(|v| v.0),
        ExprKind::Unary { op: UnaryOp::Neg, operand } => evaluate(operand, values).map(|x| -x),
        ExprKind::Unary { op: UnaryOp::Plus, operand } => evaluate(operand, values),
        ExprKind::Binary { op, left, right } => {
            arith::fold(*op, evaluate(left, values)?, evaluate(right, values)?)
        }
        _ => None,
    }
}
