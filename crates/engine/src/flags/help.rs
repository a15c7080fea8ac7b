//! The table of flags as text.

use super::table::TABLE;
use super::{Arg, Effect, Flag, Group};
use std::fmt::Write;

const HEADINGS: [(Group, &str); 6] = [
    (Group::Sound, "Sound files"),
    (Group::Performance, "Performance"),
    (Group::Midi, "MIDI files"),
    (Group::Messages, "Messages"),
    (Group::Own, "Orchestrion only"),
    (Group::Ignored, "Accepted for Csound's sake"),
];

/// All flags that do something, by heading, for `orchestrion render --help`.
pub fn help() -> String {
    let mut out = String::new();
    for (group, heading) in HEADINGS.iter().filter(|(g, _)| *g != Group::Ignored) {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{heading}:");
        for flag in TABLE.iter().filter(|f| f.group == *group) {
            let _ = writeln!(out, "{}", row(flag));
        }
        out.push('\n');
    }
    out.push_str("Csound's other flags are accepted without effect, or refused with the reason.\n");
    out
}

fn row(flag: &Flag) -> String {
    let left = format!("  {}", spellings(flag));
    let width = 30;
    let mut out =
        if left.len() < width { format!("{left:width$}") } else { format!("{left}\n{:width$}", "") };
    let mut column = 0;
    for word in flag.help.split_whitespace() {
        if column > 0 && column + word.len() + 1 > 100 - width {
            let _ = write!(out, "\n{:width$}", "");
            column = 0;
        }
        if column > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += word.len();
    }
    out
}

fn spellings(flag: &Flag) -> String {
    let shown = flag.names.iter().map(|name| match (flag.arg, name.starts_with("--") || name.len() > 2) {
        (Arg::None, _) => (*name).to_string(),
        (Arg::Needed(what), true) => format!("{name}={what}"),
        (Arg::Needed(what), false) => format!("{name} {what}"),
        (Arg::Maybe(what), true) => format!("{name}[={what}]"),
        (Arg::Maybe(what), false) => format!("{name}[{what}]"),
        (Arg::Glued(what), _) => format!("{name}{what}"),
    });
    shown.collect::<Vec<_>>().join(", ")
}

/// All flags as Markdown tables, for the documentation.
pub fn markdown() -> String {
    let mut out = String::from("# Flags\n");
    for (group, heading) in HEADINGS {
        let _ = writeln!(out, "\n## {heading}\n\n| flag | meaning |\n|---|---|");
        for flag in TABLE.iter().filter(|f| f.group == group) {
            let fate = match flag.effect {
                Effect::Set(_) => String::new(),
                Effect::Nothing => " No effect.".to_string(),
                Effect::Device => " No effect: the render goes to a file.".to_string(),
                Effect::Refused(why) => format!(" Refused: {why}."),
            };
            let _ = writeln!(
                out,
                "| `{}` | {}{fate} |",
                spellings(flag).replace('|', "\\|"),
                flag.help.replace('|', "\\|")
            );
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_names_every_flag_that_does_something() {
        let text = help();
        for flag in TABLE.iter().filter(|f| f.group != Group::Ignored) {
            assert!(text.contains(flag.names[0]), "{}", flag.names[0]);
        }
        assert!(text.lines().all(|l| l.len() <= 110), "a line is too long");
    }

    #[test]
    fn markdown_names_every_flag() {
        let text = markdown();
        assert!(TABLE.iter().flat_map(|f| f.names).all(|name| text.contains(name)));
    }
}
