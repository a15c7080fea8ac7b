//! Expressions: operators, conditionals, array elements; the rate of each part is found bottom-up.

use super::Compiler;
use super::body::{Builder, Value, When};
use super::cond::is_comparison;
use crate::arith;
use crate::ir::{Home, OpKind, Var, Word};
use crate::letters::Found;
use orchestrion_base::diag::{Diagnostic, codes};
use orchestrion_base::source::Span;
use orchestrion_base::ty::{Base, Ty};
use orchestrion_parser::tree::{BinaryOp, Expr, ExprKind, UnaryOp};

impl Builder {
    /// Lowers an expression.
    pub fn expr(&mut self, c: &mut Compiler, e: &Expr) -> Option<Value> {
        self.expr_into(c, e, None, None)
    }

    /// Lowers an expression whose result is wanted as a type, if possible straight into `dest`.
    pub fn expr_into(
        &mut self,
        c: &mut Compiler,
        e: &Expr,
        want: Option<Ty>,
        dest: Option<Var>,
    ) -> Option<Value> {
        let outer = std::mem::replace(&mut self.span, e.span);
        let value = self.expr_inner(c, e, want, dest);
        self.span = outer;
        value
    }

    fn expr_inner(
        &mut self,
        c: &mut Compiler,
        e: &Expr,
        want: Option<Ty>,
        dest: Option<Var>,
    ) -> Option<Value> {
        match &e.kind {
            ExprKind::Number(x) => Some(self.const_value(*x)),
            ExprKind::Str(s) => {
                let var = self.new_var(Ty::S, Home::Literal(s.clone()), "");
                Some(Value { var, ty: Ty::S, found: Found::Const })
            }
            ExprKind::Var(name) | ExprKind::WholeArray(name) => self.read(c, name, e.span),
            ExprKind::Index { base, indices } => {
                let array = self.expr(c, base)?;
                let indices = self.exprs(c, indices)?;
                self.element(c, array, &indices, e.span)
            }
            ExprKind::Call { name, annotation, args } => {
                self.call_value(c, name, *annotation, args, want, dest)
            }
            ExprKind::Unary { op, operand } => self.unary(c, *op, operand, e),
            ExprKind::Binary { op, .. }
                if is_comparison(*op) || matches!(op, BinaryOp::And | BinaryOp::Or) =>
            {
                self.condition(c, e)
            }
            ExprKind::Binary { op, left, right } => {
                let l = self.expr(c, left)?;
                let r = self.expr(c, right)?;
                self.arithmetic(c, *op, l, r, e.span, dest)
            }
            ExprKind::Ternary { cond, yes, no } => self.ternary(c, cond, yes, no, want),
            ExprKind::ArrayLit(items) => {
                let items = self.exprs(c, items)?;
                self.array_literal(c, &items, e.span)
            }
            ExprKind::Error => None,
        }
    }

    /// Lowers several expressions; `None` if any failed, after all were looked at.
    pub fn exprs(&mut self, c: &mut Compiler, list: &[Expr]) -> Option<Vec<Value>> {
        let values: Vec<Option<Value>> = list.iter().map(|e| self.expr(c, e)).collect();
        values.into_iter().collect()
    }

    fn read(&mut self, c: &mut Compiler, name: &str, span: Span) -> Option<Value> {
        let Some(value) = self.lookup(c, name) else {
            self.undefined(c, name, span);
            return None;
        };
        self.load_if_global(value.var, When::Both);
        Some(value)
    }

    fn unary(&mut self, c: &mut Compiler, op: UnaryOp, operand: &Expr, e: &Expr) -> Option<Value> {
        if op == UnaryOp::Not {
            return self.condition(c, e);
        }
        let x = self.expr(c, operand)?;
        match op {
            UnaryOp::Plus => Some(x),
            UnaryOp::Neg => match self.known(x.var) {
                Some(v) if x.found == Found::Const => Some(self.const_value(-v)),
                _ => self.apply1(c, OpKind::Neg, Word::ArrayNeg, x, e.span),
            },
            _ => match self.known(x.var) {
                Some(v) if x.found == Found::Const => Some(self.const_value(arith::bit_not(v.trunc()))),
                _ => self.apply1(c, OpKind::BitNot, Word::ArrayNeg, x, e.span),
            },
        }
    }

    fn apply1(&mut self, c: &mut Compiler, kind: OpKind, word: Word, x: Value, span: Span) -> Option<Value> {
        let (when, kind) = match (x.ty.base, x.ty.is_array()) {
            (Base::I, false) => (When::Init, kind),
            (Base::K | Base::A, false) => (When::Perf, kind),
            (Base::I | Base::K | Base::A, true) => {
                let var = self.temp(x.ty);
                self.emit_array(OpKind::Word(word), var, &[x.var]);
                return Some(Value { var, ty: x.ty, found: Found::Value });
            }
            _ => {
                c.error(Diagnostic::error(
                    codes::TYPE_MISMATCH,
                    span,
                    format!("expected a number, found a value of type {}", x.ty),
                ));
                return None;
            }
        };
        let var = self.temp(x.ty);
        self.emit(when, kind, &[var], &[x.var]);
        Some(Value { var, ty: x.ty, found: Found::Value })
    }

    /// An arithmetic or bit operator.
    pub fn arithmetic(
        &mut self,
        c: &mut Compiler,
        op: BinaryOp,
        l: Value,
        r: Value,
        span: Span,
        dest: Option<Var>,
    ) -> Option<Value> {
        if let (Found::Const, Found::Const) = (l.found, r.found)
            && let (Some(a), Some(b)) = (self.known(l.var), self.known(r.var))
            && let Some(x) = arith::fold(op, a, b)
        {
            return Some(self.const_value(x));
        }
        if op == BinaryOp::BitOr {
            // The reference drops `| 0` without rounding the other side (B4).
            if r.found == Found::Const && self.known(r.var) == Some(0.0) {
                return Some(l);
            }
            if l.found == Found::Const && self.known(l.var) == Some(0.0) {
                return Some(r);
            }
        }
        let ty = self.arithmetic_type(c, l, r, span)?;
        if ty.is_array() {
            let var = self.temp(ty);
            self.emit_array(OpKind::Word(Word::ArrayBin(op)), var, &[l.var, r.var]);
            return Some(Value { var, ty, found: Found::Value });
        }
        if op == BinaryOp::Div && l.ty == Ty::A && r.ty != Ty::A {
            // A signal is multiplied by the reciprocal of a number (measured).
            let reciprocal = self.reciprocal(r);
            return self.arithmetic(c, BinaryOp::Mul, l, reciprocal, span, dest);
        }
        let when = if ty.base == Base::I { When::Init } else { When::Perf };
        let var = match dest {
            Some(d) if self.body.ty(d) == ty => d,
            _ => self.temp(ty),
        };
        self.emit(when, OpKind::Bin(op), &[var], &[l.var, r.var]);
        Some(Value { var, ty, found: Found::Value })
    }

    /// 1 / `x`, in every k-cycle: even a p-field may change while the note plays.
    fn reciprocal(&mut self, x: Value) -> Value {
        if let Some(number) = self.known(x.var).filter(|_| x.found == Found::Const) {
            return self.const_value(1.0 / number);
        }
        let one = self.const_value(1.0);
        let var = self.temp(Ty::K);
        self.emit(When::Perf, OpKind::Bin(BinaryOp::Div), &[var], &[one.var, x.var]);
        Value { var, ty: Ty::K, found: Found::Value }
    }

    fn arithmetic_type(&mut self, c: &mut Compiler, l: Value, r: Value, span: Span) -> Option<Ty> {
        for v in [l, r] {
            if !matches!(v.ty.base, Base::I | Base::K | Base::A) {
                let what = match v.ty.base {
                    Base::S => "a string",
                    Base::F | Base::W => "a spectral signal",
                    _ => "a condition",
                };
                let mut d = Diagnostic::error(
                    codes::TYPE_MISMATCH,
                    span,
                    format!("arithmetic needs numbers, found {what}"),
                );
                if v.ty.base == Base::S {
                    d = d.help("join strings with `strcat`, convert with `strtod`");
                }
                c.error(d);
                return None;
            }
        }
        let rank = |b: Base| match b {
            Base::I => 0,
            Base::K => 1,
            _ => 2,
        };
        let base = if rank(l.ty.base) >= rank(r.ty.base) { l.ty.base } else { r.ty.base };
        Some(Ty { base, dims: l.ty.dims.max(r.ty.dims) })
    }

    /// An element of an array.
    pub fn element(
        &mut self,
        c: &mut Compiler,
        array: Value,
        indices: &[Value],
        span: Span,
    ) -> Option<Value> {
        if let (Ty::A, [at]) = (array.ty, indices)
            && matches!(at.ty, Ty::I | Ty::K)
        {
            // A sample of the current block.
            let var = self.temp(Ty::K);
            self.emit(When::Perf, OpKind::Word(Word::SampleGet), &[var], &[array.var, at.var]);
            return Some(Value { var, ty: Ty::K, found: Found::Value });
        }
        if !array.ty.is_array() {
            c.error(
                Diagnostic::error(
                    codes::TYPE_MISMATCH,
                    span,
                    format!("a value of type {} has no elements", array.ty),
                )
                .help(
                    "only arrays can be indexed; declare one with `kA[] init 4` or `kA[] fillarray 1, 2, 3`",
                ),
            );
            return None;
        }
        if let Some(bad) = indices.iter().find(|v| !matches!(v.ty, Ty::I | Ty::K)) {
            c.error(Diagnostic::error(
                codes::TYPE_MISMATCH,
                span,
                format!("an index must be a number of rate i or k, found type {}", bad.ty),
            ));
            return None;
        }
        let k_index = indices.iter().any(|v| v.ty == Ty::K);
        let (ty, when) = match array.ty.base {
            Base::I if k_index => (Ty::K, When::Perf),
            Base::I => (Ty::I, When::Init),
            Base::K | Base::A => (Ty::plain(array.ty.base), When::Perf),
            base => (Ty::plain(base), if k_index { When::Perf } else { When::Both }),
        };
        let var = self.temp(ty);
        let mut ins = vec![array.var];
        ins.extend(indices.iter().map(|v| v.var));
        self.emit(when, OpKind::Word(Word::ArrayGet), &[var], &ins);
        Some(Value { var, ty, found: Found::Value })
    }

    fn array_literal(&mut self, c: &mut Compiler, items: &[Value], span: Span) -> Option<Value> {
        let base = items.iter().map(|v| v.ty.base).fold(None, |acc, b| match (acc, b) {
            (None, b) => Some(b),
            (Some(Base::I), Base::K) | (Some(Base::K), Base::I) => Some(Base::K),
            (Some(a), b) if a == b => Some(a),
            _ => Some(Base::W),
        });
        let Some(base @ (Base::I | Base::K | Base::S | Base::A)) = base else {
            c.error(
                Diagnostic::error(codes::TYPE_MISMATCH, span, "elements of an array must all have one type")
                    .help("write an array of numbers or an array of strings"),
            );
            return None;
        };
        let ty = Ty::array(base, 1);
        let var = self.temp(ty);
        let ins: Vec<Var> = items.iter().map(|v| v.var).collect();
        let when = if base == Base::I || base == Base::S { When::Init } else { When::Both };
        self.emit(when, OpKind::Word(Word::ArrayList), &[var], &ins);
        Some(Value { var, ty, found: Found::Value })
    }

    /// `cond ? yes : no`, as jumps: only the chosen side runs in the pass that decides (B5).
    fn ternary(
        &mut self,
        c: &mut Compiler,
        cond: &Expr,
        yes: &Expr,
        no: &Expr,
        want: Option<Ty>,
    ) -> Option<Value> {
        let cond = self.condition(c, cond)?;
        let passes = self.branch_passes(cond);
        let (on_no, end) = (self.new_label(), self.new_label());
        self.jump_unless(cond, passes, on_no);
        let y = self.expr_into(c, yes, want, None)?;
        let (init_mid, perf_mid) = (self.body.init.len(), self.body.perf.len());
        self.emit(passes, OpKind::Jump(end), &[], &[]);
        self.emit(When::Both, OpKind::Label(on_no), &[], &[]);
        let n = self.expr_into(c, no, want, None)?;
        let ty = self.ternary_type(c, cond, y, n)?;
        let var = self.temp(ty);
        self.convert(c, n, var, ty, self.span);
        self.emit(When::Both, OpKind::Label(end), &[], &[]);
        // The copy of the first side belongs before its jump to the end.
        let tail_init = self.body.init.len();
        let tail_perf = self.body.perf.len();
        self.convert(c, y, var, ty, self.span);
        move_back(&mut self.body.init, tail_init, init_mid);
        move_back(&mut self.body.perf, tail_perf, perf_mid);
        Some(Value { var, ty, found: Found::Value })
    }

    fn ternary_type(&mut self, c: &mut Compiler, cond: Value, y: Value, n: Value) -> Option<Ty> {
        let k = cond.ty == Ty::BOOL_K;
        Some(match (y.ty, n.ty) {
            (Ty::S, Ty::S) => Ty::S,
            (a, b) if a == Ty::A || b == Ty::A => Ty::A,
            (Ty::I, Ty::I) if !k => Ty::I,
            (Ty::I | Ty::K, Ty::I | Ty::K) => Ty::K,
            (a, b) if a == b => a,
            (a, b) => {
                c.error(Diagnostic::error(
                    codes::TYPE_MISMATCH,
                    self.span,
                    format!("both sides of `? :` must have one type, found {a} and {b}"),
                ));
                return None;
            }
        })
    }

    /// Assigns a value to a variable, converting rates where the reference does (B8).
    pub fn convert(&mut self, c: &mut Compiler, value: Value, dest: Var, ty: Ty, span: Span) -> bool {
        if value.var == dest {
            return true;
        }
        if ty.is_array()
            && ty.base == value.ty.base
            && ty.base != Base::I
            && self.perf_arrays.contains(&value.var)
        {
            self.emit_array(OpKind::Word(Word::ArrayCopy), dest, &[value.var]);
            self.perf_arrays.remove(&dest);
            return true;
        }
        let (when, kind) = match (ty, value.ty) {
            (Ty::I, Ty::I) => (When::Init, OpKind::Copy),
            (Ty::K, Ty::I | Ty::K | Ty::A) | (Ty::A, Ty::I | Ty::K | Ty::A) => (When::Perf, OpKind::Copy),
            (Ty::S, Ty::S | Ty::I) => (When::Init, OpKind::Word(Word::StrCopy)),
            (Ty::F, Ty::F) => (When::Both, OpKind::Word(Word::SpectrumCopy)),
            (Ty::BOOL_I | Ty::BOOL_K, Ty::BOOL_I | Ty::BOOL_K) => (When::Perf, OpKind::Copy),
            (t, v) if t.is_array() && v.is_array() => match (t.base, v.base) {
                (Base::I, Base::I | Base::K) | (Base::S, Base::S) => {
                    (When::Init, OpKind::Word(Word::ArrayCopy))
                }
                (Base::K, Base::I | Base::K) => (When::Both, OpKind::Word(Word::ArrayCopy)),
                (a, b) if a == b => (When::Both, OpKind::Word(Word::ArrayCopy)),
                _ => return self.mismatch(c, ty, value.ty, span),
            },
            (t, v) if t.is_array() => match (t.base, v.base) {
                (Base::I, Base::I) => (When::Init, OpKind::Word(Word::ArrayFill)),
                (Base::K, Base::I | Base::K) => (When::Both, OpKind::Word(Word::ArrayFill)),
                (Base::A, Base::A) => (When::Perf, OpKind::Word(Word::ArrayFill)),
                (Base::S, Base::S) => (When::Init, OpKind::Word(Word::ArrayFill)),
                _ => return self.mismatch(c, ty, value.ty, span),
            },
            _ => return self.mismatch(c, ty, value.ty, span),
        };
        self.emit(when, kind, &[dest], &[value.var]);
        true
    }

    fn mismatch(&mut self, c: &mut Compiler, ty: Ty, found: Ty, span: Span) -> bool {
        let help = match (ty, found) {
            (Ty::I, Ty::K) => "use `i(kvar)` for the value at init time, or assign to a k-variable",
            (Ty::I, Ty::A) => "an audio signal has no value at init time; assign to an a- or k-variable",
            (Ty::I | Ty::K, Ty::S) => "convert the string with `strtod`",
            (Ty::S, _) => "make a string of it with `sprintf`",
            _ => "assign a value of the variable's own type",
        };
        c.error(
            Diagnostic::error(
                codes::TYPE_MISMATCH,
                span,
                format!("expected a value of type {ty}, found type {found}"),
            )
            .help(help),
        );
        false
    }
}

/// Moves the tail of a list that begins at `from` so that it begins at `to`.
fn move_back<T>(list: &mut [T], from: usize, to: usize) {
    if let Some(part) = list.get_mut(to..) {
        let n = part.len() - from.saturating_sub(to);
        part.rotate_right(n);
    }
}
