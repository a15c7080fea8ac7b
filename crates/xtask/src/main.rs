//! Development tasks: `cargo xtask oracle | experiments | export | opcodes | versus`.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a development tool: it reads files, starts programs, takes times and prints"
)]

mod experiments;
mod export;
mod oracle;
mod versus;

use orchestrion_tests::opcode_page;
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask TASK

  oracle [TEXT...]         run csound on the cases whose path contains a TEXT (all without one; `experiments`
                           for the experiments about the language) and store what it did
  experiments [TEXT...]    render the experiments whose name contains a TEXT and list what disagrees
  export [TEXT...]         let csound render the pieces that engines write, and compare
  opcodes                  write docs/opcodes.md: what became of every opcode name of the reference
  versus [NAME...] [--runs N] [--json FILE] [--profile P]
                           time pieces under benches/pieces against csound";

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let task = words.next().unwrap_or_default();
    let rest: Vec<String> = words.collect();
    let result = match task.as_str() {
        "oracle" => oracle::run(&rest),
        "experiments" => experiments::run(&rest),
        "export" => export::run(&rest),
        "opcodes" => opcodes(),
        "versus" => versus::run(&rest),
        _ => Err(USAGE.to_owned()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

/// Writes `docs/opcodes.md`.
fn opcodes() -> Result<(), String> {
    let path = opcode_page::path();
    std::fs::write(&path, opcode_page::text()).map_err(|e| format!("{}: {e}", path.display()))
}

/// Whether `name` is chosen by `texts`: contains one of them, or there are none.
fn chosen(name: &str, texts: &[String]) -> bool {
    texts.is_empty() || texts.iter().any(|text| name.contains(text.as_str()))
}
