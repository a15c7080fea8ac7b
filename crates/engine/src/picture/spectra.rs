//! The spectrogram of a channel in bounded memory and time.
//!
//! Hann windows of about 46 ms, a power of two. Columns start a few milliseconds apart; as a sound gets longer
//! neighbouring columns are joined by their louder part, so there are never more than [`MOST`].

use orchestrion_dsp::fft::{Bin, RealFft};
use orchestrion_dsp::{math, window};

/// Rows of a spectrogram, from 0 Hz to half the sample rate.
pub const ROWS: usize = 512;
/// Columns above which neighbours are joined.
const MOST: usize = 2048;
/// Frames between the first columns of a sound that is longer than [`SHORT`].
const FIRST_HOP: usize = 128;
/// Frames up to which the length of a sound chooses window and hop.
pub const SHORT: usize = 1 << 16;

/// Power in each row, full-scale sine = 1, lowest frequency first.
type Column = [f32; ROWS];

/// A spectrogram that grows with the sound.
pub struct Spectra {
    fft: RealFft,
    window: Vec<f64>,
    /// What brings the power of a full-scale sine to 1.
    gain: f64,
    /// The samples that coming windows look at.
    recent: Vec<f64>,
    windowed: Vec<f64>,
    bins: Vec<Bin>,
    columns: Vec<Column>,
    /// Frames of one column.
    hop: usize,
    /// Frames of the last column for which a window was taken.
    filled: usize,
}

impl Spectra {
    /// For a sound at this rate that is known to have at most [`SHORT`] frames, or for a longer one.
    pub fn new(sr: f64, frames: Option<usize>) -> Self {
        let usual = nearest_power_of_two(sr * 0.046).clamp(64, 1 << 14);
        let (size, hop) = match frames {
            // Eight windows side by side still tell times apart.
            Some(frames) => ((frames / 8 + 1).next_power_of_two().clamp(64, usual), (frames / 1024).max(1)),
            None => (usual, FIRST_HOP),
        };
        // Zeros behind a short window give every row a bin of its own.
        let fft = RealFft::new(size.max(2 * ROWS));
        let window = window::hann(size);
        let amplitude = 2.0 / window.iter().sum::<f64>();
        Self {
            bins: vec![Bin::default(); fft.bins()],
            fft,
            windowed: vec![0.0; size],
            window,
            gain: amplitude * amplitude,
            // The first window is centred on the first column.
            recent: vec![0.0; size.saturating_sub(hop) / 2],
            columns: Vec::new(),
            hop,
            filled: hop,
        }
    }

    /// Takes samples, which must be finite.
    pub fn push(&mut self, samples: &[f64]) {
        self.recent.extend_from_slice(samples);
        let mut start = 0;
        while start + self.window.len() <= self.recent.len() {
            self.take(start);
            start += self.stride();
        }
        self.recent.drain(..start.min(self.recent.len()));
    }

    /// Completes the last columns of a sound of so many frames.
    pub fn finish(&mut self, frames: usize) {
        let silence = vec![0.0; self.window.len()];
        while self.covered() < frames {
            self.push(&silence);
        }
        self.columns.truncate(frames.div_ceil(self.hop).max(1));
    }

    /// Frames between windows. Long columns are looked at several times, with gaps no longer than a window.
    fn stride(&self) -> usize {
        self.hop.min(2 * self.window.len())
    }

    fn covered(&self) -> usize {
        self.columns.len().saturating_sub(1) * self.hop
            + if self.columns.is_empty() { 0 } else { self.filled }
    }

    /// Adds the window that starts there in `recent`.
    fn take(&mut self, start: usize) {
        for ((y, x), w) in self.windowed.iter_mut().zip(&self.recent[start..]).zip(&self.window) {
            *y = x * w;
        }
        self.fft.forward(&self.windowed, &mut self.bins);
        if self.filled >= self.hop {
            if self.columns.len() == MOST {
                self.columns =
                    self.columns.chunks(2).map(|pair| louder(pair[0], pair[pair.len() - 1])).collect();
                self.hop *= 2;
            }
            self.columns.push([0.0; ROWS]);
            self.filled = 0;
        }
        self.filled += self.stride();
        if let Some(column) = self.columns.last_mut() {
            add_rows(column, &self.bins, self.gain);
        }
    }

    /// The loudest power of all.
    pub fn peak(&self) -> f64 {
        self.columns.iter().flatten().fold(0.0f32, |peak, x| peak.max(*x)).into()
    }

    /// The highest frequency that is ever as loud as this power, as a share of half the sample rate.
    pub fn highest(&self, power: f64) -> f64 {
        let reached = |row: &usize| self.columns.iter().any(|column| f64::from(column[*row]) >= power);
        (0..ROWS).rev().find(reached).map_or(0.0, |row| (row + 1) as f64 / ROWS as f64)
    }

    /// Levels in dB of a picture of so many pixels, row by row from the top, for a sound of so many frames. The
    /// top is a share of half the sample rate.
    pub fn levels(&self, width: usize, height: usize, frames: usize, top: f64) -> Vec<f64> {
        let total = frames as f64 / self.hop as f64;
        let across = |x: usize| range(x, width, total, self.columns.len());
        let upward = |y: usize| range(height - 1 - y, height, ROWS as f64 * top, ROWS);
        let pixel = |y: usize, x: usize| {
            let columns = self.columns.get(across(x)).unwrap_or_default();
            let powers = columns.iter().flat_map(|column| &column[upward(y)]);
            decibels(powers.fold(0.0f32, |most, x| most.max(*x)).into())
        };
        (0..height).flat_map(|y| (0..width).map(move |x| (y, x))).map(|(y, x)| pixel(y, x)).collect()
    }
}

/// A power in dB; silence is far below everything.
pub fn decibels(power: f64) -> f64 {
    10.0 * math::log10(power.max(1e-30))
}

/// The power of two whose ratio to `x` is nearest to 1.
fn nearest_power_of_two(x: f64) -> usize {
    math::pow(2.0, math::log2(x.clamp(1.0, 1e9)).round()) as usize
}

fn louder(a: Column, b: Column) -> Column {
    std::array::from_fn(|row| a[row].max(b[row]))
}

/// Raises each row to the loudest of its bins.
fn add_rows(column: &mut Column, bins: &[Bin], gain: f64) {
    let total = (bins.len() - 1) as f64;
    for (row, level) in column.iter_mut().enumerate() {
        let powers = bins[range(row, ROWS, total, bins.len())].iter().map(|bin| bin.norm_sqr() * gain);
        *level = powers.fold(*level, |most, x| most.max(x as f32));
    }
}

/// The items, of `len` that span `total`, that the cell `index` of `cells` stands for: at least one.
fn range(index: usize, cells: usize, total: f64, len: usize) -> std::ops::Range<usize> {
    let edge = |n: usize| n as f64 * total / cells as f64;
    let from = (edge(index) as usize).min(len.saturating_sub(1));
    let to = (edge(index + 1).ceil() as usize).clamp(from + 1, len.max(from + 1));
    from..to
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sine(sr: f64, hz: f64, frames: usize) -> Vec<f64> {
        (0..frames).map(|n| math::sin(std::f64::consts::TAU * hz * n as f64 / sr)).collect()
    }

    fn spectra(sr: f64, samples: &[f64]) -> Spectra {
        let short = (samples.len() <= SHORT).then_some(samples.len());
        let mut spectra = Spectra::new(sr, short);
        samples.chunks(1000).for_each(|chunk| spectra.push(chunk));
        spectra.finish(samples.len());
        spectra
    }

    #[test]
    fn a_sine_of_1_khz_lights_the_row_at_1_khz() {
        for (sr, frames) in [(44100.0, 44100), (48000.0, 200_000), (96000.0, 9600), (8000.0, 4000)] {
            let spectra = spectra(sr, &sine(sr, 1000.0, frames));
            let column = spectra.columns[spectra.columns.len() / 2];
            let loudest = (0..ROWS).max_by(|a, b| column[*a].total_cmp(&column[*b])).unwrap();
            let hz = sr / 2.0 / ROWS as f64;
            let row = 1000.0 / hz;
            assert!((loudest as f64 + 0.5 - row).abs() < 2.0, "{sr}: row {loudest}, not {row}");
            assert!(decibels(column[loudest].into()).abs() < 1.5, "full scale is 0 dB");
            let far = (3000.0 / hz) as usize;
            assert!(decibels(column[far].into()) < -50.0, "{sr}: {}", decibels(column[far].into()));
        }
    }

    #[test]
    fn columns_stay_few_and_tell_when() {
        let sr = 44100.0;
        for frames in [1, 7, 1000, SHORT, SHORT + 1, 1_000_000] {
            let mut samples = vec![0.0; frames];
            samples[frames / 2..].fill(1.0);
            let spectra = spectra(sr, &samples);
            assert!((1..=MOST).contains(&spectra.columns.len()), "{frames}");
            let dc = spectra.levels(100, 1, frames, 1.0);
            assert!(frames < 1000 || dc[75] > -3.0 && dc[25] < -200.0, "{frames}");
        }
    }

    #[test]
    fn joined_columns_keep_what_was_loud() {
        let mut samples = vec![0.0; 2_000_000];
        samples[1_000_000..1_004_096].copy_from_slice(&sine(44100.0, 5000.0, 4096));
        let levels = spectra(44100.0, &samples).levels(100, 10, samples.len(), 1.0);
        assert!(levels[7 * 100 + 50] > -6.0, "{}", levels[7 * 100 + 50]);
        assert!(levels[7 * 100 + 40] < -100.0);
    }

    #[test]
    fn every_cell_stands_for_something() {
        assert_eq!(range(0, 3, 10.0, 10), 0..4);
        assert_eq!(range(2, 3, 10.0, 10), 6..10);
        assert_eq!(range(5, 10, 2.0, 2), 1..2);
        assert_eq!(range(9, 10, 2.0, 2), 1..2);
        assert_eq!(range(0, 10, 0.0, 0), 0..1);
    }
}
