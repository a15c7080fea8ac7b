//! From a signal to amplitudes and frequencies, once per hop.

use super::{Shape, Sizes, fold};
use crate::fft::{Bin, RealFft};
use crate::math;
use std::f64::consts::{PI, TAU};

/// Bins weaker than this keep their phase and count as being in the middle of their band (measured on
/// the reference).
const SILENT: f64 = 1e-10;

/// Streaming analysis with overlapping windows.
///
/// Windows are folded into the transform at their place in time modulo its size, so that the phase of a
/// bin stands still for a sinusoid in the middle of the bin's band; what it moves from frame to frame is
/// the deviation from that frequency.
pub struct Analysis {
    sizes: Sizes,
    fft: RealFft,
    window: Vec<f64>,
    /// The samples that the next window covers and those that arrived since; the last hop is being filled.
    recent: Vec<f64>,
    filled: usize,
    /// Time of the next window's first sample.
    time: i64,
    folded: Vec<f64>,
    bins: Vec<Bin>,
    phases: Vec<f64>,
    bands: Bands,
}

/// Frequencies of bins; single precision, as the reference keeps these two factors.
#[derive(Clone, Copy)]
struct Bands {
    /// Hz per radian a hop.
    deviation: f32,
    /// Hz per bin.
    spacing: f32,
}

impl Analysis {
    /// At `sr` samples per second.
    pub fn new(sizes: Sizes, shape: Shape<'_>, sr: f64) -> Self {
        let Sizes { fft, hop, window: length } = sizes;
        let mut window = shape.analysis(length, fft);
        // Twice the mean: a spectrum of real numbers has half of the amplitude at negative frequencies.
        let scale = 2.0 / window.iter().sum::<f64>();
        window.iter_mut().for_each(|w| *w *= scale);
        let rate = (sr / hop as f64) as f32;
        Self {
            sizes,
            fft: RealFft::new(fft),
            window,
            recent: vec![0.0; sizes.half() + (sizes.half() / hop + 1) * hop],
            filled: 0,
            time: sizes.first(),
            folded: vec![0.0; fft],
            bins: vec![Bin::default(); fft / 2 + 1],
            phases: vec![0.0; fft / 2 + 1],
            bands: Bands { deviation: (f64::from(rate) / TAU) as f32, spacing: (sr / fft as f64) as f32 },
        }
    }

    /// Takes a sample. With the first one after a full hop a new frame is made, before it; then the result
    /// is true.
    pub fn push(&mut self, x: f64, frame: &mut [[f32; 2]]) -> bool {
        let hop = self.sizes.hop;
        let full = self.filled == hop;
        if full {
            self.analyse(frame);
            self.recent.copy_within(hop.., 0);
            self.filled = 0;
        }
        let start = self.recent.len() - hop;
        self.recent[start + self.filled] = x;
        self.filled += 1;
        full
    }

    fn analyse(&mut self, frame: &mut [[f32; 2]]) {
        let n = self.folded.len();
        self.folded.fill(0.0);
        let mut k = fold(self.time, n);
        for (w, x) in self.window.iter().zip(&self.recent) {
            self.folded[k] += w * x;
            k = if k + 1 == n { 0 } else { k + 1 };
        }
        self.time += self.sizes.hop as i64;
        self.fft.forward(&self.folded, &mut self.bins);
        for (i, (pair, (bin, last))) in
            frame.iter_mut().zip(self.bins.iter().zip(&mut self.phases)).enumerate()
        {
            let amp = math::hypot(bin.re, bin.im);
            let mut turned = 0.0;
            if amp >= SILENT {
                let phase = math::atan2(bin.im, bin.re);
                turned = wrap(phase - *last);
                *last = phase;
            }
            let Bands { deviation, spacing } = self.bands;
            let frequency = turned * f64::from(deviation) + i as f64 * f64::from(spacing);
            *pair = [amp as f32, frequency as f32];
        }
    }
}

/// A difference of two phases between -pi and pi, from within a turn of that.
#[inline]
pub fn wrap(turned: f64) -> f64 {
    if turned > PI {
        turned - TAU
    } else if turned < -PI {
        turned + TAU
    } else {
        turned
    }
}
