//! The tokens that the grammar sees, each with its role in the statement already decided.

use crate::tree::{AssignOp, BinaryOp, Pass, TypeList};
use orchestrion_base::ty::Ty;

/// A token of the grammar.
#[derive(Clone, Debug)]
pub(super) enum Tok<'a> {
    /// End of a statement.
    End,
    /// Variable, p-field, constant, or function name before `(`.
    Name(&'a str),
    /// `name:type` where a variable is declared.
    Typed(&'a str, Ty),
    /// `name:type` before `(`.
    TypedCall(&'a str, Ty),
    /// The opcode of a statement with plain arguments.
    Op(&'a str),
    /// The opcode of a statement in call form, `op(args)`.
    CallOp(&'a str),
    /// The same with an annotation, `op:k(args)`.
    TypedCallOp(&'a str, Ty),
    /// Number.
    Number(f64),
    /// String with its quotes.
    Str(&'a str),
    /// `label:`
    Label(&'a str),
    /// Target of a goto.
    Target(&'a str),
    /// `goto` and relatives.
    Goto(Pass),
    /// `=`: an assignment or a comparison.
    Equals,
    /// `+=` and the like.
    Update(AssignOp),
    /// `==`, `<`, ...
    Compare(BinaryOp),
    /// `&&`, `||`
    Logic(BinaryOp),
    /// `|`
    Pipe,
    /// `&`
    Ampersand,
    /// `<<`, `>>`
    Shift(BinaryOp),
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`, `/`, `%`
    Times(BinaryOp),
    /// `^`
    Caret,
    /// `#`
    Hash,
    /// `~`
    Tilde,
    /// `!`
    Bang,
    /// `?`
    Question,
    /// `:`
    Colon,
    /// `,`
    Comma,
    /// `(`
    Open,
    /// `)`
    Close,
    /// `[`
    OpenIndex,
    /// `]`
    CloseIndex,
    /// `[]`
    EmptyIndex,
    /// `instr`
    Instr,
    /// `endin`
    Endin,
    /// `opcode`
    Opcode,
    /// `endop`
    Endop,
    /// The type letters of an opcode's header.
    Types(TypeList),
    /// `if`
    If,
    /// `then`, `ithen`, `kthen`
    Then(Pass),
    /// `elseif`
    Elseif,
    /// `else`
    Else,
    /// `endif`, `fi`
    Endif,
    /// `while`, and `until` when true.
    While(bool),
    /// `for`
    For,
    /// `in`
    In,
    /// `do`
    Do,
    /// `od`, `enduntil`
    Od,
    /// `switch`
    Switch,
    /// `case`
    Case,
    /// `default`
    Default,
    /// `endsw`
    Endsw,
    /// A keyword where none can stand.
    Misplaced,
    /// A statement that was refused before the grammar saw it.
    Bad,
}

impl<'a> Tok<'a> {
    /// The token of an operator or bracket.
    pub fn punct(text: &'a str) -> Self {
        match text {
            "=" => Tok::Equals,
            "+=" => Tok::Update(AssignOp::Add),
            "-=" => Tok::Update(AssignOp::Sub),
            "*=" => Tok::Update(AssignOp::Mul),
            "/=" => Tok::Update(AssignOp::Div),
            "==" => Tok::Compare(BinaryOp::Eq),
            "!=" => Tok::Compare(BinaryOp::Ne),
            "<" => Tok::Compare(BinaryOp::Lt),
            "<=" => Tok::Compare(BinaryOp::Le),
            ">" => Tok::Compare(BinaryOp::Gt),
            ">=" => Tok::Compare(BinaryOp::Ge),
            "&&" => Tok::Logic(BinaryOp::And),
            "||" => Tok::Logic(BinaryOp::Or),
            "|" => Tok::Pipe,
            "&" => Tok::Ampersand,
            "<<" => Tok::Shift(BinaryOp::Shl),
            ">>" => Tok::Shift(BinaryOp::Shr),
            "+" => Tok::Plus,
            "-" => Tok::Minus,
            "*" => Tok::Times(BinaryOp::Mul),
            "/" => Tok::Times(BinaryOp::Div),
            "%" => Tok::Times(BinaryOp::Mod),
            "^" => Tok::Caret,
            "#" => Tok::Hash,
            "!" => Tok::Bang,
            "?" => Tok::Question,
            ":" => Tok::Colon,
            "," => Tok::Comma,
            "(" => Tok::Open,
            ")" => Tok::Close,
            "[" => Tok::OpenIndex,
            "]" => Tok::CloseIndex,
            _ => Tok::Tilde,
        }
    }

    /// Whether a value can begin with this token.
    pub fn begins_value(&self) -> bool {
        matches!(
            self,
            Tok::Name(_)
                | Tok::Typed(..)
                | Tok::TypedCall(..)
                | Tok::Number(_)
                | Tok::Str(_)
                | Tok::Open
                | Tok::OpenIndex
        )
    }

    /// Whether a value can end with this token.
    pub fn ends_value(&self) -> bool {
        matches!(
            self,
            Tok::Name(_)
                | Tok::Typed(..)
                | Tok::Number(_)
                | Tok::Str(_)
                | Tok::Close
                | Tok::CloseIndex
                | Tok::EmptyIndex
        )
    }

    /// Whether this is an operator that needs a value on its right.
    pub fn wants_value(&self) -> bool {
        matches!(
            self,
            Tok::Equals
                | Tok::Update(_)
                | Tok::Compare(_)
                | Tok::Logic(_)
                | Tok::Pipe
                | Tok::Ampersand
                | Tok::Shift(_)
                | Tok::Plus
                | Tok::Minus
                | Tok::Times(_)
                | Tok::Caret
                | Tok::Hash
                | Tok::Tilde
                | Tok::Bang
                | Tok::Question
                | Tok::Colon
                | Tok::Comma
        )
    }
}

/// Words that the language keeps for itself everywhere.
pub(super) fn is_keyword(word: &str) -> bool {
    matches!(
        word,
        "instr"
            | "endin"
            | "opcode"
            | "endop"
            | "if"
            | "then"
            | "ithen"
            | "kthen"
            | "elseif"
            | "else"
            | "endif"
            | "fi"
            | "while"
            | "until"
            | "do"
            | "od"
            | "enduntil"
            | "goto"
            | "igoto"
            | "kgoto"
            | "tigoto"
            | "rigoto"
    )
}

/// The jump that a word means.
pub(super) fn goto_pass(word: &str) -> Option<Pass> {
    Some(match word {
        "goto" => Pass::Both,
        "igoto" => Pass::Init,
        "kgoto" => Pass::Perf,
        "tigoto" => Pass::TiedInit,
        "rigoto" => Pass::Reinit,
        _ => return None,
    })
}

/// The branch that a word means.
pub(super) fn then_pass(word: &str) -> Option<Pass> {
    Some(match word {
        "then" => Pass::Both,
        "ithen" => Pass::Init,
        "kthen" => Pass::Perf,
        _ => return None,
    })
}
