//! Words into flags.

use super::table::TABLE;
use super::{Arg, Effect, Flag, FlagSet, Given};
use crate::options::Options;
use orchestrion_base::diag::{Diagnostic, Severity, codes};
use orchestrion_base::source::Span;
use orchestrion_parser::csd::Word;

/// Where flags come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlagSource {
    /// The command line; words without a dash are files.
    CommandLine,
    /// The piece's `<CsOptions>`; words without a dash are ignored, as the reference does.
    CsOptions,
}

/// Reads flags that have no place in a text.
pub fn parse(words: &[String], source: FlagSource) -> (FlagSet, Vec<Diagnostic>) {
    let words: Vec<Word> = words.iter().map(|w| Word { text: w.clone(), span: Span::NONE }).collect();
    parse_words(&words, source)
}

/// Reads flags; messages point at the words.
pub fn parse_words(words: &[Word], source: FlagSource) -> (FlagSet, Vec<Diagnostic>) {
    let mut parser = Parser {
        words,
        next: 0,
        source,
        set: FlagSet::default(),
        diagnostics: Vec::new(),
        scratch: Options::default(),
        device: None,
    };
    while parser.next < words.len() {
        parser.word();
    }
    parser.note_on_devices();
    (parser.set, parser.diagnostics)
}

struct Parser<'a> {
    words: &'a [Word],
    next: usize,
    source: FlagSource,
    set: FlagSet,
    diagnostics: Vec<Diagnostic>,
    /// Values are tried on these options, so that a [`FlagSet`] holds only good ones.
    scratch: Options,
    /// The first flag that asked for a device.
    device: Option<Word>,
}

impl<'a> Parser<'a> {
    fn word(&mut self) {
        let word = &self.words[self.next];
        self.next += 1;
        let text = word.text.as_str();
        if let Some(flag) = exact(text) {
            self.exact(word, flag);
        } else if text.starts_with("--") || text.starts_with("-+") {
            self.long(word);
        } else if text.len() > 1 && text.starts_with('-') {
            self.letters(word);
        } else if self.source == FlagSource::CommandLine && !text.is_empty() {
            self.set.files.push(text.to_string());
        }
    }

    /// A word that is a flag's name and nothing else.
    fn exact(&mut self, word: &'a Word, flag: &'static Flag) {
        match flag.arg {
            Arg::None | Arg::Maybe(_) => self.give(word, flag, ""),
            Arg::Needed(what) => match self.following(flag) {
                Some(value) => self.give(word, flag, value),
                None => self.bad(word, format!("{} needs a value ({what})", word.text)),
            },
            Arg::Glued(what) => self.bad(word, format!("{} is to be followed by {what}", word.text)),
        }
    }

    /// `--name=value`, `-+name=value`, `--omacro:NAME=TEXT`.
    fn long(&mut self, word: &'a Word) {
        let text = word.text.as_str();
        if let Some((flag, value)) = glued(text) {
            return self.give(word, flag, value);
        }
        let (name, value) = text.split_once('=').map_or((text, None), |(n, v)| (n, Some(v)));
        match (exact(name), value) {
            (Some(flag), Some(value)) if matches!(flag.arg, Arg::Needed(_) | Arg::Maybe(_)) => {
                self.give(word, flag, value);
            }
            (Some(_), _) => self.bad(word, format!("{name} takes no value")),
            (None, _) => self.unknown(word, name),
        }
    }

    /// `-Wdo out.wav`: letters, the last of which may take the rest of the word or the next word.
    fn letters(&mut self, word: &'a Word) {
        for (i, letter) in word.text.char_indices().skip(1) {
            let rest = &word.text[i + letter.len_utf8()..];
            let name = format!("-{letter}");
            let Some(flag) = exact(&name) else { return self.unknown(word, &name) };
            match flag.arg {
                Arg::None | Arg::Glued(_) => self.give(word, flag, ""),
                Arg::Maybe(_) => {
                    // `-H1`, but `-Hd` is two flags.
                    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
                    self.give(word, flag, &rest[..digits]);
                    if digits > 0 {
                        if digits < rest.len() {
                            self.bad(word, format!("\"{}\" after {name} is not understood", &rest[digits..]));
                        }
                        return;
                    }
                }
                Arg::Needed(what) => {
                    let value = if rest.is_empty() { self.following(flag) } else { Some(rest) };
                    return match value {
                        Some(value) => self.give(word, flag, value),
                        None => self.bad(word, format!("{name} needs a value ({what})")),
                    };
                }
            }
        }
    }

    /// The next word as a value. A word that is itself a flag is none, except a number.
    fn following(&mut self, flag: &Flag) -> Option<&'a str> {
        let word = self.words.get(self.next)?;
        let is_flag = word.text.len() > 1 && word.text.starts_with('-') && word.text.parse::<f64>().is_err();
        if is_flag && !flag.names.contains(&"-O") {
            return None;
        }
        self.next += 1;
        Some(&word.text)
    }

    fn give(&mut self, word: &Word, flag: &'static Flag, value: &str) {
        if matches!(flag.effect, Effect::Guard(_)) && self.source == FlagSource::CsOptions {
            let message = format!("{}: only whoever renders the piece may say this; ignored", word.text);
            self.diagnostics.push(Diagnostic::warning(codes::IGNORED_OPTION, word.span, message));
            return;
        }
        let given = Given { flag, value: value.to_string() };
        if let Err(why) = given.apply(&mut self.scratch) {
            let text = match flag.effect {
                Effect::Refused(_) => format!("{} is not served: {why}", word.text),
                _ => format!("{}: {why}", word.text),
            };
            return self.bad(word, text);
        }
        if let Effect::Unheeded(why) = flag.effect {
            let message = format!("{} has no effect: {why}", word.text);
            self.diagnostics.push(Diagnostic::warning(codes::IGNORED_OPTION, word.span, message));
        }
        if std::mem::take(&mut self.scratch.device_requested) && self.device.is_none() {
            self.device = Some(word.clone());
        }
        self.set.given.push(given);
    }

    fn bad(&mut self, word: &Word, message: String) {
        self.diagnostics.push(Diagnostic::error(codes::BAD_OPTION, word.span, message));
    }

    /// The reference only warns about an unknown `-+name` (measured), so do we.
    fn unknown(&mut self, word: &Word, name: &str) {
        let (severity, message) = if name.starts_with("-+") {
            (Severity::Warning, format!("unknown option {name}, ignored"))
        } else if name == word.text {
            (Severity::Error, format!("unknown flag {name}"))
        } else {
            (Severity::Error, format!("unknown flag {name} in \"{}\"", word.text))
        };
        let mut diagnostic = Diagnostic::new(severity, codes::BAD_OPTION, word.span, message);
        if let Some(near) = nearest(name).or_else(|| nearest(word.text.split('=').next().unwrap_or(""))) {
            diagnostic = diagnostic.help(format!("did you mean {near}?"));
        }
        self.diagnostics.push(diagnostic);
    }

    fn note_on_devices(&mut self) {
        let Some(word) = self.device.take() else { return };
        let message = format!("{} asks for a device; the render goes to a file instead", word.text);
        self.diagnostics.push(Diagnostic::new(Severity::Note, codes::IGNORED_OPTION, word.span, message));
    }
}

/// The flag with exactly this name.
fn exact(name: &str) -> Option<&'static Flag> {
    TABLE.iter().find(|flag| flag.names.contains(&name))
}

/// The flag whose name opens this word, with the text glued to it.
fn glued(word: &str) -> Option<(&'static Flag, &str)> {
    TABLE.iter().filter(|flag| matches!(flag.arg, Arg::Glued(_))).find_map(|flag| {
        flag.names.iter().find_map(|name| word.strip_prefix(name)).map(|value| (flag, value))
    })
}

/// The long flag most like `name`, if one is like it at all.
fn nearest(name: &str) -> Option<&'static str> {
    if name.len() < 4 {
        return None;
    }
    let names = TABLE.iter().flat_map(|flag| flag.names).copied().filter(|n| n.len() > 3);
    let with_distance = names.map(|n| (distance(name, n.trim_end_matches(':')), n));
    with_distance.min_by_key(|&(d, _)| d).filter(|&(d, n)| d <= 1 + n.len() / 5).map(|(_, n)| n)
}

/// Levenshtein's distance. Words of a command line are short.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().take(200).enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, &y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
