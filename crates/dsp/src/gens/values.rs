//! Tables of given values: GEN02, GEN17, and GEN41, GEN42 for random choice, GEN51 for tunings.

use super::{Context, Draft, GenError, Request};
use crate::math;

/// GEN02: the arguments themselves. With size 0 there are as many points as arguments, and the
/// reference neither normalises nor repeats the first one.
pub(super) fn gen02(d: &mut Draft<'_>, cx: &mut Context<'_>, _: &Request<'_>) -> Result<(), GenError> {
    if d.len == 0 {
        d.resize(d.args.len(), cx)?;
        d.extended = true;
        d.normalise = false;
    }
    for (y, x) in d.data.iter_mut().zip(d.args) {
        *y = *x;
    }
    Ok(())
}

/// GEN17: steps; pairs of first point and value. The first point must be 0.
pub(super) fn gen17(d: &mut Draft<'_>, _: &mut Context<'_>, _: &Request<'_>) -> Result<(), GenError> {
    const ORDER: GenError = GenError::Arguments("GEN17: points must start at 0 and ascend");
    let pairs = d.args.len() / 2;
    if pairs == 0 || d.args[0] as i32 != 0 {
        return Err(ORDER);
    }
    let mut at = 0;
    for i in 0..pairs {
        let value = d.args[2 * i + 1];
        let next = if i + 1 < pairs {
            let next = d.args[2 * i + 2] as i32 as i64;
            if next <= at as i64 {
                return Err(ORDER);
            }
            (next as usize).min(d.len + 1)
        } else {
            d.len + 1
        };
        d.data[at..next].fill(value);
        if next > d.len {
            return Ok(());
        }
        at = next;
    }
    Ok(())
}

/// GEN41: pairs of value and weight; each value takes its share of the points. The point after the last
/// share holds the last weight, as in the reference.
pub(super) fn gen41(d: &mut Draft<'_>, _: &mut Context<'_>, _: &Request<'_>) -> Result<(), GenError> {
    if d.args.iter().skip(1).step_by(2).any(|w| *w < 0.0) {
        return Err(GenError::Arguments("GEN41: a weight is negative"));
    }
    if !d.args.len().is_multiple_of(2) {
        return Err(GenError::Arguments("GEN41: values and weights must come in pairs"));
    }
    let total: f64 = d.args.iter().skip(1).step_by(2).sum();
    let mut at = 0;
    for pair in d.args.chunks_exact(2) {
        let width = (pair[1] / total * d.len as f64 + 0.5) as i32;
        let end = at + usize::try_from(width).unwrap_or(0);
        d.data[at.min(d.len)..end.min(d.len)].fill(pair[0]);
        at = end;
    }
    if let (Some(slot), Some(last)) = (d.data.get_mut(at), d.args.last()) {
        *slot = *last;
    }
    Ok(())
}

/// GEN42: triples of least value, greatest value and weight; each range rises over its share.
pub(super) fn gen42(d: &mut Draft<'_>, _: &mut Context<'_>, _: &Request<'_>) -> Result<(), GenError> {
    let whole = |i: usize| (d.arg(3 * i), d.arg(3 * i + 1), d.arg(3 * i + 2));
    let ranges: Vec<_> = (0..d.args.len().div_ceil(3)).map(whole).collect();
    let total: f64 = ranges.iter().map(|r| r.2).sum();
    let mut at = 0;
    for (low, high, weight) in ranges {
        let width = (weight / total * d.len as f64 + 0.5) as i32;
        let step = (high - low) / f64::from(width.saturating_sub(1));
        let room = d.data.len() - at;
        let count = usize::try_from(width).unwrap_or(0).min(room);
        for k in 0..count {
            d.data[at + k] = low + step * k as f64;
        }
        at += count;
    }
    if at > 0 && at < d.data.len() {
        d.data[at] = d.data[at - 1];
    }
    Ok(())
}

/// GEN51: frequencies of MIDI keys in any scale: number of grades, interval of repetition, base
/// frequency in Hz, its key, then the ratio of each grade.
pub(super) fn gen51(d: &mut Draft<'_>, _: &mut Context<'_>, _: &Request<'_>) -> Result<(), GenError> {
    let grades = d.arg(0) as i32;
    let (interval, base, base_key) = (d.arg(1), d.arg(2), d.arg(3) as i32);
    if grades < 1 || d.args.len().saturating_sub(4) < grades as usize {
        return Err(GenError::Arguments("GEN51: too few grades"));
    }
    for key in 0..d.len {
        let distance = key as i64 - i64::from(base_key);
        let grade = distance.rem_euclid(i64::from(grades)) as usize;
        let repeats = distance.div_euclid(i64::from(grades)) as f64;
        d.data[key] = d.args[4 + grade] * math::pow(interval, repeats) * base;
    }
    Ok(())
}
