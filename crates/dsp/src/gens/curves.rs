//! Tables of smooth curves through points: GEN06, GEN08, quadbezier.

use super::{Context, Draft, GenError, Request};

/// GEN06: cubic segments between extrema and points of inflexion; value, length, value, length, ... The
/// first value is an extremum, then inflexions and extrema alternate.
pub(super) fn gen06(d: &mut Draft<'_>, _: &mut Context<'_>, _: &Request<'_>) -> Result<(), GenError> {
    let count = d.args.len().saturating_sub(1) / 2;
    if count < 1 {
        return Err(GenError::Arguments("GEN06 needs at least three arguments"));
    }
    let mut at = 0;
    for i in 0..count {
        let (from, length, to) = (d.args[2 * i], d.args[2 * i + 1], d.args[2 * i + 2]);
        let points = length as i32;
        if points < 0 {
            return Err(GenError::Arguments("GEN06: a segment has a negative length"));
        }
        let rising = i % 2 == 0;
        let (extremum, inflexion) = if rising { (from, to) } else { (to, from) };
        let half = (inflexion - extremum) * 0.5;
        for k in 0..points.min((d.len - at) as i32) {
            let y = f64::from(if rising { k } else { points - k }) / length;
            d.data[at] = (3.0 - y) * y * y * half + extremum;
            at += 1;
        }
    }
    d.data[at] = d.args[2 * count];
    Ok(())
}

/// GEN08: cubic spline; value, distance, value, distance, ... The slope is 0 at both ends and at each
/// point that of the parabola through it and its neighbours.
pub(super) fn gen08(d: &mut Draft<'_>, _: &mut Context<'_>, _: &Request<'_>) -> Result<(), GenError> {
    const DISTANCE: GenError = GenError::Arguments("GEN08: distances must be greater than 0");
    let count = d.args.len().saturating_sub(1) / 2;
    if count < 1 {
        return Err(GenError::Arguments("GEN08 needs at least three arguments"));
    }
    let distance = |i: usize| {
        let x = d.args[2 * i + 1];
        if x > 0.0 { Ok(x) } else { Err(DISTANCE) }
    };
    let mut at = 0;
    // Where the next point lies, counted from the start of the segment.
    let mut x0 = 0.0;
    let mut slope0 = 0.0;
    let mut last = d.args[0];
    for i in 0..count {
        let (f0, dx, f1) = (d.args[2 * i], distance(i)?, d.args[2 * i + 2]);
        let mut slope1 = 0.0;
        if i + 1 < count {
            let (next, f2) = (distance(i + 1)?, d.args[2 * i + 4]);
            let both = dx + next;
            slope1 = (f2 * dx * dx + f1 * (next - dx) * both - f0 * next * next) / (dx * both * next);
        }
        let room = d.len - at;
        let points = usize::try_from((dx - x0) as i32).unwrap_or(0).min(room);
        if points > 0 {
            let mean = (f1 - f0) / dx;
            let (excess0, excess1) = (slope0 - mean, slope1 - mean);
            let cubic = (excess0 + excess1) / (dx * dx);
            let square = -(excess1 + 2.0 * excess0) / dx;
            for y in &mut d.data[at..at + points] {
                *y = ((cubic * x0 + square) * x0 + slope0) * x0 + f0;
                x0 += 1.0;
            }
            at += points;
        }
        x0 -= dx;
        slope0 = slope1;
        last = f1;
        if at >= d.len {
            break;
        }
    }
    d.data[at..].fill(last);
    Ok(())
}

/// quadbezier: quadratic Bézier curves; first value, then quadruples of control position, control value,
/// end position and end value. Never normalised.
pub(super) fn quadbezier(d: &mut Draft<'_>, _: &mut Context<'_>, _: &Request<'_>) -> Result<(), GenError> {
    if d.args.len() < 5 {
        return Err(GenError::Arguments("quadbezier needs at least five arguments"));
    }
    d.normalise = false;
    let mut start = 0;
    let mut value = d.args[0];
    for curve in d.args[1..].chunks_exact(4) {
        let (control, control_value, end, end_value) = (curve[0], curve[1], curve[2], curve[3]);
        let x1 = f64::from(start);
        for j in start.max(0)..=(end.min(d.len as f64) as i32) {
            let t = parameter(x1, control, end, f64::from(j));
            let u = 1.0 - t;
            if let Some(y) = d.data.get_mut(j as usize) {
                *y = u * u * value + 2.0 * u * t * control_value + t * t * end_value;
            }
        }
        start = end as i32;
        value = end_value;
    }
    Ok(())
}

/// The parameter at which a quadratic Bézier curve reaches position `x`.
fn parameter(x1: f64, x2: f64, x3: f64, x: f64) -> f64 {
    let (a, b, c) = (x1 - 2.0 * x2 + x3, 2.0 * (x2 - x1), x1 - x);
    if a == 0.0 {
        return (x - x1) / b;
    }
    let inside = b * b - 4.0 * a * c;
    if inside >= 0.0 { (-b + inside.sqrt()) / (2.0 * a) } else { 0.0 }
}
