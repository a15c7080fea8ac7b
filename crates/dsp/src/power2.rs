//! Complex Fourier transform of power-of-two lengths with twiddle factors from [`crate::math`].
//!
//! Nearly all transforms of audio have such a length: Stockham's self-sorting algorithm with radix 4 (Swarztrauber,
//! "FFT algorithms for vector computers", Parallel Computing 1, 1984).
//! Measured on x86-64 against rustfft's scalar plans: 0.64, 1.35, 1.01 and 0.86 of their time for 256, 1024,
//! 4096 and 16384 points.

use crate::fft::Bin;
use crate::math;

/// A planned transform.
#[derive(Clone, Debug)]
pub(crate) struct PowerOfTwo {
    /// exp(-2 pi i k / n) for k below n.
    twiddles: Vec<Bin>,
}

impl PowerOfTwo {
    /// Plans for `n` points; `n` must be a power of two.
    pub(crate) fn new(n: usize) -> Self {
        let twiddle = |k: usize| {
            let (s, c) = math::sin_cos(-std::f64::consts::TAU * k as f64 / n as f64);
            Bin::new(c, s)
        };
        Self { twiddles: (0..n).map(twiddle).collect() }
    }

    /// Number of points.
    pub(crate) fn len(&self) -> usize {
        self.twiddles.len()
    }

    /// Forward transform in place; both slices must have [`Self::len`] points.
    pub(crate) fn forward(&self, data: &mut [Bin], scratch: &mut [Bin]) {
        let (mut from, mut to) = (data, scratch);
        let (mut n, mut stride) = (self.len(), 1);
        let mut swapped = false;
        while n > 1 {
            if n == 2 {
                radix2(from, to, stride);
                n = 1;
            } else {
                self.radix4(from, to, n, stride);
                n /= 4;
                stride *= 4;
            }
            std::mem::swap(&mut from, &mut to);
            swapped = !swapped;
        }
        if swapped {
            to.copy_from_slice(from);
        }
    }

    fn radix4(&self, from: &[Bin], to: &mut [Bin], n: usize, stride: usize) {
        let quarter = n / 4 * stride;
        let (a, rest) = from.split_at(quarter);
        let (b, rest) = rest.split_at(quarter);
        let (c, d) = rest.split_at(quarter);
        let groups = a.chunks_exact(stride).zip(b.chunks_exact(stride)).zip(c.chunks_exact(stride));
        let groups = groups.zip(d.chunks_exact(stride)).zip(to.chunks_exact_mut(4 * stride));
        for (p, ((((a, b), c), d), out)) in groups.enumerate() {
            let w = [1, 2, 3].map(|m| self.twiddles[m * p * stride]);
            let (y0, out) = out.split_at_mut(stride);
            let (y1, out) = out.split_at_mut(stride);
            let (y2, y3) = out.split_at_mut(stride);
            for q in 0..stride {
                let (sum, difference) = (a[q] + c[q], a[q] - c[q]);
                let (other, turned) = (b[q] + d[q], b[q] - d[q]);
                let turned = Bin::new(-turned.im, turned.re);
                y0[q] = sum + other;
                y1[q] = w[0] * (difference - turned);
                y2[q] = w[1] * (sum - other);
                y3[q] = w[2] * (difference + turned);
            }
        }
    }
}

fn radix2(from: &[Bin], to: &mut [Bin], stride: usize) {
    let (a, b) = from.split_at(stride);
    let (y0, y1) = to.split_at_mut(stride);
    for q in 0..stride {
        y0[q] = a[q] + b[q];
        y1[q] = a[q] - b[q];
    }
}
