//! Fourier transforms of real and complex signals of any length, as plain functions over slices.
//!
//! All lengths run own algorithms whose twiddle factors come from [`crate::math`], so they give equal bytes
//! on every target; the quick lengths are powers of two. The forward transform has the exponent `-i` and no
//! scale; the inverse has `+i` and divides by the length, so the pair is the identity.
//!
//! Real spectra are *packed* as the reference packs them: for even `n`, slot 0 holds the DC part, slot 1
//! the Nyquist part, then real and imaginary parts in turn: `n` numbers for `n` samples. Odd lengths
//! have no Nyquist part and are not packed; use [`RealFft::forward`] with bins.

use crate::chirp::Chirp;
use crate::power2::PowerOfTwo;
use num_complex::Complex;

/// A complex number of a spectrum.
pub type Bin = Complex<f64>;

#[derive(Clone)]
enum Plan {
    PowerOfTwo(PowerOfTwo),
    Other(Chirp),
}

/// Forward and inverse transform of complex signals of one length, with its working memory.
#[derive(Clone)]
pub struct ComplexFft {
    plan: Plan,
    scratch: Vec<Bin>,
}

impl ComplexFft {
    /// Plans transforms of `n` points; a length of 0 counts as 1.
    pub fn new(n: usize) -> Self {
        let n = n.max(1);
        if n.is_power_of_two() {
            return Self { plan: Plan::PowerOfTwo(PowerOfTwo::new(n)), scratch: vec![Bin::default(); n] };
        }
        let plan = Chirp::new(n);
        let scratch = vec![Bin::default(); plan.scratch_len()];
        Self { plan: Plan::Other(plan), scratch }
    }

    /// Number of points.
    pub fn len(&self) -> usize {
        match &self.plan {
            Plan::PowerOfTwo(plan) => plan.len(),
            Plan::Other(plan) => plan.len(),
        }
    }

    /// Whether the transform is trivial (one point).
    pub fn is_empty(&self) -> bool {
        self.len() <= 1
    }

    /// Spectrum in place; `data` must have [`Self::len`] points, other lengths are left alone.
    pub fn forward(&mut self, data: &mut [Bin]) {
        if data.len() != self.len() {
            return;
        }
        match &self.plan {
            Plan::PowerOfTwo(plan) => plan.forward(data, &mut self.scratch),
            Plan::Other(plan) => plan.forward(data, &mut self.scratch),
        }
    }

    /// Signal in place, divided by the length; other lengths than planned are left alone.
    pub fn inverse(&mut self, data: &mut [Bin]) {
        if data.len() != self.len() {
            return;
        }
        // Exchanging real and imaginary parts before and after turns a forward transform round.
        data.iter_mut().for_each(|x| *x = Bin::new(x.im, x.re));
        self.forward(data);
        let scale = 1.0 / data.len() as f64;
        data.iter_mut().for_each(|x| *x = Bin::new(x.im * scale, x.re * scale));
    }
}

/// Forward and inverse transform of real signals of one length, with its working memory: transforms
/// allocate nothing.
///
/// Even lengths run a complex transform of half the length and untangle it (Press et al., Numerical
/// Recipes, section 12.3); odd lengths run a complex transform of full length.
#[derive(Clone)]
pub struct RealFft {
    n: usize,
    inner: ComplexFft,
    /// exp(-2 pi i k / n) for k up to n/2; empty for odd lengths.
    twiddles: Vec<Bin>,
    work: Vec<Bin>,
}

impl RealFft {
    /// Plans transforms of `n` samples; a length of 0 counts as 1.
    pub fn new(n: usize) -> Self {
        let n = n.max(1);
        let even = n.is_multiple_of(2);
        let inner = ComplexFft::new(if even { n / 2 } else { n });
        let twiddle = |k: usize| {
            let (s, c) = crate::math::sin_cos(-std::f64::consts::TAU * k as f64 / n as f64);
            // The part at the Nyquist frequency is real; so must be its factor.
            if 2 * k == n { Bin::new(-1.0, 0.0) } else { Bin::new(c, s) }
        };
        let twiddles = if even { (0..=n / 2).map(twiddle).collect() } else { Vec::new() };
        let work = vec![Bin::default(); inner.len()];
        Self { n, inner, twiddles, work }
    }

    /// Number of samples.
    pub fn len(&self) -> usize {
        self.n
    }

    /// Whether the transform is trivial (one sample).
    pub fn is_empty(&self) -> bool {
        self.n <= 1
    }

    /// Number of bins, `n/2 + 1`.
    pub fn bins(&self) -> usize {
        self.n / 2 + 1
    }

    /// Spectrum of `signal` (`n` samples; missing ones count as 0) into `bins` (as many as there is room
    /// for, at most [`Self::bins`]).
    pub fn forward(&mut self, signal: &[f64], bins: &mut [Bin]) {
        let at = |i: usize| signal.get(i).copied().unwrap_or(0.0);
        if self.twiddles.is_empty() {
            for (i, w) in self.work.iter_mut().enumerate() {
                *w = Bin::new(at(i), 0.0);
            }
            self.inner.forward(&mut self.work);
            for (bin, w) in bins.iter_mut().zip(&self.work).take(self.n / 2 + 1) {
                *bin = *w;
            }
            return;
        }
        for (i, w) in self.work.iter_mut().enumerate() {
            *w = Bin::new(at(2 * i), at(2 * i + 1));
        }
        self.inner.forward(&mut self.work);
        let half = self.n / 2;
        for (k, bin) in bins.iter_mut().enumerate().take(half + 1) {
            let (a, b) = (self.work[k % half], self.work[(half - k) % half].conj());
            let (even, odd) = ((a + b) * 0.5, (a - b) * Bin::new(0.0, -0.5));
            *bin = even + odd * self.twiddles[k];
        }
    }

    /// Signal of a spectrum, divided by the length. Missing bins count as 0; the imaginary parts of DC
    /// and, for even lengths, of Nyquist are ignored.
    pub fn inverse(&mut self, bins: &[Bin], signal: &mut [f64]) {
        let half = self.n / 2;
        let at = |k: usize| {
            let bin = bins.get(k).copied().unwrap_or_default();
            if k == 0 || 2 * k == self.n { Bin::new(bin.re, 0.0) } else { bin }
        };
        if self.twiddles.is_empty() {
            for (k, w) in self.work.iter_mut().enumerate() {
                *w = if k <= half { at(k) } else { at(self.n - k).conj() };
            }
            self.inner.inverse(&mut self.work);
            for (y, w) in signal.iter_mut().zip(&self.work) {
                *y = w.re;
            }
            return;
        }
        for (k, w) in self.work.iter_mut().enumerate() {
            let (a, b) = (at(k), at(half - k).conj());
            let (even, odd) = ((a + b) * 0.5, (a - b) * self.twiddles[k].conj() * 0.5);
            *w = even + odd * Bin::new(0.0, 1.0);
        }
        self.inner.inverse(&mut self.work);
        for (pair, w) in signal.chunks_mut(2).zip(&self.work) {
            pair[0] = w.re;
            if let Some(second) = pair.get_mut(1) {
                *second = w.im;
            }
        }
    }

    /// Spectrum of `signal` in packed form; for even lengths.
    pub fn forward_packed(&mut self, signal: &[f64], packed: &mut [f64]) {
        let mut bins = vec![Bin::default(); self.bins()];
        self.forward(signal, &mut bins);
        pack(&bins, packed);
    }

    /// Signal of a packed spectrum; for even lengths.
    pub fn inverse_packed(&mut self, packed: &[f64], signal: &mut [f64]) {
        self.inverse(&unpack(packed), signal);
    }
}

/// Packs `n/2 + 1` bins into `n` numbers.
pub fn pack(bins: &[Bin], packed: &mut [f64]) {
    let last = bins.len().saturating_sub(1);
    for (k, pair) in packed.chunks_mut(2).enumerate() {
        let Some(bin) = bins.get(k) else { return };
        pair[0] = bin.re;
        if let Some(second) = pair.get_mut(1) {
            *second = if k == 0 { bins[last].re } else { bin.im };
        }
    }
}

/// Unpacks `n` numbers into `n/2 + 1` bins.
#[must_use]
pub fn unpack(packed: &[f64]) -> Vec<Bin> {
    let mut bins: Vec<Bin> = packed.chunks_exact(2).map(|p| Bin::new(p[0], p[1])).collect();
    let nyquist = packed.get(1).copied().unwrap_or(0.0);
    if let Some(first) = bins.first_mut() {
        first.im = 0.0;
    }
    bins.push(Bin::new(nyquist, 0.0));
    bins
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math;
    use rustfft::FftPlannerScalar;

    /// The definition, term by term.
    fn slow(signal: &[f64]) -> Vec<Bin> {
        let n = signal.len();
        let bin = |k: usize| {
            let mut sum = Bin::default();
            for (i, x) in signal.iter().enumerate() {
                let (s, c) = math::sin_cos(-std::f64::consts::TAU * ((k * i) % n) as f64 / n as f64);
                sum += Bin::new(x * c, x * s);
            }
            sum
        };
        (0..=n / 2).map(bin).collect()
    }

    fn noise(n: usize) -> Vec<f64> {
        let mut g = orchestrion_base::random::Rand31::default();
        (0..n).map(|_| 2.0 * g.unit() - 1.0).collect()
    }

    #[test]
    fn any_length_equals_the_definition_and_inverts() {
        for n in [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 17, 30, 64, 97, 100, 256, 1000] {
            let signal = noise(n);
            let mut fft = RealFft::new(n);
            let mut bins = vec![Bin::default(); fft.bins()];
            fft.forward(&signal, &mut bins);
            for (got, want) in bins.iter().zip(slow(&signal)) {
                assert!((got - want).norm() < 1e-12 * n as f64, "length {n}: {got} is not {want}");
            }
            let mut back = vec![0.0; n];
            fft.inverse(&bins, &mut back);
            for (got, want) in back.iter().zip(&signal) {
                assert!((got - want).abs() < 1e-14, "length {n}: {got} is not {want}");
            }
        }
    }

    #[test]
    fn packing_puts_nyquist_beside_dc() {
        let mut fft = RealFft::new(4);
        let mut packed = [0.0; 4];
        fft.forward_packed(&[1.0, 2.0, 3.0, 5.0], &mut packed);
        assert_eq!(packed, [11.0, -3.0, -2.0, 3.0]);
        let mut back = [0.0; 4];
        fft.inverse_packed(&packed, &mut back);
        assert_eq!(back, [1.0, 2.0, 3.0, 5.0]);
    }

    #[test]
    fn long_transforms_equal_rustfft() {
        for n in [4096, 8192, 6000, 4999] {
            let mut ours: Vec<Bin> = noise(2 * n).chunks_exact(2).map(|p| Bin::new(p[0], p[1])).collect();
            let mut theirs = ours.clone();
            ComplexFft::new(n).forward(&mut ours);
            FftPlannerScalar::new().plan_fft_forward(n).process(&mut theirs);
            for (a, b) in ours.iter().zip(&theirs) {
                assert!((a - b).norm() < 1e-13 * (n as f64).sqrt(), "{a} {b}");
            }
        }
    }

    #[test]
    fn wrong_lengths_do_no_harm() {
        let mut fft = RealFft::new(8);
        fft.forward(&[1.0], &mut [Bin::default(); 2]);
        fft.inverse(&[], &mut [0.0; 3]);
        fft.inverse_packed(&[1.0], &mut [0.0; 9]);
        ComplexFft::new(0).forward(&mut [Bin::default(); 5]);
    }
}
