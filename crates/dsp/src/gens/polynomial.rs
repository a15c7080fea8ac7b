//! Tables of polynomials, mostly for waveshaping: GEN03, GEN12, GEN13, GEN14, GEN15.

use super::{Context, Draft, GenError, Request};
use crate::math;

/// GEN03: polynomial between two positions; least x, greatest x, coefficients from the constant up.
pub(super) fn gen03(d: &mut Draft<'_>, _: &mut Context<'_>, _: &Request<'_>) -> Result<(), GenError> {
    if d.args.len() < 3 {
        return Err(GenError::Arguments("GEN03 has no coefficients"));
    }
    evaluate(&mut d.data, d.args[0], d.args[1], &d.args[2..])
}

fn evaluate(data: &mut [f64], from: f64, to: f64, coefficients: &[f64]) -> Result<(), GenError> {
    let interval = to - from;
    if interval <= 0.0 || interval.is_nan() {
        return Err(GenError::Arguments("the interval of x must be greater than 0"));
    }
    let step = interval / (data.len() - 1) as f64;
    let first = (from / step) as i32;
    for (i, y) in data.iter_mut().enumerate() {
        let x = (i64::from(first) + i as i64) as f64 * step;
        *y = coefficients.iter().rev().fold(0.0, |sum, c| sum * x + c);
    }
    Ok(())
}

/// GEN12: logarithm of the modified Bessel function I0 from 0 to p5; for the amplitude correction of FM
/// with asymmetrical spectra (Palamin and Palamin 1988). Approximation: Abramowitz and Stegun 9.8.1,
/// used for any x as in the reference.
pub(super) fn gen12(d: &mut Draft<'_>, _: &mut Context<'_>, _: &Request<'_>) -> Result<(), GenError> {
    let unit = d.arg(0) / d.len as f64 / 3.75;
    for (i, y) in d.data.iter_mut().enumerate() {
        let t = i as f64 * unit;
        let square = t * t;
        let (mut sum, mut power) = (1.0, 1.0);
        for c in I0_SMALL {
            power *= square;
            sum += c * power;
        }
        *y = math::ln(sum);
    }
    Ok(())
}

/// Abramowitz and Stegun 9.8.1.
pub(super) const I0_SMALL: [f64; 6] = [3.5156229, 3.0899424, 1.2067492, 0.2659732, 0.0360768, 0.0045813];

/// Which Chebyshev polynomials.
#[derive(Clone, Copy)]
enum Kind {
    /// cos(n acos x).
    First,
    /// sin((n+1) acos x) / sin(acos x).
    Second,
}

/// Coefficients of the sum of Chebyshev polynomials with the given weights at x * 2/`amp`, so that an
/// input of amplitude `amp` gives the weights as amplitudes of harmonics (Le Brun, "Digital
/// Waveshaping Synthesis", JAES 27(4), 1979).
fn chebyshev(weights: &[f64], amp: f64, kind: Kind) -> Vec<f64> {
    let n = weights.len();
    let (edge, mut scale): (f64, f64) = match kind {
        Kind::First => (2.0, 0.5),
        Kind::Second => (1.0, 1.0),
    };
    // Coefficients of x^m in the polynomials m+2, m+4, ..., relative to that in polynomial m.
    let mut row: Vec<f64> = (0..n.div_ceil(2)).map(|i| if i % 2 == 0 { -edge } else { edge }).collect();
    let mut out = Vec::with_capacity(n);
    for m in 0..n {
        let higher = weights[m..].iter().skip(2).step_by(2);
        let sum = row.iter().zip(higher).fold(weights[m], |sum, (r, w)| sum + r * w);
        out.push(sum * scale);
        let mut before = 1.0;
        for r in row.iter_mut().take(((n - m) / 2).saturating_sub(1)) {
            *r -= before;
            before = *r;
        }
        scale *= 2.0 / amp;
    }
    out
}

/// Most weights of harmonics, since their conversion takes quadratic time.
const MOST_WEIGHTS: usize = 20_000;

fn shaper(data: &mut [f64], interval: f64, amp: f64, weights: &[f64], kind: Kind) -> Result<(), GenError> {
    if weights.is_empty() {
        return Err(GenError::Arguments("there are no amplitudes of harmonics"));
    }
    if weights.len() > MOST_WEIGHTS {
        return Err(GenError::Arguments("more than 20000 amplitudes of harmonics"));
    }
    if interval <= 0.0 || interval.is_nan() {
        return Err(GenError::Arguments("the interval of x must be greater than 0"));
    }
    if amp <= 0.0 || amp.is_nan() {
        return Err(GenError::Arguments("the amplitude must be greater than 0"));
    }
    evaluate(data, -interval, interval, &chebyshev(weights, amp, kind))
}

/// GEN13: waveshaper of Chebyshev polynomials of the first kind; interval, amplitude, weights from
/// harmonic 0 up.
pub(super) fn gen13(d: &mut Draft<'_>, _: &mut Context<'_>, _: &Request<'_>) -> Result<(), GenError> {
    let (interval, amp) = (d.arg(0), d.arg(1));
    shaper(&mut d.data, interval, amp, d.args.get(2..).unwrap_or_default(), Kind::First)
}

/// GEN14: as GEN13 with polynomials of the second kind.
pub(super) fn gen14(d: &mut Draft<'_>, _: &mut Context<'_>, _: &Request<'_>) -> Result<(), GenError> {
    let (interval, amp) = (d.arg(0), d.arg(1));
    shaper(&mut d.data, interval, amp, d.args.get(2..).unwrap_or_default(), Kind::Second)
}

/// GEN15: two tables for phase quadrature; interval, amplitude, pairs of weight and phase in degrees. The
/// first table has the cosine parts as GEN13, the next number the sine parts from harmonic 1 as GEN14.
pub(super) fn gen15(d: &mut Draft<'_>, _: &mut Context<'_>, _: &Request<'_>) -> Result<(), GenError> {
    if !d.args.len().is_multiple_of(2) {
        return Err(GenError::Arguments("GEN15: weights and phases must come in pairs"));
    }
    let (interval, amp) = (d.arg(0), d.arg(1));
    let (mut cosines, mut sines) = (Vec::new(), Vec::new());
    for pair in d.args.get(2..).unwrap_or_default().chunks_exact(2) {
        // pi/180 in the digits that the reference uses.
        let (s, c) = math::sin_cos(pair[1] * 0.0174532925199433);
        cosines.push(pair[0] * c);
        sines.push(pair[0] * s);
    }
    shaper(&mut d.data, interval, amp, &cosines, Kind::First)?;
    let mut next = vec![0.0; d.len + 1];
    shaper(&mut next, interval, amp, sines.get(1..).unwrap_or_default(), Kind::Second)?;
    d.next = Some(next);
    Ok(())
}
