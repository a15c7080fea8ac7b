//! What opcodes share that read function tables: finding one at init, and the 28-bit fixed-point phase.

use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::round;
use orchestrion_base::table::Table;
use orchestrion_base::world::World;

/// One period in units of the fixed-point phase (semantics K1: 28 bits).
pub(crate) const PERIOD: f64 = (1 << 28) as f64;
/// Wraps a fixed-point phase.
pub(crate) const PHASE_MASK: i32 = (1 << 28) - 1;

/// A number as a phase increment where the reference rounds: nearest, ties to even, 32 bits.
#[inline(always)]
pub(crate) fn nearest(x: f64) -> i32 {
    round::nearest(x) as i32
}

/// A number as a phase increment where the reference truncates; what does not fit counts as no step.
#[inline(always)]
pub(crate) fn truncated(x: f64) -> i32 {
    // What is too far below 0 becomes the least number by itself; NaN fails the comparison.
    if x < 2_147_483_648.0 { x as i32 } else { i32::MIN }
}

/// A phase increment for a unit with audio output (rounded) or control output (truncated), as the
/// reference's two versions differ.
#[inline(always)]
pub(crate) fn increment(x: f64, audio: bool) -> i32 {
    if audio { nearest(x) } else { truncated(x) }
}

/// Number of an existing table for opcodes that read tables of any length.
///
/// # Errors
/// There is no such table.
pub(crate) fn any_table(world: &World, number: f64) -> OpResult<f64> {
    let number = f64::from(nearest(number));
    match world.tables.get(number) {
        Some(t) if t.len > 0 => Ok(number),
        Some(_) => Err(OpError::new(format!("deferred-size ftable {number:.6} illegal here"))),
        None => Err(OpError::new(format!("Invalid ftable no. {number:.6}"))),
    }
}

/// Number of an existing table whose length is a power of two, for opcodes with a fixed-point phase.
///
/// # Errors
/// There is no such table, or its length is not a power of two.
pub(crate) fn power_of_two_table(world: &World, number: f64) -> OpResult<f64> {
    let number = any_table(world, number)?;
    match world.tables.get(number) {
        Some(t) if t.is_power_of_two() => Ok(number),
        _ => Err("illegal table length".into()),
    }
}

/// Point `i` and the one after it; `beyond` past the end of the points. One comparison finds both.
#[inline(always)]
pub(crate) fn pair(points: &[f64], i: u32, beyond: f64) -> (f64, f64) {
    let i = i as usize;
    match points.get(i..i + 2) {
        Some(pair) => (pair[0], pair[1]),
        None => (points.get(i).copied().unwrap_or(beyond), beyond),
    }
}

/// A table as the fixed-point phase addresses it.
#[derive(Clone, Copy)]
pub(crate) struct Wave<'a> {
    /// Points; the guard point may be missing.
    pub points: &'a [f64],
    /// Number of points without the guard point.
    pub len: usize,
    /// Bits of the phase below the point's number.
    pub shift: u32,
    scale: f64,
    low: i32,
    first: f64,
}

impl<'a> Wave<'a> {
    /// From points; `None` unless their number `len` is a power of two up to 2^28.
    #[inline]
    pub fn new(points: &'a [f64], len: usize) -> Option<Self> {
        if !len.is_power_of_two() || len > 1 << 28 {
            return None;
        }
        let shift = 28 - len.trailing_zeros();
        Some(Self {
            points,
            len,
            shift,
            scale: 1.0 / f64::from(1u32 << shift),
            low: (1 << shift) - 1,
            first: points.first().copied().unwrap_or(0.0),
        })
    }

    /// From a table.
    #[inline]
    pub fn of(table: &'a Table) -> Option<Self> {
        Self::new(&table.data, table.len)
    }

    /// Point `i`; past the end of the points the first one.
    #[inline(always)]
    pub fn point(&self, i: usize) -> f64 {
        self.points.get(i).copied().unwrap_or(self.first)
    }

    /// Number of the point at a phase.
    #[inline(always)]
    pub fn index(&self, phase: i32) -> usize {
        (phase as u32 >> self.shift) as usize
    }

    /// Fraction of the way from that point to the next.
    #[inline(always)]
    pub fn fraction(&self, phase: i32) -> f64 {
        f64::from(phase & self.low) * self.scale
    }
}

/// How to read between two points.
pub(crate) trait Reading: Default + Send + 'static {
    /// Value at a phase.
    fn at(wave: &Wave<'_>, phase: i32) -> f64;
}

/// The point before.
#[derive(Default)]
pub(crate) struct Step;
/// Straight line.
#[derive(Default)]
pub(crate) struct Line;
/// Cubic through four points.
#[derive(Default)]
pub(crate) struct Cubic;

impl Reading for Step {
    #[inline(always)]
    fn at(wave: &Wave<'_>, phase: i32) -> f64 {
        wave.point(wave.index(phase))
    }
}

impl Reading for Line {
    #[inline(always)]
    fn at(wave: &Wave<'_>, phase: i32) -> f64 {
        let (a, b) = pair(wave.points, wave.index(phase) as u32, wave.first);
        a + (b - a) * wave.fraction(phase)
    }
}

impl Reading for Cubic {
    #[inline(always)]
    fn at(wave: &Wave<'_>, phase: i32) -> f64 {
        let i = wave.index(phase);
        let before = wave.point(if i == 0 { wave.len - 1 } else { i - 1 });
        let beyond = wave.point(if i + 2 > wave.len { 1 } else { i + 2 });
        cubic(before, wave.point(i), wave.point(i + 1), beyond, wave.fraction(phase))
    }
}

/// The cubic through four equidistant points, `f` of the way from `b` to `c` (semantics K1).
#[inline(always)]
pub(crate) fn cubic(a: f64, b: f64, c: f64, d: f64, f: f64) -> f64 {
    const SIXTH: f64 = 1.0 / 6.0;
    let f2 = f * f;
    let f2a = f2 * a;
    let s = (d + b + b + b) * SIXTH;
    b + 0.5 * f2a + f * (c - f2a * SIXTH - s - a * (1.0 / 3.0)) + f2 * f * (s - 0.5 * c) + f2 * (0.5 * c - b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_hit_the_points_and_lines_meet_halfway() {
        let points = [0.0, 1.0, 4.0, 9.0, 0.0];
        let wave = Wave::new(&points, 4).expect("power of two");
        for i in 0..4 {
            let phase = (i as i32) << wave.shift;
            assert_eq!(Step::at(&wave, phase), points[i]);
            assert_eq!(Line::at(&wave, phase), points[i]);
            assert_eq!(Cubic::at(&wave, phase), points[i]);
        }
        assert_eq!(Line::at(&wave, (1 << wave.shift) + (1 << (wave.shift - 1))), 2.5);
        assert!(Wave::new(&points, 5).is_none());
    }

    #[test]
    fn increments_wrap_instead_of_overflowing() {
        assert_eq!(nearest(2.5), 2);
        assert_eq!(nearest(f64::NAN), 0);
        assert_eq!([1e300, -1e300, 2_147_483_648.0, f64::NAN].map(truncated), [i32::MIN; 4]);
        assert_eq!(truncated(2_147_483_647.9), i32::MAX);
        assert_eq!(truncated(-1.9), -1);
    }
}
