//! The orchestra's syntax tree, in text order, with the place of everything.
//!
//! The tree keeps what was written: names are not resolved, macros are already expanded, optional
//! arguments are not filled in. A statement that could not be parsed is [`StmtKind::Error`]; the
//! diagnostics say why.

use bstr::BString;
use orchestrion_base::source::Span;
use orchestrion_base::ty::Ty;

/// A whole orchestra.
#[derive(Clone, Debug, Default)]
pub struct Orchestra {
    /// Header statements, instruments and opcodes in text order.
    pub items: Vec<Item>,
}

/// A thing at the top level of an orchestra.
#[derive(Clone, Debug)]
pub enum Item {
    /// A statement of instrument 0: header constants, `ftgen`, `massign`, global inits.
    Stmt(Stmt),
    /// `instr` ... `endin`.
    Instr(Instr),
    /// `opcode` ... `endop`.
    Opcode(OpcodeDef),
}

/// An instrument definition.
#[derive(Clone, Debug)]
pub struct Instr {
    /// Numbers and names it answers to, at least one.
    pub names: Vec<InstrName>,
    /// Statements.
    pub body: Vec<Stmt>,
    /// From `instr` to `endin`.
    pub span: Span,
}

/// One number or name of an instrument.
#[derive(Clone, Debug)]
pub struct InstrName {
    /// The number or name.
    pub kind: InstrNameKind,
    /// Its place.
    pub span: Span,
}

/// Number or name of an instrument.
#[derive(Clone, Debug, PartialEq)]
pub enum InstrNameKind {
    /// `instr 12`
    Number(u32),
    /// `instr Name` or `instr +Name` (numbered after all others).
    Name {
        /// The name without `+`.
        name: String,
        /// Whether `+` stood before it.
        plus: bool,
    },
}

/// A user-defined opcode.
#[derive(Clone, Debug)]
pub struct OpcodeDef {
    /// Name.
    pub name: Ident,
    /// Output types, old style letters (`kaS[]`, `0`) or Csound 7 style resolved to the same letters.
    pub outs: TypeList,
    /// Input types.
    pub ins: TypeList,
    /// Names of the inputs when they were declared in the header (Csound 7 style); else empty.
    pub params: Vec<Ident>,
    /// Statements.
    pub body: Vec<Stmt>,
    /// From `opcode` to `endop`.
    pub span: Span,
}

/// The letters of a user-defined opcode's header, one entry per argument: `k`, `a[]`, `j`.
#[derive(Clone, Debug, Default)]
pub struct TypeList {
    /// Entries; empty for `0` or nothing.
    pub types: Vec<String>,
    /// Place.
    pub span: Option<Span>,
}

/// A name in the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ident {
    /// The name.
    pub name: String,
    /// Its place.
    pub span: Span,
}

/// A statement.
#[derive(Clone, Debug)]
pub struct Stmt {
    /// What it is.
    pub kind: StmtKind,
    /// Its place, without the line end.
    pub span: Span,
}

/// When a jump or a branch is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// Both at init and at performance (`then`, `goto`); a k-rate condition makes it performance only.
    Both,
    /// Init only (`ithen`, `igoto`).
    Init,
    /// Performance only (`kthen`, `kgoto`).
    Perf,
    /// Init of a tied note (`tigoto`).
    TiedInit,
    /// Reinitialisation (`rigoto`).
    Reinit,
}

/// The kinds of statement.
#[derive(Clone, Debug)]
pub enum StmtKind {
    /// `a = x`, `a, b = x, y`, `kA[] = ...`, `k1 += 2`.
    Assign {
        /// Left-hand side, at least one.
        outs: Vec<LValue>,
        /// Which assignment.
        op: AssignOp,
        /// Right-hand side, at least one.
        values: Vec<Expr>,
    },
    /// `outs opcode ins`, `opcode ins`, `opcode(ins)` as a statement.
    Op {
        /// Outputs, possibly none.
        outs: Vec<LValue>,
        /// Opcode name as written.
        name: Ident,
        /// Annotation of the call form, `op:k(x)`.
        annotation: Option<Ty>,
        /// Inputs.
        args: Vec<Expr>,
    },
    /// `if` ... `elseif` ... `else` ... `endif`.
    If {
        /// Conditions with their statements, at least one.
        branches: Vec<Branch>,
        /// Statements of `else`.
        otherwise: Option<Vec<Stmt>>,
    },
    /// `if cond goto label`.
    IfGoto {
        /// Condition.
        cond: Expr,
        /// Which goto.
        pass: Pass,
        /// Target.
        label: Ident,
    },
    /// `goto label` and its relatives (`tigoto`, `rigoto` included).
    Goto {
        /// Which goto.
        pass: Pass,
        /// Target.
        label: Ident,
    },
    /// `while cond do` ... `od`, `until cond do` ... `od`.
    While {
        /// Condition.
        cond: Expr,
        /// Whether the loop runs until the condition holds.
        until: bool,
        /// Statements.
        body: Vec<Stmt>,
    },
    /// Csound 7: `for x in arr do` ... `od`; with a second name the index comes second.
    For {
        /// Element variable.
        var: LValue,
        /// Index variable.
        index: Option<LValue>,
        /// Array.
        array: Expr,
        /// Statements.
        body: Vec<Stmt>,
    },
    /// Csound 7: `switch x` `case 1, 2` ... `default` ... `endsw`.
    Switch {
        /// Value compared.
        subject: Expr,
        /// Cases in order: values and statements.
        cases: Vec<(Vec<Expr>, Vec<Stmt>)>,
        /// Statements of `default`.
        default: Option<Vec<Stmt>>,
    },
    /// `label:`; the statement after it on the same line is a statement of its own.
    Label(String),
    /// Something that could not be parsed.
    Error,
}

/// One condition of an `if` with its statements.
#[derive(Clone, Debug)]
pub struct Branch {
    /// Condition.
    pub cond: Expr,
    /// `then` is [`Pass::Both`], `ithen` [`Pass::Init`], `kthen` [`Pass::Perf`].
    pub pass: Pass,
    /// Statements.
    pub body: Vec<Stmt>,
}

/// Assignment operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssignOp {
    /// `=`
    Set,
    /// `+=`
    Add,
    /// `-=`
    Sub,
    /// `*=`
    Mul,
    /// `/=`
    Div,
}

/// Something that can be assigned to.
#[derive(Clone, Debug)]
pub struct LValue {
    /// Variable name.
    pub name: String,
    /// Csound 7 annotation `name:a`; gives the variable its type.
    pub ty: Option<Ty>,
    /// Number of `[]` written after the name (a whole array is meant): `kA[]` 1, `kA[][]` 2.
    pub dims: u8,
    /// Index expressions: `kA[i][j]`.
    pub indices: Vec<Expr>,
    /// Place.
    pub span: Span,
}

/// An expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its place.
    pub span: Span,
}

/// The kinds of expression.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// Number literal, `@n` forms evaluated.
    Number(f64),
    /// String literal, escapes decoded.
    Str(BString),
    /// Variable, p-field, reserved constant (`sr`, `0dbfs`) or label; which one the compiler decides.
    Var(String),
    /// A whole array written with empty brackets, `kA[]`, where an argument stands.
    WholeArray(String),
    /// `x[i][j]`; the base is usually a variable, but may be a call.
    Index {
        /// What is indexed.
        base: Box<Expr>,
        /// Indices, at least one.
        indices: Vec<Expr>,
    },
    /// `op(x, y)` or `op:k(x, y)`.
    Call {
        /// Opcode.
        name: Ident,
        /// Annotation.
        annotation: Option<Ty>,
        /// Arguments.
        args: Vec<Expr>,
    },
    /// `-x`, `+x`, `!x`, `~x`.
    Unary {
        /// Operator.
        op: UnaryOp,
        /// Operand.
        operand: Box<Expr>,
    },
    /// `x op y`.
    Binary {
        /// Operator.
        op: BinaryOp,
        /// Left.
        left: Box<Expr>,
        /// Right.
        right: Box<Expr>,
    },
    /// `cond ? x : y`.
    Ternary {
        /// Condition.
        cond: Box<Expr>,
        /// Value when true.
        yes: Box<Expr>,
        /// Value when false.
        no: Box<Expr>,
    },
    /// Csound 7 literal `[1, 2, 3]`.
    ArrayLit(Vec<Expr>),
    /// Something that could not be parsed.
    Error,
}

/// Unary operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    /// `-`
    Neg,
    /// `+`
    Plus,
    /// `!`
    Not,
    /// `~` or the byte 0xAC
    BitNot,
}

/// Binary operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `%`
    Mod,
    /// `^`
    Pow,
    /// `|`
    BitOr,
    /// `&`
    BitAnd,
    /// `#`
    BitXor,
    /// `<<`
    Shl,
    /// `>>`
    Shr,
    /// `==` or `=` in a condition
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `&&`
    And,
    /// `||`
    Or,
}
