//! Windows of the phase vocoder.

use crate::math;
use crate::window::bessel_i0;
use std::f64::consts::PI;

/// The shape of an analysis window.
#[derive(Clone, Copy, Debug)]
pub enum Shape<'a> {
    /// 0.54 + 0.46 cos.
    Hamming,
    /// 0.5 + 0.5 cos.
    Hann,
    /// Kaiser's with [`KAISER_BETA`].
    Kaiser,
    /// The points of a table, guard point included, read between points along a straight line.
    Points(&'a [f64]),
}

/// Shape of the Kaiser window (measured on the reference).
const KAISER_BETA: f64 = 6.8;
/// What the reference adds to distances in Kaiser windows of odd length (measured on the reference).
const KAISER_ODD: f64 = 0.05;

impl Shape<'_> {
    /// A window of `n` points, symmetric about its middle: even lengths have no point there.
    pub fn window(&self, n: usize) -> Vec<f64> {
        let half = (n / 2) as f64;
        (0..n).map(|i| self.at(distance(i, n), half, n.is_multiple_of(2))).collect()
    }

    /// The value at a distance from the middle of a window that ends at `half`.
    fn at(&self, d: f64, half: f64, even: bool) -> f64 {
        match self {
            Shape::Hamming => 0.54 + 0.46 * math::cos(PI / half * d),
            Shape::Hann => 0.5 + 0.5 * math::cos(PI / half * d),
            Shape::Kaiser => {
                let x = if even { d } else { d + KAISER_ODD } / half;
                if x >= 1.0 { 0.0 } else { kaiser(x) }
            }
            Shape::Points(points) => {
                let len = points.len().saturating_sub(1) as f64;
                let x = 0.5 * len * (1.0 + d / half);
                let at = |i: usize| points.get(i).copied().unwrap_or(0.0);
                let i = x as usize;
                at(i) + (at(i + 1) - at(i)) * x.fract()
            }
        }
    }

    /// The window of an analysis: `sin(x)/x` with zeros every `fft` samples makes one that is longer than
    /// the transform a filter for its bins.
    pub(super) fn analysis(&self, n: usize, fft: usize) -> Vec<f64> {
        let mut window = self.window(n);
        if n > fft {
            shape_by_sinc(&mut window, fft);
        }
        window
    }
}

fn kaiser(x: f64) -> f64 {
    bessel_i0(KAISER_BETA * (1.0 - x * x).sqrt()) * (1.0 / bessel_i0(KAISER_BETA))
}

/// Distance of point `i` from the middle of `n` points.
fn distance(i: usize, n: usize) -> f64 {
    (i as f64 - (n - 1) as f64 * 0.5).abs()
}

/// Multiplies a window by the sinc function with zeros every `period` samples from the middle.
pub(super) fn shape_by_sinc(window: &mut [f64], period: usize) {
    let (n, period) = (window.len(), period as f64);
    for (i, w) in window.iter_mut().enumerate() {
        let d = distance(i, n);
        if d > 0.0 {
            *w *= period * math::sin(PI * d / period) / (PI * d);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_symmetric_and_peak_in_the_middle() {
        let points: Vec<f64> = (0..=64).map(|i| 1.0 - (f64::from(i) / 32.0 - 1.0).abs()).collect();
        for shape in [Shape::Hamming, Shape::Hann, Shape::Kaiser, Shape::Points(&points)] {
            for n in [2, 16, 17] {
                let w = shape.window(n);
                assert!((0..n).all(|i| (w[i] - w[n - 1 - i]).abs() < 1e-12), "{shape:?} {n}");
            }
            let w = shape.window(16);
            assert!(w[7] > 0.9 && w[7] > w[3] && w[0] < 0.2, "{shape:?}");
        }
    }

    #[test]
    fn long_windows_have_zeros_at_multiples_of_the_transform() {
        let w = Shape::Hamming.analysis(33, 8);
        assert!(w[8].abs() < 1e-15 && w[24].abs() < 1e-15 && w[16] == 1.0);
    }
}
