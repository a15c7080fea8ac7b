//! Reading sampled sound between its frames: nearest, straight, cubic, or through a windowed sinc, which
//! lowers its cutoff when the sound is read faster than it was recorded.

use orchestrion_dsp::math;
use std::f64::consts::PI;

/// What differs between the opcodes that have a window size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Reader {
    /// `diskin2` and its relatives.
    #[default]
    File,
    /// `loscilx`.
    Table,
}

impl Reader {
    /// Largest window in frames (measured on the reference).
    fn most(self) -> i64 {
        if self == Self::File { 1024 } else { 256 }
    }

    /// Frames per sample from which on the cutoff is lowered, and numerator of the cutoff (measured on the
    /// reference).
    fn limit(self) -> f64 {
        if self == Self::File { 1.0 + 1.0 / 4096.0 } else { 1.0 + 1.0 / 65536.0 }
    }

    /// Lowest cutoff; the sum of the weights of `loscilx` stays that of two frames.
    fn least(self, size: usize) -> f64 {
        if self == Self::File { 0.0 } else { 2.0 / size as f64 }
    }
}

/// Weights of the frames around a position.
#[derive(Debug, Default)]
pub(crate) struct Window {
    reader: Reader,
    size: usize,
    /// The window is `(1 - curvature d^2)^2` at a distance of `d` frames.
    curvature: f64,
    /// The same while the cutoff is lowered.
    lowered: f64,
    /// Cutoff as a fraction of half the sound's rate, while it is lowered.
    cutoff: Option<f64>,
    weights: Vec<f64>,
}

impl Window {
    /// A window of `size` frames: 1, 2, 4, or more, rounded to a multiple of 4; below 1 it is 4.
    pub fn new(reader: Reader, size: f64) -> Self {
        let size = (size.round_ties_even() as i64).clamp(0, reader.most()) as usize;
        let size = match size {
            0 => 4,
            1 | 2 => size,
            _ => (size + 2) & !3,
        };
        // Measured on the reference: the window almost closes at its ends, the more the longer it is.
        let ends = 1.0 - math::pow(size as f64 * 0.85172, -0.89624);
        let half = (size / 2) as f64;
        let curvature = ends / (half * half);
        Self { reader, size, curvature, lowered: curvature, cutoff: None, weights: vec![0.0; size] }
    }

    /// Whether frames are not interpolated.
    pub fn is_nearest(&self) -> bool {
        self.size == 1
    }

    /// Sets how many frames lie between two samples.
    pub fn set_step(&mut self, step: f64) {
        self.cutoff = None;
        if self.size <= 4 || step.abs() <= self.reader.limit() {
            return;
        }
        let cutoff = (self.reader.limit() / step.abs()).max(self.reader.least(self.size));
        // Where the window's end falls between two zeros of the sinc decides how far it closes.
        let half = (self.size / 2) as f64;
        let zeros = half * cutoff;
        let between = zeros - (zeros.trunc() + 0.5);
        let closed = 1.0 / (half * half);
        self.lowered = (self.curvature - closed) * (4.0 * between * between) + closed;
        self.cutoff = Some(cutoff);
    }

    /// Reads the sound `fraction` after frame `at`, and hands channel by channel over to `each`. `place` says where in
    /// the sound a frame lies that is not inside; the others are silent.
    #[inline(always)]
    pub fn read(
        &mut self,
        sound: &Frames<'_>,
        at: i64,
        fraction: f64,
        place: impl Fn(i64) -> Option<usize>,
        each: impl FnMut(usize, f64),
    ) {
        match (self.size, self.cutoff) {
            (1, _) => {
                let next = self.reader == Reader::File && fraction >= 0.5;
                sound.sums(&[1.0], at + i64::from(next), place, each);
            }
            (2, _) => sound.sums(&[1.0 - fraction, fraction], at, place, each),
            (4, _) => sound.sums(&cubic(fraction), at - 1, place, each),
            (_, None) if !(0.000_01..=0.999_99).contains(&fraction) => {
                sound.sums(&[1.0], at + i64::from(fraction >= 0.5), place, each);
            }
            (size, cutoff) => {
                match cutoff {
                    Some(cutoff) => self.weigh_lowered(fraction, cutoff),
                    None => self.weigh_full(fraction),
                }
                sound.sums(&self.weights, at + first(size), place, each);
            }
        }
    }

    fn weigh_full(&mut self, fraction: f64) {
        let first = first(self.size);
        // The sine has the same size at all frames and alternates in sign.
        let mut sine = math::sin(PI * fraction) / PI;
        for (j, weight) in self.weights.iter_mut().enumerate() {
            let d = (first + j as i64) as f64 - fraction;
            let w = 1.0 - d * d * self.curvature;
            *weight = sine * w * w / d;
            sine = -sine;
        }
    }

    fn weigh_lowered(&mut self, fraction: f64, cutoff: f64) {
        let first = first(self.size);
        let angle = PI * cutoff;
        let start = angle * (first as f64 - fraction);
        // sin(x + a) from its value and first difference, in steps of a: the second difference is
        // 2 (cos a - 1) times the sine.
        let bend = 2.0 * math::cos(angle) - 2.0;
        let mut sine = math::sin(start) / PI;
        let mut slope = math::sin(start + angle) / PI - (bend + 1.0) * sine;
        for (j, weight) in self.weights.iter_mut().enumerate() {
            let frame = first + j as i64;
            let d = frame as f64 - fraction;
            let w = 1.0 - d * d * self.lowered;
            // Near the frame itself the quotient is its limit.
            let at_frame = frame == 0 && fraction < 0.000_03 || frame == 1 && fraction > 0.999_97;
            *weight = if at_frame { cutoff } else { sine * w * w / d };
            slope += bend * sine;
            sine += slope;
        }
    }
}

/// The first weighted frame of a window of `size`, relative to the one before the position.
fn first(size: usize) -> i64 {
    1 - (size / 2) as i64
}

/// A sound whose channels take turns.
pub(crate) struct Frames<'a> {
    pub samples: &'a [f64],
    pub channels: usize,
    /// Frames from 0 up to here lie where their number says.
    pub len: i64,
}

impl Frames<'_> {
    /// Adds up the weighted frames from frame `first` on.
    #[inline(always)]
    fn sums(
        &self,
        weights: &[f64],
        first: i64,
        place: impl Fn(i64) -> Option<usize>,
        mut each: impl FnMut(usize, f64),
    ) {
        let inside = first >= 0 && first <= self.len - weights.len() as i64;
        let start = if inside { first as usize * self.channels } else { usize::MAX };
        let inside = self.samples.get(start..).and_then(|s| s.get(..weights.len() * self.channels));
        match inside {
            Some(x) if self.channels == 1 => {
                each(0, weights.iter().zip(x).fold(0.0, |sum, (weight, x)| sum + weight * x));
            }
            Some(x) => {
                for c in 0..self.channels {
                    let x = |j: usize| x.get(j * self.channels + c).copied().unwrap_or(0.0);
                    each(c, weights.iter().enumerate().fold(0.0, |sum, (j, weight)| sum + weight * x(j)));
                }
            }
            None => {
                for c in 0..self.channels {
                    let sample = |frame| place(frame).and_then(|f| self.samples.get(f * self.channels + c));
                    let frames = (first..).zip(weights);
                    let heard = frames.filter_map(|(frame, weight)| Some(weight * sample(frame)?));
                    each(c, heard.fold(0.0, |sum, x| sum + x));
                }
            }
        }
    }
}

/// Weights of frames -1, 0, 1 and 2 in the cubic (Lagrange) through them.
pub(crate) fn cubic(f: f64) -> [f64; 4] {
    let outer = (f * f - 1.0) / 6.0;
    let half = (f + 1.0) * 0.5;
    [(half - 1.0 - outer) * f, (3.0 * outer - f) * f + 1.0, (half - 3.0 * outer) * f, outer * f]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(size: f64, step: f64, position: f64) -> f64 {
        let samples: Vec<f64> = (0..4000).map(|n| math::sin(0.8 * f64::from(n))).collect();
        let mut window = Window::new(Reader::File, size);
        window.set_step(step);
        let sound = Frames { samples: &samples, channels: 1, len: 4000 };
        let (at, fraction) = (position.floor() as i64, position - position.floor());
        let mut y = 0.0;
        window.read(&sound, at, fraction, |f| usize::try_from(f).ok(), |_, sum| y = sum);
        y
    }

    #[test]
    fn wider_windows_read_a_sine_better() {
        let error = |size, step| (read(size, step, 1000.3) - math::sin(0.8 * 1000.3)).abs();
        let errors = [1.0, 2.0, 4.0, 64.0].map(|size| error(size, 1.0));
        assert!(errors.is_sorted_by(|a, b| a > b), "{errors:?}");
        assert!(errors[3] < 1e-3 && error(64.0, 2.5) < 0.01, "{errors:?}");
    }

    #[test]
    fn sizes_are_rounded_and_bounded() {
        let size = |reader, size| Window::new(reader, size).size;
        for (given, want) in [(-1.0, 4), (0.0, 4), (1.0, 1), (3.0, 4), (9.0, 8), (10.0, 12), (1e9, 1024)] {
            assert_eq!(size(Reader::File, given), want, "{given}");
        }
        assert_eq!(size(Reader::Table, f64::INFINITY), 256);
        assert_eq!(size(Reader::Table, f64::NAN), 4);
    }

    #[test]
    fn frames_outside_are_silent() {
        assert_eq!(read(4.0, 1.0, -5.0), 0.0);
        assert_eq!(read(1024.0, 1e12, 1e15), 0.0);
    }
}
