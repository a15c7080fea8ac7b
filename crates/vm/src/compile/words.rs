//! Opcodes that the machine performs itself: control flow, `init`, rate conversions, `xin`.

use super::Compiler;
use super::body::{Builder, Value, When};
use crate::ir::{Home, OpKind, Var, Word};
use crate::letters::Found;
use orchestrion_base::diag::{Diagnostic, codes};
use orchestrion_base::ty::{Base, Ty};
use orchestrion_parser::tree::{BinaryOp, Expr, ExprKind, Ident, LValue};

/// Names the compiler handles itself, with what the manual says they do; listed with the opcodes.
pub const WORDS: &[(&str, &str)] = &[
    ("=", "Assigns at the rate of the variable."),
    ("init", "Sets a variable at init time, or gives an array its size."),
    ("i", "Value of a k-rate variable or array element at init time."),
    ("k", "Converts an i-value or the first sample of an audio block to a k-value."),
    ("a", "Converts a k-value to an audio signal, interpolating from the previous value."),
    ("xin", "Names the inputs of a user-defined opcode."),
    ("xout", "Gives the outputs of a user-defined opcode."),
    ("setksmps", "Sets the length of the local k-cycle."),
    ("goto", "Jumps at init and at performance."),
    ("igoto", "Jumps at init."),
    ("kgoto", "Jumps at performance."),
    ("tigoto", "Jumps at init of a tied note."),
    ("rigoto", "Jumps while reinitialising."),
    ("cggoto", "Jumps in both passes if a condition holds."),
    ("cigoto", "Jumps at init if a condition holds."),
    ("ckgoto", "Jumps at performance if a condition holds."),
    ("cngoto", "Jumps in both passes unless a condition holds."),
    ("cnkgoto", "Jumps at performance unless a condition holds."),
    ("cingoto", "Jumps at init unless a condition holds."),
    ("timout", "Jumps while the note's time is within a span."),
    ("reinit", "Runs a section of init code again."),
    ("rireturn", "Ends a section of init code that `reinit` runs."),
    ("loop_lt", "Counts up and jumps while below a limit."),
    ("loop_le", "Counts up and jumps while not above a limit."),
    ("loop_gt", "Counts down and jumps while above a limit."),
    ("loop_ge", "Counts down and jumps while not below a limit."),
    ("subinstr", "Plays another instrument as part of this note."),
    ("subinstrinit", "Runs the init pass of another instrument as part of this note's."),
    ("pset", "Default values of p-fields."),
];

impl Builder {
    /// A word inside an expression; `None` if the name is no such word.
    pub fn word_value(&mut self, c: &mut Compiler, name: &Ident, args: &[Expr]) -> Option<Option<Value>> {
        match name.name.as_str() {
            "i" => Some(self.word_i(c, args)),
            "k" if args.len() == 1 => Some(self.word_k(c, args)),
            "a" if args.len() == 1 => self.word_a(c, args),
            _ => None,
        }
    }

    /// `i(kvar)`, `i(kArr, index)`: the value that the variable has at this moment of the init pass.
    fn word_i(&mut self, c: &mut Compiler, args: &[Expr]) -> Option<Value> {
        let first = args.first()?;
        if let (ExprKind::Index { base, indices }, 1) = (&first.kind, args.len()) {
            let array = self.expr(c, base)?;
            let indices = self.exprs(c, indices)?;
            return self.element_at_init(c, array, &indices);
        }
        if args.len() > 1 {
            let array = self.expr(c, first)?;
            let indices = self.exprs(c, &args[1..])?;
            return self.element_at_init(c, array, &indices);
        }
        let v = self.expr(c, first)?;
        match v.ty {
            Ty::I => Some(v),
            Ty::K if !matches!(self.body.home(v.var), Home::Temp) => {
                let var = self.temp(Ty::I);
                self.emit(When::Init, OpKind::Copy, &[var], &[v.var]);
                Some(Value { var, ty: Ty::I, found: Found::Value })
            }
            _ => {
                c.error(
                    Diagnostic::error(
                        codes::TYPE_MISMATCH,
                        first.span,
                        "`i()` needs a k-variable, not an expression",
                    )
                    .help("an expression has no value at init time; give it to a variable with `init` first"),
                );
                None
            }
        }
    }

    fn element_at_init(&mut self, c: &mut Compiler, array: Value, indices: &[Value]) -> Option<Value> {
        if !array.ty.is_array() || !matches!(array.ty.base, Base::I | Base::K) {
            c.error(Diagnostic::error(
                codes::TYPE_MISMATCH,
                self.span,
                "`i()` with an index needs a k-array",
            ));
            return None;
        }
        let var = self.temp(Ty::I);
        let mut ins = vec![array.var];
        ins.extend(indices.iter().map(|v| v.var));
        self.emit(When::Init, OpKind::Word(Word::ArrayGet), &[var], &ins);
        Some(Value { var, ty: Ty::I, found: Found::Value })
    }

    fn word_k(&mut self, c: &mut Compiler, args: &[Expr]) -> Option<Value> {
        let v = self.expr(c, &args[0])?;
        let when = match v.ty {
            Ty::K => return Some(v),
            Ty::I => When::Both,
            Ty::A => When::Perf,
            _ => {
                c.error(Diagnostic::error(
                    codes::TYPE_MISMATCH,
                    self.span,
                    format!("`k()` needs a number, found type {}", v.ty),
                ));
                return None;
            }
        };
        let var = self.temp(Ty::K);
        self.emit(when, OpKind::Copy, &[var], &[v.var]);
        Some(Value { var, ty: Ty::K, found: Found::Value })
    }

    /// `a(x)` of an audio value is that value; all else is the opcode `interp` (B9).
    fn word_a(&mut self, c: &mut Compiler, args: &[Expr]) -> Option<Option<Value>> {
        c.registry.get("interp")?;
        let Some(v) = self.expr(c, &args[0]) else { return Some(None) };
        if v.ty == Ty::A {
            return Some(Some(v));
        }
        if !matches!(v.ty, Ty::I | Ty::K) {
            c.error(Diagnostic::error(
                codes::TYPE_MISMATCH,
                self.span,
                format!("`a()` needs a number, found type {}", v.ty),
            ));
            return Some(None);
        }
        let var = self.temp(Ty::A);
        if let Some(chosen) = self.overloads(c, "interp").first().cloned() {
            self.emit_call(c, &chosen, &[var], vec![v], Vec::new());
        }
        Some(Some(Value { var, ty: Ty::A, found: Found::Value }))
    }

    /// A word as a statement; whether the name was one.
    pub fn word_statement(&mut self, c: &mut Compiler, outs: &[LValue], name: &Ident, args: &[Expr]) -> bool {
        match name.name.as_str() {
            "init" => self.init(c, outs, args),
            "=" => {
                let Some(values) = self.exprs(c, args) else { return true };
                for (l, v) in outs.iter().zip(values) {
                    if let Some(dest) = self.target(c, &l.name, l.ty, l.span) {
                        let ty = self.body.ty(dest);
                        self.convert(c, v, dest, ty, l.span);
                    }
                }
            }
            "xin" => self.xin(c, outs),
            "xout" => self.xout(c, args),
            "setksmps" => {
                let Some(values) = self.exprs(c, args) else { return true };
                if let Some(v) = values.first() {
                    self.emit(When::Init, OpKind::SetKsmps, &[], &[v.var]);
                }
            }
            "goto" | "igoto" | "kgoto" | "tigoto" | "rigoto" => self.jump(c, &name.name, args),
            "cggoto" | "cigoto" | "ckgoto" | "cngoto" | "cnkgoto" | "cingoto" => {
                self.conditional_jump(c, &name.name, args);
            }
            "timout" => self.timout(c, args),
            "reinit" => {
                let Some(label) = self.label_arg(c, args, 0) else { return true };
                let end = self.scope().end;
                if let Some(end) = end {
                    self.emit(When::Perf, OpKind::Reinit(label, end), &[], &[]);
                }
            }
            "rireturn" => self.emit(When::Init, OpKind::ReinitReturn, &[], &[]),
            "loop_lt" | "loop_le" | "loop_gt" | "loop_ge" => self.counted_loop(c, &name.name, args),
            "subinstr" | "subinstrinit" => self.subinstr(c, outs, &name.name, args),
            "pset" => {
                let Some(values) = self.exprs(c, args) else { return true };
                self.pset = values.iter().map(|v| self.known(v.var).unwrap_or(0.0)).collect();
            }
            _ => return false,
        }
        true
    }

    fn label_arg(&mut self, c: &mut Compiler, args: &[Expr], at: usize) -> Option<crate::ir::LabelId> {
        match args.get(at).map(|e| (&e.kind, e.span)) {
            Some((ExprKind::Var(name), span)) => Some(self.label(name, span, false).0),
            Some((ExprKind::Number(x), span)) => Some(self.label(&format!("{x}"), span, false).0),
            _ => {
                c.error(Diagnostic::error(codes::UNDEFINED_LABEL, self.span, "expected a label"));
                None
            }
        }
    }

    fn jump(&mut self, c: &mut Compiler, name: &str, args: &[Expr]) {
        let Some(label) = self.label_arg(c, args, 0) else { return };
        let (when, kind) = match name {
            "goto" => (When::Both, OpKind::Jump(label)),
            "igoto" => (When::Init, OpKind::Jump(label)),
            "kgoto" => (When::Perf, OpKind::Jump(label)),
            "tigoto" => (When::Init, OpKind::JumpIfTied(label)),
            _ => (When::Init, OpKind::JumpIfReinit(label)),
        };
        self.emit(when, kind, &[], &[]);
    }

    fn conditional_jump(&mut self, c: &mut Compiler, name: &str, args: &[Expr]) {
        let Some(cond) = args.first().and_then(|e| self.condition(c, e)) else { return };
        let Some(label) = self.label_arg(c, args, 1) else { return };
        let when = match name {
            "cigoto" | "cingoto" => When::Init,
            "ckgoto" | "cnkgoto" => When::Perf,
            _ => self.branch_passes(cond),
        };
        let negated = matches!(name, "cngoto" | "cnkgoto" | "cingoto");
        let kind = if negated { OpKind::JumpUnless(label) } else { OpKind::JumpIf(label) };
        self.emit(when, kind, &[], &[cond.var]);
    }

    fn timout(&mut self, c: &mut Compiler, args: &[Expr]) {
        let Some(times) = self.exprs(c, args.get(..2).unwrap_or(args)) else { return };
        let Some(label) = self.label_arg(c, args, 2) else { return };
        let id = self.body.timouts;
        self.body.timouts += 1;
        let ins: Vec<Var> = times.iter().map(|v| v.var).collect();
        self.emit(When::Both, OpKind::Timout(label, id), &[], &ins);
    }

    /// Counts first, then compares (D5): with i-values at init, with k-values at performance.
    fn counted_loop(&mut self, c: &mut Compiler, name: &str, args: &[Expr]) {
        let Some(values) = self.exprs(c, args.get(..3).unwrap_or(args)) else { return };
        let [counter, step, limit] = values[..] else { return };
        let Some(label) = self.label_arg(c, args, 3) else { return };
        let k = values.iter().any(|v| v.ty == Ty::K);
        let when = if k { When::Perf } else { When::Init };
        let (count, compare) = match name {
            "loop_lt" => (BinaryOp::Add, BinaryOp::Lt),
            "loop_le" => (BinaryOp::Add, BinaryOp::Le),
            "loop_gt" => (BinaryOp::Sub, BinaryOp::Gt),
            _ => (BinaryOp::Sub, BinaryOp::Ge),
        };
        self.emit(when, OpKind::Bin(count), &[counter.var], &[counter.var, step.var]);
        self.store_if_global(counter.var, when);
        let inside = self.temp(if k { Ty::BOOL_K } else { Ty::BOOL_I });
        self.emit(when, OpKind::Bin(compare), &[inside], &[counter.var, limit.var]);
        self.emit(when, OpKind::JumpIf(label), &[], &[inside]);
    }

    /// `subinstr`: instrument number or name, then p4, p5, ... (F17).
    fn subinstr(&mut self, c: &mut Compiler, outs: &[LValue], name: &str, args: &[Expr]) {
        let Some(values) = self.exprs(c, args) else { return };
        let fits = values.first().is_some_and(|v| matches!(v.ty, Ty::I | Ty::S))
            && values.iter().all(|v| matches!(v.ty, Ty::I | Ty::K | Ty::S));
        if !fits {
            c.error(
                Diagnostic::error(
                    codes::NO_SIGNATURE,
                    self.span,
                    format!("`{name}` needs an instrument and p-fields"),
                )
                .help("write for example `a1 subinstr 2, 440`"),
            );
            return;
        }
        let targets: Option<Vec<Var>> =
            outs.iter().map(|l| self.target(c, &l.name, Some(Ty::A), l.span)).collect();
        let Some(targets) = targets else { return };
        let ins: Vec<Var> = values.iter().map(|v| v.var).collect();
        self.body.subs.push((targets.clone(), ins.clone()));
        let id = (self.body.subs.len() - 1).min(usize::from(u16::MAX)) as u16;
        let when = if name == "subinstr" { When::Both } else { When::Init };
        self.emit(when, OpKind::Subinstr(id), &targets, &ins);
        for t in targets {
            self.store_if_global(t, When::Perf);
        }
    }

    /// `init` for numbers, signals, strings and arrays.
    fn init(&mut self, c: &mut Compiler, outs: &[LValue], args: &[Expr]) {
        let Some(values) = self.exprs(c, args) else {
            for l in outs {
                let ty = l.ty.or_else(|| Ty::of_name(&l.name)).map(|t| Ty { dims: l.dims, ..t });
                self.target(c, &l.name, ty, l.span);
            }
            return;
        };
        let known = outs.first().and_then(|l| self.lookup(c, &l.name)).is_some_and(|v| v.ty.is_array());
        if outs.len() == 1 && (outs[0].dims > 0 || known) && outs[0].indices.is_empty() {
            return self.init_array(c, &outs[0], &values);
        }
        let mut pairs = Vec::new();
        for (i, l) in outs.iter().enumerate() {
            let Some(&v) = values.get(i).or(values.last()) else {
                c.error(
                    Diagnostic::error(codes::NO_SIGNATURE, self.span, "`init` needs a value")
                        .help("write for example `k1 init 0`"),
                );
                return;
            };
            let Some(dest) = self.target(c, &l.name, l.ty, l.span) else { continue };
            let ty = self.body.ty(dest);
            let ok = match ty {
                Ty::S => matches!(v.ty, Ty::S | Ty::I),
                Ty::F => v.ty == Ty::F,
                _ => v.ty == Ty::I,
            };
            if !ok {
                c.error(
                    Diagnostic::error(
                        codes::TYPE_MISMATCH,
                        l.span,
                        format!("`init` of type {ty} cannot take a value of type {}", v.ty),
                    )
                    .help("the value must be known at init time; use `i(kvar)`"),
                );
                continue;
            }
            if let Some(place) = (!l.indices.is_empty()).then_some(l) {
                let Some(indices) = self.exprs(c, &place.indices) else { continue };
                let array = self.value_of(dest);
                self.set_element(c, array, &indices, v);
                continue;
            }
            pairs.push((dest, ty, v));
        }
        // `i1, i2 init i2, i1` takes all values first.
        let parallel = pairs.len() > 1;
        for (_, ty, v) in &mut pairs {
            if parallel && *ty == Ty::I {
                let temp = self.temp(Ty::I);
                self.emit(When::Init, OpKind::Copy, &[temp], &[v.var]);
                v.var = temp;
            }
        }
        for (dest, ty, v) in pairs {
            let kind = match ty {
                Ty::S => OpKind::Word(Word::StrCopy),
                Ty::F => OpKind::Word(Word::SpectrumCopy),
                _ => OpKind::Copy,
            };
            self.emit(When::Init, kind, &[dest], &[v.var]);
            self.store_if_global(dest, When::Init);
        }
    }

    fn init_array(&mut self, c: &mut Compiler, l: &LValue, values: &[Value]) {
        let base = l.ty.or_else(|| Ty::of_name(&l.name)).map_or(Base::K, |t| t.base);
        let dims = values.len().min(8) as u8;
        let Some(dest) = self.target(c, &l.name, Some(Ty::array(base, dims.max(1))), l.span) else { return };
        if values.is_empty() || values.iter().any(|v| v.ty != Ty::I) {
            c.error(
                Diagnostic::error(
                    codes::NO_SIGNATURE,
                    self.span,
                    "an array needs its sizes as init-time numbers",
                )
                .help(format!("write for example `{}[] init 8`", l.name)),
            );
            return;
        }
        let ins: Vec<Var> = values.iter().map(|v| v.var).collect();
        self.emit(When::Init, OpKind::Word(Word::ArrayInit), &[dest], &ins);
    }
}
