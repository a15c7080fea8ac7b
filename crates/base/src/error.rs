//! Errors that opcodes report.

use crate::limits::Limit;

/// What went wrong in an opcode. At init the note is dropped, at performance it is removed; other
/// notes go on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpError {
    /// The opcode cannot work with what it was given.
    #[error("{0}")]
    Failed(String),
    /// A limit of the engine was reached.
    #[error("{}", .limit.reached(.text))]
    Limit {
        /// The limit.
        limit: Limit,
        /// What asked for more.
        text: String,
    },
    /// The opcode, one that a program registered, panicked.
    #[error("the opcode panicked: {0}")]
    Panic(String),
    /// The whole performance has to stop with this exit status, as `exitnow` asks.
    #[error("exit {0}")]
    Exit(i32),
}

impl OpError {
    /// An error with a message.
    pub fn new(text: impl Into<String>) -> Self {
        Self::Failed(text.into())
    }
}

impl From<&str> for OpError {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for OpError {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

/// What `init` and `perform` of an opcode return.
pub type OpResult<T = ()> = Result<T, OpError>;
