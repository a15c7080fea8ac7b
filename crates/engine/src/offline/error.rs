//! Everything that an engine refuses.

use super::ids::{BusToken, Field, TableNumber};
use crate::perform::CompileFailed;
use crate::report;
use crate::soundfile::SoundError;
use orchestrion_base::diag::Diagnostic;
use orchestrion_base::host::HostError;
use orchestrion_base::limits::Limit;
use orchestrion_base::source::{Location, SourceMap};
use orchestrion_base::world::Message;
use orchestrion_dsp::curve::UnknownShape;
use std::fmt;

/// Why an engine did not do what it was asked. What it holds is as it was before.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// A parameter of the constructor is out of range.
    #[error("{option} cannot be {value}: {remedy}")]
    Option {
        /// The parameter.
        option: &'static str,
        /// What was given.
        value: String,
        /// What would do.
        remedy: String,
    },
    /// Orchestra text is wrong.
    #[error("{0}")]
    Compile(Box<CompileError>),
    /// Text defines an instrument whose number the engine keeps for itself.
    #[error("instr {number} is reserved for the engine{}: use 100 or more", at(.place))]
    ReservedInstrument {
        /// The number.
        number: u32,
        /// Where it is defined.
        place: Option<Location>,
    },
    /// There is no such instrument.
    #[error("there is no instrument {name}{}", did_you_mean(.nearest))]
    UnknownInstrument {
        /// As it was named.
        name: String,
        /// A defined one with a similar name.
        nearest: Option<String>,
    },
    /// The instrument reads no p-field under this name, or the number is none that can be set.
    #[error("instrument {instrument} has no p-field {field}{}", listed(.known))]
    UnknownField {
        /// The instrument.
        instrument: String,
        /// The name or number.
        field: Field,
        /// The names there are.
        known: Vec<String>,
    },
    /// p1, p2 and p3 are the instrument, the start and the duration, and are given as such.
    #[error(
        "p{0} is no argument: instrument, delay and duration are parameters of their own, p-fields start at p4"
    )]
    FieldReserved(u16),
    /// `unique` was asked of an event that names one note already.
    #[error("{0} has a fraction already: a unique event is made from an instrument's number or name")]
    NotUnique(String),
    /// A time is no number, or lies in the past.
    #[error("{what} cannot be {seconds} s: {remedy}")]
    Time {
        /// What the time is for.
        what: &'static str,
        /// The time.
        seconds: f64,
        /// What would do.
        remedy: String,
    },
    /// Points of an automation or pairs of p-field and value that do not fit together.
    #[error("{0}")]
    Points(String),
    /// A way of interpolation that does not exist.
    #[error(transparent)]
    Shape(#[from] UnknownShape),
    /// There is no such table.
    #[error("there is no table {0}")]
    UnknownTable(TableNumber),
    /// A table that cannot be made.
    #[error("table {number}: {reason}")]
    Table {
        /// The number it was to have; 0 for one that is free.
        number: u32,
        /// Why.
        reason: String,
    },
    /// There is no such channel.
    #[error("there is no channel \"{0}\"")]
    UnknownChannel(String),
    /// A channel that is of another kind than asked for.
    #[error("channel \"{name}\" is {found}, not {wanted}")]
    ChannelKind {
        /// The channel.
        name: String,
        /// What it is.
        found: &'static str,
        /// What was asked for.
        wanted: &'static str,
    },
    /// There is no such bus any more, or it is of another kind.
    #[error("bus {bus}: {reason}")]
    Bus {
        /// The token.
        bus: BusToken,
        /// Why.
        reason: String,
    },
    /// There are no more buses.
    #[error("{0}")]
    NoBus(String),
    /// There is no global number of this name.
    #[error("there is no global variable {0} that holds a number")]
    UnknownVariable(String),
    /// A score line that cannot be used.
    #[error("score line \"{line}\": {reason}")]
    ScoreLine {
        /// The line.
        line: String,
        /// Why.
        reason: String,
    },
    /// A limit of the engine was reached.
    #[error("{}", .limit.reached(.text))]
    Limit {
        /// The limit.
        limit: Limit,
        /// What asked for more.
        text: String,
    },
    /// A file cannot be read or written.
    #[error(transparent)]
    File(#[from] HostError),
    /// The sound cannot be written or read.
    #[error(transparent)]
    Sound(#[from] SoundError),
    /// The sound cannot be drawn.
    #[error(transparent)]
    Picture(#[from] crate::picture::PictureError),
    /// The render was stopped through its [`Cancel`](crate::cancel::Cancel).
    #[error("the render was cancelled at {seconds} s")]
    Cancelled {
        /// How far it was.
        seconds: f64,
    },
    /// The piece ended the render itself, with `exitnow`.
    #[error("the piece ended the render with exitnow {status}")]
    Exited {
        /// What it gave as exit status.
        status: i32,
    },
    /// The engine was stopped or cancelled before.
    #[error("the engine was stopped: make a new one")]
    Stopped,
}

/// Orchestra text that was not taken in.
pub struct CompileError {
    /// The texts that the findings point into.
    pub sources: SourceMap,
    /// All findings.
    pub diagnostics: Vec<Diagnostic>,
    /// What instrument 0 said before it failed.
    pub messages: Vec<Message>,
}

impl CompileError {
    /// Place of the first error, in the text as it was given.
    pub fn place(&self) -> Option<Location> {
        self.diagnostics.iter().find(|d| d.is_error()).and_then(|d| self.sources.locate(d.span))
    }
}

impl fmt::Debug for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // As for people, since `unwrap` and a `main` that fails show this form.
        write!(f, "\n{self}")
    }
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = report::texts(&self.sources, &self.diagnostics);
        write!(f, "the orchestra does not compile\n{found}")?;
        self.messages.iter().try_for_each(|m| write!(f, "\n{}", m.text.trim_ascii_end().escape_ascii()))
    }
}

impl From<Box<CompileFailed>> for EngineError {
    fn from(failed: Box<CompileFailed>) -> Self {
        let CompileFailed { sources, diagnostics, messages } = *failed;
        EngineError::Compile(Box::new(CompileError { sources, diagnostics, messages }))
    }
}

fn at(place: &Option<Location>) -> String {
    place.as_ref().map_or(String::new(), |l| format!(" ({}:{}:{})", l.file, l.line, l.column))
}

fn did_you_mean(nearest: &Option<String>) -> String {
    nearest.as_ref().map_or(String::new(), |name| format!("; did you mean {name}?"))
}

fn listed(names: &[String]) -> String {
    if names.is_empty() {
        "; name p-fields by assigning them, as in `kfreq = p4`".to_owned()
    } else {
        format!("; it has {}", names.join(", "))
    }
}
