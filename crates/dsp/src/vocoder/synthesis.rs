//! From amplitudes and frequencies back to a signal, once per hop.

use super::shape::shape_by_sinc;
use super::{Shape, Sizes, fold};
use crate::fft::{Bin, RealFft};
use crate::math;
use std::f64::consts::TAU;

/// Streaming synthesis: inverse transforms, windowed and added where they overlap (Crochiere, "A Weighted
/// Overlap-Add Method of Short-Time Fourier Analysis/Synthesis", IEEE ASSP 28, 1980).
pub struct Synthesis {
    sizes: Sizes,
    fft: RealFft,
    window: Vec<f64>,
    phases: Vec<f64>,
    /// The bin whose phase is next brought back below a turn; one per frame is enough to keep all small.
    wrapped: usize,
    bins: Vec<Bin>,
    signal: Vec<f64>,
    /// Sums of windows: a finished hop, then what later windows still add to.
    sum: Vec<f64>,
    /// The hop that is being given out.
    ready: Vec<f64>,
    given: usize,
    /// Time of the next window's first sample.
    time: i64,
    /// Radians a hop per Hz.
    turn: f64,
    /// Hz per bin.
    spacing: f64,
}

impl Synthesis {
    /// For frames of an analysis with the same sizes and shape.
    pub fn new(sizes: Sizes, shape: Shape<'_>, sr: f64) -> Self {
        let Sizes { fft, hop, window: length } = sizes;
        Self {
            sizes,
            fft: RealFft::new(fft),
            window: synthesis_window(sizes, shape),
            phases: vec![0.0; fft / 2 + 1],
            wrapped: 0,
            bins: vec![Bin::default(); fft / 2 + 1],
            signal: vec![0.0; fft],
            sum: vec![0.0; hop + length],
            ready: vec![0.0; hop],
            given: 0,
            time: sizes.first(),
            turn: TAU / (sr / hop as f64),
            spacing: sr / fft as f64,
        }
    }

    /// The next sample. Where a hop is used up, the present frame is added first.
    pub fn pull(&mut self, frame: &[[f32; 2]]) -> f64 {
        if self.given == self.ready.len() {
            self.add(frame);
            self.given = 0;
        }
        self.given += 1;
        self.ready[self.given - 1]
    }

    fn add(&mut self, frame: &[[f32; 2]]) {
        let hop = self.sizes.hop;
        // What lies before the signal's beginning is not given out; a first hop that is cut leaves the
        // rest of its place silent.
        let count = self.time.clamp(0, hop as i64) as usize;
        self.ready[..count].copy_from_slice(&self.sum[hop - count..hop]);
        self.sum.copy_within(hop.., 0);
        let end = self.sum.len() - hop;
        self.sum[end..].fill(0.0);
        self.turn_phases(frame);
        self.fft.inverse(&self.bins, &mut self.signal);
        let n = self.signal.len();
        let mut k = fold(self.time, n);
        for (sum, w) in self.sum.iter_mut().zip(&self.window) {
            *sum += self.signal[k] * w;
            k = if k + 1 == n { 0 } else { k + 1 };
        }
        self.time += hop as i64;
    }

    fn turn_phases(&mut self, frame: &[[f32; 2]]) {
        for (i, (&[amp, frequency], (bin, phase))) in
            frame.iter().zip(self.bins.iter_mut().zip(&mut self.phases)).enumerate()
        {
            *phase += self.turn * (f64::from(frequency) - i as f64 * self.spacing);
            if i == self.wrapped {
                *phase = math::fmod(*phase, TAU);
            }
            let (sin, cos) = math::sin_cos(*phase);
            *bin = Bin::new(f64::from(amp) * cos, f64::from(amp) * sin);
        }
        self.wrapped = (self.wrapped + 1) % self.bins.len();
    }
}

/// The window that makes unchanged frames sum up to the signal.
fn synthesis_window(sizes: Sizes, shape: Shape<'_>) -> Vec<f64> {
    let Sizes { fft, hop, window: length } = sizes;
    let mut window = shape.window(length);
    let scale = if length > fft {
        shape_by_sinc(&mut window, hop);
        shape.analysis(length, fft).iter().sum::<f64>() / 2.0
    } else {
        let norm = 2.0 / window.iter().sum::<f64>();
        let overlapped: f64 = window.iter().step_by(hop).map(|w| (w * norm) * (w * norm)).sum();
        norm / overlapped
    };
    window.iter_mut().for_each(|w| *w *= scale);
    window
}

#[cfg(test)]
mod tests {
    use super::super::Analysis;
    use super::*;

    /// What resynthesis does to a sinusoid beyond its delay of a window and two hops.
    fn error(sizes: Sizes, shape: Shape<'_>) -> f64 {
        let delay = sizes.window + 2 * sizes.hop;
        let (mut analysis, mut synthesis) =
            (Analysis::new(sizes, shape, 48000.0), Synthesis::new(sizes, shape, 48000.0));
        let mut frame = vec![[0.0; 2]; sizes.fft / 2 + 1];
        let x = |n: usize| 0.5 * math::sin(0.07 * n as f64);
        let mut worst: f64 = 0.0;
        for n in 0..4000 {
            analysis.push(x(n), &mut frame);
            let y = synthesis.pull(&frame);
            if n > 2500 {
                worst = worst.max((y - x(n - delay)).abs());
            }
        }
        worst
    }

    #[test]
    fn frames_turn_back_into_the_signal() {
        let sizes = Sizes { fft: 256, hop: 64, window: 256 };
        assert!(error(sizes, Shape::Hann) < 1e-4);
        assert!(error(sizes, Shape::Hamming) < 1e-4);
        assert!(error(Sizes { fft: 240, hop: 60, window: 240 }, Shape::Hann) < 1e-4);
    }

    #[test]
    fn frequencies_are_those_of_the_signal() {
        let sizes = Sizes { fft: 1024, hop: 256, window: 2048 };
        let mut analysis = Analysis::new(sizes, Shape::Hamming, 48000.0);
        let mut frame = vec![[0.0; 2]; 513];
        for n in 0..8192 {
            analysis.push(0.25 * math::sin(TAU * 330.0 / 48000.0 * f64::from(n)), &mut frame);
        }
        let [amp, frequency] = frame[7];
        assert!((frequency - 330.0).abs() < 0.01 && (amp - 0.25).abs() < 0.01, "{amp} {frequency}");
    }
}
