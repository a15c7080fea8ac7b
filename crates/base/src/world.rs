//! What all notes of an engine share.

use crate::channel::Channels;
use crate::error::OpResult;
use crate::event::Command;
use crate::host::{Host, SoundReader, SoundWriter};
use crate::limits::{Limit, Limits};
use crate::midi::MidiState;
use crate::outfile::OutFiles;
use crate::port::Io;
use crate::random::SharedRandom;
use crate::roster::Roster;
use crate::table::{Table, Tables};
use crate::trace::Trace;
use bstr::BString;
use std::any::{Any, TypeId};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The constants of an orchestra's header.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Header {
    /// Sample rate in Hz.
    pub sr: f64,
    /// Control rate in Hz; `sr / ksmps`.
    pub kr: f64,
    /// Samples per k-cycle.
    pub ksmps: usize,
    /// Output channels.
    pub nchnls: usize,
    /// Input channels.
    pub nchnls_i: usize,
    /// Amplitude of full scale (`0dbfs`).
    pub zero_dbfs: f64,
    /// Frequency of the note A above middle C in Hz.
    pub a4: f64,
}

impl Default for Header {
    /// What the reference assumes without a header (semantics A15).
    fn default() -> Self {
        Self { sr: 44100.0, kr: 4410.0, ksmps: 10, nchnls: 1, nchnls_i: 1, zero_dbfs: 32768.0, a4: 440.0 }
    }
}

/// What a message is about; decides at which message level it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MessageKind {
    /// Text that the piece prints: always shown.
    Print,
    /// Errors of notes and opcodes.
    Error,
    /// Warnings.
    Warning,
    /// Note amplitudes.
    Amplitude,
    /// Everything else: tables, notes starting.
    Info,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What it is about.
    pub kind: MessageKind,
    /// Text; ends with a newline if the line is complete.
    pub text: BString,
}

/// What opcodes may know about the instruments of the piece.
#[derive(Clone, Debug, Default)]
pub struct Instruments {
    /// Number of every named instrument.
    pub numbers: BTreeMap<BString, u32>,
    /// Active notes per instrument number, releasing ones included.
    pub active: BTreeMap<u32, ActiveCount>,
    /// All numbers that are defined.
    pub defined: std::collections::BTreeSet<u32>,
}

/// How many notes of an instrument are active.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ActiveCount {
    /// All of them.
    pub all: u32,
    /// Those in their release phase.
    pub releasing: u32,
    /// All that were ever started.
    pub ever: u32,
}

impl Instruments {
    /// The number behind an instrument's name, without its fraction.
    pub fn number(&self, name: &[u8]) -> Option<u32> {
        self.numbers.get(bstr::BStr::new(name)).copied()
    }

    /// The name of a numbered instrument, if it has one.
    pub fn name(&self, number: u32) -> Option<&BString> {
        self.numbers.iter().find(|(_, n)| **n == number).map(|(s, _)| s)
    }
}

/// What a text compiled during the performance defines.
pub struct Defined {
    /// Numbers of its instruments.
    pub numbers: Vec<u32>,
    /// Names of those that have one, with their numbers.
    pub names: Vec<(BString, u32)>,
    /// Score text that comes with it.
    pub score: Option<BString>,
    /// Its instrument 0, to be run at once.
    pub start: Box<dyn Start>,
}

/// Instrument 0 of a text compiled while a piece plays.
pub trait Start {
    /// Runs it within an init pass or a k-cycle of a note, whose globals it shares. Its own errors are told, not
    /// returned.
    ///
    /// # Errors
    /// There is no room or no time for it.
    fn start(self: Box<Self>, io: &Io<'_>, world: &mut World) -> OpResult;
}

/// Compiles orchestra text while a piece plays.
pub trait LateCompiler: Send + Sync {
    /// Compiles an orchestra, or a document with orchestra and score. The code becomes part of the
    /// performance with [`Command::TakeNewCode`], which has to be
    /// asked for in any case.
    ///
    /// Otherwise answers what is wrong with the text, for people.
    ///
    /// # Errors
    /// Too much is compiled at once.
    fn compile(&mut self, text: &str, document: bool) -> OpResult<Result<Defined, String>>;
}

/// What all notes of an engine share. Opcodes see it through their [`crate::op::Init`] and
/// `perform`.
#[derive(Default)]
pub struct World {
    /// Header constants.
    pub header: Header,
    /// Function tables.
    pub tables: Tables,
    /// Software channels.
    pub channels: Channels,
    /// Random state that all notes share.
    pub random: SharedRandom,
    /// What the MIDI channels last said.
    pub midi: MidiState,
    /// Strings set with `strset`, by number.
    pub strset: BTreeMap<i64, BString>,
    /// Messages not yet shown.
    pub messages: Vec<Message>,
    /// Requests to the scheduler, not yet carried out.
    pub commands: Vec<Command>,
    /// Instruments.
    pub instruments: Instruments,
    /// Notes that play; kept only where an opcode of the piece reads [`crate::op::Res::NOTES`].
    pub roster: Roster,
    /// What to do at the end of each k-cycle, in this order; families of opcodes add to it.
    pub at_cycle_end: Vec<fn(&mut World)>,
    /// Limits.
    pub limits: Limits,
    /// What notes have of the memory that is limited.
    pub memory: Memory,
    /// Files; `None` where there are none.
    pub host: Option<Arc<dyn Host>>,
    /// Decoder of sound files; `None` where there is none.
    pub sounds: Option<Arc<dyn SoundReader>>,
    /// Encoder of sound files; `None` where there is none.
    pub sound_writer: Option<Arc<dyn SoundWriter>>,
    /// Sound files that notes write.
    pub out_files: OutFiles,
    /// Compiler of further orchestra text; `None` where there is none.
    pub compiler: Option<Box<dyn LateCompiler>>,
    /// What `return` last handed over.
    pub returned: f64,
    /// Where numbers come up that are not finite; `None` unless somebody wants to know.
    pub trace: Option<Trace>,
    /// Number of the current k-cycle since the start of the performance.
    pub cycle: u64,
    /// Sections of the score that have ended before the current one, in k-cycles.
    pub section_start: u64,
    /// Whether events start and end at any sample (`--sample-accurate`).
    pub sample_accurate: bool,
    /// Tempo at which the score is performed, in beats per minute; `None` unless it is performed in beats (`-t`).
    pub tempo: Option<f64>,
    /// Bytes of [`World::messages`].
    message_bytes: usize,
    families: BTreeMap<TypeId, Box<dyn Any + Send + Sync>>,
    ends: BTreeMap<u64, Vec<AtEnd>>,
}

/// What a family of opcodes does when a note is over, given the note's serial number.
type AtEnd = fn(&mut World, u64);

impl World {
    /// State that a family of opcodes shares, made on first use. The type is private to the family.
    pub fn shared<T: Default + Send + Sync + 'static>(&mut self) -> &mut T {
        self.families
            .entry(TypeId::of::<T>())
            .or_insert_with(|| Box::<T>::default())
            .downcast_mut()
            .expect("the entry was made with this type")
    }

    /// State that a family of opcodes shares, if somebody made it.
    pub fn shared_ref<T: Send + Sync + 'static>(&self) -> Option<&T> {
        self.families.get(&TypeId::of::<T>()).and_then(|b| b.downcast_ref())
    }

    /// Asks that a function be called when the note with this serial number is over.
    pub fn at_end_of_note(&mut self, serial: u64, end: AtEnd) {
        self.ends.entry(serial).or_default().push(end);
    }

    /// Tells whoever asked that a note is over. The engine calls it.
    pub fn note_is_over(&mut self, serial: u64) {
        for end in self.ends.remove(&serial).unwrap_or_default() {
            end(self, serial);
        }
    }

    /// Tempo in beats per minute, as the whole samples of a beat make it; 60 where the score is not performed in beats.
    pub fn whole_tempo(&self) -> f64 {
        self.tempo.map_or(60.0, |tempo| 60.0 * self.header.sr / beat_samples(tempo, self.header.sr))
    }

    /// Sends a message.
    pub fn say(&mut self, kind: MessageKind, text: impl Into<BString>) {
        if self.messages.is_empty() {
            self.message_bytes = 0;
        }
        let text = text.into();
        let limit = self.limits.size(Limit::MessageBytes);
        let before = self.message_bytes;
        self.message_bytes = before.saturating_add(size_of::<Message>() + text.len());
        if self.message_bytes <= limit {
            self.messages.push(Message { kind, text });
        } else if before <= limit {
            let text =
                Limit::MessageBytes.reached(format!("{limit} bytes of messages at once; more are dropped"));
            self.messages.push(Message { kind: MessageKind::Error, text: format!("{text}\n").into() });
        }
    }

    /// Asks the scheduler for something.
    ///
    /// # Errors
    /// More is asked for at once than may wait.
    pub fn request(&mut self, command: Command) -> OpResult {
        let count = self.commands.len() as u64 + 1;
        self.limits.check(Limit::Events, count, || {
            "too many events and the like are asked for at once".to_owned()
        })?;
        self.commands.push(command);
        Ok(())
    }

    /// Prints text of the piece.
    pub fn print(&mut self, text: impl Into<BString>) {
        self.say(MessageKind::Print, text);
    }

    /// Warns.
    pub fn warn(&mut self, text: impl AsRef<str>) {
        self.say(MessageKind::Warning, format!("WARNING: {}\n", text.as_ref()));
    }

    /// Asks for memory at init. It counts for the note until the note's memory is given back.
    ///
    /// # Errors
    /// Names the limit.
    pub fn ask_memory(&self, bytes: usize, what: &str) -> OpResult {
        let asked = self.memory.asked.load(Ordering::Relaxed).saturating_add(bytes as u64);
        let all = self.memory.held.saturating_add(asked);
        self.limits.check(Limit::NoteBytes, all, || {
            format!("{what} asks for {bytes} bytes, with which all notes would have {all}")
        })?;
        self.memory.asked.store(asked, Ordering::Relaxed);
        Ok(())
    }

    /// Asks for memory that stays when the note is over.
    ///
    /// # Errors
    /// Names the limit.
    pub fn keep_memory(&mut self, bytes: usize, what: &str) -> OpResult {
        self.ask_memory(bytes, what)?;
        self.memory.keep(bytes as u64);
        Ok(())
    }

    /// Puts a table under a number, replacing what was there.
    ///
    /// # Errors
    /// Names the limit that the table is beyond.
    pub fn add_table(&mut self, number: u32, table: Table) -> OpResult {
        self.check_table(number, table.len)?;
        self.tables.insert(number, table);
        Ok(())
    }

    /// Gives a table another length; new points are 0. Whether there is such a table.
    ///
    /// # Errors
    /// Names the limit that the table is beyond.
    pub fn resize_table(&mut self, number: u32, len: usize) -> OpResult<bool> {
        self.check_table(number, len)?;
        Ok(self.tables.resize(number, len))
    }

    /// Whether table `number` may have `len` points.
    ///
    /// # Errors
    /// Names the limit.
    pub fn check_table(&self, number: u32, len: usize) -> OpResult {
        let text = || format!("a table of {len} points");
        self.limits.check(Limit::TablePoints, len as u64, text)?;
        let replaced = self.tables.get(f64::from(number)).map_or(0, Table::bytes);
        let bytes = (self.tables.bytes() - replaced).saturating_add(8 * (len as u64 + 1));
        self.limits
            .check(Limit::TableBytes, bytes, || format!("with {} there are {bytes} bytes of tables", text()))
    }
}

/// Length of a beat: whole samples, as in the reference (measured).
pub fn beat_samples(tempo: f64, sr: f64) -> f64 {
    (60.0 * sr / tempo).floor().clamp(1.0, 9e15)
}

/// Memory of notes, for [`Limit::NoteBytes`].
#[derive(Debug, Default)]
pub struct Memory {
    /// What the init pass that runs has asked for. Atomic only because opcodes see the world shared.
    asked: AtomicU64,
    /// What notes have, those that wait for reuse included.
    held: u64,
}

impl Memory {
    /// Before an init pass of a note that has `bytes`, which it will ask for again.
    pub fn begin(&mut self, bytes: u64) {
        *self.asked.get_mut() = 0;
        self.give_back(bytes);
    }

    /// After an init pass: answers with what the note has now.
    pub fn settle(&mut self) -> u64 {
        let now = std::mem::take(self.asked.get_mut());
        self.held = self.held.saturating_add(now);
        now
    }

    /// Some of what was asked for is not the note's: it stays.
    fn keep(&mut self, bytes: u64) {
        let asked = self.asked.get_mut();
        *asked = asked.saturating_sub(bytes);
        self.held = self.held.saturating_add(bytes);
    }

    /// A note has given back what it had.
    pub fn give_back(&mut self, bytes: u64) {
        self.held = self.held.saturating_sub(bytes);
    }
}
