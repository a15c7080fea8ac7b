//! Tables made of other tables: GEN04, GEN18, GEN24, GEN40, GEN52.

use super::{Context, Draft, GenError, Request};

/// GEN04: reciprocal of the greatest magnitude so far, for normalising a waveshaper; source table, and
/// whether to run from its middle outwards.
pub(super) fn gen04(d: &mut Draft<'_>, cx: &mut Context<'_>, _: &Request<'_>) -> Result<(), GenError> {
    if d.args.len() < 2 {
        return Err(GenError::Arguments("GEN04 needs two arguments"));
    }
    let source = cx.table(d.args[0])?;
    let bipolar = d.args[1] != 0.0;
    let points = if bipolar { source.len / 2 } else { source.len };
    let start = if bipolar { points } else { 0 };
    let stride = points / d.len;
    if stride < 1 {
        return Err(GenError::Arguments("GEN04: the table is larger than its source"));
    }
    let (mut greatest, mut inverse) = (0.0, 1.0);
    let mut take = |x: f64| {
        if x.abs() > greatest {
            greatest = x.abs();
            inverse = 1.0 / greatest;
        }
        inverse
    };
    d.data[0] = take(source.data[start]);
    let (mut up, mut down) = (start + 1, start);
    for y in &mut d.data[1..] {
        for _ in 0..stride {
            if let Some(x) = source.data.get(up) {
                *y = take(*x);
            }
            up += 1;
            if bipolar && down > 0 {
                down -= 1;
                *y = take(source.data[down]);
            }
        }
    }
    d.extended = true;
    d.normalise = false;
    Ok(())
}

/// GEN18: tables mixed into ranges; quadruples of source, amplitude, first and last point. Sources are
/// stretched over their range.
pub(super) fn gen18(d: &mut Draft<'_>, cx: &mut Context<'_>, _: &Request<'_>) -> Result<(), GenError> {
    if d.args.len() < 4 {
        return Err(GenError::Arguments("GEN18 needs at least four arguments"));
    }
    for part in d.args.chunks_exact(4) {
        let (amp, first, last) = (part[1], part[2] as i32, part[3] as i32);
        if first < 0 || first as usize > d.len || last >= 0 && last as usize >= d.len {
            return Err(GenError::Arguments("GEN18: a range lies beyond the table"));
        }
        let source = cx.table(part[0])?;
        let span = f64::from(last - first);
        for j in first..=last {
            let x = if j == first { 0.0 } else { (source.len - 1) as f64 * f64::from(j - first) / span };
            let i = (x as usize).min(source.len - 1);
            let (a, b) = (source.data[i], source.data[i + 1]);
            if let Some(y) = d.data.get_mut(j as usize) {
                *y += amp * ((x - x.trunc()) * (b - a) + a);
            }
        }
    }
    Ok(())
}

/// GEN24: another table of the same size, scaled to a least and a greatest value.
pub(super) fn gen24(d: &mut Draft<'_>, cx: &mut Context<'_>, _: &Request<'_>) -> Result<(), GenError> {
    if d.args.len() < 3 {
        return Err(GenError::Arguments("GEN24 needs three arguments"));
    }
    let source = cx.table(d.args[0])?;
    if source.len != d.len {
        return Err(GenError::Arguments("GEN24: the table must have the size of its source"));
    }
    let points = &source.data[..source.len];
    let least = points.iter().copied().fold(points[0], f64::min);
    let greatest = points.iter().copied().fold(points[0], f64::max);
    let (low, high) = (d.args[1], d.args[2]);
    let ratio = (high - low) / (greatest - least);
    for (y, x) in d.data.iter_mut().zip(points) {
        *y = (x - least) * ratio + low;
    }
    d.data[d.len] = d.data[d.len - 1];
    Ok(())
}

/// GEN40: for random choice by a histogram: each point holds the index whose running sum first reaches
/// its share.
pub(super) fn gen40(d: &mut Draft<'_>, cx: &mut Context<'_>, _: &Request<'_>) -> Result<(), GenError> {
    let source = cx.table(d.args[0])?;
    let mut sum = 0.0;
    let sums: Vec<f64> = source.data[..source.len]
        .iter()
        .map(|x| {
            sum += x;
            sum
        })
        .collect();
    let ratio = (d.len as f64 - 1.0) / sum;
    // Running sums are compared from the second on, as in the reference.
    let mut k = 1;
    for j in 0..d.len {
        while k < sums.len() && sums[k] * ratio < j as f64 {
            k += 1;
        }
        d.data[j] = (k - 1) as f64;
    }
    d.data[d.len] = d.data[d.len - 1];
    Ok(())
}

/// GEN52: tables interleaved; number of channels, then triples of source, first point and stride (may
/// be negative).
pub(super) fn gen52(d: &mut Draft<'_>, cx: &mut Context<'_>, _: &Request<'_>) -> Result<(), GenError> {
    let channels = d.arg(0).round_ties_even();
    if d.args.len() < 4 || channels < 1.0 || channels * 3.0 + 1.0 != d.args.len() as f64 {
        return Err(GenError::Arguments("GEN52 needs three arguments for each channel"));
    }
    let channels = channels as usize;
    let len = d.len / channels * channels;
    for (n, part) in d.args[1..].chunks_exact(3).enumerate() {
        let source = cx.table(part[0])?;
        let stride = part[2].round_ties_even() as i64;
        let mut from = part[1].round_ties_even() as i64;
        for i in (n..len).step_by(channels) {
            let inside = usize::try_from(from).ok().filter(|f| *f < source.len);
            d.data[i] = inside.map_or(0.0, |f| source.data[f]);
            from = from.saturating_add(stride);
        }
    }
    Ok(())
}
