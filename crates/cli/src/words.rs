//! The words after `render` and `check`: our few own flags are taken out, the rest is csound's.

use crate::args::{Emit, MessageFormat};
use crate::connect::Job;
use clap::ValueEnum;
use orchestrion::base::diag::{Diagnostic, codes};
use orchestrion::base::source::Span;
use orchestrion::flags::{FlagSet, FlagSource, parse};

/// A command line that was understood, as far as it could be.
#[derive(Clone, Default)]
pub struct Parsed {
    /// Csound's flags and the files.
    pub flags: FlagSet,
    /// How findings are printed.
    pub message_format: MessageFormat,
    /// What `check` prints.
    pub emit: Option<Emit>,
    /// Whether only a help text is wanted, and which.
    pub help: Option<Help>,
    /// What is wrong with the words.
    pub diagnostics: Vec<Diagnostic>,
}

/// The help texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Help {
    /// For the terminal.
    Text,
    /// `--help=markdown`: the tables of docs/flags.md.
    Markdown,
}

/// Reads the words of a subcommand.
pub fn read(words: &[String]) -> Parsed {
    let mut parsed = Parsed::default();
    let mut rest = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let (name, glued) = word.split_once('=').map_or((word.as_str(), None), |(n, v)| (n, Some(v)));
        match name {
            "--help" => {
                parsed.help = Some(if glued == Some("markdown") { Help::Markdown } else { Help::Text })
            }
            "--message-format" | "--emit" => {
                let value = glued.or_else(|| words.next().map(String::as_str)).unwrap_or("");
                parsed.own(name, value);
            }
            _ => rest.push(word.clone()),
        }
    }
    let (flags, diagnostics) = parse(&rest, FlagSource::CommandLine);
    parsed.flags = flags;
    parsed.diagnostics.extend(diagnostics);
    parsed
}

impl Parsed {
    fn own(&mut self, name: &str, value: &str) {
        let known = match name {
            "--emit" => Emit::from_str(value, true).map(|emit| self.emit = Some(emit)),
            _ => MessageFormat::from_str(value, true).map(|format| self.message_format = format),
        };
        if known.is_err() {
            let choice = if name == "--emit" { "tree or code" } else { "text or json" };
            self.diagnostics.push(Diagnostic::error(
                codes::BAD_OPTION,
                Span::NONE,
                format!("{name}: expected {choice}, found \"{value}\""),
            ));
        }
    }

    /// The job that the words ask for; `None` if anything forbids going on.
    pub fn job(&mut self) -> Option<Job> {
        if self.has_errors() {
            return None;
        }
        match Job::new(self.flags.clone()) {
            Ok(job) => Some(job),
            Err(found) => {
                self.diagnostics.push(found);
                None
            }
        }
    }

    /// Whether anything forbids going on.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Parsed {
        read(&line.split_whitespace().map(String::from).collect::<Vec<_>>())
    }

    #[test]
    fn own_flags_are_taken_out() {
        let parsed = of("-W --message-format json p.csd --emit=code -o x.wav");
        assert_eq!((parsed.message_format, parsed.emit), (MessageFormat::Json, Some(Emit::Code)));
        assert_eq!(parsed.flags.options().files, ["p.csd"]);
        assert!(parsed.diagnostics.is_empty());
        assert_eq!((of("--help").help, of("--help=markdown").help), (Some(Help::Text), Some(Help::Markdown)));
    }

    #[test]
    fn wrong_values_are_reported() {
        assert_eq!(of("--emit=x").diagnostics[0].message, "--emit: expected tree or code, found \"x\"");
        assert_eq!(
            of("--message-format").diagnostics[0].message,
            "--message-format: expected text or json, found \"\""
        );
        assert!(of("--bogus").has_errors());
    }
}
