//! Band-limited wave tables: what `vco2`, `vco2init` and `vco2ft` read.
//!
//! A waveform has one table for each of a growing number of partials: 0, 1, 2, ... then each time 1.05
//! times as many, up to 4096. An oscillator picks by its frequency. Tables of waveforms that nobody plays
//! are never made; the five standard waveforms are shared by all engines of the process. Facts: manual pages vco2 and vco2init; sizes, counts and phases measured on the
//! reference (the test holds them).

use crate::fft::{Bin, RealFft};
use orchestrion_base::lock::made_once;
use std::f64::consts::PI;
use std::sync::OnceLock;

/// Greatest number of partials.
pub const MOST_PARTIALS: usize = 4096;

/// Spectrum of a waveform, by partial.
#[derive(Clone, Debug, PartialEq)]
pub enum Wave {
    /// Sawtooth that jumps at phase 0 (`vco2` mode 0).
    Saw,
    /// Parabola `4 x (1 - x)`, the integral of a sawtooth (modes 4 and 8).
    IntegratedSaw,
    /// Pulse, not normalised: every partial has amplitude 1 (mode 6).
    Pulse,
    /// Square (mode 10).
    Square,
    /// Triangle (mode 12).
    Triangle,
    /// A wave of the user's: bins from the constant up, scaled so that a bin is the amplitude of its
    /// partial (mode 14).
    User(Vec<Bin>),
}

impl Wave {
    /// The standard waveforms in `vco2init`'s order: bit `i` of its argument is wave `i`.
    pub const STANDARD: [Wave; 5] =
        [Wave::Saw, Wave::IntegratedSaw, Wave::Pulse, Wave::Square, Wave::Triangle];

    /// The spectrum of one cycle of any even length of at least 4 points.
    #[must_use]
    pub fn from_cycle(points: &[f64]) -> Self {
        let mut fft = RealFft::new(points.len());
        let mut bins = vec![Bin::default(); fft.bins()];
        fft.forward(points, &mut bins);
        let scale = 1.0 / (points.len() / 2).max(1) as f64;
        bins.iter_mut().for_each(|b| *b *= scale);
        Self::User(bins)
    }

    /// Cosine and sine part of a partial, relative to [`Wave::scale`].
    fn partial(&self, n: usize) -> Bin {
        let x = n as f64;
        let odd = n % 2 == 1;
        match self {
            Self::User(bins) => bins.get(n).copied().unwrap_or_default(),
            _ if n == 0 => Bin::default(),
            Self::Saw => Bin::new(0.0, 1.0 / x),
            Self::IntegratedSaw => Bin::new(1.0 / (x * x), 0.0),
            Self::Pulse => Bin::new(1.0, 0.0),
            Self::Square if odd => Bin::new(0.0, 1.0 / x),
            Self::Triangle if odd => Bin::new(0.0, if n & 2 == 2 { 1.0 } else { -1.0 } / (x * x)),
            Self::Square | Self::Triangle => Bin::default(),
        }
    }

    /// Factor that brings the wave to a peak of 1 (Fourier series of each wave).
    fn scale(&self) -> f64 {
        match self {
            Self::Saw => -2.0 / PI,
            Self::IntegratedSaw => -4.0 / (PI * PI),
            Self::Square => -4.0 / PI,
            Self::Triangle => 8.0 / (PI * PI),
            Self::Pulse | Self::User(_) => 1.0,
        }
    }
}

/// How many tables there are and of what size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sizes {
    /// Ratio of the numbers of partials of successive tables, 1.01 to 2.
    pub ratio: f64,
    /// Size of the smallest table, a power of 2 from 16 to 262144.
    pub least: usize,
    /// Size of the largest table, a power of 2 up to 16777216.
    pub greatest: usize,
}

impl Sizes {
    /// What `vco2` uses where `vco2init` was not called.
    #[must_use]
    pub fn standard(wave: &Wave) -> Self {
        let least = if *wave == Wave::Pulse { 256 } else { 128 };
        Self { ratio: 1.05, least, greatest: 64 * least }
    }

    /// What `vco2init` uses where a least size but no greatest is given.
    #[must_use]
    pub fn from_least(ratio: f64, least: usize) -> Self {
        Self { ratio, least, greatest: (least * 64).min(16384).max(least) }
    }

    /// Sizes that the maker can work with, whatever was given.
    fn checked(self) -> Self {
        let power = |n: usize, most: usize| n.clamp(16, most).next_power_of_two().min(most);
        let least = power(self.least, 1 << 18);
        let greatest = power(self.greatest, 1 << 24).max(least);
        let ratio = if self.ratio.is_finite() { self.ratio.clamp(1.0, 2.00001) } else { 1.05 };
        Self { ratio, least, greatest }
    }

    /// Size of the table with this many partials: grows by 2 for every 4 times as many partials.
    fn of(&self, partials: usize) -> usize {
        let steps = match partials {
            0 => return 16,
            1 => 0,
            2..=4 => 1,
            5..=16 => 2,
            17..=64 => 3,
            65..=256 => 4,
            257..=1024 => 5,
            _ => 6,
        };
        (self.least << steps).min(self.greatest)
    }

    /// Numbers of partials of all tables, ascending from 0.
    fn partials(&self) -> Vec<usize> {
        let most = (self.greatest / 2).min(MOST_PARTIALS) as f64;
        let (mut list, mut n) = (Vec::new(), 0.0_f64);
        while n <= most {
            list.push((n + 0.5) as usize);
            let next = n * self.ratio;
            n = if next - n < 1.0 { n + 1.0 } else { next };
        }
        list
    }
}

/// One table.
#[derive(Debug)]
struct Entry {
    partials: usize,
    size: usize,
    points: OnceLock<Box<[f64]>>,
}

/// All tables of one waveform.
#[derive(Debug)]
pub struct BandTables {
    wave: Wave,
    entries: Vec<Entry>,
    /// Index of the table for each number of partials up to [`MOST_PARTIALS`].
    by_partials: Vec<u16>,
}

impl BandTables {
    /// Lays out the tables of a waveform without making them.
    #[must_use]
    pub fn new(wave: Wave, sizes: Sizes) -> Self {
        let sizes = sizes.checked();
        let entry = |n: usize| Entry { partials: n, size: sizes.of(n), points: OnceLock::new() };
        let entries: Vec<Entry> = sizes.partials().into_iter().map(entry).collect();
        let find = |n: usize| entries.partition_point(|e| e.partials <= n).saturating_sub(1) as u16;
        let by_partials = (0..=MOST_PARTIALS).map(find).collect();
        Self { wave, entries, by_partials }
    }

    /// The shared tables of a standard waveform, 0 to 4 as in [`Wave::STANDARD`].
    #[must_use]
    pub fn standard(number: usize) -> Option<&'static Self> {
        static SHARED: [OnceLock<BandTables>; 5] = [const { OnceLock::new() }; 5];
        let make = || {
            let wave = Wave::STANDARD[number].clone();
            let sizes = Sizes::standard(&wave);
            Self::new(wave, sizes)
        };
        Some(made_once(SHARED.get(number)?, make))
    }

    /// Number of tables.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are no tables; never so.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Points of table `i` without the guard point, a power of 2; the last table beyond the end.
    #[must_use]
    pub fn size(&self, i: usize) -> usize {
        self.entries[i.min(self.entries.len() - 1)].size
    }

    /// Partials in table `i`; the last table beyond the end.
    #[must_use]
    pub fn partials(&self, i: usize) -> usize {
        self.entries[i.min(self.entries.len() - 1)].partials
    }

    /// Index of the table for an oscillator whose partials may reach `bandwidth` (0.001 to 0.5 of the
    /// sample rate) at `frequency`, also in units of the sample rate; its sign does not matter.
    #[inline]
    #[must_use]
    pub fn index(&self, frequency: f64, bandwidth: f64) -> usize {
        let least = bandwidth / MOST_PARTIALS as f64;
        let partials = bandwidth / frequency.abs().max(least);
        usize::from(self.by_partials[(partials as usize).min(MOST_PARTIALS)])
    }

    /// Makes all tables that do not exist yet, so that [`Self::table`] does not allocate any more.
    pub fn make_all(&self) {
        for i in 0..self.entries.len() {
            let _ = self.table(i);
        }
    }

    /// Points of table `i` and a guard point that repeats the first; made when first read. The last table
    /// beyond the end.
    #[must_use]
    pub fn table(&self, i: usize) -> &[f64] {
        let entry = &self.entries[i.min(self.entries.len() - 1)];
        made_once(&entry.points, || synthesise(&self.wave, entry.partials, entry.size)).as_ref()
    }
}

/// One cycle of a waveform of up to `partials` partials.
fn synthesise(wave: &Wave, partials: usize, size: usize) -> Box<[f64]> {
    let scale = wave.scale() * 0.5 * size as f64;
    let bins: Vec<Bin> =
        (0..=size / 2).map(|n| if n > partials { Bin::default() } else { wave.partial(n) * scale }).collect();
    let mut points = vec![0.0; size + 1];
    RealFft::new(size).inverse(&bins, &mut points[..size]);
    points[size] = points[0];
    points.into_boxed_slice()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tables as the reference makes them: number of the set, size, points 0, 1 and size/3.
    fn sets() -> Vec<BandTables> {
        let mut sets: Vec<_> =
            Wave::STANDARD.iter().map(|w| BandTables::new(w.clone(), Sizes::standard(w))).collect();
        let cycle = [0.5, 1.0, -0.3, 0.2, 0.7, -0.9, 0.1, 0.4, -0.5, 0.25, 0.35, -0.1, 0.6, -0.2, 0.0, 0.9];
        sets.push(BandTables::new(Wave::from_cycle(&cycle), Sizes { ratio: 1.5, least: 16, greatest: 256 }));
        sets.push(BandTables::new(Wave::Triangle, Sizes::from_least(2.0, 16)));
        sets
    }

    #[test]
    fn tables_equal_the_reference() {
        let sets = sets();
        let mut seen = vec![0; sets.len()];
        for line in include_str!("bandlimited.txt").lines() {
            let words: Vec<&str> = line.split(' ').collect();
            let number: usize = words[0].parse().expect("a set");
            let (set, i) = (&sets[number], seen[number]);
            seen[number] += 1;
            assert_eq!(set.size(i).to_string(), words[1], "set {number} table {i}");
            let table = set.table(i);
            let greatest = table.iter().fold(1.0, |m: f64, x| m.max(x.abs()));
            for (at, want) in [0, 1, set.size(i) / 3].into_iter().zip(&words[2..]) {
                let want: f64 = want.parse().expect("a point");
                let off = (table[at] - want).abs();
                // Rounding of two transforms of up to 16384 points.
                assert!(off <= 2e-15 * greatest, "set {number} table {i} point {at}: {} {want}", table[at]);
            }
        }
        let counts: Vec<usize> = sets.iter().map(BandTables::len).collect();
        assert_eq!(counts, seen);
    }

    #[test]
    fn tables_are_chosen_as_in_the_reference() {
        let saw = &sets()[0];
        // vco2ift at 44100 Hz.
        let wanted = [
            (440.0, 0.5, 38),
            (10.0, 0.5, 116),
            (5000.0, 0.5, 4),
            (0.0, 0.5, 129),
            (30000.0, 0.5, 0),
            (440.0, 0.25, 24),
        ];
        for (cps, bandwidth, want) in wanted {
            assert_eq!(saw.index(cps / 44100.0, bandwidth), want, "{cps} Hz");
        }
        assert_eq!(saw.index(f64::NAN, 0.5), saw.len() - 1);
    }

    #[test]
    fn strange_sizes_do_no_harm() {
        let odd = Sizes { ratio: f64::NAN, least: 0, greatest: usize::MAX };
        assert_eq!(BandTables::new(Wave::Saw, odd).size(0), 16);
        let still = BandTables::new(Wave::User(vec![]), Sizes { ratio: 0.0, least: 3, greatest: 1 });
        assert_eq!(still.table(usize::MAX), &[0.0; 17]);
        assert!(BandTables::standard(5).is_none());
        assert_eq!(BandTables::standard(2).map(|t| t.size(1)), Some(256));
    }
}
