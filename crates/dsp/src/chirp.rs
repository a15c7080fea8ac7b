//! Complex Fourier transform of any length as a convolution with a chirp (L. I. Bluestein, "A linear filtering approach
//! to the computation of discrete Fourier transform", IEEE Transactions on Audio and Electroacoustics 18, 1970).
//!
//! The convolution is done by transforms of power-of-two lengths, so that all lengths have twiddle factors from
//! [`crate::math`] and equal bits on every target. Audio rarely needs other lengths: they may take longer.

use crate::fft::Bin;
use crate::math;
use crate::power2::PowerOfTwo;

/// A planned transform.
#[derive(Clone, Debug)]
pub(crate) struct Chirp {
    /// exp(-pi i k² / n) for k below n.
    chirp: Vec<Bin>,
    /// Spectrum of the conjugate chirp, which reaches from -(n - 1) to n - 1, divided by the length of `inner`.
    response: Vec<Bin>,
    inner: PowerOfTwo,
}

impl Chirp {
    /// Plans for `n` points, at least 1.
    pub(crate) fn new(n: usize) -> Self {
        let inner = PowerOfTwo::new((2 * n - 1).next_power_of_two());
        let len = inner.len();
        let chirp: Vec<Bin> = (0..n as u64)
            .map(|k| {
                // The chirp repeats every 2n; a small angle has an exact remainder.
                let turns = (k * k % (2 * n as u64)) as f64 / (2 * n) as f64;
                let (s, c) = math::sin_cos(-std::f64::consts::TAU * turns);
                Bin::new(c, s)
            })
            .collect();
        let mut response = vec![Bin::default(); len];
        for (k, x) in chirp.iter().enumerate() {
            response[k] = x.conj() / len as f64;
            response[(len - k) % len] = response[k];
        }
        inner.forward(&mut response, &mut vec![Bin::default(); len]);
        Self { chirp, response, inner }
    }

    /// Number of points.
    pub(crate) fn len(&self) -> usize {
        self.chirp.len()
    }

    /// Points of working memory that [`Self::forward`] takes.
    pub(crate) fn scratch_len(&self) -> usize {
        2 * self.inner.len()
    }

    /// Forward transform in place; `data` must have [`Self::len`] points, `scratch` [`Self::scratch_len`].
    pub(crate) fn forward(&self, data: &mut [Bin], scratch: &mut [Bin]) {
        let (work, scratch) = scratch.split_at_mut(self.inner.len());
        work.fill(Bin::default());
        for (w, (x, c)) in work.iter_mut().zip(data.iter().zip(&self.chirp)) {
            *w = x * c;
        }
        self.inner.forward(work, scratch);
        for (w, r) in work.iter_mut().zip(&self.response) {
            let product = *w * r;
            // Exchanging real and imaginary parts before and after turns a forward transform round.
            *w = Bin::new(product.im, product.re);
        }
        self.inner.forward(work, scratch);
        for (x, (w, c)) in data.iter_mut().zip(work.iter().zip(&self.chirp)) {
            *x = Bin::new(w.im, w.re) * c;
        }
    }
}
