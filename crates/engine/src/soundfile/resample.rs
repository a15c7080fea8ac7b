//! Bringing a sound to another sample rate (`--resample-on-load`), with rubato's sinc resampler.
//!
//! Rubato's own interpolators pick SIMD code by CPU and make their tables with the platform's sine; ours
//! does neither, so that the same bytes come out everywhere.

use orchestrion_base::host::SoundFile;
use orchestrion_base::table::SoundLoop;
use orchestrion_dsp::{math, window};
use rubato::sinc_interpolator::SincInterpolator;
use rubato::{Resampler, SincFixedIn, SincInterpolationType};
use std::f64::consts::PI;

use super::SoundError;

/// Zeros of the sinc on each side at the lower of the two rates.
const ZEROS: f64 = 128.0;
/// Kaiser window with a stop band of 120 dB (Kaiser 1974: beta = 0.1102 (A - 8.7)).
const BETA: f64 = 0.1102 * (120.0 - 8.7);
/// Middle of the transition band as a fraction of half the lower rate: the band, (A - 8) / (2.285 pi N) wide
/// for a window of N points, ends there.
const CUTOFF: f64 = 1.0 - 0.5 * (120.0 - 8.0) / (2.285 * PI * 2.0 * ZEROS);
/// Filters between two frames; rubato draws cubics between their results.
const PHASES: usize = 256;
/// Frames that are read at a time.
const CHUNK: usize = 4096;
/// Largest ratio of two rates.
const MAX_RATIO: f64 = 256.0;

/// The same sound at a sample rate of `sr` Hz: it lasts as long, and nothing is delayed.
///
/// # Errors
/// The rates are too far apart.
pub fn resample(sound: &SoundFile, sr: f64) -> Result<SoundFile, SoundError> {
    let ratio = sr / sound.sr;
    if !(1.0 / MAX_RATIO..=MAX_RATIO).contains(&ratio) || sound.channels == 0 {
        return Err(SoundError::Unsupported(format!(
            "a sound of {} Hz does not become one of {sr} Hz",
            sound.sr
        )));
    }
    let frames = (sound.frames() as f64 * ratio).ceil() as usize;
    let place = |frame: usize| ((frame as f64 * ratio).round_ties_even() as usize).min(frames);
    let looped = |l: SoundLoop| SoundLoop { start: place(l.start), end: place(l.end), ..l };
    Ok(SoundFile {
        sr,
        channels: sound.channels,
        samples: convert(sound, ratio, frames)?,
        encoding: sound.encoding,
        base_key: sound.base_key,
        sound_loop: sound.sound_loop.map(looped),
        release_loop: sound.release_loop.map(looped),
    })
}

/// `frames` frames at `ratio` times the sound's rate.
fn convert(sound: &SoundFile, ratio: f64, frames: usize) -> Result<Vec<f64>, SoundError> {
    let failed = |e: &dyn std::fmt::Display| SoundError::Unsupported(format!("resampling failed: {e}"));
    let channels = sound.channels;
    let table = Box::new(Filters::new(ratio));
    let mut resampler =
        SincFixedIn::new_with_interpolator(ratio, 1.0, SincInterpolationType::Cubic, table, CHUNK, channels)
            .map_err(|e| failed(&e))?;
    let mut from = vec![vec![0.0; CHUNK]; channels];
    let mut to = vec![vec![0.0; resampler.output_frames_max()]; channels];
    let mut samples = Vec::with_capacity(frames * channels);
    let mut rest = sound.samples.chunks(CHUNK * channels);
    while samples.len() < frames * channels {
        // After the end of the sound there is silence.
        let chunk = rest.next().unwrap_or(&[]);
        for (c, from) in from.iter_mut().enumerate() {
            let mut values = chunk.iter().skip(c).step_by(channels);
            from.fill_with(|| values.next().copied().unwrap_or(0.0));
        }
        let (_, made) = resampler.process_into_buffer(&from, &mut to, None).map_err(|e| failed(&e))?;
        for n in 0..made.min(frames - samples.len() / channels) {
            samples.extend(to.iter().map(|channel| channel[n]));
        }
    }
    Ok(samples)
}

/// Windowed sincs for [`PHASES`] positions between two frames.
struct Filters {
    weights: Vec<f64>,
    len: usize,
}

impl Filters {
    fn new(ratio: f64) -> Self {
        let step = 1.0 / ratio;
        // A sound that loses rate also loses what lies above half of the new one.
        let band = CUTOFF * ratio.min(1.0);
        let half = ZEROS * step.max(1.0);
        // Rubato reads output n (from 0) at (n + 1) steps less half a filter after the filter's first frame:
        // this is where the peak has to be for nothing to be delayed.
        let margin = step.ceil() + 1.0;
        let len = (2.0 * (half + margin)).ceil() as usize;
        let len = len.next_multiple_of(8);
        let peak = (len / 2) as f64 - step;
        let scale = 1.0 / window::bessel_i0(BETA);
        let mut weights = Vec::with_capacity(PHASES * len);
        for phase in 0..PHASES {
            let centre = peak + phase as f64 / PHASES as f64;
            let start = weights.len();
            weights.extend((0..len).map(|p| {
                let x = p as f64 - centre;
                let edge = 1.0 - (x / half) * (x / half);
                if edge <= 0.0 {
                    return 0.0;
                }
                let angle = PI * band * x;
                let sinc = if angle.abs() < 1e-9 { 1.0 } else { math::sin(angle) / angle };
                sinc * window::bessel_i0(BETA * edge.sqrt()) * scale
            }));
            // A constant stays what it is.
            let sum: f64 = weights[start..].iter().sum();
            weights[start..].iter_mut().for_each(|weight| *weight /= sum);
        }
        Self { weights, len }
    }
}

impl SincInterpolator<f64> for Filters {
    fn get_sinc_interpolated(&self, wave: &[f64], index: usize, subindex: usize) -> f64 {
        let wave = wave.get(index..).unwrap_or(&[]);
        let weights = self.weights.get(subindex * self.len..).unwrap_or(&[]);
        // Four sums hide the latency of the additions; their order is fixed.
        let mut sums = [0.0; 4];
        let pairs = wave.as_chunks::<4>().0.iter().zip(weights.as_chunks::<4>().0);
        for (x, w) in pairs.take(self.len / 4) {
            for i in 0..4 {
                sums[i] += x[i] * w[i];
            }
        }
        sums.iter().sum()
    }

    fn len(&self) -> usize {
        self.len
    }

    fn nbr_sincs(&self) -> usize {
        PHASES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sine(sr: f64, frequency: f64, channels: usize) -> SoundFile {
        let frame = |n: u32| math::sin(2.0 * PI * frequency * f64::from(n) / sr);
        let samples = (0..8000 * channels as u32).map(|i| frame(i / channels as u32)).collect();
        SoundFile { sr, channels, samples, base_key: Some(60.0), ..SoundFile::default() }
    }

    /// Largest error of the middle of a converted sine.
    fn error(from: f64, to: f64, frequency: f64) -> f64 {
        let made = resample(&sine(from, frequency, 1), to).unwrap();
        let n = made.samples.len();
        assert_eq!(n, (8000.0 * to / from).ceil() as usize, "{from} {to}");
        let want = |n: usize| math::sin(2.0 * PI * frequency * n as f64 / to);
        (n / 4..3 * n / 4).map(|n| (made.samples[n] - want(n)).abs()).fold(0.0, f64::max)
    }

    #[test]
    fn a_sine_stays_a_sine() {
        for (from, to) in [
            (44100.0, 48000.0),
            (48000.0, 44100.0),
            (22050.0, 96000.0),
            (96000.0, 22050.0),
            (8000.0, 44100.0),
        ] {
            let error = error(from, to, 1000.0);
            assert!(error < 1e-5, "{from} to {to}: {error}");
        }
    }

    #[test]
    fn what_the_new_rate_cannot_hold_is_gone() {
        let made = resample(&sine(48000.0, 15000.0, 1), 24000.0).unwrap();
        let rest = made.samples[1000..3000].iter().fold(0.0, |peak: f64, x| peak.max(x.abs()));
        assert!(rest < 1e-5, "{rest}");
    }

    #[test]
    fn channels_and_loops_go_along() {
        let mut sound = sine(22050.0, 500.0, 2);
        sound.sound_loop = Some(SoundLoop { start: 100, end: 200, alternating: true });
        let made = resample(&sound, 44100.0).unwrap();
        assert_eq!((made.channels, made.frames(), made.base_key), (2, 16000, Some(60.0)));
        assert_eq!(made.sound_loop, Some(SoundLoop { start: 200, end: 400, alternating: true }));
        assert!(made.samples.chunks(2).all(|frame| frame[0] == frame[1]));
        assert!(resample(&sound, 1e9).is_err() && resample(&sound, f64::NAN).is_err());
        let empty = SoundFile { samples: Vec::new(), ..sound };
        assert_eq!(resample(&empty, 44100.0).unwrap().samples, []);
    }
}
