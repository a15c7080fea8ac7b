//! Generates the orchestra parser from its grammar.
fn main() {}
