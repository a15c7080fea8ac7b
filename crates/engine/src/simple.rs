//! The plain way in: a piece goes in, its sound comes out.
//!
//! ```
//! let piece = "
//! <CsoundSynthesizer>
//! <CsInstruments>
//! 0dbfs = 1
//! instr 1
//!   out oscili:a(0.5, 440)
//! endin
//! </CsInstruments>
//! <CsScore>
//! i 1 0 0.1
//! </CsScore>
//! </CsoundSynthesizer>";
//! let sound = orchestrion::Render::new().text(piece)?;
//! assert_eq!((sound.channels, sound.sr, sound.samples.len()), (1, 44100.0, 4410));
//! assert!((sound.peaks[0] - 0.5).abs() < 1e-4);
//! # Ok::<(), orchestrion::RenderError>(())
//! ```
//!
//! What is wrong with a piece is said with its place:
//!
//! ```
//! let error = orchestrion::Render::new().text("instr 1\n  out oscilx(0.5, 440)\nendin\n").unwrap_err();
//! let text = error.to_string();
//! assert!(text.contains("--> <text>:2:7"), "{text}");
//! assert!(text.contains("2 |   out oscilx(0.5, 440)"), "{text}");
//! ```

use crate::cancel::Cancel;
use crate::flags::{FlagSet, FlagSource, parse};
use crate::host::{FileHost, Host, HostError, MemoryHost};
use crate::options::Output;
use crate::perform::NonFinite;
use crate::piece::{Compiled, compile_files, compile_text};
use crate::render::{self, Progress, Watch, is_shown};
use crate::report::Findings;
use orchestrion_base::diag::Diagnostic;
use orchestrion_base::limits::Limit;
use orchestrion_base::op::OpDef;
use orchestrion_base::registry::Registry;
use orchestrion_base::world::{Message, MessageKind};
use std::sync::Arc;

/// Messages that a [`Rendering`] keeps.
const KEPT_MESSAGES: usize = 1 << 20;

/// A render in preparation. Say what differs from the usual, then hand over the piece with
/// [`text`](Self::text) or [`file`](Self::file).
pub struct Render<'a> {
    words: Vec<String>,
    host: Option<Arc<dyn Host>>,
    cancel: Cancel,
    opcodes: Vec<&'static OpDef>,
    progress: Box<dyn FnMut(&Progress) + 'a>,
    message: Box<dyn FnMut(&Message) + 'a>,
}

impl Default for Render<'_> {
    fn default() -> Self {
        Self::new()
    }
}

impl<'a> Render<'a> {
    /// A render with Csound's defaults, whose sound stays in memory.
    pub fn new() -> Self {
        Self {
            words: Vec::new(),
            host: None,
            cancel: Cancel::default(),
            opcodes: Vec::new(),
            progress: Box::new(|_| ()),
            message: Box::new(|_| ()),
        }
    }

    /// Adds a flag as one types it to csound: `-m0`, `--sample-rate=48000`, `--omacro:VOICES=8`. It wins over the
    /// piece's own `<CsOptions>`. All flags: docs/flags.md.
    #[must_use]
    pub fn option(mut self, flag: impl Into<String>) -> Self {
        self.words.push(flag.into());
        self
    }

    /// The seed of the generators that Csound seeds from the clock.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        self.option(format!("--seed={seed}"))
    }

    /// Plays notes on so many threads, 0 for one per processor; 1 unless something else is said. The sound is the
    /// same for any number.
    #[must_use]
    pub fn threads(self, count: u32) -> Self {
        self.option(format!("--threads={count}"))
    }

    /// Stops after so many seconds, for pieces that never end.
    #[must_use]
    pub fn end(self, seconds: f64) -> Self {
        self.option(format!("--end={seconds}"))
    }

    /// Writes the sound to this file instead of keeping it; flags choose the format (`-3`, `--format=flac`).
    #[must_use]
    pub fn output(self, name: &str) -> Self {
        self.option(format!("--output={name}"))
    }

    /// The files that the piece may read and write, instead of those that [`text`](Self::text) and
    /// [`file`](Self::file) choose.
    #[must_use]
    pub fn host(mut self, host: Arc<dyn Host>) -> Self {
        self.host = Some(host);
        self
    }

    /// Samples of all channels that may be kept, instead of 2^27 (1 GiB). A longer sound is an error.
    #[must_use]
    pub fn keep(self, samples: usize) -> Self {
        self.limit(Limit::KeptSamples, samples as u64)
    }

    /// Sets a limit of what the piece may use; docs/flags.md lists them with their defaults. The piece cannot do so.
    #[must_use]
    pub fn limit(self, limit: Limit, number: u64) -> Self {
        let row = limit.row();
        self.option(format!("--limit:{}={}", row.name, number.min(row.most)))
    }

    /// Lets the piece read and write files in this folder only. May be used several times. A piece given as text has
    /// no files at all unless this or [`host`](Self::host) is used; beside a host it has no effect.
    #[must_use]
    pub fn sandbox(self, folder: &str) -> Self {
        self.option(format!("--sandbox={folder}"))
    }

    /// Registers an opcode. It replaces a built-in one of the same name; if it panics, that is an error of the note
    /// that uses it.
    #[must_use]
    pub fn opcode(mut self, opcode: &'static OpDef) -> Self {
        self.opcodes.push(opcode);
        self
    }

    /// Lets another thread stop the render.
    #[must_use]
    pub fn cancel(mut self, cancel: &Cancel) -> Self {
        self.cancel = cancel.clone();
        self
    }

    /// Calls `watch` every few thousand samples.
    #[must_use]
    pub fn on_progress(mut self, watch: impl FnMut(&Progress) + 'a) -> Self {
        self.progress = Box::new(watch);
        self
    }

    /// Calls `watch` with each message that the message level (`-m`) lets through.
    #[must_use]
    pub fn on_message(mut self, watch: impl FnMut(&Message) + 'a) -> Self {
        self.message = Box::new(watch);
        self
    }

    /// Renders a document (`.csd`), or an orchestra without a score. The piece sees no files but those of
    /// [`host`](Self::host), a set in memory by default.
    ///
    /// # Errors
    /// The piece or a flag is wrong, a file cannot be read or written, the sound is too long, or the render was cancelled.
    pub fn text(self, piece: &str) -> Result<Rendering, RenderError> {
        let (flags, found) = parse(&self.words, FlagSource::CommandLine);
        let options = flags.options();
        let host: Arc<dyn Host> = match &self.host {
            Some(host) => host.clone(),
            None if options.sandbox.is_empty() => Arc::new(MemoryHost::new(options.limits)),
            None => Arc::new(FileHost::of(&options, |_| None)?),
        };
        let compiled = compile_text("<text>", piece, &*host, flags.clone(), self.registry());
        self.run(compiled, found, &flags, host)
    }

    /// Renders a file: a document, or an orchestra without a score. The piece reads and writes files as it
    /// would with csound, but the environment's search paths do not count (`--env:SSDIR=...` does).
    ///
    /// # Errors
    /// As for [`text`](Self::text).
    pub fn file(self, name: &str) -> Result<Rendering, RenderError> {
        let (flags, found) = parse(&self.words, FlagSource::CommandLine);
        let flags = FlagSet::of_file(name).overlay(flags);
        let host: Arc<dyn Host> = match &self.host {
            Some(host) => host.clone(),
            None => Arc::new(FileHost::of(&flags.options(), |_| None)?),
        };
        let compiled = compile_files(&*host, flags.clone(), self.registry());
        self.run(compiled, found, &flags, host)
    }

    fn registry(&self) -> Registry {
        let mut registry = orchestrion_opcodes::registry();
        self.opcodes.iter().for_each(|op| registry.add(op));
        registry
    }

    fn run(
        self,
        compiled: Compiled,
        mut diagnostics: Vec<Diagnostic>,
        flags: &FlagSet,
        host: Arc<dyn Host>,
    ) -> Result<Rendering, RenderError> {
        diagnostics.extend(compiled.diagnostics);
        let mut findings = Findings { diagnostics, sources: compiled.sources };
        let Some(mut piece) = compiled.piece.filter(|_| !findings.has_errors()) else {
            return Err(RenderError::Compile(findings));
        };
        // The piece's own <CsOptions> do not choose where the sound goes: who calls does.
        let output = flags.options().output.unwrap_or(Output::Memory);
        let mut collector = Collector {
            keep: piece.options.limits.size(Limit::KeptSamples),
            in_memory: output == Output::Memory,
            level: piece.options.message_level,
            render: self,
            samples: Vec::new(),
            messages: Vec::new(),
            too_long: false,
            cancelled: false,
        };
        piece.options.output = Some(output);
        let channels = piece.header().nchnls;
        let rendered = render::render(piece, host, &mut collector);
        if collector.too_long {
            return Err(RenderError::TooLong(collector.keep));
        }
        findings.diagnostics.extend(rendered.diagnostics);
        if findings.has_errors() {
            return Err(RenderError::Perform(findings));
        }
        let rendering = Rendering {
            samples: collector.samples,
            channels,
            sr: rendered.sr,
            frames: rendered.frames,
            peaks: rendered.levels.peaks,
            messages: collector.messages,
            diagnostics: findings,
            errors: rendered.errors,
            non_finite: rendered.non_finite,
            exit: rendered.exit,
        };
        if collector.cancelled { Err(RenderError::Cancelled(Box::new(rendering))) } else { Ok(rendering) }
    }
}

/// Keeps what a render tells, and passes it on.
struct Collector<'a> {
    render: Render<'a>,
    in_memory: bool,
    keep: usize,
    level: u32,
    samples: Vec<f64>,
    messages: Vec<Message>,
    too_long: bool,
    cancelled: bool,
}

impl Watch for Collector<'_> {
    fn message(&mut self, message: &Message) {
        if is_shown(message.kind, self.level) {
            (self.render.message)(message);
            if self.messages.len() < KEPT_MESSAGES {
                self.messages.push(message.clone());
            }
        }
    }

    fn progress(&mut self, progress: &Progress) -> bool {
        (self.render.progress)(progress);
        self.cancelled |= self.render.cancel.is_cancelled();
        !self.cancelled && !self.too_long
    }

    fn block(&mut self, interleaved: &[f64]) {
        if self.in_memory {
            self.too_long |= self.samples.len() + interleaved.len() > self.keep;
            if !self.too_long {
                self.samples.extend_from_slice(interleaved);
            }
        }
    }
}

/// What came of a render.
#[derive(Clone, Debug, Default)]
pub struct Rendering {
    /// The sound: one sample of each channel, then the next ones; full scale is 1.0. Empty if it went to a file.
    pub samples: Vec<f64>,
    /// Number of channels.
    pub channels: usize,
    /// Frames per second.
    pub sr: f64,
    /// Frames rendered.
    pub frames: u64,
    /// Largest absolute sample of each channel.
    pub peaks: Vec<f64>,
    /// What the piece and the renderer said, as far as the message level lets it through; of very many the first
    /// million.
    pub messages: Vec<Message>,
    /// Warnings about the piece.
    pub diagnostics: Findings,
    /// Notes that failed and other errors of the performance; the messages say why.
    pub errors: u64,
    /// Samples that were no finite numbers; they are silence unless `--keep-nan` was given.
    pub non_finite: Option<NonFinite>,
    /// The status that the piece asked for with `exitnow`.
    pub exit: Option<i32>,
}

impl Rendering {
    /// Length in seconds.
    pub fn seconds(&self) -> f64 {
        self.frames as f64 / self.sr
    }

    /// The samples of a channel, counted from 0; none if there is no such channel.
    pub fn channel(&self, channel: usize) -> impl Iterator<Item = f64> + '_ {
        let skipped = if channel < self.channels { channel } else { self.samples.len() };
        self.samples.iter().skip(skipped).step_by(self.channels.max(1)).copied()
    }

    /// What the piece itself printed.
    pub fn printed(&self) -> String {
        let prints = self.messages.iter().filter(|message| message.kind == MessageKind::Print);
        prints.map(|message| message.text.to_string()).collect()
    }
}

/// Why a render gave no sound.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// A flag or the piece is wrong; nothing was rendered.
    #[error("{0}")]
    Compile(Findings),
    /// The render could not begin or its sound could not be written.
    #[error("{0}")]
    Perform(Findings),
    /// The sound has more samples than may be kept.
    #[error(
        "{}; or set an end, or write it to a file",
        Limit::KeptSamples.reached(format_args!("the sound has more than {} samples", .0))
    )]
    TooLong(usize),
    /// The folder of a sandbox is none.
    #[error(transparent)]
    Sandbox(#[from] HostError),
    /// The render was stopped through its [`Cancel`]; here is what there was until then.
    #[error("the render was cancelled at {} s", .0.seconds())]
    Cancelled(Box<Rendering>),
}

#[cfg(test)]
#[path = "simple_tests.rs"]
mod tests;
