//! `temposcal`, `filescal`: sounds in tables and files at any speed and pitch, their onsets as they are.

use super::mincer::{AMP, LOCK, NEXT_TO_NOTHING, OUTS, OVERLAP, PITCH, SIZE, SOURCE, Stretcher, TABLE, wrap};
use super::sound::Sound;
use crate::sound;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::host::SoundFile;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::fft::Bin;
use orchestrion_dsp::math;
use std::sync::Arc;

/// Definition of `temposcal`.
pub static TEMPOSCAL: OpDef =
    OpDef::new("temposcal", "Plays a table at any speed and pitch, onsets as they are.")
        .quiet_init()
        .sigs(&[
            sig("a", "kkkkkooPOP", Make::Unit(unit::<Temposcal<InTable>>)),
            sig("mm", "kkkkkooPOP", Make::Unit(unit::<Temposcal<InTable>>)),
        ])
        .outs(OUTS)
        .ins(&[SPEED, AMP, PITCH, TABLE, LOCK, SIZE, OVERLAP, ONSET, OFFSET, THRESHOLD])
        .reads(Res::TABLES)
        .may_fail()
        .source(SOURCE);

/// Definition of `filescal`.
pub static FILESCAL: OpDef =
    OpDef::new("filescal", "Plays a file at any speed and pitch, onsets as they are.")
        .quiet_init()
        .sigs(&[sig("mm", "kkkSkooPOP", Make::Unit(unit::<Temposcal<InFile>>))])
        .outs(&[port("asig, ...", "one output for each channel of the file")])
        .ins(&[
            SPEED,
            AMP,
            PITCH,
            port("Sfile", "name of the file; silence follows it"),
            LOCK,
            SIZE,
            OVERLAP,
            ONSET,
            OFFSET,
            THRESHOLD,
        ])
        .may_fail()
        .source(SOURCE);

const SPEED: Port = port("ktimescal", "speed: 1 as recorded");
const ONSET: Port = port("konset", "0 stretches onsets, too; default 1");
const OFFSET: Port = port("koffset", "place to begin in seconds, read when the note starts; default 0");
const THRESHOLD: Port = port("kdbthresh", "rise in dB from window to window that makes an onset; default 1");

/// When the time scale leaves onsets as they are.
#[derive(Default)]
pub(super) struct Onsets {
    /// Whether the sound is being stretched, not at an onset.
    pub stretching: bool,
    /// Hops that were not stretched; the next one makes up for them.
    owed: f64,
}

impl Onsets {
    /// For a sound that is stretched from its beginning.
    pub fn in_the_middle() -> Self {
        Self { stretching: true, owed: 0.0 }
    }

    /// Hops to go on at a speed.
    pub fn step(&mut self, speed: f64, watched: bool) -> f64 {
        if !watched || !(0.0..1.0).contains(&speed) {
            return speed;
        }
        if self.stretching {
            return speed / (1.0 + std::mem::take(&mut self.owed));
        }
        self.owed += 1.0;
        self.stretching = true;
        1.0
    }

    /// Compares the power of the next window with that of the present one.
    pub fn listen(&mut self, next: f64, now: f64, threshold: f64) {
        if 20.0 * math::log10(next / now) > threshold {
            self.stretching = false;
        }
    }
}

/// Power of a spectrum as the reference sums it up: packed numbers from the first bin on, each with the
/// one after it; `beyond` stands after the last.
fn power(bins: &[Bin], beyond: f64) -> f64 {
    let inner = bins.get(1..bins.len() - 1).unwrap_or(&[]);
    let first = inner.first().map_or(0.0, |b| b.re * b.re);
    NEXT_TO_NOTHING + inner.iter().map(|b| 2.0 * b.norm_sqr()).sum::<f64>() - first + beyond * beyond
}

/// Where `temposcal` and its relatives have their sound from.
trait Source: Default + Send + 'static {
    /// Finds it when a note starts, for an FFT size, and tells how many frames in to begin.
    fn open(&mut self, cx: &Init<'_>, size: usize) -> OpResult<f64>;

    /// The sound as it is now.
    fn sound<'a>(&'a self, io: &Io<'_>, world: &'a World) -> OpResult<Sound<'a>>;

    /// Called when a window begins at a place.
    fn go_on(&mut self, place: f64);

    /// What the sum of windows has to be multiplied with.
    fn gain(_overlap: usize) -> f64 {
        1.0
    }
}

#[derive(Default)]
struct InTable;

impl Source for InTable {
    fn open(&mut self, cx: &Init<'_>, _: usize) -> OpResult<f64> {
        Ok(cx.k(8) * cx.clock.sr)
    }

    fn sound<'a>(&'a self, io: &Io<'_>, world: &'a World) -> OpResult<Sound<'a>> {
        Sound::find(world, io.k(3), io.n_outs(), io.clock.sr)
    }

    fn go_on(&mut self, _: f64) {}
}

/// A file, of which two halves of a ring are at hand at a time, as in the reference: when a window begins in
/// one of them the other one takes what comes next, and what lies before the window is lost.
#[derive(Default)]
struct InFile {
    file: Option<Arc<SoundFile>>,
    /// Where in the file the samples of both halves are.
    halves: [usize; 2],
    /// Samples of a half.
    half: usize,
    /// The half that is filled next, and with what.
    next: (usize, usize),
}

/// Samples of a half for each of the FFT's (measured on the reference).
const HALF: usize = 10;

impl InFile {
    fn fill(&mut self) {
        let (half, start) = self.next;
        self.halves[half] = start;
        self.next = (1 - half, start.saturating_add(self.half));
    }
}

impl Source for InFile {
    fn open(&mut self, cx: &Init<'_>, size: usize) -> OpResult<f64> {
        let file = sound::read(cx, 3)?;
        if file.channels != cx.n_outs() {
            let text =
                format!("{} outputs do not fit the {} channels of the file", cx.n_outs(), file.channels);
            return Err(OpError::new(text));
        }
        let skipped = ((cx.k(8) * file.sr).max(0.0) as usize).saturating_mul(file.channels);
        (self.half, self.next) = (size * HALF, (0, skipped));
        self.file = Some(file);
        self.fill();
        self.halves[1] = self.next.1;
        Ok(0.0)
    }

    fn sound<'a>(&'a self, io: &Io<'_>, world: &'a World) -> OpResult<Sound<'a>> {
        let file = self.file.as_ref().ok_or("there is no file")?;
        Ok(Sound::of_file(file, self.halves, self.half, io.clock.sr, world.header.zero_dbfs))
    }

    fn go_on(&mut self, place: f64) {
        let middle = self.half as f64 / self.file.as_ref().map_or(1.0, |file| file.channels as f64);
        let (other, _) = self.next;
        if place > middle && other == 0 || place < middle && other == 1 {
            self.fill();
        }
    }

    /// The reference scales as if four windows overlapped (measured).
    fn gain(overlap: usize) -> f64 {
        overlap as f64 / 4.0
    }
}

#[derive(Default)]
struct Temposcal<S> {
    source: S,
    stretcher: Stretcher,
    onsets: Onsets,
    place: f64,
}

impl<S: Source> Ugen for Temposcal<S> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.stretcher.prepare(cx)?;
        self.onsets = Onsets::default();
        let start = self.source.open(cx, self.stretcher.window.len())?;
        self.place = start + self.stretcher.hop as f64;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        for n in 0..io.samples_len() {
            if self.stretcher.given == self.stretcher.hop {
                self.stretch(io, world)?;
                self.stretcher.given = 0;
            }
            self.stretcher.give(io, n, io.k(1) * S::gain(self.stretcher.overlap));
        }
        Ok(())
    }
}

impl<S: Source> Temposcal<S> {
    fn stretch(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let (channels, hop) = (io.n_outs(), self.stretcher.hop as f64);
        let before = self.source.sound(io, world)?;
        let (speed, pitch) = (io.k(0) * before.speed, io.k(2) * before.speed);
        let step = hop * self.onsets.step(speed, io.k(7) != 0.0);
        self.place = wrap(self.place + step, before.frames());
        self.source.go_on(self.place);
        let sound = self.source.sound(io, world)?;
        self.stretcher.aim(self.place, pitch);
        for c in 0..channels {
            self.stretcher.listen(c, &sound);
            let last = self.stretcher.channels[c].last.last().map_or(0.0, |b| b.re);
            let (next, now) = (power(&self.stretcher.back, 0.0), power(&self.stretcher.front, last));
            self.onsets.listen(next, now, io.k(9));
            self.stretcher.add(c, &sound, pitch, io.k(4) != 0.0);
        }
        Ok(())
    }
}
