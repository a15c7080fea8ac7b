//! Roots of polynomials.

use crate::fft::Bin;
use crate::math;
use std::f64::consts::TAU;

/// Most iterations; far fewer are needed.
const ITERATIONS: usize = 500;

/// Roots of `z^n + a[0] z^(n-1) + ... + a[n-1]` into `roots`, which has as many places as `a`, all at once
/// (Aberth 1973). Allocates nothing.
pub fn find_roots(a: &[f64], roots: &mut [Bin]) {
    let n = a.len();
    let radius = a.iter().enumerate().map(|(i, a)| math::pow(a.abs(), 1.0 / (i + 1) as f64));
    let radius = radius.fold(0.0f64, f64::max).max(1e-300);
    for (i, root) in roots.iter_mut().enumerate() {
        // Not symmetric, so that no two places stay mirror images of each other.
        let (sin, cos) = math::sin_cos(TAU * i as f64 / n as f64 + 0.4);
        *root = Bin::new(radius * cos, radius * sin);
    }
    for _ in 0..ITERATIONS {
        let mut moved = 0.0f64;
        for i in 0..roots.len() {
            let step = correction(a, roots, i);
            roots[i] -= step;
            moved = moved.max(size(step) / size(roots[i]).max(1e-300));
        }
        if moved < 1e-16 {
            break;
        }
    }
}

fn size(z: Bin) -> f64 {
    math::hypot(z.re, z.im)
}

fn quotient(a: Bin, b: Bin) -> Bin {
    let square = b.re * b.re + b.im * b.im;
    let product = a * b.conj();
    Bin::new(product.re / square, product.im / square)
}

/// What root `i` is to move back by: Newton's step, held away from the other roots.
fn correction(a: &[f64], roots: &[Bin], i: usize) -> Bin {
    let z = roots[i];
    let (mut value, mut slope) = (Bin::new(1.0, 0.0), Bin::default());
    for &a in a {
        slope = slope * z + value;
        value = value * z + Bin::new(a, 0.0);
    }
    if size(value) == 0.0 {
        return Bin::default();
    }
    let newton = quotient(value, slope);
    let one = Bin::new(1.0, 0.0);
    let others = roots.iter().enumerate().filter(|(j, _)| *j != i);
    let push = others.fold(Bin::default(), |sum, (_, other)| sum + quotient(one, z - *other));
    let step = quotient(newton, one - newton * push);
    if step.re.is_finite() && step.im.is_finite() { step } else { Bin::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_make_the_polynomial_zero() {
        // (z - 0.5) (z + 2) (z^2 - z + 0.9)
        let a = [0.5, -1.6, 2.35, -0.9];
        let mut roots = [Bin::default(); 4];
        find_roots(&a, &mut roots);
        for z in roots {
            let value = a.iter().fold(Bin::new(1.0, 0.0), |v, &a| v * z + Bin::new(a, 0.0));
            assert!(size(value) < 1e-12, "{value:?}");
        }
        assert!(roots.iter().any(|z| (z.re - 0.5).abs() < 1e-12 && z.im.abs() < 1e-12));
    }

    #[test]
    fn strange_polynomials_do_no_harm() {
        for a in [[0.0, 0.0], [f64::NAN, 1.0], [f64::INFINITY, 1.0], [1e300, -1e300]] {
            find_roots(&a, &mut [Bin::default(); 2]);
        }
        find_roots(&[], &mut []);
    }
}
