//! What the opcodes of the phase vocoder share that read files by time: frames between frames, and their
//! resynthesis once per k-cycle.

use super::pvocex::{PvocEx, file_name, load};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::Init;
use orchestrion_base::port::Io;
use orchestrion_dsp::fft::{Bin, RealFft};
use orchestrion_dsp::math;
use std::f64::consts::{PI, TAU};
use std::sync::Arc;

/// A frame: amplitude and frequency of each bin.
pub(super) type Frame = Vec<[f64; 2]>;

/// The frames of a file of one channel.
pub(super) struct Frames {
    file: Arc<PvocEx>,
    /// Frames that replace those of the file.
    pub changed: Option<Vec<[f32; 2]>>,
    /// Frames per second of the orchestra's clock.
    rate: f64,
    /// Amplitude of full scale.
    pub full_scale: f64,
}

impl Frames {
    /// Those of the file that input `i` names.
    ///
    /// # Errors
    /// There is no such file, or it has other channels than one, or no frame.
    pub fn open(cx: &mut Init<'_>, i: usize) -> OpResult<Self> {
        let name = file_name(cx, i);
        let file = load(cx.world, &name)?;
        if file.channels != 1 || file.frames() == 0 || file.layout.hop == 0 || file.layout.size < 2 {
            return Err(OpError::new(format!("\"{name}\" does not hold frames of one channel")));
        }
        let rate = cx.clock.sr / f64::from(file.layout.hop);
        Ok(Self { file, changed: None, rate, full_scale: cx.world.header.zero_dbfs })
    }

    /// Bins of a frame.
    pub fn bins(&self) -> usize {
        self.file.layout.bins()
    }

    /// Number of frames.
    pub fn count(&self) -> usize {
        self.file.frames()
    }

    /// Sample rate of the sound that was analysed.
    pub fn sr(&self) -> f64 {
        self.file.sr
    }

    /// Frame `i`.
    pub fn frame(&self, i: usize) -> &[[f32; 2]] {
        match &self.changed {
            Some(all) => all.get(i * self.bins()..(i + 1) * self.bins()).unwrap_or(&[]),
            None => self.file.frame(i),
        }
    }

    /// The frame at a time in seconds, between two of the file; past the end the last one.
    ///
    /// # Errors
    /// The time is below 0.
    pub fn at(&self, time: f64, out: &mut [[f64; 2]]) -> OpResult {
        let place = time * self.rate;
        if place.is_nan() || place < 0.0 {
            return Err("the time in the file is below 0".into());
        }
        let place = place.min((self.count() - 1) as f64);
        let part = place.fract();
        let a = self.frame(place as usize);
        let b = if part == 0.0 { a } else { self.frame(place as usize + 1) };
        for ((out, a), b) in out.iter_mut().zip(a).zip(b) {
            *out = [0, 1].map(|i| f64::from(a[i]) + part * (f64::from(b[i]) - f64::from(a[i])));
            out[0] *= self.full_scale;
        }
        Ok(())
    }
}

/// Points of a lobe of the sinc, lobes to each side, and what narrows it (measured on the reference).
const LOBE: usize = 16;
const LOBES: usize = 6;
const BANDWIDTH: f64 = 0.9;

/// Resynthesis: each k-cycle a frame gives two k-cycles of sound under a window, half of which overlaps with
/// those of the next.
#[derive(Default)]
pub(super) struct Resynthesis {
    phases: Vec<f64>,
    /// Transposition of the cycle before.
    pitch: f64,
    fft: Option<RealFft>,
    bins: Vec<Bin>,
    sound: Vec<f64>,
    window: Vec<f64>,
    segment: Vec<f64>,
    tail: Vec<f64>,
    sinc: Vec<f64>,
    sr: f64,
}

/// An angle brought between -pi and pi.
fn principal(angle: f64) -> f64 {
    angle - TAU * (angle / TAU).round_ties_even()
}

impl Resynthesis {
    /// For the frames of a file.
    pub fn new(frames: &Frames, ksmps: usize) -> Self {
        let size = 2 * (frames.bins() - 1);
        let hann = |n: usize| 0.5 - 0.5 * math::cos(TAU * n as f64 / (2 * ksmps) as f64);
        let sinc = |i: usize| {
            let (angle, fade) =
                (BANDWIDTH * PI * i as f64 / LOBE as f64, PI * i as f64 / (LOBE * LOBES) as f64);
            if i == 0 { 1.0 } else { math::sin(angle) / angle * (0.54 + 0.46 * math::cos(fade)) }
        };
        Self {
            phases: vec![0.0; frames.bins()],
            pitch: 1.0,
            fft: Some(RealFft::new(size)),
            bins: vec![Bin::default(); frames.bins()],
            sound: vec![0.0; size],
            window: (0..2 * ksmps).map(hann).collect(),
            segment: vec![0.0; 2 * ksmps],
            tail: vec![0.0; ksmps],
            sinc: (0..=LOBE * LOBES).map(sinc).collect(),
            sr: frames.sr(),
        }
    }

    /// What brings the amplitudes of a file to those of the sound, at a transposition.
    pub fn scale(&self, pitch: f64) -> f64 {
        self.sound.len() as f64 * 0.5 / pitch.max(1.0)
    }

    /// Writes a k-cycle of a frame's sound, transposed by the factor `pitch`, to output 0.
    ///
    /// # Errors
    /// The transposition leaves less than a window of the frame, or more than fits (limit measured on the
    /// reference).
    pub fn play(&mut self, io: &Io<'_>, frame: &[[f64; 2]], pitch: f64, gain: f64) -> OpResult {
        const MOST: f64 = 16384.0;
        let size = self.sound.len() as f64;
        if !(pitch > 0.0 && size / pitch < MOST + 1.0) {
            return Err("the transposition is too low".into());
        }
        if (size / pitch).trunc() < self.window.len() as f64 {
            return Err("the transposition is too high for this ksmps".into());
        }
        self.turn(frame, pitch, io.clock.ksmps as f64);
        self.cut(pitch);
        for (sample, window) in self.segment.iter_mut().zip(&self.window) {
            *sample *= window;
        }
        let ksmps = self.tail.len();
        for (n, out) in io.out(0).iter().enumerate() {
            let n = (io.first + n).min(ksmps - 1);
            out.set((self.tail[n] + self.segment[n]) * gain);
        }
        self.tail.copy_from_slice(&self.segment[ksmps..]);
        self.pitch = pitch;
        Ok(())
    }

    /// Turns the phases by what the frequencies make in `hop` samples, and makes the sound of the frame.
    fn turn(&mut self, frame: &[[f64; 2]], pitch: f64, hop: f64) {
        let size = self.sound.len() as f64;
        let hop = pitch * hop;
        // Where the transposition changes the centre of the window moves, which the phases have to follow.
        let expected = TAU * (hop / size + 0.5 * (pitch / self.pitch - 1.0));
        let last = self.bins.len() - 1;
        for (i, ((bin, phase), [amplitude, frequency])) in
            self.bins.iter_mut().zip(&mut self.phases).zip(frame).enumerate()
        {
            let beside = frequency - i as f64 * self.sr / size;
            let step = principal(beside * (TAU * hop / self.sr) + i as f64 * expected);
            *phase = principal(*phase + step);
            // Odd bins are turned round, which brings the centre of the window into the middle of the sound.
            let sign = if i % 2 == 0 { 1.0 } else { -1.0 };
            *bin = if i == last {
                Bin::new(*amplitude, 0.0)
            } else {
                Bin::new(amplitude * math::cos(*phase), amplitude * math::sin(*phase)) * sign
            };
        }
        if let Some(fft) = &mut self.fft {
            fft.inverse(&self.bins, &mut self.sound);
        }
    }

    /// Takes the middle of the frame's sound, resampled where it is transposed.
    fn cut(&mut self, pitch: f64) {
        let (size, length) = (self.sound.len(), self.segment.len());
        if pitch == 1.0 {
            let start = (size - length) / 2;
            self.segment.copy_from_slice(&self.sound[start..start + length]);
            return;
        }
        let mut at = 0.5 * (size as f64 - pitch * length as f64);
        let (sound, sinc) = (&self.sound, &self.sinc);
        let points = (1.0 / pitch).min(1.0) * LOBE as f64;
        let reach = (LOBES as f64 * pitch.max(1.0)) as usize;
        let weight = |at: f64| {
            let i = at as usize;
            sinc.get(i..i + 2).map_or(0.0, |pair| pair[0] + at.fract() * (pair[1] - pair[0]))
        };
        for out in &mut self.segment {
            let (near, part) = (at as usize, at.fract());
            let sample = |i: Option<usize>| i.and_then(|i| sound.get(i)).copied().unwrap_or(0.0);
            let mut sum = weight(points * part) * sample(Some(near));
            for j in 1..reach {
                sum += weight(points * (j as f64 + part)) * sample(near.checked_sub(j));
                sum += weight(points * (j as f64 - part)) * sample(Some(near + j));
            }
            *out = f64::from(sum as f32);
            at += pitch;
        }
    }
}
