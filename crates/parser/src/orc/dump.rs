//! The tree as text, one statement a line, for `check --emit tree`.

use crate::tree::*;
use orchestrion_base::ty::Ty;
use std::fmt::Write;

/// Renders a tree as indented S-expressions: `(op (a1) oscil 0.5 440)`.
pub fn dump(orchestra: &Orchestra) -> String {
    let mut out = Dump { text: String::new(), depth: 0 };
    for item in &orchestra.items {
        match item {
            Item::Stmt(stmt) => out.stmt(stmt),
            Item::Instr(instr) => {
                out.block(format!("(instr {}", join(&instr.names, instr_name)), &instr.body)
            }
            Item::Opcode(def) => out.block(opcode_head(def), &def.body),
        }
    }
    out.text
}

fn opcode_head(def: &OpcodeDef) -> String {
    let params = match def.params.len() {
        0 => String::new(),
        _ => format!(" (params {})", join(&def.params, |p| p.name.clone())),
    };
    format!("(opcode {} ({}) ({}){params}", def.name.name, def.outs.types.join(" "), def.ins.types.join(" "))
}

struct Dump {
    text: String,
    depth: usize,
}

impl Dump {
    fn line(&mut self, line: &str) {
        for _ in 0..self.depth {
            self.text.push_str("  ");
        }
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// A head, indented statements, and the closing bracket on the last line.
    fn block(&mut self, head: String, body: &[Stmt]) {
        self.line(&head);
        self.body(body);
        self.close();
    }

    fn close(&mut self) {
        self.text.pop();
        self.text.push_str(")\n");
    }

    fn body(&mut self, body: &[Stmt]) {
        self.depth += 1;
        for stmt in body {
            self.stmt(stmt);
        }
        self.depth -= 1;
    }

    /// A bracketed part of a block.
    fn part(&mut self, head: String, body: &[Stmt]) {
        self.depth += 1;
        self.block(head, body);
        self.depth -= 1;
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::If { branches, otherwise } => {
                self.line("(if");
                for branch in branches {
                    self.part(format!("({} {}", then(branch.pass), expr(&branch.cond)), &branch.body);
                }
                if let Some(body) = otherwise {
                    self.part("(else".to_owned(), body);
                }
                self.close();
            }
            StmtKind::While { cond, until, body } => {
                self.block(format!("({} {}", if *until { "until" } else { "while" }, expr(cond)), body);
            }
            StmtKind::For { var, index, array, body } => {
                let index = index.as_ref().map_or(String::new(), |i| format!(" {}", lvalue(i)));
                self.block(format!("(for ({}{index}) {}", lvalue(var), expr(array)), body);
            }
            StmtKind::Switch { subject, cases, default } => {
                self.line(&format!("(switch {}", expr(subject)));
                for (values, body) in cases {
                    self.part(format!("(case ({})", join(values, expr)), body);
                }
                if let Some(body) = default {
                    self.part("(default".to_owned(), body);
                }
                self.close();
            }
            kind => self.line(&simple(kind)),
        }
    }
}

fn simple(kind: &StmtKind) -> String {
    match kind {
        StmtKind::Assign { outs, op, values } => {
            format!("({} ({}) {})", assign(*op), join(outs, lvalue), join(values, expr))
        }
        StmtKind::Op { outs, name, annotation, args } => {
            format!("(op ({}) {}{}{})", join(outs, lvalue), name.name, ty(*annotation), spaced(args))
        }
        StmtKind::IfGoto { cond, pass, label } => {
            format!("(if-{} {} {})", goto(*pass), expr(cond), label.name)
        }
        StmtKind::Goto { pass, label } => format!("({} {})", goto(*pass), label.name),
        StmtKind::Label(name) => format!("(label {name})"),
        _ => "(error)".to_owned(),
    }
}

fn join<T>(items: &[T], show: impl Fn(&T) -> String) -> String {
    items.iter().map(show).collect::<Vec<_>>().join(" ")
}

fn spaced(args: &[Expr]) -> String {
    args.iter().map(|a| format!(" {}", expr(a))).collect()
}

fn ty(ty: Option<Ty>) -> String {
    ty.map_or(String::new(), |t| format!(":{t}"))
}

fn instr_name(name: &InstrName) -> String {
    match &name.kind {
        InstrNameKind::Number(n) => n.to_string(),
        InstrNameKind::Name { name, plus } => format!("{}{name}", if *plus { "+" } else { "" }),
    }
}

fn lvalue(l: &LValue) -> String {
    match l.ty {
        Some(ty) => format!("{}:{ty}", l.name),
        None => {
            let mut text = format!("{}{}", l.name, "[]".repeat(l.dims.into()));
            for index in &l.indices {
                let _ = write!(text, "[{}]", expr(index));
            }
            text
        }
    }
}

fn expr(e: &Expr) -> String {
    match &e.kind {
        ExprKind::Number(n) => n.to_string(),
        ExprKind::Str(s) => format!("{s:?}"),
        ExprKind::Var(name) => name.clone(),
        ExprKind::WholeArray(name) => format!("{name}[]"),
        ExprKind::Index { base, indices } => format!("(at {}{})", expr(base), spaced(indices)),
        ExprKind::Call { name, annotation, args } => {
            format!("(call {}{}{})", name.name, ty(*annotation), spaced(args))
        }
        ExprKind::Unary { op, operand } => format!("({} {})", unary(*op), expr(operand)),
        ExprKind::Binary { op, left, right } => format!("({} {} {})", binary(*op), expr(left), expr(right)),
        ExprKind::Ternary { cond, yes, no } => format!("(? {} {} {})", expr(cond), expr(yes), expr(no)),
        ExprKind::ArrayLit(values) => format!("[{}]", join(values, expr)),
        ExprKind::Error => "(error)".to_owned(),
    }
}

fn then(pass: Pass) -> &'static str {
    match pass {
        Pass::Init => "ithen",
        Pass::Perf => "kthen",
        Pass::Both | Pass::TiedInit | Pass::Reinit => "then",
    }
}

fn goto(pass: Pass) -> &'static str {
    match pass {
        Pass::Both => "goto",
        Pass::Init => "igoto",
        Pass::Perf => "kgoto",
        Pass::TiedInit => "tigoto",
        Pass::Reinit => "rigoto",
    }
}

fn assign(op: AssignOp) -> &'static str {
    match op {
        AssignOp::Set => "=",
        AssignOp::Add => "+=",
        AssignOp::Sub => "-=",
        AssignOp::Mul => "*=",
        AssignOp::Div => "/=",
    }
}

fn unary(op: UnaryOp) -> &'static str {
    match op {
        UnaryOp::Neg => "-",
        UnaryOp::Plus => "+",
        UnaryOp::Not => "!",
        UnaryOp::BitNot => "~",
    }
}

fn binary(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add => "+",
        BinaryOp::Sub => "-",
        BinaryOp::Mul => "*",
        BinaryOp::Div => "/",
        BinaryOp::Mod => "%",
        BinaryOp::Pow => "^",
        BinaryOp::BitOr => "|",
        BinaryOp::BitAnd => "&",
        BinaryOp::BitXor => "#",
        BinaryOp::Shl => "<<",
        BinaryOp::Shr => ">>",
        BinaryOp::Eq => "==",
        BinaryOp::Ne => "!=",
        BinaryOp::Lt => "<",
        BinaryOp::Le => "<=",
        BinaryOp::Gt => ">",
        BinaryOp::Ge => ">=",
        BinaryOp::And => "&&",
        BinaryOp::Or => "||",
    }
}
