//! From the orchestra's tree to bytecode, and the machine that runs it.
//!
//! [`compile`] resolves names, overloads and rates into two lists of operations per instrument;
//! [`emit`] gives values their places and makes instructions; [`machine`] runs them.

pub mod arith;
pub mod blocks;
pub mod code;
pub mod compile;
pub mod disasm;
pub mod emit;
pub mod ir;
pub mod letters;
pub mod machine;
pub mod program;
