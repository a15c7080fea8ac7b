//! Linear prediction by the autocorrelation method (Makhoul, Linear prediction: a tutorial review, 1975).

use crate::fft::{Bin, RealFft};

/// Analyses frames of one length with one order of prediction. Analyses allocate nothing.
#[derive(Clone)]
pub struct LinearPredictor {
    fft: RealFft,
    padded: Vec<f64>,
    bins: Vec<Bin>,
    /// Autocorrelation of the last frame; up to the order relative to its energy.
    correlation: Vec<f64>,
    coefficients: Vec<f64>,
    previous: Vec<f64>,
    error: f64,
    rms: f64,
}

impl LinearPredictor {
    /// For frames of `len` samples, at least one more than the order, and `order` coefficients.
    #[must_use]
    pub fn new(len: usize, order: usize) -> Self {
        let len = len.max(order + 1);
        let fft = RealFft::new((2 * len - 1).next_power_of_two().max(2));
        Self {
            padded: vec![0.0; fft.len()],
            bins: vec![Bin::default(); fft.bins()],
            correlation: vec![0.0; len],
            coefficients: vec![0.0; order],
            previous: vec![0.0; order],
            error: 0.0,
            rms: 0.0,
            fft,
        }
    }

    /// Bytes that an instance takes.
    #[must_use]
    pub fn bytes(len: usize, order: usize) -> usize {
        len.max(order).saturating_mul(96)
    }

    /// Factors of the filter 1 / (1 + a1 z^-1 + a2 z^-2 + ...) that models the last frame.
    #[must_use]
    pub fn coefficients(&self) -> &[f64] {
        &self.coefficients
    }

    /// Energy of the prediction's error relative to that of the frame.
    #[must_use]
    pub fn error(&self) -> f64 {
        self.error
    }

    /// Root mean square of the last frame.
    #[must_use]
    pub fn rms(&self) -> f64 {
        self.rms
    }

    /// Analyses a frame; missing samples count as 0. A silent frame leaves the coefficients as they were.
    pub fn analyse(&mut self, frame: impl Iterator<Item = f64>) {
        let len = self.correlation.len();
        self.padded.fill(0.0);
        for (slot, x) in self.padded[..len].iter_mut().zip(frame) {
            *slot = x;
        }
        self.fft.forward(&self.padded, &mut self.bins);
        for bin in &mut self.bins {
            *bin = Bin::new(bin.re * bin.re + bin.im * bin.im, 0.0);
        }
        self.fft.inverse(&self.bins, &mut self.padded);
        self.correlation.copy_from_slice(&self.padded[..len]);
        let energy = self.correlation[0];
        self.rms = (energy / len as f64).sqrt();
        if energy > 0.0 {
            for r in &mut self.correlation[..=self.coefficients.len()] {
                *r /= energy;
            }
            self.solve();
        }
    }

    /// Solves for the coefficients by Levinson's and Durbin's recursion.
    fn solve(&mut self) {
        let r = &self.correlation;
        self.error = r[0];
        for m in 0..self.coefficients.len() {
            let (known, next) = self.coefficients.split_at_mut(m);
            let sum: f64 = r[m + 1] + (0..m).map(|i| known[i] * r[m - i]).sum::<f64>();
            let reflection = -sum / self.error;
            self.previous[..m].copy_from_slice(known);
            for i in 0..m {
                known[i] += reflection * self.previous[m - 1 - i];
            }
            next[0] = reflection;
            self.error *= 1.0 - reflection * reflection;
        }
    }

    /// Lag in samples of the highest peak of the autocorrelation, interpolated; -1 if there is none. Lags up
    /// to the order are on another scale, as in the reference: loud frames have a false peak next to it.
    #[must_use]
    pub fn period(&self) -> f64 {
        let r = |i: usize| self.correlation.get(i).copied().unwrap_or(0.0);
        let last = self.correlation.len() - 1;
        let (mut best, mut greatest) = (-1.0, 0.0);
        for i in (1..=last).filter(|&i| r(i) > r(i - 1) && r(i) >= r(i + 1)) {
            let base = r(i - 1);
            let here = r(i) - base;
            let after = r(if i < last { i + 1 } else { i }) - base;
            let bend = (after - 2.0 * here) / 2.0;
            let slope = 1.0 - here / bend;
            let (lag, height) = (i as f64 - 1.0 + slope / 2.0, base - bend * slope * slope / 4.0);
            if lag < 0.0 {
                break;
            }
            if best < 0.0 || height > greatest {
                best = lag;
                greatest = if height > greatest { height } else { greatest };
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_pole_of_a_decay() {
        let mut predictor = LinearPredictor::new(200, 2);
        let mut x = 1.0;
        predictor.analyse(std::iter::repeat_with(|| {
            x *= 0.9;
            x
        }));
        let [a1, a2] = predictor.coefficients() else { panic!("order 2") };
        assert!((a1 + 0.9).abs() < 1e-9 && a2.abs() < 1e-9, "{a1} {a2}");
        assert!((predictor.error() - 0.19).abs() < 1e-9);
    }

    #[test]
    fn period_of_a_pulse_train() {
        let mut predictor = LinearPredictor::new(256, 4);
        predictor.analyse((0..256).map(|n| if n % 32 == 0 { 1.0 } else { 0.0 }));
        assert!((predictor.period() - 32.0).abs() < 0.01, "{}", predictor.period());
        assert_eq!(LinearPredictor::new(8, 2).period(), -1.0);
    }
}
