//! Rendering a piece from beginning to end.

use crate::host::CarriedHost;
use crate::midi::MidiFile;
use crate::options::{Options, Output};
use crate::perform::{Block, MidiSetup, NonFinite, Performance, Setup};
use crate::piece::Piece;
use crate::soundfile::{self, HostSounds, Levels};
use orchestrion_base::diag::{Diagnostic, codes};
use orchestrion_base::host::{Host, Purpose, SoundReader};
use orchestrion_base::source::Span;
use orchestrion_base::world::{Message, MessageKind};
use std::sync::Arc;

/// How far a render is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Seconds rendered.
    pub seconds: f64,
    /// Seconds the piece will have, where that is known.
    pub total: Option<f64>,
    /// Largest absolute sample so far, full scale 1.0.
    pub peak: f64,
}

/// Who follows a render.
pub trait Watch {
    /// A message was sent.
    fn message(&mut self, message: &Message);
    /// Some time was rendered. Returning false stops the render; what was written stays valid.
    fn progress(&mut self, progress: &Progress) -> bool;
    /// A block of sound, interleaved, full scale 1.0.
    fn block(&mut self, interleaved: &[f64]) {
        let _ = interleaved;
    }
}

/// What came of a render.
#[derive(Clone, Debug, Default)]
pub struct Rendered {
    /// Frames written.
    pub frames: u64,
    /// Sample rate.
    pub sr: f64,
    /// Peaks and samples out of range, per channel.
    pub levels: Levels,
    /// Notes that failed and other errors while performing.
    pub errors: u64,
    /// Samples that were no finite numbers.
    pub non_finite: Option<NonFinite>,
    /// What `exitnow` asked for.
    pub exit: Option<i32>,
    /// Errors that kept the render from running or from being written.
    pub diagnostics: Vec<Diagnostic>,
}

/// Samples that are collected before they go to the file.
const CHUNK: usize = 1 << 14;

/// Renders a piece to the output that its options name.
pub fn render(piece: Piece, host: Arc<dyn Host>, watch: &mut dyn Watch) -> Rendered {
    let mut options = piece.options.clone();
    if options.init_only {
        options.output = Some(Output::Null);
    }
    let host: Arc<dyn Host> = if piece.embedded.is_empty() {
        host
    } else {
        let files = piece.embedded.iter().map(|f| (f.name.clone(), f.data.as_slice().into())).collect();
        Arc::new(CarriedHost::new(files, host))
    };
    let sounds = HostSounds::new(host.clone(), soundfile::Limits::of(&options.limits))
        .with_output(options.container, options.format)
        .resampled_to(options.resample_on_load.then_some(piece.program.header.sr));
    let sounds = Arc::new(sounds);
    let setup = Setup {
        host: Some(host.clone()),
        sounds: Some(sounds.clone()),
        sound_writer: Some(sounds.clone()),
        sample_accurate: options.sample_accurate,
        end: options.end,
        seed: options.seed,
        manner: options.manner,
        strsets: options.strsets.clone(),
        init_only: options.init_only,
        limits: options.limits,
        keep_nan: options.keep_nan,
        trace_nan: options.trace_nan,
        threads: crate::host::threads(options.threads),
    };
    let input = match &options.input {
        None => None,
        Some(name) => match sounds.read_sound(name) {
            Ok(sound) => Some(sound),
            Err(e) => return stopped(codes::FILE_UNREADABLE, e.to_string()),
        },
    };
    let midi = match midi_file(&piece, &*host) {
        Ok(midi) => midi,
        Err(text) => return stopped(codes::FILE_UNREADABLE, text),
    };
    let mut performance = match Performance::new(piece, setup) {
        Ok(p) => p,
        Err(failed) => {
            failed.messages.iter().for_each(|m| watch.message(m));
            return stopped(codes::INIT_ERROR, "instrument 0 failed; nothing was rendered".to_owned());
        }
    };
    if let Some(sound) = input {
        performance.set_input(sound.samples.clone(), sound.channels);
    }
    if let Some(file) = midi {
        let setup = MidiSetup {
            map: options.midi_map.clone(),
            end: options.end_with_midi,
            aftertouch_zero: options.aftertouch_zero,
            raw_controllers: options.raw_controllers,
        };
        performance.set_midi(file, setup);
    }
    performance.set_score_position(options.skip_seconds);
    play(&mut performance, &*host, &options, watch)
}

/// The MIDI file that the options name, or that the document carries.
fn midi_file(piece: &Piece, host: &dyn Host) -> Result<Option<MidiFile>, String> {
    let bytes: Arc<[u8]> = match (&piece.options.midi_file, &piece.midi) {
        (Some(name), _) => host.read(name, Purpose::Midi).map_err(|e| e.to_string())?,
        (None, Some(carried)) => carried.data.as_slice().into(),
        (None, None) => return Ok(None),
    };
    crate::midi::read(&bytes, &piece.options.mute_tracks).map(Some).map_err(|e| e.to_string())
}

fn stopped(code: orchestrion_base::diag::Code, text: String) -> Rendered {
    Rendered { diagnostics: vec![Diagnostic::error(code, Span::NONE, text)], ..Rendered::default() }
}

fn play(
    performance: &mut Performance,
    host: &dyn Host,
    options: &Options,
    watch: &mut dyn Watch,
) -> Rendered {
    let header = *performance.header();
    let channels = header.nchnls;
    let mut result = Rendered { sr: header.sr, levels: Levels::new(channels as u32), ..Rendered::default() };
    let total = performance.expected_seconds();
    let expected = total.map(|t| (t * header.sr) as u64);
    let mut sink = match soundfile::output(host, options, header.sr, channels as u32, expected) {
        Ok(sink) => sink,
        Err(e) => {
            let what = match &options.output {
                Some(Output::File(name)) => format!("cannot write \"{name}\": {e}"),
                _ => e.to_string(),
            };
            return stopped(codes::FILE_UNREADABLE, what);
        }
    };
    let scale = 1.0 / header.zero_dbfs;
    let mut chunk: Vec<f64> = Vec::with_capacity(CHUNK + channels * 65536);
    let mut alive = true;
    let mut sections = Sections::new(channels);
    loop {
        let more = match performance.step() {
            Some(block) if alive => {
                sections.measure(&block, channels);
                block.interleave(&mut chunk, channels, scale);
                true
            }
            _ => false,
        };
        sections.report(performance.section(), watch);
        if !performance.world().messages.is_empty() {
            performance.take_messages().iter().for_each(|m| watch.message(m));
        }
        if chunk.len() >= CHUNK || !more && !chunk.is_empty() {
            result.levels.measure(&chunk);
            result.frames += (chunk.len() / channels) as u64;
            watch.block(&chunk);
            if let Err(e) = sink.write(&chunk) {
                result.diagnostics.push(Diagnostic::error(codes::FILE_UNREADABLE, Span::NONE, e.to_string()));
                alive = false;
            }
            chunk.clear();
            let seconds = performance.seconds();
            alive &= watch.progress(&Progress { seconds, total, peak: result.levels.peak() });
        }
        if !more {
            break;
        }
    }
    if let Err(e) = sink.finish() {
        result.diagnostics.push(Diagnostic::error(codes::FILE_UNREADABLE, Span::NONE, e.to_string()));
    }
    result.errors = performance.errors();
    result.exit = performance.exit();
    result.non_finite = performance.non_finite().cloned();
    result
}

/// Peaks of each section of the score, for the messages at its end.
struct Sections {
    peaks: Vec<f64>,
    next: Vec<f64>,
    section: usize,
}

impl Sections {
    fn new(channels: usize) -> Self {
        Self { peaks: vec![0.0; channels], next: vec![0.0; channels], section: 0 }
    }

    fn measure(&mut self, block: &Block<'_>, channels: usize) {
        for (c, peak) in self.next.iter_mut().enumerate().take(channels) {
            let samples = block.spout.iter().skip(c * block.stride).take(block.frames);
            *peak = samples.fold(0.0, |peak, x| x.get().abs().max(peak));
        }
    }

    /// Says how loud the section was that ended before the last block. `now` is the current section from 0;
    /// past the last one nothing is said, as the whole is reported then.
    fn report(&mut self, now: Option<usize>, watch: &mut dyn Watch) {
        if let Some(now) = now.filter(|now| *now != self.section) {
            let peaks: String = self.peaks.iter().map(|x| format!(" {x:8.5}")).collect();
            let text = format!("end of section {}\t sect peak amps:{peaks}\n", self.section + 1);
            watch.message(&Message { kind: MessageKind::Amplitude, text: text.into() });
            let text = format!("SECTION {}:\n", now + 1);
            watch.message(&Message { kind: MessageKind::Amplitude, text: text.into() });
            self.section = now;
            self.peaks.fill(0.0);
        }
        for (peak, next) in self.peaks.iter_mut().zip(&mut self.next) {
            *peak = peak.max(std::mem::take(next));
        }
    }
}

/// Whether a message is shown at a message level of the reference (`-m`).
pub fn is_shown(kind: MessageKind, level: u32) -> bool {
    match kind {
        MessageKind::Print | MessageKind::Error => true,
        MessageKind::Warning => level & 4 != 0,
        MessageKind::Amplitude => level & 1 != 0,
        MessageKind::Info => level & 2 != 0,
    }
}
