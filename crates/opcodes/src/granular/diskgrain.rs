//! `diskgrain`: synchronous granular synthesis of a sound file.

use super::syncgrain::{Points, Ring, Starts, within};
use crate::lookup::power_of_two_table;
use crate::sound::{Outputs, read};
use orchestrion_base::error::OpResult;
use orchestrion_base::host::SoundFile;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use std::sync::Arc;

/// Definition of `diskgrain`.
pub static DISKGRAIN: OpDef = OpDef::new("diskgrain", "Synchronous granular synthesis of a sound file.")
    .sigs(&[sig("mmmm", "Skkkkkiipo", Make::Unit(unit::<Diskgrain>))])
    .outs(&[port("asig", "signal, as many as the file has channels, 1 to 4")])
    .ins(&[
        port("Sfname", "name of the file"),
        port("kamp", "amplitude"),
        port("kfreq", "grains per second in Hz"),
        port("kpitch", "transposition of grains: 1 plays the sound at its own pitch, below 0 backwards"),
        port("kgrsize", "duration of a grain in seconds, up to twice imaxgrsize"),
        port("kprate", "step from the start of a grain to the next, in grain durations"),
        port("ifun", "table of the envelope"),
        port("iolaps", "how many grains may overlap"),
        port("imaxgrsize", "largest grain in seconds; default 1"),
        port("ioffset", "where in the file to begin, in seconds; default 0"),
    ])
    .source(
        "Manual: diskgrain (V. Lazzarini); place and period kept in single precision, and the halves in which the \
         file is read, measured on the reference",
    )
    .reads(Res::TABLES)
    .may_fail()
    .differences(&["With several channels the reference reads elsewhere before the start of the file."]);

/// Fewest frames of a reel (measured on the reference).
const SHORTEST: usize = 88200;

/// A stretch of a sound file, in two halves that are read in turn; what grains start from goes round in it.
/// The file goes on from its start where it ends.
#[derive(Default)]
struct Reel {
    sound: Arc<SoundFile>,
    /// Frames of the two halves, one after the other, and one frame more.
    frames: Vec<f64>,
    channels: usize,
    /// Frames of a half.
    half: usize,
    /// Which half was read last; going backwards, the other one.
    second: bool,
    /// Where in the file that was meant to begin, and where reading ended.
    at: i64,
    cursor: usize,
    /// Place of the grains that decides when to read.
    place: f32,
}

impl Reel {
    fn new(world: &World, sound: Arc<SoundFile>, longest: f64, offset: f64, sr: f64) -> OpResult<Self> {
        let half = ((longest * sr * 4.0) as usize).max(SHORTEST) / 2;
        let channels = sound.channels;
        let samples = (2 * half + 1).saturating_mul(channels);
        world.ask_memory(samples.saturating_mul(size_of::<f64>()), "imaxgrsize of diskgrain")?;
        let at = (offset * sound.sr) as i64;
        let mut reel = Self { sound, frames: vec![0.0; samples], channels, half, at, ..Self::default() };
        reel.seek(at);
        if reel.take(0, half) == 0 {
            return Err("diskgrain: nothing to read at ioffset".into());
        }
        Ok(reel)
    }

    /// Goes to a frame of the file, unless there is none.
    fn seek(&mut self, frame: i64) {
        let frame = usize::try_from(frame).ok().filter(|frame| *frame <= self.sound.frames());
        self.cursor = frame.unwrap_or(self.cursor);
    }

    /// Reads `count` frames to frame `to`, silence where there are none; how many there were.
    fn take(&mut self, to: usize, count: usize) -> usize {
        let there = count.min(self.sound.frames().saturating_sub(self.cursor));
        let [from, into] = [self.cursor, to].map(|start| start * self.channels);
        let (found, missing) =
            self.frames[into..into + count * self.channels].split_at_mut(there * self.channels);
        found.copy_from_slice(&self.sound.samples[from..from + found.len()]);
        missing.fill(0.0);
        self.cursor += there;
        there
    }

    /// Reads a half from the file anew; what is missing at its end is taken from frame `more` of the file.
    fn load(&mut self, second: bool, more: impl Fn(usize) -> i64) {
        self.second = second;
        let start = if second { self.half } else { 0 };
        self.seek(self.at);
        let got = self.take(start, self.half);
        if got < self.half {
            self.seek(more(self.half - got));
            self.take(start + got, self.half - got);
        }
        // The frame after the half is its last one again, whatever follows (measured on the reference).
        let end = (start + self.half) * self.channels;
        self.frames.copy_within(end - self.channels..end, end);
    }

    /// Follows the start of the grains, which moves by `step`; a grain covers `span` frames. Reads a half when
    /// the grains have left it.
    fn follow(&mut self, step: f32, span: f32) {
        let (half, whole) = (self.half as f32, 2.0 * self.half as f32);
        self.place += step;
        if step >= 0.0 {
            let turn = self.place >= whole - span;
            if turn {
                self.place -= whole;
            }
            if turn && self.second || !turn && self.place >= half - span && !self.second {
                self.at = self.at.saturating_add(self.half as i64);
                self.load(!self.second, |_| 0);
            }
        } else {
            let turn = self.place < span;
            if turn {
                self.place += whole;
            }
            if turn && self.second || !turn && self.place <= half + span && !self.second {
                let (back, length) = (self.at.saturating_sub(self.half as i64), self.sound.frames() as i64);
                self.at = if back < 0 { back.rem_euclid(length.max(1)) } else { back };
                self.load(turn, |missing| length - missing as i64);
                self.second = !turn;
            }
        }
    }

    /// The sample of a channel at a place between frames.
    #[inline]
    fn sample(&self, at: f64, channel: usize) -> f64 {
        let frame = at as usize;
        let i = frame.saturating_mul(self.channels).saturating_add(channel);
        let point = |i: usize| self.frames.get(i).copied().unwrap_or(0.0);
        let a = point(i);
        a + (at - frame as f64) * (point(i.saturating_add(self.channels)) - a)
    }
}

#[derive(Default)]
struct Diskgrain {
    reel: Reel,
    envelope: f64,
    grains: Ring,
    starts: Starts,
    /// Where the next grain starts in the reel.
    place: f32,
}

impl Ugen for Diskgrain {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let sound = read(cx, 0)?;
        Outputs::prepare(cx, "diskgrain", 0, sound.channels)?;
        let reel = Reel::new(cx.world, sound, cx.k(8), cx.k(9), cx.clock.sr)?;
        let envelope = power_of_two_table(cx.world, cx.k(6))?;
        *self = Self { reel, envelope, grains: Ring::new(cx.world, cx.k(7))?, ..Self::default() };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let envelope = Points::find(world, self.envelope)?;
        let sr = self.reel.sound.sr;
        let scale = sr / io.clock.sr;
        let (amp, pitch, rate) = (io.k(1), io.k(3) * scale, io.k(5) * scale);
        let period = (sr / io.k(2)).abs();
        let size = (sr * io.k(4)).min(self.reel.half as f64);
        if size.is_nan() || size < 1.0 {
            return Err("diskgrain: kgrsize has to be at least a sample".into());
        }
        let (step, whole) = (envelope.len / size, 2.0 * self.reel.half as f64);
        for n in 0..io.samples_len() {
            self.grains.release();
            if self.starts.due(period) {
                self.grains.start(f64::from(self.place));
                let ahead = (rate * size) as f32;
                self.reel.follow(ahead, (size * pitch.abs()) as f32);
                self.place = within(f64::from(self.place + ahead), 0.0, whole) as f32;
            }
            let mut sums = [0.0; 4];
            self.grains.each(|grain| {
                grain.at = within(grain.at, 0.0, whole);
                let gain = if grain.along < envelope.len { envelope.at(grain.along) } else { 0.0 };
                for (c, sum) in sums.iter_mut().enumerate().take(io.n_outs()) {
                    *sum += self.reel.sample(grain.at, c) * gain;
                }
                if grain.along < envelope.len {
                    grain.at += pitch;
                    grain.along += step;
                }
                grain.on &= grain.along <= envelope.len;
            });
            self.starts.advance();
            for (o, sum) in sums.iter().enumerate().take(io.n_outs()) {
                io.out(o)[n].set(sum * amp);
            }
        }
        Ok(())
    }
}
