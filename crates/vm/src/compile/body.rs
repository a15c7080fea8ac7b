//! Building one body: variables, scopes, labels and the two lists of operations.

use super::{Compiler, nearest};
use crate::ir::{Body, ChildUse, GlobalId, Home, LabelId, Op, OpKind, UnitUse, Var, VarInfo, Word};
use crate::letters::{Found, Given};
use orchestrion_base::diag::{Diagnostic, codes};
use orchestrion_base::source::Span;
use orchestrion_base::ty::{Base, Ty, is_global_name};
use smallvec::SmallVec;
use std::collections::{BTreeMap, BTreeSet};

/// In which pass an operation runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    Init,
    Perf,
    Both,
}

/// A value that an expression gave.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Value {
    pub var: Var,
    pub ty: Ty,
    pub found: Found,
}

impl Value {
    pub fn given(self) -> Given {
        Given { ty: self.ty, found: self.found }
    }
}

/// Names that are visible in one instrument or one inlined opcode.
#[derive(Default)]
pub(crate) struct Scope {
    pub vars: BTreeMap<String, Var>,
    pub labels: BTreeMap<String, (LabelId, bool, Span)>,
    /// Set inside an opcode.
    pub udo: Option<UdoScope>,
    /// Label at the end of the scope, where `reinit` without `rireturn` stops.
    pub end: Option<LabelId>,
}

/// What `xin` and `xout` of an inlined opcode work on.
#[derive(Clone, Default)]
pub(crate) struct UdoScope {
    pub ins: Vec<Value>,
    /// Types of the outputs.
    pub outs: Vec<Ty>,
    /// What `xout` was given.
    pub results: Vec<Value>,
    pub name: String,
    pub has_xout: bool,
}

/// Builds one [`Body`].
pub(crate) struct Builder {
    pub body: Body,
    pub scopes: Vec<Scope>,
    pub span: Span,
    pub pset: Vec<f64>,
    /// Instrument 0: only the init pass exists and `then` means `ithen`.
    pub is_global: bool,
    /// Names of user-defined opcodes being inlined, innermost last.
    pub inlining: Vec<usize>,
    /// Arrays that are computed at performance; at init they only have a size.
    pub perf_arrays: BTreeSet<Var>,
    consts: BTreeMap<u64, Var>,
    shadows: BTreeMap<GlobalId, Var>,
    globals_seen: BTreeMap<GlobalId, Var>,
}

impl Builder {
    fn new(is_global: bool) -> Self {
        let mut b = Self {
            body: Body::default(),
            scopes: vec![Scope::default()],
            span: Span::NONE,
            pset: Vec::new(),
            is_global,
            inlining: Vec::new(),
            perf_arrays: BTreeSet::new(),
            consts: BTreeMap::new(),
            shadows: BTreeMap::new(),
            globals_seen: BTreeMap::new(),
        };
        let end = b.new_label();
        b.scopes[0].end = Some(end);
        b.body.pfields = 3;
        b
    }

    pub fn for_global(_: &Compiler) -> Self {
        Self::new(true)
    }

    pub fn for_instrument(c: &Compiler) -> Self {
        let mut b = Self::new(false);
        b.body.one_sample = c.header.ksmps == 1;
        b
    }

    /// Ends the outermost scope and gives the body.
    pub fn finish(mut self, c: &mut Compiler, params: Option<(Vec<Var>, Vec<Var>)>) -> Body {
        self.close_scope(c);
        if let Some(params) = params {
            self.body.params = params;
        }
        self.body
    }

    pub fn scope(&mut self) -> &mut Scope {
        self.scopes.last_mut().expect("a builder always has a scope")
    }

    /// Places the end label and reports labels that were never defined.
    pub fn close_scope(&mut self, c: &mut Compiler) -> Scope {
        let scope = self.scopes.pop().expect("a builder always has a scope");
        if let Some(end) = scope.end {
            self.emit(When::Both, OpKind::Label(end), &[], &[]);
        }
        for (name, (_, defined, span)) in &scope.labels {
            if !defined {
                let mut d = Diagnostic::error(
                    codes::UNDEFINED_LABEL,
                    *span,
                    format!("label `{name}` is not defined"),
                );
                let known = scope.labels.iter().filter(|(_, l)| l.1).map(|(n, _)| n.as_str());
                if let Some(near) = nearest(name, known) {
                    d = d.help(format!("there is a label `{near}`"));
                }
                c.error(d);
            }
        }
        scope
    }

    pub fn new_var(&mut self, ty: Ty, home: Home, name: &str) -> Var {
        let var = Var(self.body.vars.len() as u32);
        self.body.vars.push(VarInfo { ty, home, name: name.to_owned() });
        var
    }

    pub fn temp(&mut self, ty: Ty) -> Var {
        self.new_var(ty, Home::Temp, "")
    }

    pub fn constant(&mut self, x: f64) -> Var {
        if let Some(&v) = self.consts.get(&x.to_bits()) {
            return v;
        }
        let v = self.new_var(Ty::I, Home::Const(x), "");
        self.consts.insert(x.to_bits(), v);
        v
    }

    pub fn const_value(&mut self, x: f64) -> Value {
        Value { var: self.constant(x), ty: Ty::I, found: Found::Const }
    }

    /// The number behind a variable, if it is known.
    pub fn known(&self, v: Var) -> Option<f64> {
        match self.body.home(v) {
            Home::Const(x) => Some(*x),
            _ => None,
        }
    }

    pub fn new_label(&mut self) -> LabelId {
        self.body.labels += 1;
        LabelId(self.body.labels - 1)
    }

    /// The label with this name in the current scope; `define` when it stands here.
    pub fn label(&mut self, name: &str, span: Span, define: bool) -> (LabelId, bool) {
        if let Some(entry) = self.scope().labels.get_mut(name) {
            let first = define && !entry.1;
            entry.1 |= define;
            return (entry.0, first);
        }
        let id = self.new_label();
        self.scope().labels.insert(name.to_owned(), (id, define, span));
        (id, define)
    }

    /// Appends an operation to the lists of its passes.
    pub fn emit(&mut self, when: When, kind: OpKind, outs: &[Var], ins: &[Var]) {
        let op =
            Op { kind, outs: SmallVec::from_slice(outs), ins: SmallVec::from_slice(ins), span: self.span };
        if when != When::Perf {
            self.body.init.push(op.clone());
        }
        if when != When::Init && !self.is_global {
            self.body.perf.push(op);
        }
    }

    /// Emits an operation whose result is an array: of i-values at init, else at performance, with only
    /// the size known at init.
    pub fn emit_array(&mut self, kind: OpKind, out: Var, ins: &[Var]) {
        if self.body.ty(out).base == Base::I {
            return self.emit(When::Init, kind, &[out], ins);
        }
        let arrays: Vec<Var> = ins.iter().copied().filter(|v| self.body.ty(*v).is_array()).collect();
        self.emit(When::Init, OpKind::Word(Word::ArrayShape), &[out], &arrays);
        self.emit(When::Perf, kind, &[out], ins);
        self.perf_arrays.insert(out);
    }

    /// Adds a use of an opcode.
    pub fn add_unit(&mut self, unit: UnitUse) -> u16 {
        self.body.units.push(unit);
        (self.body.units.len() - 1).min(usize::from(u16::MAX)) as u16
    }

    /// Adds a call with a frame of its own.
    pub fn add_child(&mut self, child: ChildUse) -> u16 {
        self.body.children.push(child);
        (self.body.children.len() - 1).min(usize::from(u16::MAX)) as u16
    }

    /// The variable of a p-field.
    pub fn pfield(&mut self, n: u16) -> Var {
        let name = format!("p{n}");
        if let Some(&v) = self.scopes[0].vars.get(&name) {
            return v;
        }
        self.body.pfields = self.body.pfields.max(n);
        let v = self.new_var(Ty::I, Home::PField(n), &name);
        self.scopes[0].vars.insert(name, v);
        v
    }

    /// The local variable that stands for a global in operations, without loading it.
    pub fn global_var(&mut self, c: &Compiler, id: GlobalId) -> Var {
        let ty = c.globals[id.0 as usize].ty;
        let scalar = !ty.is_array() && matches!(ty.base, Base::I | Base::K | Base::A);
        let map = if scalar { &self.shadows } else { &self.globals_seen };
        if let Some(&v) = map.get(&id) {
            return v;
        }
        let home = if scalar { Home::Shadow(id) } else { Home::Global(id) };
        let name = c.globals[id.0 as usize].name.clone();
        let v = self.new_var(ty, home, &name);
        if scalar { &mut self.shadows } else { &mut self.globals_seen }.insert(id, v);
        v
    }

    /// Loads a global number or signal into its shadow, in both passes as its rate needs.
    pub fn load_if_global(&mut self, v: Var, when: When) {
        if let Home::Shadow(id) = *self.body.home(v) {
            self.emit(when, OpKind::LoadGlobal(id), &[v], &[]);
        }
    }

    /// Stores a shadow that was written.
    pub fn store_if_global(&mut self, v: Var, when: When) {
        if let Home::Shadow(id) = *self.body.home(v) {
            self.emit(when, OpKind::StoreGlobal(id), &[], &[v]);
        }
    }

    /// Looks a name up for reading: variable, p-field, global or reserved constant.
    pub fn lookup(&mut self, c: &Compiler, name: &str) -> Option<Value> {
        if let Some(&var) = self.scopes.last().and_then(|s| s.vars.get(name)) {
            return Some(self.value_of(var));
        }
        if let Some(n) = pfield_number(name) {
            let var = self.pfield(n);
            return Some(self.value_of(var));
        }
        if let Some(&id) = c.global_ids.get(name) {
            let var = self.global_var(c, id);
            return Some(self.value_of(var));
        }
        self.reserved(c, name)
    }

    pub fn value_of(&self, var: Var) -> Value {
        let found = match self.body.home(var) {
            Home::Const(_) | Home::Literal(_) => Found::Const,
            Home::PField(_) => Found::PField,
            _ => Found::Value,
        };
        Value { var, ty: self.body.ty(var), found }
    }

    fn reserved(&mut self, c: &Compiler, name: &str) -> Option<Value> {
        let h = &c.header;
        let x = match name {
            "sr" => h.sr,
            "kr" | "ksmps" if self.body.local_ksmps => {
                let home = if name == "kr" { Home::LocalKr } else { Home::LocalKsmps };
                let var = self.new_var(Ty::I, home, name);
                return Some(Value { var, ty: Ty::I, found: Found::Reserved });
            }
            "kr" => h.kr,
            "ksmps" => h.ksmps as f64,
            "nchnls" => h.nchnls as f64,
            "nchnls_i" => h.nchnls_i as f64,
            "0dbfs" => h.zero_dbfs,
            "A4" => h.a4,
            _ => return None,
        };
        Some(Value { var: self.constant(x), ty: Ty::I, found: Found::Reserved })
    }

    /// The variable that an assignment to `name` writes, made if there is none. `ty` is what the
    /// source says about the type; otherwise the name's first letter decides.
    pub fn target(&mut self, c: &mut Compiler, name: &str, ty: Option<Ty>, span: Span) -> Option<Var> {
        if let Some(&var) = self.scopes.last().and_then(|s| s.vars.get(name)) {
            return Some(var);
        }
        if let Some(n) = pfield_number(name) {
            return Some(self.pfield(n));
        }
        if let Some(&id) = c.global_ids.get(name) {
            return Some(self.global_var(c, id));
        }
        let Some(ty) = ty.or_else(|| Ty::of_name(name)) else {
            c.error(
                Diagnostic::error(
                    codes::BAD_NAME,
                    span,
                    format!("cannot tell the type of variable `{name}`"),
                )
                .label("the first letter must be i, k, a, S or f, with g before it for a global")
                .help(format!("write `i{name}`, `k{name}` or `a{name}`")),
            );
            return None;
        };
        if is_global_name(name) {
            let id = c.global(name, ty);
            return Some(self.global_var(c, id));
        }
        let var = self.new_var(ty, Home::Named, name);
        self.scope().vars.insert(name.to_owned(), var);
        Some(var)
    }

    /// Reports a name that means nothing here.
    pub fn undefined(&self, c: &mut Compiler, name: &str, span: Span) {
        let known = self
            .scopes
            .last()
            .into_iter()
            .flat_map(|s| s.vars.keys().map(String::as_str))
            .chain(c.global_ids.keys().map(String::as_str));
        let mut d = Diagnostic::error(
            codes::UNDEFINED_VARIABLE,
            span,
            format!("variable `{name}` is used before anything is assigned to it"),
        );
        if let Some(near) = nearest(name, known) {
            d = d.help(format!("did you mean `{near}`?"));
        } else if Ty::of_name(name) == Some(Ty::K) {
            d = d.help(format!("write `{name} init 0` before this line if it should start at 0"));
        } else {
            d = d.help(format!("assign to `{name}` before this line"));
        }
        c.error(d);
    }
}

/// The number of a p-field's name.
pub(crate) fn pfield_number(name: &str) -> Option<u16> {
    let digits = name.strip_prefix('p')?;
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok().filter(|&n| n <= 8000)
}
