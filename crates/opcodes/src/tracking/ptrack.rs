//! `ptrack`: pitch and level from the spectrum's peaks, by the histogram of their possible fundamentals.

use crate::lookup::truncated;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::fft::{Bin, ComplexFft};
use orchestrion_dsp::math;
use std::f64::consts::{FRAC_1_SQRT_2, PI};

/// Definition of `ptrack`.
pub static PTRACK: OpDef = OpDef::new("ptrack", "Tracks pitch and level by spectral peaks.")
    .quiet_init()
    .sigs(&[sig("kk", "aio", Make::Unit(unit::<Ptrack>))])
    .outs(&[port("kcps", "estimated frequency in Hz; 100 at first"), port("kamp", "level in dB")])
    .ins(&[
        port("asig", "signal"),
        port("ihopsize", "samples between analyses, a power of two from 64 to 4096"),
        port("ipeaks", "most spectral peaks, to 100; default 20"),
    ])
    .source(
        "Puckette, Apel and Zicarelli, Real-time audio analysis tools for Pd and MSP (1998); manual: ptrack",
    )
    .differences(&["Other sizes than powers of two from 64 to 4096 are refused; the reference warns."]);

/// Samples that stand for full scale.
const FULL_SCALE: f64 = 32768.0;
/// Interpolation of the spectrum halfway between bins.
const HALFWAY: [f64; 5] = [0.5 * 1.227054, 0.5 * -0.302385, 0.5 * 0.095326, 0.5 * -0.022748, 0.5 * 0.002533];
/// Numbers before and after a spectrum that the interpolation reads.
const MARGIN: usize = 2 * HALFWAY.len();
/// Bins of the histogram per octave, and per unit of the natural logarithm.
const PER_OCTAVE: f64 = 48.0;
const PER_LOG: f64 = 69.24936196;
/// Bin of the histogram that stands for a frequency of 1.
const ORIGIN: f64 = 96.0;
/// From a relative bandwidth to bins.
const TO_BINS: f64 = 4.0 / 0.0145453;
/// Partials that are looked for.
const PARTIALS: usize = 16;
/// What the weight of a partial falls with, added to its number.
const PARTIAL_OFFSET: f64 = 7.0;
/// Lowest cell that counts, and lowest pitch in cells.
const FIRST_CELL: usize = 3;
const LOWEST: f64 = 5.0;
/// Levels in dB: scale of the natural logarithm, offset, and least level with a pitch.
const DB_SCALE: f64 = 3.333;
const DB_OFFSET: f64 = -92.3;
const LEAST_DB: f64 = 40.0;
/// Greatest relative deviation of a partial, and least width of a peak.
const DEVIATION: f64 = 0.023;
const LEAST_WIDTH: f64 = 0.03;

/// A point of the interpolated spectrum, with the power after a window.
#[derive(Clone, Copy, Default)]
struct Cell {
    re: f64,
    im: f64,
    power: f64,
}

#[derive(Clone, Copy, Default)]
struct Peak {
    frequency: f64,
    width: f64,
    power: f64,
    loudness: f64,
}

#[derive(Default)]
struct Ptrack {
    hop: usize,
    fft: Option<ComplexFft>,
    /// Modulation by half a bin.
    shift: Vec<Bin>,
    input: Vec<f64>,
    at: usize,
    work: Vec<Bin>,
    /// Interleaved spectra of this and of the last half window, with margins.
    now: Vec<f64>,
    last: Vec<f64>,
    cells: Vec<Cell>,
    peaks: Vec<Peak>,
    most_peaks: usize,
    histogram: Vec<f64>,
    cps: f64,
    level: f64,
}

/// Real and imaginary part of a spectrum between the bins at `k`.
fn between(x: &[f64], k: usize) -> (f64, f64) {
    let [c1, c2, c3, c4, c5] = HALFWAY;
    let across = |back: usize, on: usize| x[k - back] - x[k + on];
    let along = |back: usize, on: usize| x[k - back] + x[k + on];
    (
        c1 * across(2, 1) + c2 * across(3, 2) - c3 * across(6, 5) - c4 * across(7, 6) + c5 * across(10, 9),
        c1 * along(1, 0) - c2 * along(4, 3) - c3 * along(5, 4) + c4 * along(8, 7) + c5 * along(9, 8),
    )
}

/// Sum of the numerators of the frequency estimate around a cell.
fn slope(cells: &[Cell], c: usize) -> f64 {
    let cell = |i: usize| cells.get(i).copied().unwrap_or_default();
    let (below, here, above) = (cell(c - 2), cell(c), cell(c + 2));
    (below.re - above.re) * (2.0 * here.re - above.re - below.re)
        + (below.im - above.im) * (2.0 * here.im - above.im - below.im)
}

impl Ptrack {
    /// Transforms the input, shifted by half a bin, and lays its bins and their mirror images out in turns.
    fn transform(&mut self) {
        let Some(fft) = &mut self.fft else { return };
        for ((bin, x), shift) in self.work.iter_mut().zip(&self.input).zip(&self.shift) {
            *bin = *shift * *x;
        }
        fft.forward(&mut self.work);
        let (hop, now) = (self.hop, &mut self.now);
        let n = 2 * hop;
        for b in 0..hop / 2 {
            now[MARGIN + 4 * b] = self.work[b].re;
            now[MARGIN + 4 * b + 1] = self.work[b].im;
        }
        for j in 0..hop {
            let bin = self.work[hop - 1 - j];
            now[MARGIN + 4 * j + 2] = bin.re;
            now[MARGIN + 4 * j + 3] = -bin.im;
        }
        for i in (0..MARGIN).step_by(2) {
            now[MARGIN - 2 - i] = now[MARGIN + i];
            now[MARGIN - 1 - i] = -now[MARGIN + i + 1];
        }
        // Beyond the end real parts are mirrored; imaginary ones just change their sign (measured).
        for i in (0..MARGIN + n).step_by(2) {
            now[MARGIN + n + i] = now[MARGIN + n - 2 - i.min(MARGIN + n - 2)];
            now[MARGIN + n + i + 1] = -now[MARGIN + n + i + 1];
        }
    }

    /// Spectrum of a whole window from those of its halves, at twice the resolution.
    fn interpolate(&mut self) {
        let (last, now) = (&self.last, &self.now);
        for step in 0..self.hop {
            let k = MARGIN + 2 * step;
            let sign = if step % 2 == 0 { 1.0 } else { -1.0 };
            let ((re1, im1), (re2, im2)) = (between(last, k), between(now, k));
            let (mut re, im) = (re1 + sign * re2, im1 + sign * im2);
            if step % 2 == 0 {
                // Two slips of the reference in every other bin.
                re += HALFWAY[0] * (now[k + 1] - last[k + 1]) + HALFWAY[1] * (now[k + 2] - now[2]);
            }
            let cell = &mut self.cells[2 * step];
            (cell.re, cell.im) = (FRAC_1_SQRT_2 * (re + im), FRAC_1_SQRT_2 * (im - re));
            let cell = &mut self.cells[2 * step + 1];
            (cell.re, cell.im) = (last[k] + sign * now[k + 1], last[k + 1] - sign * now[k]);
        }
        let used = self.last.len();
        self.last.copy_from_slice(&self.now[..used]);
    }

    /// Power of each cell after a window; returns the sum.
    fn measure(&mut self) -> f64 {
        let mut total = 0.0;
        for cell in &mut self.cells[..FIRST_CELL] {
            cell.power = 0.0;
        }
        for c in FIRST_CELL..self.cells.len() - 2 {
            let (below, above) = (self.cells[c - 2], self.cells[c + 2]);
            let cell = &mut self.cells[c];
            let re = cell.re - 0.5 * (below.re + above.re);
            let im = cell.im - 0.5 * (below.im + above.im);
            cell.power = re * re + im * im;
            total += cell.power;
        }
        total
    }

    fn find_peaks(&mut self, total: f64) {
        self.peaks.clear();
        for c in FIRST_CELL..self.cells.len() - 2 {
            if self.peaks.len() == self.most_peaks {
                break;
            }
            let [below, power, above] = [c - 1, c, c + 1].map(|i| self.cells[i].power);
            let faint = 0.00001 * total;
            if power < below || power < above || below < faint || above < faint {
                continue;
            }
            let guesses = [
                slope(&self.cells, c) / (power + power),
                slope(&self.cells, c - 1) / (2.0 * below) - 1.0,
                slope(&self.cells, c + 1) / (2.0 * above) + 1.0,
            ];
            let mean = 0.333333333333 * (guesses[0] + guesses[1] + guesses[2]);
            let variance = 0.5 * guesses.iter().map(|g| (g - mean) * (g - mean)).sum::<f64>();
            if variance * total > 10.0 * power || variance < 1.0e-30 {
                continue;
            }
            self.peaks.push(Peak {
                frequency: (c as f64 + mean).max(4.0),
                width: variance.sqrt(),
                power,
                loudness: power.sqrt().sqrt(),
            });
        }
    }

    /// The fundamental, in cells, that most peaks may be partials of.
    fn guess(&mut self, loudness: f64) -> f64 {
        let bins = self.histogram.len() as f64;
        self.histogram.fill(0.0);
        for peak in &self.peaks {
            let place = PER_LOG * math::ln(peak.frequency) - ORIGIN;
            let width = TO_BINS * peak.width / peak.frequency;
            let (spread, narrow) = (width.max(2.0), width.max(1.0));
            let amplitude = 4.0 * peak.loudness / loudness;
            for partial in 0..PARTIALS {
                let bin = place - PER_OCTAVE * math::log2((partial + 1) as f64);
                if bin >= bins {
                    continue;
                }
                let score = 30.0 * amplitude / ((partial as f64 + PARTIAL_OFFSET) * narrow);
                let first = (bin + 0.5 - 0.5 * spread) as i64;
                let last = (bin + 0.5 + 0.5 * spread) as i64;
                if first < -(MARGIN as i64) {
                    break;
                }
                for i in first..=last.min(self.histogram.len() as i64) {
                    let phase = i as f64 - bin;
                    if let Some(slot) = usize::try_from(i).ok().and_then(|i| self.histogram.get_mut(i)) {
                        *slot += score * (1.0 - phase * phase / (spread * spread));
                    }
                }
            }
        }
        let (mut best, mut greatest) = (-1.0, 0.0);
        for (i, &value) in self.histogram.iter().enumerate() {
            if value > greatest {
                (best, greatest) = (i as f64, value);
            }
        }
        math::exp((best + ORIGIN) / PER_LOG)
    }

    /// Frequency in cells from the peaks that are partials of a guess.
    fn refine(&self, guess: f64, total: f64) -> Option<f64> {
        let (mut partials, mut low_partials, mut power) = (0, 0, 0.0);
        let (mut sum, mut weights) = (0.0, 0.0);
        for peak in &self.peaks {
            let ratio = peak.frequency / guess;
            let number = (ratio + 0.5) as i32;
            if !(1..=PARTIALS as i32).contains(&number) {
                continue;
            }
            let exact = f64::from(number);
            if (1.0 - ratio / exact).abs() >= DEVIATION {
                continue;
            }
            partials += 1;
            low_partials += i32::from(number < 8);
            power += peak.power;
            let width = peak.width.max(LEAST_WIDTH) * exact;
            weights += 1.0 / (width * width);
            sum += 1.0 / (width * width) * peak.frequency / exact;
        }
        let few = low_partials < 4 || partials < 7;
        let frequency = sum / weights;
        (!(few && power < 0.01 * total) && frequency >= LOWEST).then_some(frequency)
    }

    fn analyse(&mut self, sr: f64) {
        self.transform();
        self.interpolate();
        let total = self.measure();
        let n = (2 * self.hop) as f64;
        let (level, loudness) = if total > 1.0e-9 {
            ((DB_SCALE * math::ln(total / n)).max(0.0), total.sqrt().sqrt())
        } else {
            (0.0, 0.0)
        };
        self.level = level + DB_OFFSET;
        if level >= LEAST_DB {
            self.find_peaks(total);
            let guess = self.guess(loudness);
            if let Some(frequency) = self.refine(guess, total) {
                self.cps = sr / (n + n) * frequency;
            }
        }
    }
}

impl Ugen for Ptrack {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let hop = usize::try_from(truncated(cx.k(1))).unwrap_or(0);
        if !hop.is_power_of_two() || !(64..=4096).contains(&hop) {
            return Err(OpError::new(format!("ihopsize must be a power of two from 64 to 4096, not {hop}")));
        }
        let n = 2 * hop;
        self.hop = hop;
        self.fft = Some(ComplexFft::new(hop));
        self.shift = (0..hop)
            .map(|i| math::sin_cos(PI * i as f64 / n as f64))
            .map(|(sin, cos)| Bin::new(cos, -sin))
            .collect();
        self.input = vec![0.0; hop];
        self.work = vec![Bin::default(); hop];
        self.now = vec![0.0; 2 * (n + MARGIN) + MARGIN];
        self.last = vec![0.0; n + 2 * MARGIN];
        self.cells = vec![Cell::default(); n];
        let peaks = truncated(cx.k(2));
        self.most_peaks = if (1..=100).contains(&peaks) { peaks as usize } else { 20 };
        self.peaks = Vec::with_capacity(self.most_peaks);
        self.histogram = vec![0.0; PER_OCTAVE as usize * (n.ilog2() as usize - 2)];
        (self.at, self.cps, self.level) = (0, 100.0, -144.0);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let (x, scale) = (io.x(0), FULL_SCALE / world.header.zero_dbfs);
        for n in 0..io.samples_len() {
            if self.at == self.hop {
                self.analyse(io.clock.sr);
                self.at = 0;
            }
            self.input[self.at] = x.at(n) * scale;
            self.at += 1;
        }
        io.set(0, self.cps);
        io.set(1, self.level);
        Ok(())
    }
}
