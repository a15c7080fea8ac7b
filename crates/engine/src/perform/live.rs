//! A performance without a score, which a host drives: it compiles text, schedules notes and deeds, asks for
//! values, and says how far to go.

use super::events::{Action, Event, What};
use super::notes::resolve_p1;
use super::{Performance, Setup};
use crate::piece::{self, HostIncludes, Piece};
use orchestrion_base::diag::Diagnostic;
pub use orchestrion_base::event::PField;
use orchestrion_base::limits::Limit;
use orchestrion_base::lock::lock;
use orchestrion_base::source::SourceMap;
use orchestrion_base::ty::{Base, Ty};
use orchestrion_base::world::Message;
use orchestrion_parser::preprocess::{self, Language, NoIncludes};
use orchestrion_parser::tree::Orchestra;
use orchestrion_vm::program::Mark;

/// Which notes are meant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Target {
    /// Instrument number with its fraction.
    pub p1: f64,
    /// Whether only the note with exactly this p1 is meant, instead of all of the instrument.
    pub exact: bool,
}

impl Target {
    /// A number with a fraction means one note, a whole number all notes of the instrument.
    pub fn new(p1: f64) -> Self {
        Self { p1, exact: p1.fract() != 0.0 }
    }

    /// Whether a note of this p1 is meant.
    pub fn fits(self, p1: f64) -> bool {
        if self.exact { p1 == self.p1 } else { p1.trunc() == self.p1.trunc() }
    }
}

/// Orchestra text that was parsed and not yet compiled.
pub struct Parsed {
    /// The texts that places point into.
    pub sources: SourceMap,
    /// The tree.
    pub tree: Orchestra,
    /// What is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
}

/// A text that was not taken in; everything is as it was before.
#[derive(Debug)]
pub struct CompileFailed {
    /// The texts that the findings point into.
    pub sources: SourceMap,
    /// What is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
    /// What its instrument 0 said before it failed.
    pub messages: Vec<Message>,
}

/// Halves of a k-cycle go down; what differs from a half by a rounding error counts as one
/// (measured on the reference's API: sample 32 of 64 starts in cycle 0, sample 33 in cycle 1).
const HALF: f64 = 0.5 + 1e-9;

/// Samples of a note that a host schedules exactly: from the sample of its start to the one nearest to its end.
pub(crate) fn samples_between(start: f64, duration: f64, sr: f64) -> u64 {
    let end = ((start + duration) * sr).round().clamp(0.0, 9e15) as u64;
    end.saturating_sub(super::score::sample_of(start, sr, true))
}

impl Performance {
    /// Prepares a performance that [`Performance::compile`] and the scheduling calls fill.
    ///
    /// # Errors
    /// Those of [`Performance::new`].
    pub fn live(piece: Piece, setup: Setup) -> Result<Self, Box<super::Failed>> {
        let mut performance = Self::new(Piece { score: None, ..piece }, setup)?;
        performance.live = true;
        // A host keeps time in seconds, whatever `tempo` sets.
        performance.score.beats = None;
        performance.end_cycle = Some(0);
        Ok(performance)
    }

    /// The k-cycle that a time in seconds belongs to.
    pub fn live_cycle(&self, time: f64) -> u64 {
        let h = &self.world.header;
        if self.sample_accurate {
            return super::score::sample_of(time, h.sr, true) / h.ksmps as u64;
        }
        (time * h.kr - HALF).ceil().clamp(0.0, 9e15) as u64
    }

    /// Whether something is to happen in the current k-cycle.
    pub fn is_due(&self) -> bool {
        self.queue.next_cycle().is_some_and(|cycle| cycle <= self.cycle)
    }

    /// k-cycles performed so far.
    pub fn cycle(&self) -> u64 {
        self.cycle
    }

    /// Ends the notes whose end has come, so that what is asked for between two renders is up to date.
    pub fn settle(&mut self) {
        self.world.cycle = self.cycle;
        self.end_notes();
    }

    /// Completes the files that notes write.
    pub fn complete_files(&mut self) {
        let written = self.world.out_files.finish();
        self.report_files(written);
    }

    /// Lets [`Performance::step`] go on until so many k-cycles have been performed.
    pub fn set_end(&mut self, cycle: u64) {
        self.end_cycle = Some(cycle);
    }

    /// Parses orchestra text, to look at it before it is compiled.
    pub fn parse(&self, name: &str, text: &str) -> Parsed {
        let mut sources = self.sources.clone();
        let host = self.world.host.as_deref();
        let compiler = lock(&self.compiler);
        let mut how = preprocess::Options::new(Language::Orchestra);
        how.macros.clone_from(&self.macros);
        how.limits = self.world.limits;
        let (tree, diagnostics) = match host {
            Some(host) => {
                let mut includes = HostIncludes(host);
                piece::parse_text(&mut sources, name, text, &mut includes, &how, &compiler)
            }
            None => piece::parse_text(&mut sources, name, text, &mut NoIncludes, &how, &compiler),
        };
        Parsed { sources, tree, diagnostics }
    }

    /// Compiles orchestra text and runs its instrument 0 now. Instruments that exist are replaced; notes that
    /// play keep the old ones. Answers with the tree of the text.
    ///
    /// # Errors
    /// The text is wrong, or its instrument 0 fails. The program is as before then, and new tables are gone; what
    /// instrument 0 did to existing ones stays.
    pub fn compile(&mut self, name: &str, text: &str) -> Result<Orchestra, Box<CompileFailed>> {
        let parsed = self.parse(name, text);
        self.compile_parsed(parsed)
    }

    /// The second half of [`Performance::compile`].
    ///
    /// # Errors
    /// Those of [`Performance::compile`].
    pub fn compile_parsed(&mut self, parsed: Parsed) -> Result<Orchestra, Box<CompileFailed>> {
        let Parsed { sources, tree, mut diagnostics } = parsed;
        let mut compiler = lock(&self.compiler).clone();
        compiler.sources.clone_from(&sources);
        let before = self.program.mark();
        if !diagnostics.iter().any(Diagnostic::is_error) {
            diagnostics.extend(self.program.add(&mut compiler, &tree));
        }
        if diagnostics.iter().any(Diagnostic::is_error) {
            return Err(Box::new(CompileFailed { sources, diagnostics, messages: Vec::new() }));
        }
        let old = std::mem::replace(&mut self.sources, sources);
        let compiler = std::mem::replace(&mut *lock(&self.compiler), compiler);
        if let Err(messages) = self.take_in() {
            *lock(&self.compiler) = compiler;
            self.go_back(before);
            self.note_instruments();
            let sources = std::mem::replace(&mut self.sources, old);
            return Err(Box::new(CompileFailed { sources, diagnostics, messages }));
        }
        Ok(tree)
    }

    /// Takes back everything added to the program since `mark`.
    fn go_back(&mut self, mark: Mark) {
        self.program.go_back(mark);
        let globals = self.program.globals.len();
        self.globals.shrink(globals);
        self.world.channels.forget_globals(globals);
    }

    /// Makes room for what was added to the program and runs its instrument 0.
    fn take_in(&mut self) -> Result<(), Vec<Message>> {
        self.make_room();
        self.note_instruments();
        let said = self.world.messages.len();
        let tables: Vec<u32> = self.world.tables.numbers().collect();
        let Err(e) = self.run_globals() else { return Ok(()) };
        self.report(&e, "0");
        self.world.commands.clear();
        let new: Vec<u32> =
            self.world.tables.numbers().filter(|n| tables.binary_search(n).is_err()).collect();
        for n in new {
            self.world.tables.remove(n);
        }
        Err(self.world.messages.split_off(said.min(self.world.messages.len())))
    }

    /// Tells the opcodes which instruments there are.
    pub(super) fn note_instruments(&mut self) {
        let instruments = &mut self.world.instruments;
        instruments.numbers = self.program.names.iter().map(|(s, n)| (s.as_str().into(), *n)).collect();
        instruments.defined = self.program.by_number.keys().copied().collect();
    }

    /// Value of an expression that has one at init. What it does besides (`ftgen`) is done; of its text nothing
    /// stays.
    ///
    /// # Errors
    /// The expression is wrong or fails.
    pub fn evaluate(&mut self, expression: &str) -> Result<f64, Box<CompileFailed>> {
        /// A global that no piece is likely to have.
        const RESULT: &str = "gi__orchestrion_result";
        let (sources, compiler) = (self.sources.clone(), lock(&self.compiler).clone());
        let before = self.program.mark();
        self.compile("<expression>", &format!("{RESULT} = {expression}\n"))?;
        let value = self.global(RESULT).unwrap_or(f64::NAN);
        self.go_back(before);
        self.sources = sources;
        *lock(&self.compiler) = compiler;
        self.note_instruments();
        Ok(value)
    }

    /// Current value of a global number; `None` if there is none of this name.
    pub fn global(&self, name: &str) -> Option<f64> {
        let at = self.program.globals.iter().position(|g| g.name == name && is_number(g.ty))?;
        self.globals.cells.get(at).map(std::cell::Cell::get)
    }

    /// Schedules a note `time` seconds after the start of the performance; what is past happens now. Notes of the
    /// same k-cycle start in the order in which they were scheduled. p2 is set to the time.
    pub fn schedule_note(&mut self, time: f64, mut p: Vec<PField>) {
        if let Some(start) = p.get_mut(1) {
            *start = PField::Num(time);
        }
        self.push_live(time, What::Statement(b'i', p));
    }

    /// Schedules any other statement of a score.
    pub fn schedule_statement(&mut self, time: f64, letter: u8, p: Vec<PField>) {
        self.push_live(time, What::Statement(letter, p));
    }

    /// Schedules a deed.
    pub fn schedule_action(&mut self, time: f64, action: Action) {
        self.push_live(time, What::Action(action));
    }

    fn push_live(&mut self, time: f64, what: What) {
        if self.may_wait() {
            let cycle = self.live_cycle(time).max(self.cycle);
            self.queue.push(Event { cycle, what, time, rank: 0, serial: 0 });
        }
    }

    /// Whether no more events may wait.
    pub fn is_full(&self) -> bool {
        self.queue.len() >= self.world.limits.size(Limit::Events)
    }

    /// A p-field of the first note that is meant, be it playing or waiting for its time.
    pub fn pfield_of(&self, target: Target, n: u16) -> Option<f64> {
        let meant = self.notes.matching(target.p1, target.exact);
        let mut playing = meant.filter_map(|at| self.notes.get(self.notes.at(at)?));
        if let Some(a) = playing.find(|a| !a.done) {
            return usize::from(n).checked_sub(1).and_then(|n| a.instance.pfields().get(n).copied());
        }
        let p1 = |p: &[PField]| p.first().and_then(|p1| resolve_p1(&self.program, p1));
        let meant = self.queue.notes().filter(|(_, p)| p1(p).is_some_and(|p1| target.fits(p1)));
        // The greatest of the queue is the next.
        let (_, waiting) = meant.max_by_key(|(event, _)| *event)?;
        let at = usize::from(n).checked_sub(1)?;
        waiting
            .get(at)
            .map(PField::num)
            .or_else(|| self.pset(target.p1 as u32).get(at).copied())
            .or(Some(0.0))
    }

    /// Ends the notes that are meant, letting them play their release.
    pub fn release_notes(&mut self, target: Target) {
        self.turn_off(target.p1, if target.exact { 4 } else { 0 }, true);
    }

    /// Ends all notes, letting them play their release, and forgets all that waits.
    pub fn release_all(&mut self) {
        self.queue.clear();
        self.automations.clear();
        for id in self.notes.ids() {
            self.release(id, self.cycle);
        }
    }

    /// Forgets all that plays and waits, and sets the clock.
    pub fn rewind(&mut self, cycle: u64) {
        self.queue.clear();
        self.automations.clear();
        for id in self.notes.ids() {
            self.finish(id);
        }
        self.sweep();
        // What notes asked for at their end is dropped, too.
        self.queue.clear();
        self.cycle = cycle;
        self.silent_until = 0;
        self.world.cycle = cycle;
    }

    /// The number that an instrument's name stands for; it may end in a fraction.
    pub fn instrument(&self, name: &str) -> Option<f64> {
        piece::numbered(name, |name| self.program.names.get(name).copied())
    }

    /// Names of all named instruments.
    pub fn instrument_names(&self) -> impl Iterator<Item = &str> {
        self.program.names.keys().map(String::as_str)
    }

    /// Whether there is an instrument of this number.
    pub fn has_instrument(&self, number: u32) -> bool {
        self.program.by_number.contains_key(&number)
    }

    /// The name of an instrument that has one.
    pub fn name_of(&self, number: u32) -> Option<&str> {
        self.program.names.iter().find(|(_, n)| **n == number).map(|(name, _)| name.as_str())
    }

    /// The lowest number of the instrument that has this one: a text may have several.
    pub fn first_number(&self, number: u32) -> u32 {
        let code = self.program.by_number.get(&number);
        let same = self.program.by_number.iter().find(|(_, other)| Some(*other) == code);
        same.map_or(number, |(n, _)| *n)
    }

    /// Numbers of all instruments, ascending.
    pub fn instrument_numbers(&self) -> impl Iterator<Item = u32> {
        self.program.by_number.keys().copied()
    }

    /// The highest number that an instrument has.
    pub fn highest_instrument(&self) -> u32 {
        self.program.by_number.last_key_value().map_or(0, |(n, _)| *n)
    }

    /// The highest p-field that an instrument's text names.
    pub fn highest_pfield(&self, number: u32) -> usize {
        let code = self.program.by_number.get(&number).and_then(|&code| self.program.codes.get(code));
        code.map_or(0, |code| usize::from(code.pfields))
    }

    /// Default p-fields of an instrument from p1 on, as its `pset` gives them.
    pub fn pset(&self, number: u32) -> &[f64] {
        let code = self.program.by_number.get(&number).and_then(|&code| self.program.codes.get(code));
        code.map_or(&[], |code| &code.pset)
    }
}

fn is_number(ty: Ty) -> bool {
    !ty.is_array() && matches!(ty.base, Base::I | Base::K)
}
