//! The score language: from text to sections of sorted events with times in seconds.
//!
//! [`parse`] expands macros and loops, reads statements with carry, ramps and references, sorts each
//! section and applies its tempo. It never fails: what is not understood is reported and left out, as
//! the reference does. Source: manual chapter "The Standard Numeric Score"; everything else measured
//! on csound 6.18.1 (its `--keep-sorted-score` file is equal bit for bit).
//!
//! Numbers live in one flat list per section (8 bytes a field), strings are kept once per score.

mod carry;
mod cell;
mod expr;
mod fields;
mod finish;
mod number;
mod random;
mod read;
mod resolve;
mod smooth;
mod sort;
mod tempo;

use crate::preprocess::{self, Includes, Language, NoIncludes, Stream};
pub use cell::Cell;
use orchestrion_base::diag::Diagnostic;
use orchestrion_base::limits::Limits;
use orchestrion_base::source::{SourceMap, Span};
pub use tempo::TempoMap;

/// What an event asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// `i`: play an instrument, or with negative p1 release a held one.
    Note = b'i',
    /// `f`: make or delete a table; with p1 = 0 only a time to wait for.
    Table = b'f',
    /// `a`: advance time by p3 without writing sound.
    Advance = b'a',
    /// `q`: mute or unmute an instrument.
    Mute = b'q',
    /// `d`: turn off a held note.
    Off = b'd',
    /// `t`: tempo; never in a finished section.
    Tempo = b't',
    /// `w`: times are given twice; never in a finished section.
    Warp = b'w',
    /// `y`: seed; never in a finished section.
    Seed = b'y',
}

/// One statement. Its p-fields are read with [`Section::fields`].
#[derive(Clone, Copy, Debug)]
pub struct Event {
    /// What it asks for.
    pub kind: Kind,
    /// Order among events at the same time: lower first.
    class: u8,
    /// Number of the instrument as sorting sees it.
    instrument: i16,
    /// Number of p-fields, p1 included.
    pub count: u32,
    /// Index of p1 in the section's fields.
    first: u32,
    /// Statement number; statements that carried fields take that of their source. (measured)
    line: u32,
    /// p2 in seconds from the start of the section; in beats while the section is read, and with
    /// [`ScoreOptions::beats`].
    pub time: f64,
}

/// How a section ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// `s`: another section follows.
    Section,
    /// `e` or the end of the text: the performance ends.
    Score,
}

/// Events up to an `s` or `e`, in the order in which they happen.
#[derive(Clone, Debug)]
pub struct Section {
    /// The sorted events.
    pub events: Vec<Event>,
    cells: Vec<Cell>,
    /// How it ends.
    pub end: End,
    /// Time of an `s` or `e` that has one: beats and seconds. An `f 0` event of that time is the last of
    /// the events.
    pub end_time: Option<(f64, f64)>,
    /// Its tempo, where a `t` statement gives one that matters.
    pub tempo: Option<TempoMap>,
}

/// A score.
#[derive(Clone, Debug)]
pub struct Score {
    /// Its sections up to the first `e`. None at all: the performance runs until it is stopped.
    pub sections: Vec<Section>,
    strings: Vec<Box<str>>,
    /// State of the 31-bit generator after reading; `noise` and others go on from it.
    pub random_state: i32,
}

/// A p-field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Field<'a> {
    /// A finite number.
    Number(f64),
    /// A string, escapes decoded.
    Text(&'a str),
}

impl Section {
    /// p1, p2, ... of an event; p2 and p3 in seconds.
    pub fn fields(&self, event: &Event) -> &[Cell] {
        let first = (event.first as usize).min(self.cells.len());
        let end = (first + event.count as usize).min(self.cells.len());
        &self.cells[first..end]
    }

    /// p3 in seconds, negative for held notes; 0 where there is none. With [`ScoreOptions::beats`] that of a note is in beats
    /// unless it is negative.
    pub fn duration(&self, event: &Event) -> f64 {
        event.duration(&self.cells)
    }
}

impl Score {
    /// The value of a field.
    pub fn value(&self, cell: Cell) -> Field<'_> {
        match cell.text() {
            Some(i) => Field::Text(self.strings.get(i as usize).map_or("", |s| s)),
            None => Field::Number(cell.number()),
        }
    }
}

/// How to read a score.
#[derive(Clone, Debug)]
pub struct ScoreOptions {
    /// Macros defined beforehand (`--smacro:NAME=TEXT`).
    pub macros: Vec<(String, String)>,
    /// Whether events keep their times in beats, for a performance with a tempo of its own (`-t`), and notes their p3.
    /// What follows from `t` statements counts for negative p3 and p3 of `a`. (measured)
    pub beats: bool,
    /// First state of the 31-bit generator of `~`; the reference's is 15937.
    pub random_state: i32,
    /// What a `y` without a number seeds with; the reference takes the clock.
    pub clock_seed: i32,
    /// Raises to a power; `orchestrion_dsp::math::pow` for the same bytes everywhere.
    pub pow: fn(f64, f64) -> f64,
    /// Limits of the text and of its statements.
    pub limits: Limits,
}

impl ScoreOptions {
    /// The usual limits; `pow` raises to a power.
    pub fn new(pow: fn(f64, f64) -> f64) -> Self {
        Self {
            macros: Vec::new(),
            beats: false,
            random_state: 15937,
            clock_seed: 15937,
            pow,
            limits: Limits::default(),
        }
    }

    fn preprocessor(&self) -> preprocess::Options {
        preprocess::Options { language: Language::Score, macros: self.macros.clone(), limits: self.limits }
    }
}

/// Reads the score at `span` of `map` while it is expanded; in `map` remains where the expanded text came from.
///
/// `instrument` gives the number of a named instrument, which decides its place among events at the
/// same time; the field itself keeps the name.
pub fn parse(
    map: &mut SourceMap,
    span: Span,
    includes: &mut dyn Includes,
    options: &ScoreOptions,
    instrument: &dyn Fn(&str) -> Option<f64>,
) -> (Score, Vec<Diagnostic>) {
    let how = options.preprocessor();
    let mut text = Stream::new(map, span, includes, &how);
    let (score, found) = read::read(&mut text, options, instrument);
    let mut diags = text.finish();
    diags.extend(found);
    (score, diags)
}

/// Reads score text that a running piece sends (`scoreline`, `inputMessage`): p2 counts from the
/// moment of sending, files cannot be included, places of diagnostics are in no file, and the statements
/// stay in the order of the text (measured).
pub fn parse_line(
    text: &str,
    options: &ScoreOptions,
    instrument: &dyn Fn(&str) -> Option<f64>,
) -> (Score, Vec<Diagnostic>) {
    let mut map = SourceMap::default();
    let file = map.add("<score line>", text);
    let span = Span::new(file, 0, text.len() as u32);
    let (mut score, mut diags) = parse(&mut map, span, &mut NoIncludes, options, instrument);
    for section in &mut score.sections {
        // The fields of the statements lie in this order.
        section.events.sort_by_key(|event| event.first);
    }
    for d in &mut diags {
        d.span = Span::NONE;
    }
    (score, diags)
}

#[cfg(test)]
mod tests;
