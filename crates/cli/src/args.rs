//! The command line's structure.

use crate::words::Help;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum, ValueHint};
use orchestrion::flags;
use std::path::PathBuf;

/// Renders Csound pieces to sound files, without Csound.
#[derive(Debug, Parser)]
#[command(name = "orchestrion", version, propagate_version = true, arg_required_else_help = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Render a piece to a sound file
    #[command(
        disable_help_flag = true,
        override_usage = "orchestrion render <PIECE.csd | PIECE.orc [PIECE.sco]> [FLAGS]..."
    )]
    Render(Words),
    /// Look for problems in a piece without rendering it
    #[command(
        disable_help_flag = true,
        override_usage = "orchestrion check <PIECE.csd | PIECE.orc [PIECE.sco]> [--emit WHAT] [FLAGS]..."
    )]
    Check(Words),
    /// List the opcodes, or explain some
    Opcodes(OpcodesArgs),
    /// Grade renders against the reference
    Conform(ConformArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
}

/// Everything after `render` or `check`, in csound's spellings, which clap does not know.
#[derive(Debug, Args)]
pub struct Words {
    /// Files and flags
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "FILE|FLAG", value_hint = ValueHint::FilePath)]
    pub words: Vec<String>,
}

/// Arguments of `opcodes`.
#[derive(Debug, Args)]
pub struct OpcodesArgs {
    /// Opcodes to explain; without any, all are listed
    pub names: Vec<String>,
    /// List only those of this chapter
    #[arg(long)]
    pub family: Option<String>,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    pub message_format: MessageFormat,
}

/// Arguments of `conform`.
#[derive(Debug, Args)]
pub struct ConformArgs {
    /// Pieces, or folders of pieces
    #[arg(required = true, value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
    /// `csound` to run the installed one, or a folder of its renders
    #[arg(long, default_value = "csound", value_hint = ValueHint::DirPath)]
    pub reference: PathBuf,
    /// Keep csound's renders in this folder, and take from there those that are kept already
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub keep: Option<PathBuf>,
    /// Take only pieces whose path below the folder contains this text
    #[arg(long, value_name = "TEXT")]
    pub only: Vec<String>,
    /// Fail unless all pieces reach this grade
    #[arg(long, value_name = "GRADE", value_parser = ["A", "B", "C"])]
    pub require: Option<String>,
    /// Write the figures to this file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub json: Option<PathBuf>,
    /// Write a report with waveforms to this file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub html: Option<PathBuf>,
    /// Pieces at a time; by default one a processor
    #[arg(long, value_name = "N")]
    pub jobs: Option<usize>,
    /// Seconds that one render may take
    #[arg(long, value_name = "S", default_value_t = 20.0)]
    pub timeout: f64,
    /// MiB of memory that one render may take
    #[arg(long, value_name = "MIB", default_value_t = 4096)]
    pub memory: u64,
    /// A tab-separated table with columns `path`, `options_needed` (flags to pass for the piece, since
    /// its own are taken out) and `deterministic` (`no`: grade C is enough)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub options: Option<PathBuf>,
}

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    pub shell: clap_complete::Shell,
}

/// How findings are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum MessageFormat {
    /// For people.
    #[default]
    Text,
    /// For tools: one JSON object per line.
    Json,
}

/// What `check` prints of the compiled piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Emit {
    /// The orchestra's tree.
    Tree,
    /// The machine's code.
    Code,
}

/// The help text of `render` or `check`, with all flags.
pub fn help_text(subcommand: &str, help: Help) -> String {
    match help {
        Help::Text => long_help(subcommand),
        Help::Markdown => flags::markdown(),
    }
}

fn long_help(subcommand: &str) -> String {
    let own = match subcommand {
        "check" => {
            "Own flags:\n  --emit=tree|code            Print the orchestra's tree or the machine's code.\n"
        }
        _ => "Own flags:\n",
    };
    let common = "  --message-format=text|json  Findings for people, or one JSON object per line.\n  \
                  --help                      This text.\n\n\
                  All spellings of csound work: -o x, -ox, -Wdo x, --output=x.\n\n";
    let mut cli = Cli::command();
    cli.build();
    let head = cli.find_subcommand_mut(subcommand).map_or_else(String::new, |command| {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        format!("{about}\n\n{}\n\n", command.render_usage())
    });
    let status = "Exit status: 0 if nothing went wrong, 1 if the command line or the piece is wrong, \
                  2 if notes failed.\n";
    format!("{head}{own}{common}{}\n{status}", flags::help())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_structure_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn flags_of_csound_pass_through_untouched() {
        let words =
            ["orchestrion", "render", "-Wdo", "x.wav", "-h", "--omacro:A=1", "p.csd", "-+rtaudio=null"];
        let cli = Cli::try_parse_from(words).unwrap();
        let Command::Render(args) = cli.command else { panic!("not render") };
        assert_eq!(args.words, &words[2..]);
        let cli = Cli::try_parse_from(["orchestrion", "render", "--help"]).unwrap();
        assert!(matches!(cli.command, Command::Render(args) if args.words == ["--help"]));
    }

    #[test]
    fn help_shows_usage_and_flags() {
        let text = long_help("render");
        for part in ["orchestrion render <PIECE.csd", "--sample-accurate", "--message-format", "Exit status"]
        {
            assert!(text.contains(part), "{part} is missing in:\n{text}");
        }
        assert!(long_help("check").contains("--emit"));
    }
}
