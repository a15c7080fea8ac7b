//! Interpolation between points: polynomials on neighbouring values, and readers of tables.
//!
//! Tables here are slices of `len` points and one guard point, as everywhere.

/// Straight line from `y0` at 0 to `y1` at 1.
#[inline]
#[must_use]
pub fn linear(y0: f64, y1: f64, x: f64) -> f64 {
    y0 + (y1 - y0) * x
}

/// Cubic through `ym1` at -1, `y0` at 0, `y1` at 1 and `y2` at 2 (Lagrange), in the order of operations of
/// the reference's `oscil3`, `poscil3`, `tablei3` and `deltap3` (semantics K1).
#[inline]
#[must_use]
pub fn cubic(ym1: f64, y0: f64, y1: f64, y2: f64, x: f64) -> f64 {
    let square = x * x;
    let cube = x * square;
    let t = y2 + 3.0 * y0;
    y0 + 0.5 * square * ym1
        + x * (y1 - square * ym1 * (1.0 / 6.0) - t * (1.0 / 6.0) - ym1 * (1.0 / 3.0))
        + cube * (t * (1.0 / 6.0) - 0.5 * y1)
        + square * (0.5 * y1 - y0)
}

/// Cubic from `y0` at 0 to `y1` at 1 whose slopes at the ends are those of their neighbours' chords
/// (Catmull and Rom 1974).
#[inline]
#[must_use]
pub fn hermite(ym1: f64, y0: f64, y1: f64, y2: f64, x: f64) -> f64 {
    let slope0 = 0.5 * (y1 - ym1);
    let slope1 = 0.5 * (y2 - y0);
    let excess = y0 - y1;
    let cubic = 2.0 * excess + slope0 + slope1;
    let square = -3.0 * excess - 2.0 * slope0 - slope1;
    ((cubic * x + square) * x + slope0) * x + y0
}

/// Whole part, within a table of `len` points, and fraction of a position. Positions outside, and NaN, go
/// to the nearest end.
#[inline]
fn place(len: usize, at: f64) -> (usize, f64) {
    let whole = at.floor();
    let i = (whole as usize).min(len.saturating_sub(1));
    (i, (at - i as f64).clamp(0.0, 1.0))
}

/// Reads a table at a position in points, 0 to `len`, linearly; the guard point follows the last point.
/// An empty table reads as 0.
#[inline]
#[must_use]
pub fn table_linear(table: &[f64], at: f64) -> f64 {
    let len = table.len().saturating_sub(1);
    let (i, x) = place(len, at);
    match table.get(i..i + 2) {
        Some(pair) => linear(pair[0], pair[1], if x.is_nan() { 0.0 } else { x }),
        None => 0.0,
    }
}

/// Reads a table at a position in points, 0 to `len`, by [`cubic`]; before the first point lies the last
/// one, and after the guard point the second. An empty table reads as 0.
#[inline]
#[must_use]
pub fn table_cubic(table: &[f64], at: f64) -> f64 {
    let len = table.len().saturating_sub(1);
    if len == 0 {
        return 0.0;
    }
    let (i, x) = place(len, at);
    let before = if i == 0 { table[len - 1] } else { table[i - 1] };
    let after = if i + 2 > len { table[1] } else { table[i + 2] };
    cubic(before, table[i], table[i + 1], after, if x.is_nan() { 0.0 } else { x })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cubics_pass_through_their_points() {
        let f = |x: f64| ((0.3 * x - 1.0) * x + 2.0) * x + 0.5;
        let [a, b, c, d] = [-1.0, 0.0, 1.0, 2.0].map(f);
        for x in [0.0, 0.125, 0.5, 0.9, 1.0] {
            assert!((cubic(a, b, c, d, x) - f(x)).abs() < 1e-14);
        }
        assert_eq!(hermite(a, b, c, d, 0.0), b);
        assert!((hermite(a, b, c, d, 1.0) - c).abs() < 1e-15);
        assert_eq!(hermite(0.0, 1.0, 2.0, 3.0, 0.25), 1.25);
    }

    #[test]
    fn tables_are_read_up_to_the_guard_point() {
        let table = [1.0, 2.0, 4.0, 1.0];
        assert_eq!(table_linear(&table, 1.5), 3.0);
        assert_eq!(table_linear(&table, 2.5), 2.5);
        assert_eq!(table_linear(&table, 3.0), 1.0);
        assert_eq!(table_cubic(&table, 2.0), 4.0);
        assert_eq!(table_cubic(&table, 3.0), 1.0);
        for at in [-1.0, 99.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(table_linear(&table, at).is_finite() && table_cubic(&table, at).is_finite());
            assert_eq!((table_linear(&[], at), table_cubic(&[1.0], at)), (0.0, 0.0));
        }
    }
}
