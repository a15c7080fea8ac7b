//! Named routines: exp, farey, sone, tanh, wave.

use super::{Context, Draft, GenError, Request};
use crate::math;

/// A function between two positions; start, end, and whether *not* to normalise in argument `keep`. The
/// position is accumulated, as in the reference.
fn tabulate(d: &mut Draft<'_>, keep: usize, f: impl Fn(f64) -> f64) {
    let (start, end) = (d.arg(0), d.arg(1));
    let step = (end - start) / d.len as f64;
    let mut x = start;
    for y in &mut d.data {
        *y = f(x);
        x += step;
    }
    d.normalise &= d.arg(keep) == 0.0;
}

/// tanh: hyperbolic tangent; start, end, whether to leave it as it is.
pub(super) fn tanh(d: &mut Draft<'_>, _: &mut Context<'_>, _: &Request<'_>) -> Result<(), GenError> {
    tabulate(d, 2, math::tanh);
    Ok(())
}

/// exp: exponential function; start, end, whether to leave it as it is.
pub(super) fn exp(d: &mut Draft<'_>, _: &mut Context<'_>, _: &Request<'_>) -> Result<(), GenError> {
    tabulate(d, 2, math::exp);
    Ok(())
}

/// sone: from perceived loudness to amplitude; start, end, equivalence point (0.001 for 0), whether to
/// leave it as it is.
pub(super) fn sone(d: &mut Draft<'_>, _: &mut Context<'_>, _: &Request<'_>) -> Result<(), GenError> {
    let equal = if d.arg(2) == 0.0 { 0.001 } else { d.arg(2) };
    // Exponent: manual page GENsone.
    tabulate(d, 3, |x| x * math::pow(x / equal, 33.0 / 78.0));
    Ok(())
}

/// farey: Farey sequence of an order; order, and what to store: 0 the fractions, 1 their differences, 2
/// the denominators, 3 the denominators over the order, 4 one plus the fractions. Never normalised.
pub(super) fn farey(d: &mut Draft<'_>, _: &mut Context<'_>, _: &Request<'_>) -> Result<(), GenError> {
    if d.args.len() < 2 {
        return Err(GenError::Arguments("farey needs two arguments"));
    }
    let order = i64::from(d.args[0] as i32);
    if order < 1 {
        return Err(GenError::Arguments("farey: the order must be at least 1"));
    }
    let mode = d.args[1] as i32;
    d.normalise = false;
    // Next-term property of Farey sequences (Hardy and Wright, section 3.1).
    let (mut a, mut b, mut c, mut e) = (0_i64, 1_i64, 1_i64, order);
    let mut last = 0.0;
    let len = d.len;
    let mut slots = d.data[..len].iter_mut();
    let mut first = true;
    loop {
        let value = a as f64 / b as f64;
        let out = match mode {
            1 => value - last,
            2 => b as f64,
            3 => b as f64 * (1.0 / order as f64),
            4 => 1.0 + value,
            _ => value,
        };
        last = value;
        // Differences start with that of the second fraction.
        if !(mode == 1 && std::mem::take(&mut first)) {
            let Some(slot) = slots.next() else { break };
            *slot = out;
        }
        if a >= b {
            break;
        }
        let k = (order + b) / e;
        (a, b, c, e) = (c, e, k * c - a, k * e - b);
    }
    Ok(())
}

/// wave: wavelet packet; table of the low-pass filter, sequence of filters as a binary number, whether to
/// leave it as it is.
pub(super) fn wave(d: &mut Draft<'_>, cx: &mut Context<'_>, _: &Request<'_>) -> Result<(), GenError> {
    let source = cx.table(d.arg(0))?;
    let low = &source.data[..source.len];
    let sign = |i: usize| if i.is_multiple_of(2) { 1.0 } else { -1.0 };
    let high: Vec<f64> = low.iter().rev().enumerate().map(|(i, x)| sign(i) * x).collect();
    let order = d.arg(1) as i32;
    // The product falls short of 3 for a ratio of 8, so that a step is missing, as in the reference.
    let ratio = (d.len / low.len()).max(1) as f64;
    let steps = (math::ln(ratio) * std::f64::consts::LOG2_E) as u32;
    let mut wavelet = vec![0.0; d.len];
    wavelet[0] = 1.0;
    let mut size = low.len();
    for step in 0..steps {
        let filter = if (order >> step.min(31)) & 1 == 1 { &high[..] } else { low };
        size *= 2;
        let mut next = vec![0.0; d.len];
        for j in (0..size).filter(|j| wavelet[*j] != 0.0) {
            for (i, tap) in filter.iter().enumerate() {
                next[(2 * j + i) % size] += wavelet[j] * tap;
            }
        }
        wavelet = next;
    }
    let shown = size.min(d.len);
    d.data[..shown].copy_from_slice(&wavelet[..shown]);
    d.normalise &= d.arg(2) == 0.0;
    Ok(())
}
