//! Tables of straight and exponential segments: GEN05, GEN07, GEN16, GEN25, GEN27.

use super::{Context, Draft, GenError, Request};
use crate::math;

const NEGATIVE: GenError = GenError::Arguments("a segment has a negative length");
const ORDER: GenError = GenError::Arguments("positions must not descend");
const BEYOND: GenError = GenError::Arguments("a position lies beyond the end of the table");
const ZERO: GenError = GenError::Arguments("values of exponential segments must be of one sign and not 0");

/// Writes points in order and knows when the table with its guard point is full.
struct Pen<'a> {
    data: &'a mut [f64],
    at: usize,
}

impl Pen<'_> {
    /// Writes a point; whether there is room for more.
    fn put(&mut self, x: f64) -> bool {
        if let Some(slot) = self.data.get_mut(self.at) {
            *slot = x;
            self.at += 1;
        }
        self.at < self.data.len()
    }

    /// Writes the guard point if all others are written.
    fn close(&mut self, x: f64) {
        if self.at + 1 == self.data.len() {
            self.put(x);
        }
    }
}

/// Segments given as value, length, value, length, ... value. `step` makes the function that follows a
/// segment from its ends and length.
fn by_length(
    d: &mut Draft<'_>,
    step: impl Fn(f64, f64, i32) -> Result<(f64, f64), GenError>,
) -> Result<(), GenError> {
    let count = d.args.len().saturating_sub(1) / 2;
    let mut pen = Pen { data: &mut d.data, at: 0 };
    let mut value = 0.0;
    for i in 0..count {
        value = d.args[2 * i];
        let length = d.args[2 * i + 1] as i32;
        if length == 0 {
            continue;
        }
        if length < 0 {
            return Err(NEGATIVE);
        }
        let (factor, increment) = step(value, d.args[2 * i + 2], length)?;
        for _ in 0..length {
            if !pen.put(value) {
                return Ok(());
            }
            value = value * factor + increment;
        }
    }
    if count > 0 {
        pen.close(value);
    }
    Ok(())
}

/// GEN05: exponential segments; value, length, value ... Values must be of one sign.
pub(super) fn gen05(d: &mut Draft<'_>, _: &mut Context<'_>, _: &Request<'_>) -> Result<(), GenError> {
    if d.args.len() >= 3 && d.args[0] == 0.0 {
        return Err(ZERO);
    }
    by_length(d, |from, to, length| {
        let ratio = to / from;
        if ratio <= 0.0 {
            return Err(ZERO);
        }
        Ok((math::pow(ratio, 1.0 / f64::from(length)), 0.0))
    })
}

/// GEN07: straight segments; value, length, value ...
pub(super) fn gen07(d: &mut Draft<'_>, _: &mut Context<'_>, _: &Request<'_>) -> Result<(), GenError> {
    by_length(d, |from, to, length| Ok((1.0, (to - from) / f64::from(length))))
}

/// GEN16: segments of any curvature; start, then triples of length, curvature (0 is straight) and end.
/// The number of points follows p3 as written, so a negative size gets one point, as in the reference.
pub(super) fn gen16(d: &mut Draft<'_>, _: &mut Context<'_>, _: &Request<'_>) -> Result<(), GenError> {
    let mut left = d.size as i64;
    let mut value = d.arg(0);
    let mut pen = Pen { data: &mut d.data, at: 0 };
    pen.put(value);
    // A last segment that lacks its end goes to 0.
    let missing = |i: usize| d.args.get(i).copied().unwrap_or(0.0);
    for i in 0..d.args.len() / 3 {
        let (length, curve, end) = (missing(3 * i + 1), missing(3 * i + 2), missing(3 * i + 3));
        let count = (length + 0.5) as i32;
        let scale =
            if curve == 0.0 { (end - value) / length } else { (end - value) / (1.0 - math::exp(curve)) };
        let step = curve / length;
        let start = value;
        let mut x = step;
        for _ in 0..count {
            left -= 1;
            if left <= 0 {
                return Ok(());
            }
            if curve == 0.0 {
                value += scale;
            } else {
                value = start + scale * (1.0 - math::exp(x));
                x += step;
            }
            pen.put(value);
        }
    }
    Ok(())
}

/// The breakpoints of GEN25 and GEN27, checked.
fn breakpoints(d: &Draft<'_>) -> Result<Vec<(f64, f64)>, GenError> {
    let points: Vec<(f64, f64)> = d.args.chunks_exact(2).map(|p| (p[0], p[1])).collect();
    Ok(points)
}

fn check(from: f64, to: f64, len: usize) -> Result<(), GenError> {
    if to < from || to.is_nan() || from.is_nan() {
        return Err(ORDER);
    }
    if from > len as f64 || to > len as f64 {
        return Err(BEYOND);
    }
    Ok(())
}

/// GEN25: exponential segments through breakpoints; pairs of position and value. Only the distances of
/// the positions count, as in the reference.
pub(super) fn gen25(d: &mut Draft<'_>, _: &mut Context<'_>, _: &Request<'_>) -> Result<(), GenError> {
    let points = breakpoints(d)?;
    let len = d.len;
    let mut pen = Pen { data: &mut d.data, at: 0 };
    let mut value = 0.0;
    for ends in points.windows(2) {
        let ((x1, y1), (x2, y2)) = (ends[0], ends[1]);
        check(x1, x2, len)?;
        if y1 <= 0.0 || y2 <= 0.0 {
            return Err(ZERO);
        }
        let length = (x2 - x1) as i32;
        let factor = math::pow(y2 / y1, 1.0 / f64::from(length));
        value = y1;
        for _ in 0..length {
            if !pen.put(value) {
                return Ok(());
            }
            value *= factor;
        }
    }
    if points.len() > 1 {
        pen.close(value);
    }
    Ok(())
}

/// GEN27: straight segments through breakpoints; pairs of position and value. Where the last position
/// is the table's size the guard point is the value *before* the last, as in the reference; a distance
/// that is not whole makes its segment fill the rest of the table.
pub(super) fn gen27(d: &mut Draft<'_>, _: &mut Context<'_>, _: &Request<'_>) -> Result<(), GenError> {
    let points = breakpoints(d)?;
    let len = d.len;
    let mut pen = Pen { data: &mut d.data, at: 0 };
    let mut before = 0.0;
    for ends in points.windows(2) {
        let ((x1, y1), (x2, y2)) = (ends[0], ends[1]);
        check(x1, x2, len)?;
        let length = x2 - x1;
        let step = (y2 - y1) / length;
        let count = if length == length.trunc() { length as usize } else { len + 1 };
        before = y1;
        let mut value = y1;
        for _ in 0..count {
            if !pen.put(value) {
                return Ok(());
            }
            value += step;
        }
    }
    if points.len() > 1 {
        pen.close(before);
    }
    Ok(())
}
