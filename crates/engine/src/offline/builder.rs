//! What an engine is made with.

use super::output::{Destination, Output};
use super::{EngineError, OfflineEngine, Parameters};
use crate::cancel::Cancel;
use crate::flags::{self, FlagSource};
use crate::host::{FileHost, Host, HostError, Purpose};
use crate::options::{Container, Options, SampleFormat};
use crate::perform::{Performance, Setup};
use crate::piece;
use crate::render::Progress;
use crate::soundfile::{self, HostSounds};
use orchestrion_base::limits::Limit;
use orchestrion_base::op::OpDef;
use orchestrion_base::world::Message;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Called with how far a render is; returning false stops it.
pub type OnProgress = Box<dyn FnMut(&Progress) -> bool + Send>;
/// Called with every message of the piece.
pub type OnMessage = Box<dyn FnMut(&Message) + Send>;

/// Numbers below this one are the engine's own instruments.
pub(super) const FIRST_NAMED: u32 = 25;
/// Users' numbered instruments start here.
pub(super) const FIRST_NUMBERED: u32 = 100;

/// Parameters of an [`OfflineEngine`], each with csoundengine's default.
#[must_use]
pub struct Builder {
    sr: f64,
    ksmps: u32,
    nchnls: u32,
    a4: f64,
    globalcode: String,
    audio_buses: usize,
    control_buses: usize,
    quiet: bool,
    includes: Vec<String>,
    sample_accurate: bool,
    encoding: String,
    options: Vec<String>,
    seed: Option<u64>,
    resample_on_load: bool,
    outfile: Option<String>,
    memory: bool,
    host: Option<Arc<dyn Host>>,
    opcodes: Vec<&'static OpDef>,
    on_progress: Option<OnProgress>,
    on_message: Option<OnMessage>,
    cancel: Cancel,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            sr: 44100.0,
            ksmps: 64,
            nchnls: 2,
            a4: 0.0,
            globalcode: String::new(),
            audio_buses: 64,
            control_buses: 512,
            quiet: true,
            includes: Vec::new(),
            sample_accurate: false,
            encoding: String::new(),
            options: Vec::new(),
            seed: None,
            resample_on_load: false,
            outfile: None,
            memory: false,
            host: None,
            opcodes: Vec::new(),
            on_progress: None,
            on_message: None,
            cancel: Cancel::default(),
        }
    }
}

impl Builder {
    /// Sample rate in Hz, above 0; default 44100.
    pub fn sr(mut self, hz: f64) -> Self {
        self.sr = hz;
        self
    }

    /// Samples per k-cycle, 1 to 65536; default 64.
    pub fn ksmps(mut self, samples: u32) -> Self {
        self.ksmps = samples;
        self
    }

    /// The sound file to write: its extension (wav, aif, aiff, flac, au) chooses the kind. Without one the sound goes
    /// to a temporary file.
    pub fn outfile(mut self, path: impl Into<String>) -> Self {
        self.outfile = Some(path.into());
        self.memory = false;
        self
    }

    /// Keeps the sound in memory instead of writing a file; see [`OfflineEngine::samples`].
    pub fn memory(mut self) -> Self {
        self.memory = true;
        self
    }

    /// Output channels; 0 makes no sound at all. Default 2.
    pub fn nchnls(mut self, channels: u32) -> Self {
        self.nchnls = channels;
        self
    }

    /// Frequency in Hz of the A above middle C; 0 means csoundengine's default of 442.
    pub fn a4(mut self, hz: f64) -> Self {
        self.a4 = hz;
        self
    }

    /// Orchestra text that is compiled first.
    pub fn globalcode(mut self, text: impl Into<String>) -> Self {
        self.globalcode = text.into();
        self
    }

    /// How many audio buses there are at a time; default 64.
    #[doc(alias = "numAudioBuses")]
    pub fn num_audio_buses(mut self, count: usize) -> Self {
        self.audio_buses = count;
        self
    }

    /// How many control buses there are at a time; default 512.
    #[doc(alias = "numControlBuses")]
    pub fn num_control_buses(mut self, count: usize) -> Self {
        self.control_buses = count;
        self
    }

    /// Whether only errors, warnings and what the piece prints are kept as messages; default true.
    pub fn quiet(mut self, quiet: bool) -> Self {
        self.quiet = quiet;
        self
    }

    /// A file with orchestra text that is included before the global code. May be used several times.
    pub fn include(mut self, path: impl Into<String>) -> Self {
        self.includes.push(path.into());
        self
    }

    /// Whether events start and end on their sample instead of on a k-cycle; default false.
    #[doc(alias = "sampleAccurate")]
    pub fn sample_accurate(mut self, on: bool) -> Self {
        self.sample_accurate = on;
        self
    }

    /// How samples are stored: `pcm16`, `pcm24`, `pcm32`, `float32`, `float64`. The default is `float32` for WAV, AIFF
    /// and AU, and `pcm24` for FLAC.
    pub fn encoding(mut self, name: impl Into<String>) -> Self {
        self.encoding = name.into();
        self
    }

    /// Flags as on csound's command line (`--omacro:N=V`, `-m7`), each one word.
    #[doc(alias = "commandlineOptions")]
    pub fn commandline_options<S: Into<String>>(mut self, words: impl IntoIterator<Item = S>) -> Self {
        self.options.extend(words.into_iter().map(Into::into));
        self
    }

    /// Seed for the random generators that csound seeds from the clock.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Plays notes on so many threads, 0 for one per processor; default 1. The sound is the same for any number.
    pub fn threads(mut self, count: u32) -> Self {
        self.options.push(format!("--threads={count}"));
        self
    }

    /// Whether sound files are brought to the engine's sample rate when they are read; default false, as in csound.
    /// Opcodes that play a table point by point then play a file of another rate at its pitch.
    pub fn resample_on_load(mut self, on: bool) -> Self {
        self.resample_on_load = on;
        self
    }

    /// Where files come from and go to; the file system by default. [`MemoryHost`](crate::host::MemoryHost) keeps an
    /// engine away from it.
    pub fn host(mut self, host: Arc<dyn Host>) -> Self {
        self.host = Some(host);
        self
    }

    /// Sets a limit of what the engine may use; [`ROWS`](orchestrion_base::limits::ROWS) and docs/flags.md list them
    /// with their defaults.
    pub fn limit(mut self, limit: Limit, number: u64) -> Self {
        let row = limit.row();
        self.options.push(format!("--limit:{}={}", row.name, number.min(row.most)));
        self
    }

    /// Lets orchestras read and write files in this folder only. May be used several times; the sound file and the
    /// includes that the builder names are allowed, too. It is of no effect beside [`Builder::host`].
    pub fn sandbox(mut self, folder: impl Into<String>) -> Self {
        self.options.push(format!("--sandbox={}", folder.into()));
        self
    }

    /// Registers an opcode. It replaces a built-in one of the same name; if it panics, that is an error of the note
    /// that uses it.
    pub fn opcode(mut self, opcode: &'static OpDef) -> Self {
        self.opcodes.push(opcode);
        self
    }

    /// Calls `follow` while [`OfflineEngine::perform`] renders; it may stop the render by returning false.
    pub fn on_progress(mut self, follow: impl FnMut(&Progress) -> bool + Send + 'static) -> Self {
        self.on_progress = Some(Box::new(follow));
        self
    }

    /// Calls `hear` with every message, instead of keeping it for [`OfflineEngine::take_messages`].
    pub fn on_message(mut self, hear: impl FnMut(&Message) + Send + 'static) -> Self {
        self.on_message = Some(Box::new(hear));
        self
    }

    /// A switch with which another thread can stop renders of the engine.
    pub fn cancel(mut self, cancel: &Cancel) -> Self {
        self.cancel = cancel.clone();
        self
    }

    /// Makes the engine.
    ///
    /// # Errors
    /// A parameter is out of range, an include is missing, or the global code does not compile.
    pub fn build(self) -> Result<OfflineEngine, EngineError> {
        let (container, format) = self.kind()?;
        let flags = self.flags()?;
        let host: Arc<dyn Host> = match &self.host {
            Some(host) => host.clone(),
            None => Arc::new(self.files(&flags.options())?),
        };
        let mut registry = orchestrion_opcodes::registry();
        self.opcodes.iter().for_each(|op| registry.add(op));
        let compiled = piece::compile_text("<engine>", &self.base_text(), &*host, flags, registry);
        let piece::Compiled { piece, sources, diagnostics, options, .. } = compiled;
        let Some(mut piece) = piece else {
            let failed = crate::perform::CompileFailed { sources, diagnostics, messages: Vec::new() };
            return Err(Box::new(failed).into());
        };
        piece.compiler.reserve_numbers(FIRST_NAMED);
        let resampled = self.resample_on_load || options.resample_on_load;
        let sounds = HostSounds::new(host.clone(), soundfile::Limits::of(&options.limits))
            .with_output(container, format)
            .resampled_to(resampled.then_some(piece.program.header.sr));
        let sounds = Arc::new(sounds);
        let setup = Setup {
            host: Some(host.clone()),
            sounds: Some(sounds.clone()),
            sound_writer: Some(sounds),
            sample_accurate: self.sample_accurate || options.sample_accurate,
            seed: self.seed.or(options.seed),
            manner: options.manner,
            limits: options.limits,
            keep_nan: options.keep_nan,
            trace_nan: options.trace_nan,
            threads: crate::host::threads(options.threads),
            ..Setup::default()
        };
        let performance = Performance::live(piece, setup).map_err(|failed| {
            let failed = crate::perform::CompileFailed { sources, diagnostics, messages: failed.messages };
            EngineError::from(Box::new(failed))
        })?;
        let header = *performance.header();
        let nchnls = if self.nchnls == 0 { 0 } else { header.nchnls as u32 };
        let destination = match &self.outfile {
            _ if nchnls == 0 => Destination::Nowhere,
            _ if self.memory => Destination::Memory,
            Some(name) => Destination::File(name.clone()),
            None if cfg!(target_arch = "wasm32") => Destination::Memory,
            None => Destination::Temporary,
        };
        let spec = soundfile::SoundSpec { sr: header.sr, channels: nchnls, container, format };
        let parameters = Parameters {
            sr: header.sr,
            ksmps: header.ksmps as u32,
            nchnls,
            a4: header.a4,
            num_audio_buses: self.audio_buses,
            num_control_buses: self.control_buses,
            sample_accurate: self.sample_accurate || options.sample_accurate,
            globalcode: self.globalcode.clone(),
            includes: self.includes.clone(),
            encoding: super::output::encoding_name(format).to_owned(),
            options: self.options.clone(),
        };
        let mut engine = OfflineEngine {
            parameters,
            performance,
            stopped: false,
            host: host.clone(),
            output: Output::new(destination, spec, header.zero_dbfs, host, &options.limits)?,
            message_level: if self.quiet { super::QUIET } else { options.message_level },
            messages: Vec::new(),
            on_progress: self.on_progress,
            on_message: self.on_message,
            cancel: self.cancel,
            marker: 0.0,
            instances: BTreeMap::new(),
            strings: BTreeMap::new(),
            instruments: BTreeMap::new(),
            tables: super::tables::Shelf::default(),
            history: super::history::History::default(),
            helpers: false,
            job: None,
        };
        engine.configure_buses(self.audio_buses, self.control_buses)?;
        // After the base text, so that named instruments get the numbers meant for them.
        engine.compile_first(&self.globalcode)?;
        Ok(engine)
    }

    /// The file system; in a sandbox with the files that the builder names.
    fn files(&self, options: &Options) -> Result<FileHost, HostError> {
        let sandbox =
            Options { limits: options.limits, sandbox: options.sandbox.clone(), ..Options::default() };
        let host = FileHost::of(&sandbox, |_| None)?;
        if let Some(name) = &self.outfile {
            host.grant(name, Purpose::SoundOut);
        }
        self.includes.iter().for_each(|name| host.grant(name, Purpose::Include));
        Ok(host)
    }

    /// The header; what the flags say of it wins.
    fn base_text(&self) -> String {
        let channels = self.nchnls.max(1);
        format!(
            "sr = {}\nksmps = {}\nnchnls = {channels}\nnchnls_i = 0\n0dbfs = 1\nA4 = {}\n",
            self.sr,
            self.ksmps,
            self.tuning()
        )
    }

    fn tuning(&self) -> f64 {
        if self.a4 == 0.0 { 442.0 } else { self.a4 }
    }

    /// The flags, and that the header's parameters are in range.
    fn flags(&self) -> Result<flags::FlagSet, EngineError> {
        let number = |option, value: f64, good: bool, remedy: &str| {
            if good {
                Ok(())
            } else {
                Err(EngineError::Option { option, value: value.to_string(), remedy: remedy.into() })
            }
        };
        number("sr", self.sr, self.sr > 0.0 && self.sr <= 1e9, "give a sample rate in Hz above 0")?;
        number("ksmps", self.ksmps.into(), (1..=65536).contains(&self.ksmps), "give 1 to 65536 samples")?;
        number("nchnls", self.nchnls.into(), self.nchnls <= 4096, "give at most 4096 channels")?;
        number("a4", self.a4, self.a4 >= 0.0 && self.a4.is_finite(), "give a frequency in Hz, or 0 for 442")?;
        let (flags, found) = flags::parse(&self.options, FlagSource::CommandLine);
        match found.into_iter().find(orchestrion_base::diag::Diagnostic::is_error) {
            None => Ok(flags),
            Some(d) => Err(EngineError::Option {
                option: "commandlineOptions",
                value: self.options.join(" "),
                remedy: d.message,
            }),
        }
    }

    /// Kind of file and of its samples.
    fn kind(&self) -> Result<(Container, SampleFormat), EngineError> {
        let container = match self.outfile.as_deref().filter(|_| !self.memory) {
            None => Container::Wav,
            Some(name) => super::output::container(name)?,
        };
        Ok((container, super::output::format(&self.encoding, container)?))
    }
}

impl OfflineEngine {
    /// Compiles the includes and the global code as one text, so that macros of the includes hold in the code. The
    /// history keeps what the includes hold.
    fn compile_first(&mut self, globalcode: &str) -> Result<(), EngineError> {
        let (mut text, mut recorded) = (String::new(), String::new());
        for path in &self.parameters.includes {
            let bytes = self.host.read(path, Purpose::Include)?;
            text.push_str(&format!("#include \"{path}\"\n"));
            recorded.push_str(&String::from_utf8_lossy(&bytes));
            recorded.push('\n');
        }
        text.push_str(globalcode);
        recorded.push_str(globalcode);
        if text.is_empty() { Ok(()) } else { self.compile_text("<globalcode>", &text, &recorded) }
    }
}
