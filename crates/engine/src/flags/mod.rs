//! The flags people type to csound, read into [`Options`].
//!
//! One table ([`table`]) drives the parser, the help text and the documentation. Flags come from
//! the command line and from `<CsOptions>`; each source gives a [`FlagSet`], and
//! [`FlagSet::overlay`] puts the stronger over the weaker (command line > `<CsOptions>` > header).

mod help;
mod parse;
mod set;
mod table;

pub use help::{help, markdown};
pub use parse::{FlagSource, parse, parse_words};

use crate::options::Options;
use orchestrion_base::diag::Diagnostic;
use orchestrion_parser::csd::Word;

/// What follows a flag's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arg {
    /// Nothing.
    None,
    /// A value: `-oX`, `-o X`, `--output=X`, `--output X`.
    Needed(&'static str),
    /// A value that may be left out: `-H1` or `-H`, `--limiter=0.7` or `--limiter`.
    Maybe(&'static str),
    /// Text glued to the name: `--omacro:N=V`, `--strset12=text`.
    Glued(&'static str),
}

/// What a flag does.
#[derive(Clone, Copy)]
pub enum Effect {
    /// Changes the options; the text is the value, empty if there is none.
    Set(fn(&mut Options, &str) -> Result<(), String>),
    /// The same, but only for whoever renders: a piece's `<CsOptions>` cannot lift its own restrictions.
    Guard(fn(&mut Options, &str) -> Result<(), String>),
    /// Accepted; an offline render has nothing to do for it.
    Nothing,
    /// Accepted with a warning that it changes nothing, although it should, for this reason.
    Unheeded(&'static str),
    /// About a device; accepted, with one note that the render goes to a file.
    Device,
    /// Not served, for this reason.
    Refused(&'static str),
}

/// Headings of the help text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Sound file written and read.
    Sound,
    /// Rates, time and macros.
    Performance,
    /// MIDI.
    Midi,
    /// Messages.
    Messages,
    /// Flags that only Orchestrion has.
    Own,
    /// Accepted without effect.
    Ignored,
}

/// One row of the table.
pub struct Flag {
    /// All spellings with their dashes, the one for help texts first.
    pub names: &'static [&'static str],
    /// What follows the name.
    pub arg: Arg,
    /// Heading.
    pub group: Group,
    /// What it does, in words.
    pub help: &'static str,
    /// What it does.
    pub effect: Effect,
}

/// The flags of one source in the order given, checked but not yet applied.
#[derive(Clone, Default)]
pub struct FlagSet {
    given: Vec<Given>,
    files: Vec<String>,
}

#[derive(Clone)]
struct Given {
    flag: &'static Flag,
    value: String,
}

impl FlagSet {
    /// Lays a stronger source over this one: where both speak of the same thing, it wins.
    #[must_use]
    pub fn overlay(mut self, stronger: FlagSet) -> FlagSet {
        self.given.extend(stronger.given);
        if !stronger.files.is_empty() {
            self.files = stronger.files;
        }
        self
    }

    /// The options these flags make of Csound's defaults.
    pub fn options(&self) -> Options {
        let mut options = Options { files: self.files.clone(), ..Options::default() };
        for given in &self.given {
            // Values were checked when the set was made.
            let _ = given.apply(&mut options);
        }
        options
    }

    /// A set of no flags and one file, whatever its name looks like.
    pub fn of_file(name: impl Into<String>) -> FlagSet {
        FlagSet { given: Vec::new(), files: vec![name.into()] }
    }

    /// Whether no flag and no file was given.
    pub fn is_empty(&self) -> bool {
        self.given.is_empty() && self.files.is_empty()
    }
}

impl Given {
    fn apply(&self, options: &mut Options) -> Result<(), String> {
        match self.flag.effect {
            Effect::Set(set) | Effect::Guard(set) => set(options, &self.value),
            Effect::Nothing | Effect::Unheeded(_) => Ok(()),
            Effect::Device => {
                options.device_requested = true;
                Ok(())
            }
            Effect::Refused(why) => Err(why.to_string()),
        }
    }
}

/// The options of a piece: those of the command line over those of its `<CsOptions>`
/// ([`orchestrion_parser::csd::Csd::options`]), which are left out if the command line says so. Messages are about `<CsOptions>` only.
pub fn combine(csoptions: &[Word], command_line: FlagSet) -> (Options, Vec<Diagnostic>) {
    if command_line.options().ignore_csoptions {
        return (command_line.options(), Vec::new());
    }
    let (piece, diagnostics) = parse_words(csoptions, FlagSource::CsOptions);
    (piece.overlay(command_line).options(), diagnostics)
}

/// All flags, in the order of the help text.
pub fn all() -> impl Iterator<Item = &'static Flag> {
    table::TABLE.iter()
}
