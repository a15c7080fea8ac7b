//! Calls of opcodes: which overload, which pass, which variables.

use super::body::{Builder, Value, When};
use super::{Compiler, nearest};
use crate::ir::{Home, OpKind, Run, UnitUse, Var, Word};
use crate::letters::{self, Entry, Found, Given, entries};
use orchestrion_base::diag::{Diagnostic, codes};
use orchestrion_base::op::{Make, OpDef, Res, Sig};
use orchestrion_base::source::Span;
use orchestrion_base::ty::{Base, Ty};
use orchestrion_parser::tree::{Expr, ExprKind, Ident};

/// An overload that was chosen.
#[derive(Clone)]
pub(crate) enum Chosen {
    Builtin(&'static OpDef, &'static Sig, Vec<Entry>, Vec<Entry>),
    Udo(usize),
}

impl Chosen {
    pub fn outs(&self, c: &Compiler) -> Vec<Entry> {
        match self {
            Chosen::Builtin(_, _, outs, _) => outs.clone(),
            Chosen::Udo(i) => c.udos[*i].outs.clone(),
        }
    }

    fn ins(&self, c: &Compiler) -> Vec<Entry> {
        match self {
            Chosen::Builtin(_, _, _, ins) => ins.clone(),
            Chosen::Udo(i) => c.udos[*i].ins.clone(),
        }
    }
}

impl Builder {
    /// Lowers arguments; a name that is no variable may be a label.
    pub fn args(&mut self, c: &mut Compiler, args: &[Expr]) -> Option<Vec<Value>> {
        let values: Vec<Option<Value>> = args
            .iter()
            .map(|e| match &e.kind {
                ExprKind::Var(name)
                    if self.lookup(c, name).is_none()
                        && Ty::of_name(name).is_none_or(|_| self.scope().labels.contains_key(name)) =>
                {
                    let var = self.new_var(Ty::I, Home::Temp, name);
                    Some(Value { var, ty: Ty::I, found: Found::Label })
                }
                _ => self.expr(c, e),
            })
            .collect();
        values.into_iter().collect()
    }

    /// All overloads of a name in the order they are tried: built-in ones, then the piece's own. Only the
    /// latter where they stand for an opcode that csound does not have.
    pub fn overloads(&self, c: &Compiler, name: &str) -> Vec<Chosen> {
        let mut list = Vec::new();
        let replaced = |def: &OpDef| def.extension && c.udo_names.contains_key(name);
        if let Some(def) = c.registry.get(name).filter(|def| !replaced(def)) {
            list.extend(def.sigs.iter().map(|s| Chosen::Builtin(def, s, entries(s.outs), entries(s.ins))));
        }
        list.extend(c.udo_names.get(name).into_iter().flatten().map(|&i| Chosen::Udo(i)));
        list
    }

    /// Reports a name that is no opcode here.
    fn unknown(&self, c: &mut Compiler, name: &Ident) {
        if let Some(why) = c.registry.missing(&name.name) {
            c.missing.entry(name.name.clone()).or_insert((name.span, why));
            return;
        }
        let known = c.registry.iter().map(|d| d.name).chain(c.udo_names.keys().map(String::as_str));
        let mut d = Diagnostic::error(
            codes::UNKNOWN_OPCODE,
            name.span,
            format!("there is no opcode `{}`", name.name),
        );
        d = match nearest(&name.name, known) {
            Some(near) => d.help(format!("did you mean `{near}`?")),
            None => d.help("define it with `opcode` before this line, or check the spelling"),
        };
        c.error(d);
    }

    /// Reports arguments that fit no overload, with the signatures there are.
    fn no_match(&self, c: &mut Compiler, name: &Ident, args: &[Value], outs: Option<&[Ty]>, span: Span) {
        let found = args.iter().map(|a| a.ty.to_string()).collect::<Vec<_>>().join(", ");
        let wanted = outs.map(|o| o.iter().map(Ty::to_string).collect::<Vec<_>>().join(", "));
        let message = match &wanted {
            Some(w) if !w.is_empty() => format!("`{}` cannot give ({w}) from ({found})", name.name),
            _ => format!("`{}` does not take ({found})", name.name),
        };
        let mut d = Diagnostic::error(codes::NO_SIGNATURE, span, message);
        for overload in self.overloads(c, &name.name).iter().take(6) {
            let (o, i) = match overload {
                Chosen::Builtin(_, s, ..) => (s.outs.to_owned(), s.ins.to_owned()),
                Chosen::Udo(u) => (spell(&c.udos[*u].outs), spell(&c.udos[*u].ins)),
            };
            d = d.help(format!("signature: {o} {} {i}", name.name).trim_end().to_owned());
        }
        c.error(d);
    }

    /// A call inside an expression.
    pub fn call_value(
        &mut self,
        c: &mut Compiler,
        name: &Ident,
        annotation: Option<Ty>,
        args: &[Expr],
        want: Option<Ty>,
        dest: Option<Var>,
    ) -> Option<Value> {
        if let Some(result) = self.word_value(c, name, args) {
            return result;
        }
        let (values, given) = self.known_args(c, name, args)?;
        let Some((chosen, ty)) = self.choose_value(c, &name.name, &given, annotation, want) else {
            self.no_match(c, name, &values, None, self.span);
            return None;
        };
        let var = match dest {
            Some(d) if self.body.ty(d) == ty => d,
            _ => self.temp(ty),
        };
        let names = self.arg_names(c, args, &values);
        self.emit_call(c, &chosen, &[var], values, names);
        Some(Value { var, ty, found: Found::Value })
    }

    /// The arguments of a call and what an overload sees of them; `None` if there is no opcode of this name or an
    /// argument is wrong.
    fn known_args(
        &mut self,
        c: &mut Compiler,
        name: &Ident,
        args: &[Expr],
    ) -> Option<(Vec<Value>, Vec<Given>)> {
        if self.overloads(c, &name.name).is_empty() {
            self.unknown(c, name);
            self.args(c, args);
            return None;
        }
        let values = self.args(c, args)?;
        let given = values.iter().map(|v| v.given()).collect();
        Some((values, given))
    }

    /// The overload of a call inside an expression: the first whose inputs fit decides (B7, C5), an
    /// annotation chooses by output, and where the first would be a type error for the assignment, one
    /// that gives the wanted type. Among those of an extension the wanted type comes first.
    fn choose_value(
        &self,
        c: &Compiler,
        name: &str,
        given: &[Given],
        annotation: Option<Ty>,
        want: Option<Ty>,
    ) -> Option<(Chosen, Ty)> {
        let fitting: Vec<(Chosen, Ty)> = self
            .overloads(c, name)
            .into_iter()
            .filter(|o| letters::inputs_match(&o.ins(c), given))
            .filter_map(|o| {
                let outs = o.outs(c);
                let ty = letters::value_type(&outs)?;
                // An `s` output is audio in an expression unless control rate is asked for.
                match annotation {
                    Some(a) if outs.first().is_some_and(|e| letters::output_accepts(*e, a)) => Some((o, a)),
                    _ => Some((o, ty)),
                }
            })
            .collect();
        if let Some(a) = annotation {
            return fitting.into_iter().find(|(_, ty)| *ty == a);
        }
        let first = fitting.first()?.clone();
        let extension = matches!(first.0, Chosen::Builtin(def, ..) if def.extension);
        if let Some(exact) = fitting.iter().find(|(_, ty)| extension && want == Some(*ty)) {
            return Some(exact.clone());
        }
        match want {
            Some(w) if !assignable(w, first.1) => {
                fitting.into_iter().find(|(_, ty)| assignable(w, *ty)).or(Some(first))
            }
            _ => Some(first),
        }
    }

    /// A statement `outs op args`: the first overload whose inputs and outputs fit (C4).
    pub fn call_statement(
        &mut self,
        c: &mut Compiler,
        name: &Ident,
        annotation: Option<Ty>,
        out_types: &[Ty],
        args: &[Expr],
    ) -> Option<(Chosen, Vec<Value>, Vec<Ty>)> {
        let (values, given) = self.known_args(c, name, args)?;
        let fits_in: Vec<Chosen> = self
            .overloads(c, &name.name)
            .into_iter()
            .filter(|o| letters::inputs_match(&o.ins(c), &given))
            .collect();
        let exact = fits_in
            .iter()
            .find(|o| {
                let outs = o.outs(c);
                letters::outputs_match(&outs, out_types)
                    && annotation.is_none_or(|a| outs.first().is_some_and(|e| letters::output_accepts(*e, a)))
            })
            .cloned();
        if let Some(chosen) = exact {
            return Some((chosen, values, out_types.to_vec()));
        }
        if out_types.is_empty()
            && let Some(chosen) = fits_in.first().cloned()
        {
            // A value nobody wants: `strset(1, "x")`-like statements of functions.
            let types = chosen
                .outs(c)
                .iter()
                .filter(|e| !letters::output_is_variadic(**e))
                .map(|e| letters::value_type(&[*e]).unwrap_or(Ty::K))
                .collect();
            return Some((chosen, values, types));
        }
        self.no_match(c, name, &values, Some(out_types), self.span);
        None
    }

    /// Emits a call whose overload is known. `outs` have the overload's types.
    pub fn emit_call(
        &mut self,
        c: &mut Compiler,
        chosen: &Chosen,
        outs: &[Var],
        mut args: Vec<Value>,
        names: Vec<String>,
    ) {
        let ins = chosen.ins(c);
        for entry in ins.iter().skip(args.len()) {
            match letters::default_of(*entry) {
                Some(Some(x)) => args.push(self.const_value(x)),
                _ => break,
            }
        }
        // Strings, arrays and frames are never written in place: the result goes to a temporary first.
        let mut targets = outs.to_vec();
        let mut copies = Vec::new();
        for t in &mut targets {
            let ty = self.body.ty(*t);
            let by_reference = ty.is_array() || matches!(ty.base, Base::S | Base::F | Base::W);
            if by_reference && args.iter().any(|a| a.var == *t) {
                let temp = self.temp(ty);
                if ty.is_array() && matches!(chosen, Chosen::Builtin(..)) {
                    // What the opcode does not write, at init above all, stays as it was.
                    self.emit(When::Both, OpKind::Word(Word::ArrayCopy), &[temp], &[*t]);
                }
                copies.push((*t, temp));
                *t = temp;
            }
        }
        match chosen {
            Chosen::Builtin(def, sig, ..) => {
                c.note_silent(def, self.span);
                self.emit_builtin(c, def, sig, &targets, &args, &names);
            }
            Chosen::Udo(i) => self.call_udo(c, *i, &targets, args),
        }
        for (to, from) in copies {
            let ty = self.body.ty(to);
            let word = match ty {
                t if t.is_array() => Word::ArrayCopy,
                Ty::S => Word::StrCopy,
                _ => Word::SpectrumCopy,
            };
            self.emit(When::Both, OpKind::Word(word), &[to], &[from]);
        }
    }

    fn emit_builtin(
        &mut self,
        c: &Compiler,
        def: &'static OpDef,
        sig: &'static Sig,
        outs: &[Var],
        args: &[Value],
        names: &[String],
    ) {
        let mut ins: Vec<Var> = args.iter().map(|a| a.var).collect();
        if def.arg_names {
            // One more input: the names of the others, one a line.
            ins.push(self.new_var(Ty::S, Home::Literal(names.join("\n").into()), ""));
        }
        if def.exports {
            let global = outs.first().and_then(|o| self.body.global(*o));
            let number = global.map_or(-1.0, |g| f64::from(g.0));
            ins.push(self.const_value(number).var);
        }
        let first = outs.first().map_or(Ty::I, |o| self.body.ty(*o));
        let map = |kind: OpKind| {
            let when = if first.base == Base::I { When::Init } else { When::Perf };
            (when, kind)
        };
        let foreign = c.registry.is_foreign(def.name);
        let (when, kind) = match sig.make {
            Make::Map1(f) if first.is_array() => {
                self.emit_array(OpKind::ArrayMap1(f), outs[0], &ins);
                return;
            }
            Make::Map1(f) => map(OpKind::Map1(f)),
            Make::Map2(f) => map(OpKind::Map2(f)),
            Make::Map3(f) => map(OpKind::Map3(f)),
            Make::Init(f) => {
                let id = self.add_unit(UnitUse {
                    def,
                    run: Run::Init(f),
                    outs: outs.to_vec(),
                    ins: ins.clone(),
                    foreign,
                });
                (When::Init, OpKind::InitFn(id))
            }
            Make::Unit(f) => {
                let id = self.add_unit(UnitUse {
                    def,
                    run: Run::Unit(f),
                    outs: outs.to_vec(),
                    ins: ins.clone(),
                    foreign,
                });
                (When::Both, OpKind::Unit(id))
            }
            Make::Word => return,
        };
        for &o in outs {
            // A unit need not write its outputs in every pass: the shadow must hold the global first.
            self.load_if_global(o, if when == When::Init { When::Init } else { When::Both });
        }
        // What is changed in place counts as written.
        let changed = (0u32..).zip(args).filter(|(i, _)| def.changes >> (*i).min(31) & 1 == 1);
        let written: Vec<Var> = outs.iter().copied().chain(changed.map(|(_, a)| a.var)).collect();
        self.emit(when, kind, &written, &ins);
        if def.writes.meets(Res::LIFE) {
            self.emit(When::Perf, OpKind::CheckEnd, &[], &[]);
        }
        for &o in &written {
            self.store_if_global(o, when);
        }
    }
}

/// Whether a value of type `found` may be assigned to a variable of type `want` (B8).
pub(crate) fn assignable(want: Ty, found: Ty) -> bool {
    match (want, found) {
        (w, f) if w == f => true,
        (Ty::K, Ty::I | Ty::A) | (Ty::A, Ty::I | Ty::K) => true,
        (w, f) if w.is_array() && f.is_array() => {
            w.base == f.base || matches!((w.base, f.base), (Base::I, Base::K) | (Base::K, Base::I))
        }
        _ => false,
    }
}

impl Builder {
    /// What opcodes that print their arguments call them: variables by name, numbers as written, what
    /// was computed while compiling with 20 digits, results of expressions `#`.
    pub fn arg_names(&self, c: &Compiler, args: &[Expr], values: &[Value]) -> Vec<String> {
        args.iter()
            .zip(values)
            .map(|(e, v)| match (&e.kind, self.known(v.var)) {
                (ExprKind::Var(n) | ExprKind::WholeArray(n), _) => n.clone(),
                (ExprKind::Number(x), _) => c
                    .text(e.span)
                    .map(|text| text.trim_matches(|x: char| "() \t".contains(x)))
                    .filter(|text| !text.starts_with('@'))
                    .map_or_else(|| digits20(*x), str::to_owned),
                (_, Some(x)) if v.found == Found::Const => digits20(x),
                _ => match &self.body.vars[v.var.0 as usize].name {
                    name if name.is_empty() => "#".to_owned(),
                    name => name.clone(),
                },
            })
            .collect()
    }
}

/// A number as C's `%.20g` writes it.
fn digits20(x: f64) -> String {
    if x == 0.0 || !x.is_finite() {
        return format!("{x}");
    }
    let trimmed = |s: &str| match s.contains('.') {
        true => s.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => s.to_owned(),
    };
    let scientific = format!("{x:.19e}");
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..20).contains(&exponent) {
        return trimmed(&format!("{x:.*}", (19 - exponent) as usize));
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{}e{sign}{:02}", trimmed(mantissa), exponent.abs())
}

/// A signature as text.
fn spell(list: &[Entry]) -> String {
    list.iter().map(|e| format!("{}{}", e.letter, "[]".repeat(e.dims as usize))).collect()
}
