//! Window functions for analysis, and the Bessel function they need.

use crate::math;
use std::f64::consts::TAU;

/// Modified Bessel function of the first kind of order 0, to about 1e-7 relative: the polynomial
/// approximations of Abramowitz and Stegun 9.8.1 and 9.8.2, which the reference uses.
#[must_use]
pub fn bessel_i0(x: f64) -> f64 {
    const SMALL: [f64; 7] = [1.0, 3.5156229, 3.0899424, 1.2067492, 0.2659732, 0.360768e-1, 0.45813e-2];
    const LARGE: [f64; 9] = [
        0.39894228,
        0.1328592e-1,
        0.225319e-2,
        -0.157565e-2,
        0.916281e-2,
        -0.2057706e-1,
        0.2635537e-1,
        -0.1647633e-1,
        0.392377e-2,
    ];
    let horner = |c: &[f64], y: f64| c.iter().rev().fold(0.0, |sum, c| sum * y + c);
    let size = x.abs();
    if size < 3.75 {
        let y = x / 3.75;
        return horner(&SMALL, y * y);
    }
    math::exp(size) / size.sqrt() * horner(&LARGE, 3.75 / size)
}

/// Hann window of period `n` with its minimum at 0; `n` points.
#[must_use]
pub fn hann(n: usize) -> Vec<f64> {
    cosine_sum(n, &[0.5, 0.5])
}

/// Hamming window of period `n` with its minimum at 0; `n` points.
#[must_use]
pub fn hamming(n: usize) -> Vec<f64> {
    cosine_sum(n, &[0.54, 0.46])
}

/// Blackman window of period `n` with its minimum at 0; `n` points.
#[must_use]
pub fn blackman(n: usize) -> Vec<f64> {
    cosine_sum(n, &[0.42, 0.5, 0.08])
}

/// Sum of cosines with alternating signs, of period `n`; `n` points.
#[must_use]
pub fn cosine_sum(n: usize, coefficients: &[f64]) -> Vec<f64> {
    let point = |i: usize| {
        let x = TAU * i as f64 / n as f64;
        let term = |(k, c): (usize, &f64)| if k % 2 == 0 { *c } else { -c } * math::cos(k as f64 * x);
        coefficients.iter().enumerate().map(term).sum()
    };
    (0..n).map(point).collect()
}

/// Kaiser window of shape `beta` over `n + 1` points, of which the first `n` are returned: symmetric
/// about point `n / 2`, periodic as the others.
#[must_use]
pub fn kaiser(n: usize, beta: f64) -> Vec<f64> {
    let top = bessel_i0(beta);
    let point = |i: usize| {
        let x = 2.0 * i as f64 / n as f64 - 1.0;
        bessel_i0(beta * (1.0 - x * x).max(0.0).sqrt()) / top
    };
    (0..n).map(point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bessel_function_equals_its_series() {
        for x in [0.0_f64, 0.5, 1.0, 3.7, 3.8, 8.0, 20.0, -5.0] {
            let (mut term, mut sum) = (1.0, 1.0);
            for k in 1..200 {
                term *= (x / 2.0) * (x / 2.0) / f64::from(k * k);
                sum += term;
            }
            assert!((bessel_i0(x) / sum - 1.0).abs() < 2e-7, "I0({x})");
        }
    }

    #[test]
    fn windows_are_periodic() {
        let w = hann(8);
        assert!(w[0].abs() < 1e-16 && (w[4] - 1.0).abs() < 1e-16 && (w[1] - w[7]).abs() < 1e-15);
        assert!((hamming(8)[0] - 0.08).abs() < 1e-15);
        assert!((blackman(8)[4] - 1.0).abs() < 1e-15);
        assert!((kaiser(8, 6.0)[4] - 1.0).abs() < 1e-15);
        assert!(hann(0).is_empty());
    }
}
