//! `mincer`: sounds in tables by time and at any pitch; the phase vocoder that does it.

use super::sound::Sound;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::fft::{Bin, RealFft};
use orchestrion_dsp::math;
use orchestrion_dsp::window::hann;

pub(super) const OUTS: &[Port] = &[port("asig", "one output for each channel of the table")];
pub(super) const AMP: Port = port("kamp", "factor of the amplitude");
pub(super) const PITCH: Port = port("kpitch", "factor of the pitch");
pub(super) const TABLE: Port = port("ktab", "table with the sound");
pub(super) const LOCK: Port = port("klock", "nonzero locks the phases of neighbouring bins");
pub(super) const SIZE: Port =
    port("ifftsize", "FFT size in samples, reduced to a power of two; default 2048");
pub(super) const OVERLAP: Port = port("idecim", "windows that overlap; default 4");

/// Definition of `mincer`.
pub static MINCER: OpDef = OpDef::new("mincer", "Plays a table by time, at any pitch.")
    .quiet_init()
    .sigs(&[
        sig("a", "akkkkoo", Make::Unit(unit::<Mincer>)),
        sig("mm", "akkkkoo", Make::Unit(unit::<Mincer>)),
    ])
    .outs(OUTS)
    .ins(&[port("atimpt", "place in the table in seconds"), AMP, PITCH, TABLE, LOCK, SIZE, OVERLAP])
    .reads(Res::TABLES)
    .may_fail()
    .source(SOURCE);

pub(super) const SOURCE: &str = "Manual: mincer, temposcal, filescal; Puckette, \"Phase-locked Vocoder\", WASPAA 1995; places of windows measured on the reference";

/// Keeps divisions by silence finite.
pub(super) const NEXT_TO_NOTHING: f64 = 1e-20;
/// The same for the real part of a phase.
const NUDGE: f64 = 1e-15;

/// The vocoder of one channel.
pub(super) struct Channel {
    /// The last spectrum given out, whose phases the next one continues.
    pub last: Vec<Bin>,
    /// Sums of windows, from the present sample on.
    sum: Vec<f64>,
}

/// What channels share, and its working memory.
pub(super) struct Stretcher {
    fft: RealFft,
    pub window: Vec<f64>,
    pub hop: usize,
    /// Windows that overlap.
    pub overlap: usize,
    pub channels: Vec<Channel>,
    /// Where in the sound the samples of a window are, in frames.
    places: Vec<f64>,
    samples: Vec<f64>,
    pub front: Vec<Bin>,
    pub back: Vec<Bin>,
    /// Samples given out of the present hop.
    pub given: usize,
}

impl Default for Stretcher {
    fn default() -> Self {
        Self::new(1, 1, 0)
    }
}

impl Stretcher {
    fn new(size: usize, overlap: usize, channels: usize) -> Self {
        let fft = RealFft::new(size);
        let (bins, hop) = (fft.bins(), size / overlap);
        let channel = || Channel { last: vec![Bin::default(); bins], sum: vec![0.0; hop * overlap] };
        Self {
            fft,
            window: hann(size),
            hop,
            overlap,
            channels: std::iter::repeat_with(channel).take(channels).collect(),
            places: vec![0.0; size],
            samples: vec![0.0; size],
            front: vec![Bin::default(); bins],
            back: vec![Bin::default(); bins],
            given: hop,
        }
    }

    /// With FFT size and overlap from inputs 5 and 6. A note that reuses the instance goes on from the
    /// phases of the one before, as in the reference.
    pub fn prepare(&mut self, cx: &Init<'_>) -> OpResult {
        let (size, overlap) = (cx.k(5) as i32, cx.k(6) as i32);
        let size = if size == 0 { 2048 } else { size };
        let overlap = if overlap == 0 { 4 } else { overlap };
        if size < 4 || overlap < 1 || overlap > size / 2 {
            return Err(OpError::new(format!("FFT size {size} and overlap {overlap} do not work together")));
        }
        let size = 1usize << size.ilog2();
        cx.world.ask_memory(size.saturating_mul(8 * (8 + 4 * cx.n_outs())), "a phase vocoder")?;
        let before = std::mem::replace(self, Self::new(size, overlap as usize, cx.n_outs()));
        for (channel, before) in self.channels.iter_mut().zip(before.channels) {
            if let Some(last) = before.last.get(..channel.last.len()) {
                channel.last.copy_from_slice(last);
            }
        }
        Ok(())
    }

    /// Begins windows at a place. Each step is added to the last, as in the reference: rounding decides
    /// which frame the window before begins with.
    pub fn aim(&mut self, start: f64, pitch: f64) {
        let mut place = start;
        for p in &mut self.places {
            *p = place;
            place += pitch;
        }
    }

    /// Samples of a window of a channel, `back` frames before its place and `ahead` after it.
    fn read(&mut self, c: usize, sound: &Sound<'_>, back: f64, ahead: f64) {
        for ((sample, w), place) in self.samples.iter_mut().zip(&self.window).zip(&self.places) {
            *sample = sound.at((place - back).trunc() + ahead, place.fract(), c, false) * w;
        }
    }

    /// Spectra of a window and, into `back`, of the one a hop ahead.
    pub fn listen(&mut self, c: usize, sound: &Sound<'_>) {
        self.read(c, sound, 0.0, self.hop as f64);
        self.fft.forward(&self.samples, &mut self.back);
        self.read(c, sound, 0.0, 0.0);
        self.fft.forward(&self.samples, &mut self.front);
    }

    /// Adds a window of a channel. Its phases go on from the last window's as those of the sound do within
    /// a hop.
    pub fn add(&mut self, c: usize, sound: &Sound<'_>, pitch: f64, lock: bool) {
        self.read(c, sound, 0.0, 0.0);
        self.fft.forward(&self.samples, &mut self.front);
        self.read(c, sound, self.hop as f64 * pitch, 0.0);
        self.fft.forward(&self.samples, &mut self.back);
        // The reference works on packed spectra: the lowest bin has the highest one for an imaginary part.
        for bins in [&mut self.front, &mut self.back] {
            bins[0].im = bins[bins.len() - 1].re;
        }
        let channel = &mut self.channels[c];
        for (back, last) in self.back.iter_mut().zip(&channel.last) {
            let phase = *last * (1.0 / (math::hypot(last.re, last.im) + NEXT_TO_NOTHING));
            *back = back.conj() * phase;
        }
        let end = self.back.len() - 1;
        for i in 0..=end {
            let mut target = self.back[i];
            if lock {
                target += if i > 0 { self.back[i - 1] } else { Bin::default() };
                target += if i < end { self.back[i + 1] } else { Bin::default() };
                if i == 0 || i == end {
                    target.im = 0.0;
                }
            }
            target.re += NUDGE;
            self.front[i] *= target * (1.0 / math::hypot(target.re, target.im));
            channel.last[i] = self.front[i];
        }
        self.fft.inverse(&self.front, &mut self.samples);
        channel.sum.copy_within(self.hop.., 0);
        let kept = channel.sum.len() - self.hop;
        channel.sum[kept..].fill(0.0);
        for ((sum, x), w) in channel.sum.iter_mut().zip(&self.samples).zip(&self.window) {
            *sum += x * w;
        }
    }

    /// Gives out a sample of each channel.
    pub fn give(&mut self, io: &Io<'_>, n: usize, amp: f64) {
        let scale = 8.0 / self.overlap as f64 / 3.0;
        for (c, channel) in self.channels.iter().enumerate() {
            if let Some(y) = io.out(c).get(n) {
                y.set(channel.sum[self.given] * (amp * scale));
            }
        }
        self.given += 1;
    }
}

/// A place between 0, excluded, and the end of a sound, which is included.
pub(super) fn wrap(place: f64, frames: f64) -> f64 {
    if place > 0.0 && place <= frames { place } else { place - ((place / frames).ceil() - 1.0) * frames }
}

#[derive(Default)]
struct Mincer(Stretcher);

impl Ugen for Mincer {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.0.prepare(cx)
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let (time, sr, channels) = (io.x(0), io.clock.sr, io.n_outs());
        for n in 0..io.samples_len() {
            if self.0.given == self.0.hop {
                let sound = Sound::find(world, io.k(3), channels, sr)?;
                let hop = self.0.hop as f64;
                // Windows begin at whole hops.
                let place = hop * (time.at(n) * sound.speed * sr / hop).trunc();
                let pitch = io.k(2) * sound.speed;
                self.0.aim(wrap(place, sound.frames()), pitch);
                for c in 0..channels {
                    self.0.add(c, &sound, pitch, io.k(4) != 0.0);
                }
                self.0.given = 0;
            }
            self.0.give(io, n, io.k(1));
        }
        Ok(())
    }
}
