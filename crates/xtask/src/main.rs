//! Development tasks: `cargo xtask corpus | costs | experiments | export | growth | manual | mutants | opcodes | oracle |
//! same-bytes | signatures | threads | versus`.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a development tool: it reads files, starts programs, takes times and prints"
)]

mod corpus;
mod costs;
mod experiments;
mod export;
mod growth;
mod manual;
mod mutants;
mod oracle;
mod same_bytes;
mod signatures;
mod threads;
mod timing;
mod versus;

use orchestrion_tests::{opcode_page, root};
use std::path::PathBuf;
use std::process::{Command, ExitCode};

const USAGE: &str = "\
cargo xtask TASK

  oracle [TEXT...]         run csound on the cases whose path contains a TEXT (all without one; `experiments`
                           for the experiments about the language) and store what it did
  corpus                   write fuzz/corpus: what the fuzz targets start from
  costs [TEXT...] [--runs N] [--csv FILE] [--profile P]
                           what a call of each opcode costs a sample, against csound
  experiments [TEXT...]    render the experiments whose name contains a TEXT and list what disagrees
  export [TEXT...]         let csound render the pieces that engines write, and compare
  growth [TEXT...] [--runs N] [--profile P]
                           whether time and memory of a render grow in step with its size
  opcodes                  write docs/opcodes.md: what became of every opcode name of the reference
  signatures               write tests/signatures.txt: the reference's opcodes with their signatures
  manual [TEXT...] [--examples FOLDER] [--work FOLDER] [--profile P]
                           grade the examples of the reference's manual whose path contains a TEXT
  mutants [--count N] [--seed N] [--examples FOLDER] [--work FOLDER] [--profile P]
                           damage examples of the reference's manual and look whether their renders end
  same-bytes [TEXT...] [--profile P] [--cpu NAME]
                           render the tests' pieces whose name contains a TEXT in every way there is, optimised for
                           a processor if one is named (`native`), and look whether the samples are the same
  threads [NAME...] [--runs N] [--profile P]
                           time pieces of many notes on 1, 2 and 4 threads, and compare the bytes
  versus [NAME...] [--runs N] [--json FILE] [--profile P]
                           time pieces under benches/pieces against csound";

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let task = words.next().unwrap_or_default();
    let rest: Vec<String> = words.collect();
    let result = match task.as_str() {
        "oracle" => oracle::run(&rest),
        "corpus" => corpus::run(),
        "costs" => costs::run(&rest),
        "experiments" => experiments::run(&rest),
        "export" => export::run(&rest),
        "growth" => growth::run(&rest),
        "threads" => threads::run(&rest),
        "opcodes" => opcodes(),
        "signatures" => signatures::run(),
        "manual" => manual::run(&rest),
        "mutants" => mutants::run(&rest),
        "same-bytes" => same_bytes::run(&rest),
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

/// Builds the command `orchestrion` with a profile and tells where it is.
fn build(profile: &str) -> Result<PathBuf, String> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let arguments = ["build", "--quiet", "--package", "orchestrion-cli", "--profile", profile];
    let built = Command::new(cargo).args(arguments).current_dir(root()).status();
    match built {
        Ok(status) if status.success() => {}
        _ => return Err("the command orchestrion does not build".into()),
    }
    let target = std::env::var("CARGO_TARGET_DIR").map_or_else(|_| root().join("target"), PathBuf::from);
    let path = target.join(if profile == "dev" { "debug" } else { profile }).join("orchestrion");
    path.canonicalize().map_err(|e| format!("{}: {e}", path.display()))
}
