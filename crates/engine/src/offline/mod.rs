//! [`OfflineEngine`]: a Csound engine that renders as far as it is told, and can be asked and told anything in
//! between. Its methods are those of csoundengine's `OfflineEngine` under their Rust names; `docs/engine.md` maps one
//! to the other.

mod automate;
mod builder;
mod buses;
mod channels;
mod control;
mod error;
mod event;
mod export;
mod history;
mod ids;
mod instrument;
mod job;
mod output;
mod query;
mod samples;
mod tables;
mod time;

pub use crate::cancel::Cancel;
pub use automate::Automation;
pub use builder::{Builder, OnMessage, OnProgress};
pub use buses::BusKind;
pub use channels::{ChannelKind, ChannelMode};
pub use error::{CompileError, EngineError};
pub use event::Event;
pub use export::{Asset, Csd};
pub use ids::{BusToken, EventId, Field, Instr, TableNumber, Value};
pub use instrument::Fields;
pub use job::RenderJob;
pub use samples::{FileSound, Play, PlayFile, PlaySample, TableSound};
pub use tables::{MakeTable, ReadSoundfile, TableInfo};

use crate::host::Host;
use crate::perform::{NonFinite, Performance};
use bstr::{BStr, BString};
use orchestrion_base::source::Span;
use orchestrion_base::world::Message;
use orchestrion_parser::tree::{Instr as InstrTree, InstrNameKind, Item, Orchestra};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Messages that are kept for a caller who does not ask for them.
const KEPT_MESSAGES: usize = 10_000;
/// Message level of a quiet engine: errors, warnings and what the piece prints.
const QUIET: u32 = 4;
/// First index of a string that was given to an instrument.
const FIRST_STRING: i64 = 20;

/// The parameters an engine was made with, as they are in force.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameters {
    /// Sample rate in Hz.
    pub sr: f64,
    /// Samples per k-cycle.
    pub ksmps: u32,
    /// Output channels; 0 for an engine without sound.
    pub nchnls: u32,
    /// Frequency in Hz of the A above middle C.
    pub a4: f64,
    /// Audio buses there are at a time.
    pub num_audio_buses: usize,
    /// Control buses there are at a time.
    pub num_control_buses: usize,
    /// Whether events start and end on their sample.
    pub sample_accurate: bool,
    /// Orchestra text that was compiled first.
    pub globalcode: String,
    /// Files that were included.
    pub includes: Vec<String>,
    /// How samples are stored.
    pub encoding: String,
    /// Flags as on csound's command line.
    pub options: Vec<String>,
}

/// A Csound engine that renders offline. Time stands still until [`OfflineEngine::perform`] moves it on; before,
/// between and after, anything can be scheduled, changed and asked.
///
/// ```
/// use orchestrion::offline::{Event, OfflineEngine};
///
/// let mut engine = OfflineEngine::builder().nchnls(1).memory().build()?;
/// engine.compile(
///     "instr tone
///        kfreq = p4
///        out linen:a(oscili:a(0.2, kfreq), 0.01, p3, 0.1)
///      endin",
/// )?;
/// let event = engine.sched(Event::new("tone").dur(2.0).args([440.0]).unique())?;
/// engine.setp(&event, [("kfreq", 660.0)], 1.0)?;
/// engine.perform()?;
/// assert_eq!(engine.samples().len(), 88_256); // 2 s in whole k-cycles
/// # Ok::<(), orchestrion::offline::EngineError>(())
/// ```
///
/// An engine can go to another thread; engines share nothing. Dropping one completes its file without rendering what
/// still waits.
pub struct OfflineEngine {
    parameters: Parameters,
    performance: Performance,
    /// Whether the engine was stopped: then only its history is still of use.
    stopped: bool,
    host: Arc<dyn Host>,
    output: output::Output,
    message_level: u32,
    messages: Vec<Message>,
    on_progress: Option<OnProgress>,
    on_message: Option<OnMessage>,
    cancel: Cancel,
    /// End marker in seconds.
    marker: f64,
    /// Last instance given away per instrument.
    instances: BTreeMap<u32, u32>,
    /// Indices of strings.
    strings: BTreeMap<BString, i64>,
    /// p-field names per instrument.
    instruments: BTreeMap<u32, Fields>,
    tables: tables::Shelf,
    history: history::History,
    /// Whether the instruments behind `play_sample` and `play_sound_from_disk` are compiled.
    helpers: bool,
    job: Option<RenderJob>,
}

impl OfflineEngine {
    /// An engine with csoundengine's defaults: 44100 Hz, `ksmps` 64, two channels, float samples to a temporary file.
    ///
    /// # Errors
    /// None that is known.
    pub fn new() -> Result<Self, EngineError> {
        Self::builder().build()
    }

    /// An engine with other parameters.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The parameters in force.
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// Sample rate in Hz.
    pub fn sr(&self) -> f64 {
        self.parameters.sr
    }

    /// Samples per k-cycle.
    pub fn ksmps(&self) -> u32 {
        self.parameters.ksmps
    }

    /// Output channels.
    pub fn nchnls(&self) -> u32 {
        self.parameters.nchnls
    }

    /// Frequency in Hz of the A above middle C.
    pub fn a4(&self) -> f64 {
        self.parameters.a4
    }

    /// Seconds per k-cycle.
    #[doc(alias = "onecycle")]
    pub fn one_cycle(&self) -> f64 {
        f64::from(self.parameters.ksmps) / self.parameters.sr
    }

    /// Version of the csound that the engine follows: 6181 for 6.18.1.
    pub fn version(&self) -> u32 {
        6181
    }

    /// The sound file, if the engine writes one. A temporary one has a name once there is sound in it.
    pub fn outfile(&self) -> Option<&str> {
        self.output.file()
    }

    /// The interleaved samples rendered so far, full scale 1.0, of an engine that keeps them in memory.
    pub fn samples(&self) -> &[f64] {
        self.output.samples()
    }

    /// Takes the samples out of the engine; later ones start a new list.
    pub fn take_samples(&mut self) -> Vec<f64> {
        self.output.take_samples()
    }

    /// Largest absolute sample of each channel so far, full scale 1.0.
    pub fn peaks(&self) -> Vec<f64> {
        self.output.levels().peaks.clone()
    }

    /// How many notes have failed so far; [`OfflineEngine::take_messages`] says why.
    pub fn errors(&self) -> u64 {
        self.performance.errors()
    }

    /// Samples at the output that were no finite numbers; they are silence unless `--keep-nan` is among the options.
    pub fn non_finite(&self) -> Option<&NonFinite> {
        self.performance.non_finite()
    }

    /// The messages since the last call, oldest first; of very many the oldest are dropped.
    pub fn take_messages(&mut self) -> Vec<Message> {
        std::mem::take(&mut self.messages)
    }

    /// The switch that stops renders of this engine from another thread.
    pub fn cancel_switch(&self) -> Cancel {
        self.cancel.clone()
    }

    /// Compiles orchestra text: instruments, opcodes, global code, which runs now. An instrument that exists is
    /// replaced; notes of it that play go on as they were.
    ///
    /// # Errors
    /// The text is wrong, or defines an instrument with a number below 100. Nothing of it stays then; only what its
    /// global code did to existing tables, channels and variables before it failed is done.
    pub fn compile(&mut self, code: &str) -> Result<(), EngineError> {
        self.compile_text("<orchestra>", code, code)
    }

    /// Compiles a file of orchestra text, once: a file that was included before is left alone.
    ///
    /// # Errors
    /// The file cannot be read, or those of [`OfflineEngine::compile`].
    #[doc(alias = "includeFile")]
    pub fn include_file(&mut self, path: &str) -> Result<(), EngineError> {
        self.check_running()?;
        let found = self.host.find(path, crate::host::Purpose::Include).unwrap_or_else(|| path.to_owned());
        if self.parameters.includes.contains(&found) {
            return Ok(());
        }
        let bytes = self.host.read(path, crate::host::Purpose::Include)?;
        let text = String::from_utf8_lossy(&bytes);
        self.compile_text(&found, &text, &text)?;
        self.parameters.includes.push(found);
        Ok(())
    }

    /// Compiles `code`, which messages call `name`, and notes `recorded` in the history.
    fn compile_text(&mut self, name: &str, code: &str, recorded: &str) -> Result<(), EngineError> {
        let performance = self.live()?;
        let parsed = performance.parse(name, code);
        if let Some((number, span)) = reserved(&parsed.tree) {
            return Err(EngineError::ReservedInstrument { number, place: parsed.sources.locate(span) });
        }
        let result = performance.compile_parsed(parsed);
        self.collect_messages();
        self.learn(&result?);
        self.record(|| history::Record::Code(recorded.to_owned()));
        Ok(())
    }

    /// Notes the p-field names of a text's instruments.
    fn learn(&mut self, tree: &Orchestra) {
        for instr in instruments(tree) {
            let fields = Fields::of(instr);
            let numbers = numbers(&self.performance, instr);
            self.instruments.extend(numbers.into_iter().map(|n| (n, fields.clone())));
        }
    }

    /// Number of a named instrument; `None` if there is none.
    #[doc(alias = "instrNum")]
    pub fn instr_num(&self, name: &str) -> Option<u32> {
        self.performance.instrument(name).map(|n| n as u32)
    }

    /// The names of an instrument's p-fields.
    pub fn fields(&self, instr: impl Into<Instr>) -> Option<&Fields> {
        let (_, number) = self.resolve(&instr.into()).ok()?;
        self.instruments.get(&number)
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.performance.instrument_names()
    }

    /// Gives a text an index, by which instruments get it with `strget`. The same text has the same index, from 20
    /// up.
    ///
    /// # Errors
    /// The engine was stopped.
    #[doc(alias = "strSet")]
    pub fn str_set(&mut self, text: impl AsRef<[u8]>) -> Result<i64, EngineError> {
        self.check_running()?;
        let text = BStr::new(text.as_ref());
        let index = self.string_index(text);
        self.record(|| history::Record::Text(index, text.to_owned()));
        Ok(index)
    }

    fn string_index(&mut self, text: &BStr) -> i64 {
        let next = FIRST_STRING + self.strings.len() as i64;
        if let Some(index) = self.strings.get(text) {
            return *index;
        }
        self.strings.insert(text.to_owned(), next);
        self.performance.world().strset.insert(next, text.to_owned());
        next
    }

    fn live(&mut self) -> Result<&mut Performance, EngineError> {
        if self.stopped { Err(EngineError::Stopped) } else { Ok(&mut self.performance) }
    }

    fn shared(&self) -> Result<&orchestrion_base::world::World, EngineError> {
        if self.stopped { Err(EngineError::Stopped) } else { Ok(self.performance.shared()) }
    }

    fn check_running(&self) -> Result<(), EngineError> {
        if self.stopped { Err(EngineError::Stopped) } else { Ok(()) }
    }

    /// Moves the messages of the performance to where they are wanted.
    fn collect_messages(&mut self) {
        for message in self.performance.take_messages() {
            if !crate::render::is_shown(message.kind, self.message_level) {
                continue;
            }
            match &mut self.on_message {
                Some(hear) => hear(&message),
                None => self.messages.push(message),
            }
        }
        let surplus = self.messages.len().saturating_sub(KEPT_MESSAGES);
        self.messages.drain(..surplus);
    }
}

/// The instruments of a text.
fn instruments(tree: &Orchestra) -> impl Iterator<Item = &InstrTree> {
    tree.items.iter().filter_map(|item| if let Item::Instr(instr) = item { Some(instr) } else { None })
}

/// The numbers of an instrument that is compiled, those behind its names included.
fn numbers(performance: &Performance, instr: &InstrTree) -> Vec<u32> {
    let number = |kind: &InstrNameKind| match kind {
        InstrNameKind::Number(n) => Some(*n),
        InstrNameKind::Name { name, .. } => performance.instrument(name).map(|n| n as u32),
    };
    instr.names.iter().filter_map(|name| number(&name.kind)).collect()
}

/// The first instrument of a text whose number the engine keeps for itself, with its place.
fn reserved(tree: &Orchestra) -> Option<(u32, Span)> {
    let names = instruments(tree).flat_map(|instr| &instr.names);
    let mut numbers = names.filter_map(|name| match name.kind {
        InstrNameKind::Number(n) => Some((n, name.span)),
        InstrNameKind::Name { .. } => None,
    });
    numbers.find(|(number, _)| (1..builder::FIRST_NUMBERED).contains(number))
}

/// Refuses what is no number of seconds from 0 up.
fn check_seconds(what: &'static str, seconds: f64) -> Result<(), EngineError> {
    let good = seconds.is_finite() && seconds >= 0.0;
    if good { Ok(()) } else { Err(bad_time(what, seconds, "give seconds from 0 up")) }
}

fn bad_time(what: &'static str, seconds: f64, remedy: &str) -> EngineError {
    EngineError::Time { what, seconds, remedy: remedy.to_owned() }
}

#[cfg(test)]
mod tests;
