//! Statements.

use super::Compiler;
use super::body::{Builder, Value, When};
use crate::ir::{OpKind, Var, Word};
use orchestrion_base::diag::{Diagnostic, codes};
use orchestrion_base::ty::{Base, Ty};
use orchestrion_parser::tree::{
    AssignOp, BinaryOp, Branch, Expr, ExprKind, Ident, LValue, Pass, Stmt, StmtKind,
};

impl Builder {
    /// Lowers statements in order.
    pub fn statements(&mut self, c: &mut Compiler, list: &[Stmt]) {
        if self.scopes.len() == 1 && super::udo::uses(list, "setksmps") {
            self.body.local_ksmps = true;
        }
        for stmt in list {
            self.statement(c, stmt);
        }
    }

    /// Lowers one statement.
    pub fn statement(&mut self, c: &mut Compiler, stmt: &Stmt) {
        self.span = stmt.span;
        match &stmt.kind {
            StmtKind::Assign { outs, op, values } => {
                if !(self.is_global && super::header::is_header(outs)) {
                    self.assignment(c, outs, *op, values);
                }
            }
            StmtKind::Op { outs, name, annotation, args } => self.operation(c, outs, name, *annotation, args),
            StmtKind::If { branches, otherwise } => self.if_statement(c, branches, otherwise.as_deref()),
            StmtKind::IfGoto { cond, pass, label } => self.if_goto(c, cond, *pass, label),
            StmtKind::Goto { pass, label } => self.goto(*pass, label),
            StmtKind::While { cond, until, body } => self.while_loop(c, cond, *until, body),
            StmtKind::For { var, index, array, body } => self.for_loop(c, var, index.as_ref(), array, body),
            StmtKind::Switch { subject, cases, default } => {
                self.switch(c, subject, cases, default.as_deref());
            }
            StmtKind::Label(name) => {
                let (id, first) = self.label(name, stmt.span, true);
                if first {
                    self.emit(When::Both, OpKind::Label(id), &[], &[]);
                }
            }
            StmtKind::Error => {}
        }
    }

    /// The type an lvalue will have: its variable's if there is one, else what the source says.
    fn out_type(&mut self, c: &Compiler, l: &LValue) -> Option<Ty> {
        if !l.indices.is_empty() {
            return self.lookup(c, &l.name).map(|v| Ty::plain(v.ty.base));
        }
        if let Some(v) = self.lookup(c, &l.name) {
            return Some(v.ty);
        }
        l.ty.or_else(|| Ty::of_name(&l.name)).map(|t| Ty { dims: t.dims.max(l.dims), ..t })
    }

    fn target_of(&mut self, c: &mut Compiler, l: &LValue) -> Option<Var> {
        let ty = self.out_type(c, l);
        self.target(c, &l.name, ty, l.span)
    }

    fn assignment(&mut self, c: &mut Compiler, outs: &[LValue], op: AssignOp, values: &[Expr]) {
        if let ([out], [value]) = (outs, values) {
            return self.assign_one(c, out, op, value);
        }
        if op != AssignOp::Set {
            c.error(
                Diagnostic::error(codes::SYNTAX, self.span, "several variables cannot be changed at once")
                    .help("write one statement for each"),
            );
            return;
        }
        // Parallel: all right-hand values are taken before any variable changes (B10).
        let Some(values) = self.exprs(c, values) else { return };
        if values.len() > outs.len() {
            c.error(
                Diagnostic::error(
                    codes::NO_SIGNATURE,
                    self.span,
                    format!("{} values for {} variables", values.len(), outs.len()),
                )
                .help("give each value a variable"),
            );
            return;
        }
        let mut pairs = Vec::new();
        for (i, out) in outs.iter().enumerate() {
            let Some(&value) = values.get(i).or(values.last()) else { return };
            let Some(dest) = self.target_of(c, out) else { continue };
            let ty = self.body.ty(dest);
            let temp = self.temp(ty);
            if self.convert(c, value, temp, ty, out.span) {
                pairs.push((dest, ty, temp));
            }
        }
        for (dest, ty, temp) in pairs {
            let value = Value { var: temp, ty, found: crate::letters::Found::Value };
            self.convert(c, value, dest, ty, self.span);
            self.store_if_global(dest, if ty == Ty::I { When::Init } else { When::Perf });
        }
    }

    fn assign_one(&mut self, c: &mut Compiler, out: &LValue, op: AssignOp, value: &Expr) {
        let Some(operator) = operator(op) else {
            if out.indices.is_empty() {
                return self.assign_variable(c, out, value);
            }
            let want = self.out_type(c, out);
            let Some(v) = self.expr_into(c, value, want, None) else { return };
            return self.assign_element(c, out, v);
        };
        let Some(right) = self.expr(c, value) else { return };
        let Some(current) = self.lookup(c, &out.name) else {
            self.undefined(c, &out.name, out.span);
            return;
        };
        if out.indices.is_empty() {
            let dest = current.var;
            self.load_if_global(dest, When::Both);
            let Some(sum) = self.arithmetic(c, operator, current, right, self.span, Some(dest)) else {
                return;
            };
            self.finish_assignment(c, sum, dest);
        } else {
            let Some(indices) = self.exprs(c, &out.indices) else { return };
            let Some(element) = self.element(c, current, &indices, out.span) else { return };
            let Some(sum) = self.arithmetic(c, operator, element, right, self.span, None) else { return };
            self.set_element(c, current, &indices, sum);
        }
    }

    fn assign_variable(&mut self, c: &mut Compiler, out: &LValue, value: &Expr) {
        let ty = self.out_type(c, out);
        // The variable exists only after the statement: `k1 = k1 + 1` alone is an error (B12).
        let existing = self.lookup(c, &out.name).map(|v| v.var);
        if let Some(dest) = existing {
            let Some(v) = self.expr_into(c, value, ty, Some(dest)) else { return };
            self.finish_assignment(c, v, dest);
            return;
        }
        let Some(v) = self.expr_into(c, value, ty, None) else {
            self.target(c, &out.name, ty, out.span);
            return;
        };
        let ty = ty.map(|t| if v.ty.is_array() && t.is_array() { Ty { dims: v.ty.dims, ..t } } else { t });
        let Some(dest) = self.target(c, &out.name, ty, out.span) else { return };
        if self.retarget(v, dest) {
            return;
        }
        self.finish_assignment(c, v, dest);
    }

    /// Lets the operation that just made a temporary write a new variable instead.
    fn retarget(&mut self, v: Value, dest: Var) -> bool {
        use crate::ir::Home;
        let fits = self.body.ty(dest) == v.ty
            && matches!(self.body.home(v.var), Home::Temp)
            && matches!(self.body.home(dest), Home::Named);
        if !fits {
            return false;
        }
        // Same storage under the new name: the temporary becomes the named variable.
        let name = self.body.vars[dest.0 as usize].name.clone();
        self.body.vars[v.var.0 as usize].home = Home::Named;
        self.body.vars[v.var.0 as usize].name.clone_from(&name);
        self.scope().vars.insert(name, v.var);
        true
    }

    fn finish_assignment(&mut self, c: &mut Compiler, v: Value, dest: Var) {
        let ty = self.body.ty(dest);
        if self.convert(c, v, dest, ty, self.span) {
            let when = match ty.base {
                _ if ty.is_array() => return,
                Base::I => When::Init,
                _ => When::Perf,
            };
            self.store_if_global(dest, when);
        }
    }

    fn assign_element(&mut self, c: &mut Compiler, out: &LValue, v: Value) {
        let Some(array) = self.lookup(c, &out.name) else {
            c.error(
                Diagnostic::error(
                    codes::UNDEFINED_VARIABLE,
                    out.span,
                    format!("array `{}` has no size yet", out.name),
                )
                .help(format!("write `{}[] init 8` before this line", out.name)),
            );
            return;
        };
        let Some(indices) = self.exprs(c, &out.indices) else { return };
        self.set_element(c, array, &indices, v);
    }

    pub fn set_element(&mut self, c: &mut Compiler, array: Value, indices: &[Value], v: Value) {
        let base = array.ty.base;
        if let (Ty::A, [at]) = (array.ty, indices)
            && matches!((v.ty, at.ty), (Ty::I | Ty::K, Ty::I | Ty::K))
        {
            self.load_if_global(array.var, When::Perf);
            self.emit(When::Perf, OpKind::Word(Word::SampleSet), &[array.var], &[array.var, v.var, at.var]);
            self.store_if_global(array.var, When::Perf);
            return;
        }
        let fits = array.ty.is_array()
            && match base {
                Base::I => v.ty == Ty::I,
                Base::K => matches!(v.ty, Ty::I | Ty::K),
                Base::A => matches!(v.ty, Ty::A | Ty::I | Ty::K),
                b => v.ty == Ty::plain(b),
            };
        if !fits {
            c.error(Diagnostic::error(
                codes::TYPE_MISMATCH,
                self.span,
                format!("a value of type {} cannot be an element of an array of type {}", v.ty, array.ty),
            ));
            return;
        }
        let k_index = indices.iter().any(|i| i.ty == Ty::K);
        let when = match base {
            Base::K | Base::A => When::Perf,
            _ if k_index => When::Perf,
            Base::I => When::Init,
            _ => When::Both,
        };
        let mut ins = vec![array.var, v.var];
        ins.extend(indices.iter().map(|i| i.var));
        self.emit(when, OpKind::Word(Word::ArraySet), &[], &ins);
    }

    fn operation(&mut self, c: &mut Compiler, outs: &[LValue], name: &Ident, ann: Option<Ty>, args: &[Expr]) {
        if self.word_statement(c, outs, name, args) {
            return;
        }
        let types: Option<Vec<Ty>> = outs
            .iter()
            .map(|l| {
                let ty = self.out_type(c, l);
                if ty.is_none() {
                    self.target(c, &l.name, None, l.span);
                }
                ty
            })
            .collect();
        let Some(types) = types else { return };
        let Some((chosen, values, types)) = self.call_statement(c, name, ann, &types, args) else {
            // Later lines may use the outputs: do not report them as undefined as well.
            for l in outs {
                self.target_of(c, l);
            }
            return;
        };
        let mut targets = Vec::new();
        let mut elements = Vec::new();
        for (i, ty) in types.iter().enumerate() {
            match outs.get(i) {
                Some(l) if l.indices.is_empty() => match self.target(c, &l.name, Some(*ty), l.span) {
                    Some(v) => targets.push(v),
                    None => return,
                },
                Some(l) => {
                    let v = self.temp(*ty);
                    elements.push((l, v));
                    targets.push(v);
                }
                None => targets.push(self.temp(*ty)),
            }
        }
        let span = self.span;
        let names = self.arg_names(c, args, &values);
        self.emit_call(c, &chosen, &targets, values, names);
        self.span = span;
        for (l, v) in elements {
            let value = self.value_of(v);
            self.assign_element(c, l, value);
        }
    }

    fn if_statement(&mut self, c: &mut Compiler, branches: &[Branch], otherwise: Option<&[Stmt]>) {
        let end = self.new_label();
        for branch in branches {
            let next = self.new_label();
            let Some(cond) = self.condition(c, &branch.cond) else {
                self.statements_of(c, &branch.body);
                continue;
            };
            let passes = match branch.pass {
                _ if self.is_global => When::Init,
                Pass::Init => When::Init,
                Pass::Perf => When::Perf,
                _ => self.branch_passes(cond),
            };
            self.jump_unless(cond, passes, next);
            self.statements_of(c, &branch.body);
            // After the taken branch the others are skipped in every pass that may run this one (D2).
            let leave = if branch.pass == Pass::Init { When::Both } else { passes };
            self.emit(leave, OpKind::Jump(end), &[], &[]);
            self.emit(When::Both, OpKind::Label(next), &[], &[]);
        }
        if let Some(body) = otherwise {
            self.statements_of(c, body);
        }
        self.emit(When::Both, OpKind::Label(end), &[], &[]);
    }

    fn statements_of(&mut self, c: &mut Compiler, list: &[Stmt]) {
        for stmt in list {
            self.statement(c, stmt);
        }
    }

    fn if_goto(&mut self, c: &mut Compiler, cond: &Expr, pass: Pass, label: &Ident) {
        let Some(cond) = self.condition(c, cond) else { return };
        let passes = match pass {
            Pass::Init => When::Init,
            Pass::Perf => When::Perf,
            _ => self.branch_passes(cond),
        };
        let (id, _) = self.label(&label.name, label.span, false);
        self.emit(passes, OpKind::JumpIf(id), &[], &[cond.var]);
    }

    fn goto(&mut self, pass: Pass, label: &Ident) {
        let (id, _) = self.label(&label.name, label.span, false);
        let (when, kind) = match pass {
            Pass::Both => (When::Both, OpKind::Jump(id)),
            Pass::Init => (When::Init, OpKind::Jump(id)),
            Pass::Perf => (When::Perf, OpKind::Jump(id)),
            Pass::TiedInit => (When::Init, OpKind::JumpIfTied(id)),
            Pass::Reinit => (When::Init, OpKind::JumpIfReinit(id)),
        };
        self.emit(when, kind, &[], &[]);
    }

    fn while_loop(&mut self, c: &mut Compiler, cond: &Expr, until: bool, body: &[Stmt]) {
        let (top, end) = (self.new_label(), self.new_label());
        self.emit(When::Both, OpKind::Label(top), &[], &[]);
        let cond = self.condition(c, cond);
        let passes = cond.map_or(When::Perf, |v| self.branch_passes(v));
        if let Some(cond) = cond {
            let kind = if until { OpKind::JumpIf(end) } else { OpKind::JumpUnless(end) };
            self.emit(passes, kind, &[], &[cond.var]);
        }
        self.statements_of(c, body);
        self.emit(passes, OpKind::Jump(top), &[], &[]);
        self.emit(When::Both, OpKind::Label(end), &[], &[]);
    }

    /// Csound 7 `for`: over an i-array at init, over any other at performance.
    fn for_loop(
        &mut self,
        c: &mut Compiler,
        var: &LValue,
        index: Option<&LValue>,
        array: &Expr,
        body: &[Stmt],
    ) {
        let Some(array) = self.expr(c, array) else { return };
        if !array.ty.is_array() {
            c.error(
                Diagnostic::error(
                    codes::TYPE_MISMATCH,
                    self.span,
                    format!("`for` needs an array, found type {}", array.ty),
                )
                .help("write `for x in kArray do`"),
            );
            return;
        }
        let rate = if array.ty.base == Base::I || array.ty.base == Base::S { Ty::I } else { Ty::K };
        let when = if rate == Ty::I { When::Init } else { When::Perf };
        let counter = match index {
            Some(l) => {
                let Some(v) = self.target(c, &l.name, Some(l.ty.unwrap_or(rate)), l.span) else { return };
                v
            }
            None => self.new_var(rate, crate::ir::Home::Named, ""),
        };
        let (zero, one) = (self.constant(0.0), self.constant(1.0));
        let position = self.new_var(rate, crate::ir::Home::Named, "");
        self.emit(when, OpKind::Copy, &[position], &[zero]);
        let length = self.temp(rate);
        self.emit(when, OpKind::Word(Word::ArrayLen), &[length], &[array.var]);
        let (top, end) = (self.new_label(), self.new_label());
        self.emit(When::Both, OpKind::Label(top), &[], &[]);
        let more = self.temp(if rate == Ty::I { Ty::BOOL_I } else { Ty::BOOL_K });
        self.emit(when, OpKind::Bin(BinaryOp::Lt), &[more], &[position, length]);
        self.emit(when, OpKind::JumpUnless(end), &[], &[more]);
        self.emit(when, OpKind::Copy, &[counter], &[position]);
        let at = Value { var: position, ty: rate, found: crate::letters::Found::Value };
        let Some(element) = self.element(c, array, &[at], var.span) else { return };
        let element_ty = var.ty.unwrap_or(element.ty);
        if let Some(dest) = self.target(c, &var.name, Some(element_ty), var.span) {
            self.finish_assignment(c, element, dest);
        }
        self.statements_of(c, body);
        self.emit(when, OpKind::Bin(BinaryOp::Add), &[position], &[position, one]);
        self.emit(when, OpKind::Jump(top), &[], &[]);
        self.emit(When::Both, OpKind::Label(end), &[], &[]);
    }

    /// Csound 7 `switch`: the first case with an equal value.
    fn switch(
        &mut self,
        c: &mut Compiler,
        subject: &Expr,
        cases: &[(Vec<Expr>, Vec<Stmt>)],
        default: Option<&[Stmt]>,
    ) {
        let equal = |value: &Expr| Expr {
            kind: ExprKind::Binary {
                op: BinaryOp::Eq,
                left: Box::new(subject.clone()),
                right: Box::new(value.clone()),
            },
            span: value.span,
        };
        let branches: Vec<Branch> = cases
            .iter()
            .filter_map(|(values, body)| {
                let cond = values.iter().map(equal).reduce(|a, b| Expr {
                    span: a.span,
                    kind: ExprKind::Binary { op: BinaryOp::Or, left: Box::new(a), right: Box::new(b) },
                })?;
                Some(Branch { cond, pass: Pass::Both, body: body.clone() })
            })
            .collect();
        self.if_statement(c, &branches, default);
    }
}

fn operator(op: AssignOp) -> Option<BinaryOp> {
    Some(match op {
        AssignOp::Set => return None,
        AssignOp::Add => BinaryOp::Add,
        AssignOp::Sub => BinaryOp::Sub,
        AssignOp::Mul => BinaryOp::Mul,
        AssignOp::Div => BinaryOp::Div,
    })
}
