//! User-defined opcodes: inlined into the caller, or called in a frame of their own when they recur,
//! change `ksmps` or would make the code too large.

use super::Compiler;
use super::body::{Builder, Scope, UdoScope, Value, When};
use crate::ir::{Body, ChildUse, Home, OpKind, Var, Word};
use crate::letters::{Entry, Found, entries};
use orchestrion_base::diag::{Diagnostic, codes};
use orchestrion_base::ty::{Base, Ty};
use orchestrion_parser::tree::{Expr, LValue, OpcodeDef, Stmt, StmtKind, TypeList};
use std::sync::Arc;

/// Operations in a body beyond which calls are no longer inlined.
const INLINE_BUDGET: usize = 12_000;
/// Depth of inlining beyond which calls get frames of their own.
const INLINE_DEPTH: usize = 24;

/// Whether an opcode is used as a statement anywhere in a list.
pub(crate) fn uses(list: &[Stmt], opcode: &str) -> bool {
    let mut found = false;
    walk(list, &mut |s| found |= matches!(&s.kind, StmtKind::Op { name, .. } if name.name == opcode));
    found
}

/// Whether the first statement of a list is `setksmps 1`: then all of it runs sample by sample.
fn sets_one_sample(list: &[Stmt]) -> bool {
    use orchestrion_parser::tree::ExprKind;
    list.first().is_some_and(|s| {
        matches!(&s.kind, StmtKind::Op { name, args, .. } if name.name == "setksmps"
            && matches!(args.first().map(|a| &a.kind), Some(ExprKind::Number(x)) if *x == 1.0))
    })
}

/// Whether anything but `xin` assigns to a variable anywhere in a list.
fn assigns(list: &[Stmt], var: &str) -> bool {
    let mut found = false;
    let names = |outs: &[LValue]| outs.iter().any(|l| l.name == var);
    walk(list, &mut |s| {
        found |= match &s.kind {
            StmtKind::Assign { outs, .. } => names(outs),
            StmtKind::Op { outs, name, args, .. } => {
                (names(outs) && name.name != "xin") || (name.name.starts_with("loop_") && mentions(args, var))
            }
            StmtKind::For { var: v, index, .. } => {
                v.name == var || index.as_ref().is_some_and(|i| i.name == var)
            }
            _ => false,
        }
    });
    found
}

fn mentions(args: &[Expr], var: &str) -> bool {
    use orchestrion_parser::tree::ExprKind;
    args.iter().any(|e| matches!(&e.kind, ExprKind::Var(n) if n == var))
}

fn walk(list: &[Stmt], f: &mut impl FnMut(&Stmt)) {
    for s in list {
        f(s);
        match &s.kind {
            StmtKind::If { branches, otherwise } => {
                for b in branches {
                    walk(&b.body, f);
                }
                walk(otherwise.as_deref().unwrap_or(&[]), f);
            }
            StmtKind::While { body, .. } | StmtKind::For { body, .. } => walk(body, f),
            StmtKind::Switch { cases, default, .. } => {
                for (_, b) in cases {
                    walk(b, f);
                }
                walk(default.as_deref().unwrap_or(&[]), f);
            }
            _ => {}
        }
    }
}

/// The type a parameter letter gives its variable.
fn param_type(e: Entry) -> Ty {
    let base = match e.letter {
        'o' | 'p' | 'j' | 'i' | 'v' | 'q' | 'h' => Base::I,
        'O' | 'P' | 'V' | 'J' | 'K' | 'k' => Base::K,
        letter => Ty::of_letter(letter).map_or(Base::K, |t| t.base),
    };
    Ty { base, dims: e.dims }
}

/// `K` in a header means `k` for signatures.
fn header_entries(list: &TypeList) -> Vec<Entry> {
    list.types
        .iter()
        .flat_map(|t| entries(t))
        .map(|e| if e.letter == 'K' { Entry { letter: 'k', ..e } } else { e })
        .collect()
}

impl Compiler {
    /// Makes an opcode known to what follows. One with the same types replaces an earlier one.
    pub(crate) fn define_udo(&mut self, def: &OpcodeDef) {
        let udo = super::Udo {
            ins: header_entries(&def.ins),
            outs: header_entries(&def.outs),
            own_code: None,
            size: {
                let mut n = 0;
                walk(&def.body, &mut |_| n += 1);
                n
            },
            def: Arc::new(def.clone()),
        };
        for (list, what) in [(&udo.ins, "input"), (&udo.outs, "output")] {
            if let Some(bad) = list.iter().find(|e| !"aijkftKOJVPopSvqh".contains(e.letter)) {
                let span = def.ins.span.unwrap_or(def.name.span);
                let letter = bad.letter;
                self.error(
                    Diagnostic::error(
                        codes::SYNTAX,
                        span,
                        format!("`{letter}` is no {what} type of an opcode"),
                    )
                    .help("types are a i k S f with [] for arrays, and o p j O P V J for optional inputs"),
                );
            }
        }
        let at = self.udos.len();
        let list = self.udo_names.entry(def.name.name.clone()).or_default();
        let same = list.iter().position(|&i| self.udos[i].ins == udo.ins && self.udos[i].outs == udo.outs);
        match same {
            Some(p) => {
                let warning = Diagnostic::warning(
                    codes::REDEFINED,
                    def.name.span,
                    format!(
                        "opcode `{}` is defined again with the same types; the later one is used",
                        def.name.name
                    ),
                );
                list[p] = at;
                self.diags.push(warning);
            }
            None => list.push(at),
        }
        self.udos.push(udo);
    }

    /// Index of the code of an opcode that runs in frames of its own.
    fn own_code(&mut self, index: usize) -> usize {
        if let Some(i) = self.udos[index].own_code {
            return i;
        }
        let slot = self.udo_bodies.len();
        let def = self.udos[index].def.clone();
        self.udo_bodies.push((def.name.name.clone(), Body::default()));
        self.udos[index].own_code = Some(slot);
        let mut b = Builder::for_instrument(self);
        b.body.local_ksmps = uses(&def.body, "setksmps");
        b.body.one_sample = self.header.ksmps == 1 || sets_one_sample(&def.body);
        b.inlining.push(index);
        let ins: Vec<Value> = self.udos[index].ins.clone().into_iter().map(|e| b.param(e)).collect();
        let outs: Vec<Var> = self.udos[index].outs.clone().into_iter().map(|e| b.param(e).var).collect();
        b.scope().udo = Some(UdoScope {
            ins: ins.clone(),
            outs: self.udos[index].outs.iter().map(|e| param_type(*e)).collect(),
            name: def.name.name.clone(),
            ..UdoScope::default()
        });
        b.udo_body(self, &def, &ins);
        b.deliver(self, &def, &outs, 0);
        let in_vars = ins.iter().map(|v| v.var).collect();
        let body = b.finish(self, Some((in_vars, outs)));
        self.udo_bodies[slot].1 = body;
        slot
    }
}

impl Builder {
    fn param(&mut self, e: Entry) -> Value {
        let ty = param_type(e);
        let var = self.new_var(ty, Home::Named, "");
        Value { var, ty, found: Found::Value }
    }

    /// Emits a call of a user-defined opcode; `outs` have its output types.
    pub fn call_udo(&mut self, c: &mut Compiler, index: usize, outs: &[Var], args: Vec<Value>) {
        let def = c.udos[index].def.clone();
        let recursive = self.inlining.contains(&index);
        let large = self.body.init.len() + self.body.perf.len() + c.udos[index].size > INLINE_BUDGET;
        if recursive || large || self.inlining.len() >= INLINE_DEPTH || uses(&def.body, "setksmps") {
            return self.call_child(c, index, outs, &args);
        }
        let span = self.span;
        let in_types: Vec<Ty> = c.udos[index].ins.iter().map(|e| param_type(*e)).collect();
        let out_types: Vec<Ty> = c.udos[index].outs.iter().map(|e| param_type(*e)).collect();
        let end = self.new_label();
        self.scopes.push(Scope {
            udo: Some(UdoScope { outs: out_types, name: def.name.name.clone(), ..UdoScope::default() }),
            end: Some(end),
            ..Scope::default()
        });
        self.inlining.push(index);
        let ins: Vec<Value> = args.iter().zip(&in_types).map(|(a, ty)| self.bind(&def, *a, *ty)).collect();
        self.udo_scope().ins.clone_from(&ins);
        let before = self.body.perf.len();
        self.udo_body(c, &def, &ins);
        self.span = span;
        self.deliver(c, &def, outs, before);
        self.inlining.pop();
        self.close_scope(c);
    }

    fn udo_scope(&mut self) -> &mut UdoScope {
        self.scope().udo.get_or_insert_with(UdoScope::default)
    }

    fn udo_body(&mut self, c: &mut Compiler, def: &OpcodeDef, ins: &[Value]) {
        for (ident, value) in def.params.iter().zip(ins) {
            self.scope().vars.insert(ident.name.clone(), value.var);
        }
        for stmt in &def.body {
            self.statement(c, stmt);
        }
    }

    /// The variable an input has inside an inlined opcode: the argument's own where nothing can tell
    /// the difference, else a copy. Everything is copied at init, k- and a-rate values in each k-cycle
    /// too (E3).
    fn bind(&mut self, def: &OpcodeDef, arg: Value, ty: Ty) -> Value {
        let shared = matches!(self.body.home(arg.var), Home::Shadow(_) | Home::Global(_));
        let position = self.udo_ins_len();
        let name = self.xin_name(def, position);
        let assigned = name.as_deref().is_none_or(|n| assigns(&def.body, n));
        if arg.ty == ty && !shared && !assigned {
            self.udo_scope().ins.push(arg);
            return Value { found: Found::Value, ..arg };
        }
        let var = self.new_var(ty, Home::Named, "");
        let value = Value { var, ty, found: Found::Value };
        let constant = arg.ty == Ty::I && ty == Ty::K && !assigned;
        let (when, kind) = match (ty.base, ty.is_array()) {
            (_, true) => (When::Both, OpKind::Word(Word::ArrayCopy)),
            (Base::S, _) => (When::Both, OpKind::Word(Word::StrCopy)),
            (Base::F | Base::W, _) => (When::Both, OpKind::Word(Word::SpectrumCopy)),
            (Base::I, _) => (When::Init, OpKind::Copy),
            _ if constant => (When::Init, OpKind::Copy),
            _ => (When::Both, OpKind::Copy),
        };
        self.emit(when, kind, &[var], &[arg.var]);
        self.udo_scope().ins.push(value);
        value
    }

    fn udo_ins_len(&mut self) -> usize {
        self.udo_scope().ins.len()
    }

    /// The name that `xin` or the header gives input `i`.
    fn xin_name(&self, def: &OpcodeDef, i: usize) -> Option<String> {
        if let Some(p) = def.params.get(i) {
            return Some(p.name.clone());
        }
        let mut name = None;
        walk(&def.body, &mut |s| {
            if let StmtKind::Op { outs, name: op, .. } = &s.kind
                && op.name == "xin"
            {
                name = outs.get(i).map(|l| l.name.clone());
            }
        });
        name
    }

    /// `xin`: gives the inputs their names.
    pub fn xin(&mut self, c: &mut Compiler, outs: &[LValue]) {
        let Some(udo) = self.scope().udo.clone() else {
            c.error(
                Diagnostic::error(codes::SYNTAX, self.span, "`xin` outside an opcode definition")
                    .help("`xin` belongs between `opcode` and `endop`"),
            );
            return;
        };
        if outs.len() != udo.ins.len() {
            c.error(Diagnostic::error(
                codes::NO_SIGNATURE,
                self.span,
                format!("opcode `{}` has {} inputs, `xin` names {}", udo.name, udo.ins.len(), outs.len()),
            ));
        }
        for (l, value) in outs.iter().zip(&udo.ins) {
            let named = l.ty.or_else(|| Ty::of_name(&l.name)).map(|t| t.base);
            let fits = named == Some(value.ty.base) || named == Some(Base::K) && value.ty == Ty::I;
            if !fits {
                c.error(
                    Diagnostic::error(
                        codes::TYPE_MISMATCH,
                        l.span,
                        format!(
                            "input `{}` is declared as type {} in the header of `{}`",
                            l.name, value.ty, udo.name
                        ),
                    )
                    .help("make the name's first letter and the header's letter agree"),
                );
            }
            self.scope().vars.insert(l.name.clone(), value.var);
        }
    }

    /// `xout`: i-values, strings, frames and arrays are copied here at init (E4); numbers that change
    /// at performance at the end of the body.
    pub fn xout(&mut self, c: &mut Compiler, args: &[Expr]) {
        let Some(udo) = self.scope().udo.clone() else {
            c.error(Diagnostic::error(codes::SYNTAX, self.span, "`xout` outside an opcode definition"));
            return;
        };
        let Some(values) = self.exprs(c, args) else {
            self.udo_scope().has_xout = true;
            return;
        };
        if values.len() != udo.outs.len() {
            c.error(Diagnostic::error(
                codes::NO_SIGNATURE,
                self.span,
                format!(
                    "opcode `{}` has {} outputs, `xout` gives {}",
                    udo.name,
                    udo.outs.len(),
                    values.len()
                ),
            ));
            return;
        }
        let mut results = Vec::new();
        for (value, ty) in values.into_iter().zip(&udo.outs) {
            if matches!(ty.base, Base::K | Base::A) && !ty.is_array() {
                results.push(value);
                continue;
            }
            let temp = self.new_var(*ty, Home::Named, "");
            let copy = Value { var: temp, ty: *ty, found: Found::Value };
            self.convert(c, value, temp, *ty, self.span);
            // Strings, frames and arrays that change at performance follow at the end of the body.
            let live = !matches!(ty, Ty { base: Base::I, .. });
            results.push(if live { value } else { copy });
        }
        let scope = self.udo_scope();
        scope.results = results;
        scope.has_xout = true;
    }

    /// Copies results to the caller's variables. An opcode without any operation at performance never
    /// delivers its k- and a-rate outputs (E9b).
    fn deliver(&mut self, c: &mut Compiler, def: &OpcodeDef, outs: &[Var], perf_before: usize) {
        let udo = self.udo_scope().clone();
        if udo.results.len() != outs.len() {
            if !outs.is_empty() && !udo.has_xout {
                c.error(
                    Diagnostic::error(
                        codes::NO_SIGNATURE,
                        def.name.span,
                        format!("opcode `{}` has outputs but no `xout`", def.name.name),
                    )
                    .help("end its body with `xout` and one value for each output"),
                );
            }
            return;
        }
        let performs = self.body.perf[perf_before..]
            .iter()
            .any(|op| !matches!(op.kind, OpKind::Label(_) | OpKind::LoadGlobal(_)));
        let mut results = udo.results;
        if results.len() > 1 {
            // `k1, k2 Swap k1, k2`: all results are taken before any variable changes.
            for value in &mut results {
                let number = matches!(value.ty, Ty::K | Ty::A);
                if performs && number && outs.contains(&value.var) {
                    let copy = self.temp(value.ty);
                    self.emit(When::Perf, OpKind::Copy, &[copy], &[value.var]);
                    value.var = copy;
                }
            }
        }
        for (value, &out) in results.iter().zip(outs) {
            let ty = self.body.ty(out);
            if ty == Ty::K && value.ty == Ty::I {
                // What is known at init is delivered then, whatever the type of the output.
                self.emit(When::Init, OpKind::Copy, &[out], &[value.var]);
            }
            let (when, kind) = match (ty.base, ty.is_array()) {
                (Base::I, false) => (When::Init, OpKind::Copy),
                (Base::I, true) => (When::Init, OpKind::Word(Word::ArrayCopy)),
                (_, true) => (When::Both, OpKind::Word(Word::ArrayCopy)),
                (Base::S, _) => (When::Both, OpKind::Word(Word::StrCopy)),
                (Base::F | Base::W, _) => (When::Both, OpKind::Word(Word::SpectrumCopy)),
                _ if performs => (When::Perf, OpKind::Copy),
                _ => continue,
            };
            self.load_if_global(out, When::Init);
            self.emit(when, kind, &[out], &[value.var]);
            self.store_if_global(out, when);
        }
    }

    fn call_child(&mut self, c: &mut Compiler, index: usize, outs: &[Var], args: &[Value]) {
        let udo = c.own_code(index);
        let ins: Vec<Var> = args.iter().map(|a| a.var).collect();
        let id = self.add_child(ChildUse { udo, outs: outs.to_vec(), ins: ins.clone() });
        self.emit(When::Both, OpKind::Child(id), outs, &ins);
        for &o in outs {
            let when = if self.body.ty(o) == Ty::I { When::Init } else { When::Both };
            self.store_if_global(o, when);
        }
    }
}
