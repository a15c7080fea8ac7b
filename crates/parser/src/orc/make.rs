//! Small builders that the grammar's actions call, and what they share.

use super::literal;
use super::token::Tok;
use crate::tree::*;
use lalrpop_util::{ErrorRecovery, ParseError};
use orchestrion_base::diag::{Diagnostic, codes};
use orchestrion_base::source::{FileId, Span};
use orchestrion_base::ty::Ty;

/// An error the grammar met and recovered from.
pub(super) type Failure<'a> = ParseError<u32, Tok<'a>, ()>;

/// What the grammar's actions share.
pub(super) struct Context<'a, 'c> {
    /// The text's file.
    pub file: FileId,
    /// Findings so far.
    pub diags: &'c mut Vec<Diagnostic>,
    /// Violations of the grammar, put into words later.
    pub failures: Vec<Failure<'a>>,
}

impl<'a> Context<'a, '_> {
    /// A place in this text.
    pub fn span(&self, start: u32, end: u32) -> Span {
        Span::new(self.file, start, end.max(start))
    }

    /// A name with its place.
    pub fn ident(&self, name: &str, start: u32, end: u32) -> Ident {
        Ident { name: name.to_owned(), span: self.span(start, end) }
    }

    /// Notes an error from which the parser goes on.
    pub fn recover(&mut self, recovery: ErrorRecovery<u32, Tok<'a>, ()>) {
        self.failures.push(recovery.error);
    }
}

/// The header of an opcode.
pub(super) struct OpcodeHead {
    /// Its name.
    pub name: Ident,
    /// Outputs.
    pub outs: TypeList,
    /// Inputs.
    pub ins: TypeList,
    /// Names of the inputs, where declared.
    pub params: Vec<Ident>,
}

pub(super) fn opcode(head: OpcodeHead, body: Vec<Stmt>, span: Span) -> OpcodeDef {
    OpcodeDef { name: head.name, outs: head.outs, ins: head.ins, params: head.params, body, span }
}

/// `opcode name(a:k, b:i):(a)`
pub(super) fn new_style_head(name: Ident, params: Vec<(Ident, Ty)>, outs: Vec<String>) -> OpcodeHead {
    let (params, types): (Vec<_>, Vec<_>) =
        params.into_iter().map(|(name, ty)| (name, ty.to_string())).unzip();
    let span = params.iter().map(|p: &Ident| p.span).reduce(Span::to);
    let outs = outs.into_iter().filter(|t| t != "void").collect();
    OpcodeHead { name, outs: TypeList { types: outs, span: None }, ins: TypeList { types, span }, params }
}

/// Stands for a header that could not be read.
pub(super) fn no_head(span: Span) -> OpcodeHead {
    OpcodeHead {
        name: Ident { name: String::new(), span },
        outs: TypeList::default(),
        ins: TypeList::default(),
        params: Vec::new(),
    }
}

pub(super) fn instr_number(cx: &mut Context<'_, '_>, value: f64, start: u32, end: u32) -> InstrName {
    let span = cx.span(start, end);
    let valid = value.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&value);
    if !valid {
        cx.diags.push(
            Diagnostic::error(codes::SYNTAX, span, "instrument numbers are whole numbers")
                .label("expected a whole number or a name"),
        );
    }
    InstrName { kind: InstrNameKind::Number(if valid { value as u32 } else { 0 }), span }
}

pub(super) fn instr_name(name: &str, plus: bool, span: Span) -> InstrName {
    InstrName { kind: InstrNameKind::Name { name: name.to_owned(), plus }, span }
}

pub(super) fn lvalue(name: &str, dims: usize, span: Span) -> LValue {
    LValue { name: name.to_owned(), ty: None, dims: dims.min(255) as u8, indices: Vec::new(), span }
}

pub(super) fn typed_lvalue(name: &str, ty: Ty, span: Span) -> LValue {
    LValue { name: name.to_owned(), ty: Some(ty), dims: ty.dims, indices: Vec::new(), span }
}

pub(super) fn element(name: &str, indices: Vec<Expr>, span: Span) -> LValue {
    LValue { name: name.to_owned(), ty: None, dims: 0, indices, span }
}

pub(super) fn call_statement(outs: Vec<LValue>, call: (Ident, Option<Ty>, Vec<Expr>)) -> StmtKind {
    let (name, annotation, args) = call;
    StmtKind::Op { outs, name, annotation, args }
}

pub(super) fn if_block(first: Branch, more: Vec<Branch>, otherwise: Option<Vec<Stmt>>) -> StmtKind {
    let mut branches = vec![first];
    branches.extend(more);
    StmtKind::If { branches, otherwise }
}

/// A `for` whose header could not be read is an error statement; its body goes with it.
pub(super) fn for_block(head: Option<(LValue, Option<LValue>, Expr)>, body: Vec<Stmt>) -> StmtKind {
    match head {
        Some((var, index, array)) => StmtKind::For { var, index, array, body },
        None => StmtKind::Error,
    }
}

pub(super) fn binary(op: BinaryOp, left: Expr, right: Expr) -> Expr {
    let span = left.span.to(right.span);
    Expr { kind: ExprKind::Binary { op, left: Box::new(left), right: Box::new(right) }, span }
}

pub(super) fn unary(op: UnaryOp, operand: Expr, cx: &Context<'_, '_>, start: u32) -> Expr {
    let span = cx.span(start, operand.span.end);
    Expr { kind: ExprKind::Unary { op, operand: Box::new(operand) }, span }
}

pub(super) fn ternary(cond: Expr, yes: Expr, no: Expr) -> Expr {
    let span = cond.span.to(no.span);
    Expr { kind: ExprKind::Ternary { cond: Box::new(cond), yes: Box::new(yes), no: Box::new(no) }, span }
}

pub(super) fn call(
    name: Ident,
    annotation: Option<Ty>,
    args: Vec<Expr>,
    cx: &Context<'_, '_>,
    end: u32,
) -> Expr {
    let span = cx.span(name.span.start, end);
    Expr { kind: ExprKind::Call { name, annotation, args }, span }
}

pub(super) fn string(text: &str, span: Span) -> Expr {
    Expr { kind: ExprKind::Str(literal::string(text)), span }
}

/// `x[i]`; a further index joins those already there.
pub(super) fn index(base: Expr, index: Expr, cx: &Context<'_, '_>, end: u32) -> Expr {
    let span = cx.span(base.span.start, end);
    match base.kind {
        ExprKind::Index { base, mut indices } => {
            indices.push(index);
            Expr { kind: ExprKind::Index { base, indices }, span }
        }
        _ => Expr { kind: ExprKind::Index { base: Box::new(base), indices: vec![index] }, span },
    }
}
