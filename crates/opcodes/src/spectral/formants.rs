//! Spectral envelopes: what remains of a spectrum when its logarithm is smoothed.

use super::effect::Real;
use orchestrion_base::spectrum::SpectrumLayout;
use orchestrion_dsp::fft::{Bin, RealFft};
use orchestrion_dsp::math;

/// Stands for the amplitude of silent bins.
const NEXT_TO_NOTHING: f64 = 1e-20;
/// Cepstral coefficients that are kept unless an opcode is told how many (manual: pvscale).
const COEFFICIENTS: usize = 80;
/// How far, in nepers, a true envelope may stay below the amplitude of a bin: 2 dB (measured on the
/// reference).
const CLOSE: f64 = 0.23;
/// Rounds after which a true envelope counts as found.
const MOST_ROUNDS: usize = 1000;
/// Bins on either side that a running mean takes in, the last one excepted.
const REACH: usize = 5;

/// Which coefficients a lifter keeps. The reference's opcodes use one of two transforms, which count
/// coefficients differently.
#[derive(Clone, Copy, Default, PartialEq)]
pub(super) enum Lifter {
    /// Of a transform for real numbers: real and imaginary parts in turn, from the lowest.
    #[default]
    Real,
    /// Of a transform for complex numbers: the same, and as many from the highest downwards.
    Complex,
}

/// How an envelope is found, by the numbers of `kkeepform`.
#[derive(Clone, Copy, PartialEq)]
enum Method {
    /// 1: smoothing by keeping the lowest cepstral coefficients.
    Cepstrum,
    /// 2: the same, until no bin stands out (Roebel and Rodet, "Efficient Spectral Envelope Estimation",
    /// DAFx 2005).
    True,
    /// 3: a running mean.
    Mean,
}

/// Finds spectral envelopes.
pub(super) struct Formants {
    lifter: Lifter,
    fft: RealFft,
    cepstrum: Vec<Bin>,
    log: Vec<f64>,
    smooth: Vec<f64>,
    /// The last envelope, a number per bin but the highest.
    pub envelope: Vec<f64>,
}

impl Default for Formants {
    fn default() -> Self {
        Self::new(&SpectrumLayout::default(), Lifter::default())
    }
}

impl Formants {
    pub fn new(layout: &SpectrumLayout, lifter: Lifter) -> Self {
        let points = (layout.size as usize / 2).max(1);
        let fft = RealFft::new(points);
        Self {
            lifter,
            cepstrum: vec![Bin::default(); fft.bins()],
            fft,
            log: vec![0.0; points],
            smooth: vec![0.0; points],
            envelope: vec![0.0; points],
        }
    }

    /// The envelope of a frame by method `keepform` with a number of coefficients, below 1 for the usual
    /// number; gives its maximum, in single precision as the reference keeps it.
    pub fn follow<T: Real>(&mut self, frame: &[[T; 2]], keepform: f64, coefficients: f64) -> f64 {
        let method = match keepform as i32 {
            ..=1 => Method::Cepstrum,
            2 => Method::True,
            _ => Method::Mean,
        };
        let kept = if coefficients < 1.0 { COEFFICIENTS } else { coefficients as usize };
        for (log, bin) in self.log.iter_mut().zip(frame) {
            let amp: f64 = bin[0].into();
            *log = math::ln(if amp > 0.0 { amp } else { NEXT_TO_NOTHING });
        }
        match method {
            Method::Cepstrum => self.lift(kept),
            Method::True => self.raise(frame, kept),
            Method::Mean => self.average(),
        }
        let mut most = 0.0f32;
        for (envelope, smooth) in self.envelope.iter_mut().zip(&self.smooth) {
            *envelope = math::exp(*smooth);
            if *envelope > f64::from(most) {
                most = *envelope as f32;
            }
        }
        f64::from(most)
    }

    /// Replaces the envelope by the logarithm that the search for a true one ended with.
    pub fn take_raised(&mut self) -> f64 {
        let mut most = 0.0f32;
        for (envelope, log) in self.envelope.iter_mut().zip(&self.log) {
            *envelope = math::exp(*log);
            if *envelope > f64::from(most) {
                most = *envelope as f32;
            }
        }
        f64::from(most)
    }

    fn lift(&mut self, kept: usize) {
        self.fft.forward(&self.log, &mut self.cepstrum);
        let n = self.log.len();
        for (k, bin) in self.cepstrum.iter_mut().enumerate() {
            let (re, im) = match self.lifter {
                Lifter::Real if 2 * k == n => (f64::from(kept > 1), 0.0),
                Lifter::Real => (f64::from(2 * k < kept), f64::from(2 * k + 1 < kept)),
                Lifter::Complex => {
                    let keeps = |i: usize| f64::from(i < kept || i + kept >= 2 * n);
                    let mirrored = (2 * n - 2 * k) % (2 * n);
                    (0.5 * (keeps(2 * k) + keeps(mirrored)), 0.5 * (keeps(2 * k + 1) + keeps(mirrored + 1)))
                }
            };
            *bin = Bin::new(bin.re * re, bin.im * im);
        }
        self.fft.inverse(&self.cepstrum, &mut self.smooth);
    }

    fn raise<T: Real>(&mut self, frame: &[[T; 2]], kept: usize) {
        for _ in 0..MOST_ROUNDS {
            self.lift(kept);
            let mut all_close = true;
            for ((log, smooth), bin) in self.log.iter_mut().zip(&self.smooth).zip(frame) {
                *log = log.max(*smooth);
                let amp: f64 = bin[0].into();
                all_close &= !(math::ln(amp) - smooth > CLOSE);
            }
            if all_close {
                return;
            }
        }
    }

    /// A running mean of ten bins. The lowest stay as they are; for the highest the reference counts 1.
    fn average(&mut self) {
        let n = self.log.len();
        self.smooth.fill(0.0);
        for (i, smooth) in self.smooth[..n.saturating_sub(REACH)].iter_mut().enumerate() {
            *smooth = match i.checked_sub(REACH) {
                Some(first) => self.log[first..i + REACH].iter().sum::<f64>() / (2 * REACH) as f64,
                None => self.log[i],
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Partials every 8 bins under a hump.
    fn frame() -> Vec<[f64; 2]> {
        let hump = |i: usize| math::exp(-((i as f64 - 60.0) / 40.0) * ((i as f64 - 60.0) / 40.0));
        (0..257).map(|i| [hump(i) * if i % 8 == 4 { 1.0 } else { 0.3 }, 0.0]).collect()
    }

    #[test]
    fn envelopes_follow_the_hump_and_true_ones_touch_the_partials() {
        let layout = SpectrumLayout { size: 512, ..SpectrumLayout::default() };
        for lifter in [Lifter::Real, Lifter::Complex] {
            let mut formants = Formants::new(&layout, lifter);
            formants.follow(&frame(), 1.0, 20.0);
            let smooth = formants.envelope[60];
            formants.follow(&frame(), 2.0, 20.0);
            let touching = formants.envelope[60];
            assert!(smooth < 0.6 && touching > 0.7 && touching > smooth, "{smooth} {touching}");
        }
    }

    #[test]
    fn silence_has_an_envelope() {
        let mut formants =
            Formants::new(&SpectrumLayout { size: 64, ..SpectrumLayout::default() }, Lifter::Real);
        for method in [1.0, 2.0, 3.0] {
            assert!(formants.follow(&[[0.0; 2]; 33], method, 0.0).is_finite());
        }
    }
}
