//! What an instrument's text says about its p-fields.

use orchestrion_parser::tree::{Expr, ExprKind, Instr, Stmt, StmtKind};
use std::collections::BTreeMap;

/// Names of an instrument's p-fields: the variables that are set to `p4`, `p5`, ... by `=`, `init`, `strget` or
/// `passign`, anywhere in its text. A p-field may have several names; of two p-fields with one name the later
/// assignment counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    names: BTreeMap<String, u16>,
}

impl Fields {
    /// Reads them from an instrument's tree.
    pub fn of(instr: &Instr) -> Self {
        let mut fields = Self::default();
        fields.statements(&instr.body);
        fields
    }

    /// The number of a p-field.
    pub fn number(&self, name: &str) -> Option<u16> {
        self.names.get(name).copied()
    }

    /// All names, sorted by p-field.
    pub fn names(&self) -> Vec<(&str, u16)> {
        let mut names: Vec<_> = self.names.iter().map(|(name, n)| (name.as_str(), *n)).collect();
        names.sort_by_key(|(_, n)| *n);
        names
    }

    fn statements(&mut self, list: &[Stmt]) {
        for stmt in list {
            match &stmt.kind {
                StmtKind::Assign { outs, values, .. } => {
                    for (out, value) in outs.iter().zip(values) {
                        self.name(&out.name, pfield(value));
                    }
                }
                StmtKind::Op { outs, name, args, .. } if name.name == "passign" => {
                    let first = args.first().map_or(Some(1.0), number);
                    for (i, out) in outs.iter().enumerate().filter(|(_, out)| out.dims == 0) {
                        self.name(&out.name, first.map(|first| first as u16 + i as u16));
                    }
                }
                StmtKind::Op { outs, name, args, .. } if matches!(&*name.name, "init" | "strget") => {
                    for (out, value) in outs.iter().zip(args) {
                        self.name(&out.name, pfield(value));
                    }
                }
                StmtKind::If { branches, otherwise } => {
                    branches.iter().for_each(|b| self.statements(&b.body));
                    self.statements(otherwise.as_deref().unwrap_or(&[]));
                }
                StmtKind::While { body, .. } | StmtKind::For { body, .. } => self.statements(body),
                StmtKind::Switch { cases, default, .. } => {
                    cases.iter().for_each(|(_, body)| self.statements(body));
                    self.statements(default.as_deref().unwrap_or(&[]));
                }
                _ => {}
            }
        }
    }

    fn name(&mut self, name: &str, number: Option<u16>) {
        if let Some(n) = number.filter(|n| *n > 3) {
            self.names.insert(name.to_owned(), n);
        }
    }
}

/// The p-field that an expression is, or that it reads as a string.
fn pfield(e: &Expr) -> Option<u16> {
    match &e.kind {
        ExprKind::Var(name) => name.strip_prefix('p')?.parse().ok(),
        ExprKind::Call { name, args, .. } if name.name == "strget" => pfield(args.first()?),
        _ => None,
    }
}

fn number(e: &Expr) -> Option<f64> {
    match e.kind {
        ExprKind::Number(x) if (1.0..1e4).contains(&x) => Some(x),
        _ => None,
    }
}
