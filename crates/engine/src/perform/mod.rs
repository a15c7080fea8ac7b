//! Performing a compiled piece: events become notes, notes become blocks of sound.

mod advance;
mod apart;
mod automation;
mod beats;
mod commands;
mod events;
mod finite;
mod late;
mod life;
mod live;
mod midi;
mod notes;
mod parallel;
mod score;
mod start;
mod step;
mod swarm;

pub use automation::{Automation, Curve, Sink};
pub use events::Action;
pub use finite::NonFinite;
pub(crate) use live::samples_between;
pub use live::{CompileFailed, PField, Parsed, Target};
pub use midi::MidiSetup;
pub use step::Block;

use crate::midi::MidiFile;
use crate::piece::Piece;
use events::Queue;
use notes::Notes;
use orchestrion_base::channel::Channels;
use orchestrion_base::error::OpError;
use orchestrion_base::host::{Host, SoundReader, SoundWriter};
use orchestrion_base::limits::Limits;
use orchestrion_base::port::Bus;
use orchestrion_base::source::{SourceMap, Span};
use orchestrion_base::trace::Trace;
use orchestrion_base::world::{Header, MessageKind, World};
use orchestrion_dsp::math;
use orchestrion_vm::code::Program;
use orchestrion_vm::machine::{GlobalMem, RunError, contained};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// Samples that a block of several k-cycles may have; short blocks cost calls, long ones cache.
const BLOCK_SAMPLES: usize = 256;

/// How notes are run. The sound is the same; what is slower is for tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Manner {
    /// As fast as can be.
    #[default]
    Fast,
    /// Every note one k-cycle at a time.
    PerCycle,
    /// On other threads wherever they may, however little there is to do.
    Spread,
}

/// How a performance is set up.
#[derive(Clone, Default)]
pub struct Setup {
    /// Files.
    pub host: Option<Arc<dyn Host>>,
    /// Decoder of sound files.
    pub sounds: Option<Arc<dyn SoundReader>>,
    /// Encoder of the sound files that notes write.
    pub sound_writer: Option<Arc<dyn SoundWriter>>,
    /// How notes are run; the sound is the same.
    pub manner: Manner,
    /// Start and end events at any sample.
    pub sample_accurate: bool,
    /// Length of a run without an end, in seconds.
    pub end: Option<f64>,
    /// Seed for generators that the reference seeds from the clock.
    pub seed: Option<u64>,
    /// Strings set as by `strset`: number and text.
    pub strsets: Vec<(u32, String)>,
    /// Run init passes only; no sound is made.
    pub init_only: bool,
    /// Limits of the performance.
    pub limits: Limits,
    /// Leave samples that are no finite numbers as they are.
    pub keep_nan: bool,
    /// Name the opcodes that make such samples; slow.
    pub trace_nan: bool,
    /// Threads, the caller's included; 64 at most. The sound is the same for any number.
    pub threads: usize,
}

/// A performance in progress.
pub struct Performance {
    program: Program,
    /// Orchestras compiled while this plays, not yet part of the program.
    waiting: late::Waiting,
    sources: SourceMap,
    world: World,
    globals: GlobalMem,
    notes: Notes,
    queue: Queue,
    score: score::Reader,
    /// Room for the p-fields of an event of the score, and of the note it starts: events allocate nothing.
    event_fields: Vec<PField>,
    note_fields: Vec<PField>,
    spout: Vec<Cell<f64>>,
    spin: Vec<Cell<f64>>,
    scratch: Vec<Cell<f64>>,
    /// k-cycles since the start of the performance.
    cycle: u64,
    block_cycles: usize,
    /// Notes that must go cycle by cycle in this block although others need not.
    aside: Vec<u32>,
    /// Output of each of them, laid out as `spout`.
    asides: Vec<Vec<Cell<f64>>>,
    /// Notes that start and end within a block.
    swarm: swarm::Swarm,
    /// Other threads, where there are any.
    crew: Option<parallel::Crew>,
    /// Whether notes play, as opposed to events happening.
    playing: bool,
    /// Whether the event that happens comes from the queue, not from the score.
    queued: bool,
    init_only: bool,
    midi: midi::Player,
    end_cycle: Option<u64>,
    /// k-cycles performed before the score was last started again.
    rewound: u64,
    /// How often the score was started again since the last block.
    rewinds: u32,
    /// Where `setscorepos` last went, in seconds.
    score_position: f64,
    /// k-cycle before which an `a` statement lets nothing sound.
    silent_until: u64,
    /// Until when the end of the section waits before it looks for notes again.
    wait_until: Option<u64>,
    inspector: finite::Inspector,
    /// Whether a program registered opcodes, whose panics are errors of the note.
    has_foreign: bool,
    /// Events of the queue since the last block.
    happened: u64,
    /// Whether the limit of seconds is reached.
    too_long: bool,
    errors: u64,
    exit: Option<i32>,
    sample_accurate: bool,
    input: Option<Input>,
    settings: BTreeMap<u32, step::Settings>,
    /// Whether a host schedules what happens, instead of a score.
    live: bool,
    /// The compiler, for text that comes later.
    compiler: late::SharedCompiler,
    /// Macros of the command line, which hold in later text, too.
    macros: Vec<(String, String)>,
    automations: Vec<Automation>,
}

/// Sound that feeds the input opcodes.
struct Input {
    samples: Vec<f64>,
    channels: usize,
    at: usize,
}

impl Performance {
    /// Prepares a performance and runs instrument 0.
    ///
    /// # Errors
    /// The first error of instrument 0: nothing can be performed then.
    pub fn new(piece: Piece, setup: Setup) -> Result<Self, Box<Failed>> {
        let Piece { sources, program, compiler, score, options, .. } = piece;
        let header = program.header;
        let tempo = options.tempo.filter(|tempo| *tempo > 0.0);
        let mut world = World::default();
        world.header = header;
        world.limits = setup.limits;
        world.trace = setup.trace_nan.then(Trace::default);
        let waiting = late::Waiting::default();
        let has_foreign = compiler.has_foreign();
        let compiler: late::SharedCompiler = Arc::new(Mutex::new(compiler));
        let late = late::Late {
            compiler: compiler.clone(),
            host: setup.host.clone(),
            limits: setup.limits,
            macros: options.omacros.clone(),
            waiting: waiting.clone(),
        };
        world.compiler = Some(Box::new(late));
        world.host = setup.host;
        world.sounds = setup.sounds;
        world.sound_writer = setup.sound_writer;
        world.tables.set_builtin_sine(math::sin);
        world.sample_accurate = setup.sample_accurate;
        world.channels = Channels::default();
        world.tempo = tempo;
        if let Some(seed) = setup.seed {
            world.random = orchestrion_base::random::SharedRandom::new(seed);
        }
        if let Some(score) = &score {
            // Random fields of the score draw from the generator that `noise` goes on with.
            world.random.rand31.state = u32::try_from(score.random_state).unwrap_or(1);
        }
        world.strset.extend(setup.strsets.into_iter().map(|(n, s)| (i64::from(n), s.into())));
        for (name, n) in &program.names {
            world.instruments.numbers.insert(name.as_str().into(), *n);
        }
        world.instruments.defined.extend(program.by_number.keys());
        let block_cycles = if setup.manner == Manner::PerCycle || setup.trace_nan {
            1
        } else {
            (BLOCK_SAMPLES / header.ksmps).max(1)
        };
        let block_len = header.ksmps * block_cycles;
        let mut performance = Self {
            notes: Notes::new(program.codes.len()),
            queue: Queue::default(),
            score: score::Reader::new(score, &header, setup.sample_accurate, tempo),
            event_fields: Vec::new(),
            note_fields: Vec::new(),
            spout: vec![Cell::new(0.0); header.nchnls * block_len],
            spin: vec![Cell::new(0.0); header.nchnls_i * block_len],
            scratch: Vec::new(),
            program,
            waiting,
            sources,
            world,
            globals: GlobalMem::default(),
            cycle: 0,
            block_cycles,
            aside: Vec::new(),
            asides: Vec::new(),
            swarm: swarm::Swarm::default(),
            // What looks at every number stays on one thread.
            crew: parallel::Crew::new(if setup.trace_nan { 1 } else { setup.threads }, setup.manner),
            playing: false,
            queued: false,
            init_only: setup.init_only,
            midi: midi::Player::default(),
            end_cycle: setup.end.map(|t| (t * header.kr).round().max(0.0) as u64),
            rewound: 0,
            rewinds: 0,
            score_position: 0.0,
            silent_until: 0,
            wait_until: None,
            inspector: finite::Inspector::new(setup.keep_nan, header.zero_dbfs),
            has_foreign,
            happened: 0,
            too_long: false,
            errors: 0,
            exit: None,
            sample_accurate: setup.sample_accurate,
            input: None,
            settings: BTreeMap::new(),
            live: false,
            compiler,
            macros: options.omacros.clone(),
            automations: Vec::new(),
        };
        performance.midi.assign_defaults(&performance.program);
        performance.make_room();
        match performance.run_globals() {
            Ok(()) => Ok(performance),
            Err(e) => {
                performance.report(&e, "0");
                performance.world.say(MessageKind::Error, "header init errors\n");
                Err(Box::new(Failed { messages: performance.take_messages() }))
            }
        }
    }

    /// Header constants.
    pub fn header(&self) -> &Header {
        &self.world.header
    }

    /// Seconds performed so far.
    pub fn seconds(&self) -> f64 {
        (self.rewound + self.cycle) as f64 / self.world.header.kr
    }

    /// The section of the score that plays, from 0; `None` after the last one.
    pub fn section(&self) -> Option<usize> {
        self.score.section()
    }

    /// Length of the score in seconds, where it is known beforehand.
    pub fn expected_seconds(&self) -> Option<f64> {
        self.score.expected().or(self.end_cycle.map(|c| c as f64 / self.world.header.kr))
    }

    /// How many notes failed.
    pub fn errors(&self) -> u64 {
        self.errors
    }

    /// Whether it ended at the limit of seconds.
    pub fn is_too_long(&self) -> bool {
        self.too_long
    }

    /// Status that `exitnow` asked for.
    pub fn exit(&self) -> Option<i32> {
        self.exit
    }

    /// What notes share, to look at.
    pub fn shared(&self) -> &World {
        &self.world
    }

    /// What notes share.
    pub fn world(&mut self) -> &mut World {
        &mut self.world
    }

    /// The channels, and the globals that hold the values of some.
    pub fn channels(&mut self) -> (&mut Channels, &GlobalMem) {
        (&mut self.world.channels, &self.globals)
    }

    /// The globals, to look only.
    pub fn globals(&self) -> &GlobalMem {
        &self.globals
    }

    /// Feeds the input opcodes: interleaved samples, full scale 1.0.
    pub fn set_input(&mut self, samples: Vec<f64>, channels: usize) {
        self.input = Some(Input { samples, channels: channels.max(1), at: 0 });
    }

    /// Plays a MIDI file along with the score.
    pub fn set_midi(&mut self, file: MidiFile, setup: MidiSetup) {
        self.midi.set(file, setup, self.world.header.kr);
        let zero = self.midi.setup().aftertouch_zero;
        let raw = self.midi.setup().raw_controllers;
        for channel in &mut self.world.midi.channels {
            channel.reset(raw);
            if zero {
                channel.pressure = 0.0;
                channel.key_pressure.fill(0.0);
            }
        }
    }

    /// The messages since the last call.
    pub fn take_messages(&mut self) -> Vec<orchestrion_base::world::Message> {
        std::mem::take(&mut self.world.messages)
    }

    /// Says what failed.
    fn report(&mut self, e: &RunError, instrument: &str) {
        self.world.say(MessageKind::Error, described(e, instrument, &self.sources));
    }
}

/// A place for messages, with a blank before it; nothing if it is in no text.
fn place(sources: &SourceMap, span: Span) -> String {
    sources.locate(span).map_or(String::new(), |l| format!(" {}:{}:{}", l.file, l.line, l.column))
}

/// What failed, in the reference's words.
fn described(e: &RunError, instrument: &str, sources: &SourceMap) -> String {
    let kind = if e.init { "INIT ERROR" } else { "PERF ERROR" };
    let place = place(sources, e.span);
    format!("{kind} in instr {instrument} (opcode {}){place}: {}\n", e.opcode, e.error)
}

/// Runs code of a note. Where a program has registered opcodes a panic becomes an error of the note.
fn guarded<R>(contain: bool, run: impl FnOnce() -> Result<R, RunError>) -> Result<R, RunError> {
    if !contain {
        return run();
    }
    contained(run).unwrap_or_else(|error| {
        Err(RunError { error, opcode: "instr", span: Span::NONE, cycle: 0, init: false })
    })
}

/// Whether what ran in an instance panicked, so that it must not run again.
fn is_panic<R>(result: &Result<R, RunError>) -> bool {
    matches!(result, Err(RunError { error: OpError::Panic(_), .. }))
}

/// Instrument 0 failed.
pub struct Failed {
    /// What was said.
    pub messages: Vec<orchestrion_base::world::Message>,
}

/// Output and input of a block from one of its k-cycles on.
fn bus<'a>(
    spout: &'a [Cell<f64>],
    spin: &'a [Cell<f64>],
    h: &Header,
    block_cycles: usize,
    cycle: usize,
) -> Bus<'a> {
    let rest = |signals: &'a [Cell<f64>]| signals.get(cycle * h.ksmps..).unwrap_or(&[]);
    let len = h.ksmps * block_cycles;
    Bus { spout: rest(spout), spin: rest(spin), len, nchnls: h.nchnls, nchnls_i: h.nchnls_i }
}

#[cfg(test)]
mod tests;
