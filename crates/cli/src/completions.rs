//! `orchestrion completions`.

use crate::args::{Cli, CompletionsArgs};
use crate::exit::Exit;
use crate::terminal;
use clap::{Arg, ArgAction, Command, CommandFactory, ValueHint};
use orchestrion::flags::{self, Effect, Group};

/// Prints the script.
pub fn run(args: &CompletionsArgs) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut with_flags(Cli::command()), "orchestrion", &mut script);
    terminal::out(&String::from_utf8_lossy(&script));
    Exit::Good
}

/// Clap hands csound's flags through unread; for completion it is told of those it can spell.
fn with_flags(command: Command) -> Command {
    ["render", "check"].into_iter().fold(command, |command, name| {
        command.mut_subcommand(name, |sub| {
            let own = Arg::new("message-format").long("message-format").value_parser(["text", "json"]);
            let sub = sub.arg(own.help("Findings for people or for tools"));
            flags::all().filter(|f| f.group != Group::Ignored).fold(sub, |sub, flag| match argument(flag) {
                Some(arg) => sub.arg(arg),
                None => sub,
            })
        })
    })
}

fn argument(flag: &flags::Flag) -> Option<Arg> {
    let mut arg = Arg::new(flag.names[0]).help(flag.help);
    let mut spelled = false;
    for name in flag.names {
        if let Some(long) = name.strip_prefix("--").filter(|n| !n.ends_with(':') && *n != "strset") {
            arg = if arg.get_long().is_none() { arg.long(long) } else { arg.visible_alias(long) };
            spelled = true;
        } else if let ([b'-', letter], None) = (name.as_bytes(), arg.get_short()) {
            arg = arg.short(char::from(*letter));
            spelled = true;
        }
    }
    let arg = match (flag.arg, flag.effect) {
        (flags::Arg::None, _) => arg.action(ArgAction::SetTrue),
        (flags::Arg::Needed("FILE"), Effect::Set(_)) => arg.value_hint(ValueHint::FilePath),
        (flags::Arg::Maybe(_), _) => arg.num_args(0..=1).require_equals(true),
        _ => arg,
    };
    spelled.then_some(arg)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_know_the_flags() {
        with_flags(Cli::command()).debug_assert();
        for shell in [clap_complete::Shell::Bash, clap_complete::Shell::Zsh, clap_complete::Shell::Fish] {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut with_flags(Cli::command()), "orchestrion", &mut script);
            let script = String::from_utf8(script).unwrap();
            assert!(script.contains("sample-accurate") && script.contains("conform"), "{shell}");
        }
    }
}
