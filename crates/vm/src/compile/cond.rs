//! Conditions: truth values, and jumps that depend on them.

use super::Compiler;
use super::body::{Builder, Value, When};
use crate::ir::{LabelId, OpKind};
use crate::letters::Found;
use orchestrion_base::diag::{Diagnostic, codes};
use orchestrion_base::ty::{Base, Ty};
use orchestrion_parser::tree::{BinaryOp, Expr, ExprKind, UnaryOp};

/// Whether an operator gives a truth value from numbers.
pub(crate) fn is_comparison(op: BinaryOp) -> bool {
    use BinaryOp::*;
    matches!(op, Eq | Ne | Lt | Le | Gt | Ge)
}

impl Builder {
    /// Lowers a condition to a truth value. An i-rate one is computed in both passes, from the final
    /// i-values at performance (semantics D4); a k-rate one at performance only.
    pub fn condition(&mut self, c: &mut Compiler, e: &Expr) -> Option<Value> {
        let outer = std::mem::replace(&mut self.span, e.span);
        let value = self.condition_inner(c, e);
        self.span = outer;
        value
    }

    fn condition_inner(&mut self, c: &mut Compiler, e: &Expr) -> Option<Value> {
        match &e.kind {
            ExprKind::Binary { op, left, right } if is_comparison(*op) => {
                let l = self.expr(c, left)?;
                let r = self.expr(c, right)?;
                self.comparison(c, *op, l, r, e)
            }
            ExprKind::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), left, right } => {
                let l = self.condition(c, left)?;
                let r = self.condition(c, right)?;
                Some(self.truth(OpKind::Bin(*op), &[l, r]))
            }
            ExprKind::Unary { op: UnaryOp::Not, operand } => {
                let x = self.condition(c, operand)?;
                Some(self.truth(OpKind::Not, &[x]))
            }
            _ => {
                let v = self.expr(c, e)?;
                if matches!(v.ty, Ty::BOOL_I | Ty::BOOL_K) {
                    return Some(v);
                }
                c.error(
                    Diagnostic::error(
                        codes::TYPE_MISMATCH,
                        e.span,
                        format!("expected a condition, found a value of type {}", v.ty),
                    )
                    .help("compare it with something, for example `... != 0`"),
                );
                None
            }
        }
    }

    fn comparison(&mut self, c: &mut Compiler, op: BinaryOp, l: Value, r: Value, e: &Expr) -> Option<Value> {
        for v in [l, r] {
            let message = match v.ty {
                Ty { dims: 0, base: Base::I | Base::K } => continue,
                Ty::A => "an audio signal cannot be compared",
                Ty::S => "strings cannot be compared with an operator",
                _ => "only numbers can be compared",
            };
            let help = match v.ty {
                Ty::A => "compare a control value, for example `k(asig)` or `downsamp(asig)`",
                Ty::S => "use `strcmp(Sa, Sb) == 0`",
                _ => "compare elements one by one",
            };
            c.error(Diagnostic::error(codes::TYPE_MISMATCH, e.span, message).help(help));
            return None;
        }
        Some(self.truth(OpKind::Bin(op), &[l, r]))
    }

    fn truth(&mut self, kind: OpKind, ins: &[Value]) -> Value {
        let k = ins.iter().any(|v| matches!(v.ty.base, Base::K | Base::BoolK));
        let ty = if k { Ty::BOOL_K } else { Ty::BOOL_I };
        let var = self.temp(ty);
        let vars: Vec<_> = ins.iter().map(|v| v.var).collect();
        self.emit(if k { When::Perf } else { When::Both }, kind, &[var], &vars);
        Value { var, ty, found: Found::Value }
    }

    /// Jumps to `label` unless the condition holds; in which passes depends on its rate and on
    /// `init_only`/`perf_only` of the statement.
    pub fn jump_unless(&mut self, cond: Value, when: When, label: LabelId) {
        self.emit(when, OpKind::JumpUnless(label), &[], &[cond.var]);
    }

    /// In which passes a branch on this condition is taken when nothing else is said.
    pub fn branch_passes(&self, cond: Value) -> When {
        match cond.ty {
            Ty::BOOL_K => When::Perf,
            _ if self.is_global => When::Init,
            _ => When::Both,
        }
    }
}
