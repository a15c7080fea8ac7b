//! Reading and writing table points by index: what the readers and writers of this family share.

use crate::lookup::pair;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::round::{split, split_small};
use orchestrion_base::table::Table;
use orchestrion_base::world::World;

/// The table with this number.
///
/// # Errors
/// There is none.
pub(crate) fn find<'w>(world: &'w World, op: &str, number: f64) -> OpResult<&'w Table> {
    world.tables.get(number).ok_or_else(|| missing(op, number))
}

/// The table with this number, to change.
///
/// # Errors
/// There is none.
pub(crate) fn find_mut<'w>(world: &'w mut World, op: &str, number: f64) -> OpResult<&'w mut Table> {
    world.tables.get_mut(number).ok_or_else(|| missing(op, number))
}

/// What to say about a table that does not exist.
pub(crate) fn missing(op: &str, number: f64) -> OpError {
    OpError::new(format!("{op}: could not find table {}", number.trunc()))
}

/// A point of a table; 0 outside of it.
#[inline(always)]
pub(crate) fn point(table: &Table, i: usize) -> f64 {
    table.data.get(i).copied().unwrap_or(0.0)
}

/// Changes a point of a table; nothing outside of it.
pub(crate) fn set_point(world: &mut World, number: f64, i: usize, value: f64) {
    if let Some(p) = world.tables.get_mut(number).and_then(|t| t.data.get_mut(i)) {
        *p = value;
    }
}

/// How `table` and its relatives turn an index into a point of a table (semantics I5).
#[derive(Clone, Copy)]
pub(crate) struct Indexing<E = AnyEnds> {
    len: usize,
    offset: f64,
    scale: f64,
    ends: E,
}

/// What becomes of a place outside of the table.
pub(crate) trait Ends: Copy {
    /// The point that place `i` falls on, in a table of `len` points.
    fn fold(self, i: i64, len: i64) -> i64;
}

/// Limited to the table.
#[derive(Clone, Copy)]
pub(crate) struct Limit;
/// Wraps in a table whose length is a power of two: no division, which would take as long as all the rest.
#[derive(Clone, Copy)]
pub(crate) struct Mask;
/// Any way.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum AnyEnds {
    Limit,
    Wrap,
    Mask,
}

impl Ends for Limit {
    #[inline(always)]
    fn fold(self, i: i64, len: i64) -> i64 {
        i.clamp(0, len - 1)
    }
}

impl Ends for Mask {
    #[inline(always)]
    fn fold(self, i: i64, len: i64) -> i64 {
        i & (len - 1)
    }
}

impl Ends for AnyEnds {
    #[inline(always)]
    fn fold(self, i: i64, len: i64) -> i64 {
        match self {
            AnyEnds::Limit => Limit.fold(i, len),
            AnyEnds::Wrap => i.rem_euclid(len),
            AnyEnds::Mask => Mask.fold(i, len),
        }
    }
}

impl Indexing {
    /// For a table of `len` points. `offset` is added to the index; `scaled`: indices 0 to 1 span the table; `wrap`:
    /// indices wrap around, otherwise they are limited.
    #[inline(always)]
    pub fn new(len: usize, scaled: bool, offset: f64, wrap: bool) -> Self {
        let ends = match wrap {
            false => AnyEnds::Limit,
            true if len.is_power_of_two() => AnyEnds::Mask,
            true => AnyEnds::Wrap,
        };
        Self { len, offset, scale: if scaled { len as f64 } else { 1.0 }, ends }
    }

    /// The same for a loop that only knows limited indices, if they are.
    #[inline(always)]
    pub fn limited(self) -> Option<Indexing<Limit>> {
        (self.ends == AnyEnds::Limit).then(|| self.with(Limit))
    }

    /// The same for a loop that only knows indices that wrap by a mask, if they do.
    #[inline(always)]
    pub fn masked(self) -> Option<Indexing<Mask>> {
        (self.ends == AnyEnds::Mask).then(|| self.with(Mask))
    }

    #[inline(always)]
    fn with<E>(self, ends: E) -> Indexing<E> {
        Indexing { len: self.len, offset: self.offset, scale: self.scale, ends }
    }
}

impl<E: Ends> Indexing<E> {
    /// The place in points, not yet wrapped or limited.
    #[inline(always)]
    pub fn place(&self, index: f64) -> f64 {
        (index + self.offset) * self.scale
    }

    /// The point that a place rounded down falls on, 0 to `len - 1`.
    #[inline(always)]
    pub fn fold(&self, i: i64) -> usize {
        self.ends.fold(i, self.len.max(1) as i64) as usize
    }
}

/// Interpolation between points.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// None.
    Step,
    /// Straight line to the next point or the guard point.
    Linear,
    /// Cubic through four points; straight where the table has not enough neighbours.
    Cubic,
}

/// Value at an index of points and guard point. At the ends the fraction is kept, so that a limited index beyond the
/// end goes on along the line from the last point to the guard point, as in the reference (semantics I5).
#[inline(always)]
pub(crate) fn read(points: &[f64], order: Order, how: Indexing<impl Ends>, index: f64) -> f64 {
    let place = how.place(index);
    let (floor, f) = split_small(place).unwrap_or_else(|| split_far(place));
    let i = how.fold(floor);
    let point = |i: usize| points.get(i).copied().unwrap_or(0.0);
    if order == Order::Step {
        return point(i);
    }
    let (y1, y2) = pair(points, i as u32, 0.0);
    if order == Order::Linear || i < 1 || i + 1 == how.len || how.len < 4 {
        return y1 + (y2 - y1) * f;
    }
    cubic([point(i - 1), y1, y2, point(i + 2)], f)
}

/// An infinite place is infinitely far beyond its end, as in the reference.
#[cold]
fn split_far(place: f64) -> (i64, f64) {
    let (floor, f) = split(place);
    (floor, if f.is_nan() { place } else { f })
}

/// The cubic of `table3` and `oscil3` through points at -1, 0, 1, 2, at `f` from 0 to 1 (semantics K1).
#[inline(always)]
pub(crate) fn cubic([y0, y1, y2, y3]: [f64; 4], f: f64) -> f64 {
    let square = f * f;
    let bent = square * y0;
    let sum = y3 + 3.0 * y1;
    y1 + 0.5 * bent
        + f * (y2 - bent / 6.0 - sum / 6.0 - y0 / 3.0)
        + f * square * (sum / 6.0 - 0.5 * y2)
        + square * (0.5 * y2 - y1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_behave_as_the_reference() {
        let points = [10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0, 17.0, 10.0];
        let limit = Indexing::new(8, false, 0.0, false);
        let wrap = Indexing::new(8, false, 0.0, true);
        let scaled = Indexing::new(8, true, 0.0, false);
        // Values of the reference's experiment r_tablei_neg.
        assert_eq!(read(&points, Order::Linear, limit, -0.25), 10.75);
        assert_eq!(read(&points, Order::Linear, limit, 9.25), 15.25);
        assert_eq!(read(&points, Order::Linear, limit, 8.0), 17.0);
        assert_eq!(read(&points, Order::Step, wrap, -0.25), 17.0);
        assert_eq!(read(&points, Order::Linear, wrap, -0.25), 11.75);
        assert_eq!(read(&points, Order::Step, scaled, 1.0), 17.0);
        assert_eq!(read(&points, Order::Cubic, limit, 3.5), 13.5);
        assert_eq!(read(&points, Order::Step, limit, f64::NAN), 10.0);
        assert_eq!(read(&points, Order::Linear, limit, f64::INFINITY), f64::NEG_INFINITY);
        assert_eq!(read(&points[1..], Order::Step, Indexing::new(7, false, 0.0, true), -1.0), 17.0);
        assert_eq!(read(&[], Order::Cubic, Indexing::new(0, false, 0.0, true), 3.5), 0.0);
    }
}
