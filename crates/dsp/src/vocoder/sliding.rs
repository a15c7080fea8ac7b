//! The sliding phase vocoder: a spectrum for every sample.

use super::fold;
use crate::fft::Bin;
use crate::math;
use std::f64::consts::{PI, TAU};

/// Window of a sliding analysis, applied to the spectrum: a sum of two cosines.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SlidingWindow {
    /// 0.54 - 0.46 cos.
    Hamming,
    /// 0.5 - 0.5 cos.
    Hann,
    /// None.
    Rectangular,
}

impl SlidingWindow {
    /// Factor of a bin itself, and of its neighbours together.
    fn factors(self) -> (f64, f64) {
        match self {
            Self::Hamming => (0.54, 0.46),
            Self::Hann => (0.5, 0.5),
            Self::Rectangular => (1.0, 0.0),
        }
    }
}

/// Analysis of the last `n` samples with each new one.
pub struct SlidingAnalysis {
    /// The last `n` samples; `at` is the oldest.
    samples: Vec<f64>,
    at: usize,
    spectrum: Vec<Bin>,
    /// exp(2 pi i k / n).
    turns: Vec<Bin>,
    phases: Vec<f64>,
    window: SlidingWindow,
    sr: f64,
}

impl SlidingAnalysis {
    /// Of `n` samples, an even number.
    pub fn new(n: usize, window: SlidingWindow, sr: f64) -> Self {
        let turn = |k: usize| {
            let (sin, cos) = math::sin_cos(TAU * k as f64 / n as f64);
            Bin::new(cos, sin)
        };
        let bins = n / 2 + 1;
        Self {
            samples: vec![0.0; n],
            at: 0,
            spectrum: vec![Bin::default(); bins],
            turns: (0..bins).map(turn).collect(),
            phases: vec![0.0; bins],
            window,
            sr,
        }
    }

    /// Takes a sample and makes the frame that ends with it.
    pub fn push(&mut self, x: f64, frame: &mut [[f64; 2]]) {
        let change = x - std::mem::replace(&mut self.samples[self.at], x);
        self.at = fold(self.at as i64 + 1, self.samples.len());
        for (bin, turn) in self.spectrum.iter_mut().zip(&self.turns) {
            *bin = (*bin + change) * turn;
        }
        let n = self.samples.len() as f64;
        let (windowed, phases) = (Windowed { bins: &self.spectrum, window: self.window }, &mut self.phases);
        for (j, (pair, last)) in frame.iter_mut().zip(phases).enumerate() {
            let bin = windowed.at(j);
            let phase = math::atan2(bin.im, bin.re);
            let turned = wrap_any(phase - *last - j as f64 * TAU / n);
            *last = phase;
            *pair = [math::hypot(bin.re, bin.im), self.sr * (j as f64 + turned * n / TAU) / n];
        }
    }
}

struct Windowed<'a> {
    bins: &'a [Bin],
    window: SlidingWindow,
}

impl Windowed<'_> {
    /// A windowed bin. At the ends the neighbour beyond mirrors the one within; the imaginary parts there,
    /// which are nothing but rounding, stay as they are.
    fn at(&self, j: usize) -> Bin {
        let (own, neighbours) = self.window.factors();
        let (bins, last) = (self.bins, self.bins.len() - 1);
        let bin = bins[j] * own;
        if neighbours == 0.0 {
            bin
        } else if j == 0 || j == last {
            let inner = bins[if j == 0 { 1.min(last) } else { last - 1 }];
            Bin::new(bin.re - neighbours * inner.re, bin.im)
        } else {
            bin - (bins[j + 1] + bins[j - 1]) * (0.5 * neighbours)
        }
    }
}

/// Synthesis of a sample from each frame.
pub struct SlidingSynthesis {
    phases: Vec<f64>,
    sr: f64,
}

impl SlidingSynthesis {
    /// For frames of `n / 2 + 1` bins.
    pub fn new(n: usize, sr: f64) -> Self {
        Self { phases: vec![0.0; n / 2 + 1], sr }
    }

    /// The sample of a frame.
    pub fn pull(&mut self, frame: &[[f64; 2]]) -> f64 {
        let last = self.phases.len() - 1;
        let n = 2.0 * last as f64;
        let (mut inner, mut ends) = (0.0, 0.0);
        for (k, (&[amp, frequency], phase)) in frame.iter().zip(&mut self.phases).enumerate() {
            let deviation = (frequency - k as f64 * self.sr / n) * (TAU / self.sr);
            *phase = wrap_any(*phase + deviation + k as f64 * TAU / n);
            let part = amp * math::cos(*phase);
            match k {
                0 => ends += part,
                k if k == last => ends -= part,
                k if k % 2 == 0 => inner += part,
                _ => inner -= part,
            }
        }
        (inner + inner + ends) / n
    }
}

/// Any angle between -pi and pi.
fn wrap_any(x: f64) -> f64 {
    let x = math::fmod(x, TAU);
    if x <= -PI {
        x + TAU
    } else if x > PI {
        x - TAU
    } else {
        x
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loudest_bin_knows_the_frequency() {
        let mut analysis = SlidingAnalysis::new(64, SlidingWindow::Hann, 48000.0);
        let mut frame = vec![[0.0; 2]; 33];
        for n in 0..200 {
            analysis.push(math::sin(TAU * 3100.0 / 48000.0 * f64::from(n)), &mut frame);
        }
        assert!((frame[4][1] - 3100.0).abs() < 30.0, "{:?}", frame[4]);
        assert!(frame[4][0] > 10.0 * frame[12][0]);
    }

    #[test]
    fn silence_stays_silent() {
        let mut synthesis = SlidingSynthesis::new(16, 48000.0);
        assert_eq!(synthesis.pull(&[[0.0, 100.0]; 9]), 0.0);
    }
}
