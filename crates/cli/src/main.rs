//! The command `orchestrion`: renders, checks and explains Csound pieces.
//!
//! Flags, progress and diagnostics live here; everything that computes lives in the engine, which is
//! reached through [`connect`].
#![expect(clippy::disallowed_methods, reason = "the command line reads arguments, files, terminal and clock")]

mod args;
mod check;
mod completions;
mod conform;
mod connect;
mod exit;
mod opcodes;
mod picture;
mod progress;
mod render;
mod report;
mod terminal;
mod words;

use args::{Cli, Command};
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return terminal::usage(&error).into(),
    };
    let status = match cli.command {
        Command::Render(args) => render::run(&args, &mut connect::engine()),
        Command::Check(args) => check::run(&args, &mut connect::engine()),
        Command::Opcodes(args) => opcodes::run(&args),
        Command::Conform(args) => conform::run(&args),
        Command::Completions(args) => completions::run(&args),
    };
    status.into()
}
