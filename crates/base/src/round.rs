//! Rounding to whole numbers in plain arithmetic.
//!
//! Processors of the baseline that x86-64 programs are built for round only by a call of a library
//! function, which costs per-sample code more than all the rest it does. Results equal those of `f64`'s
//! methods of the same names, the sign of zero included.

/// Numbers of this magnitude and above have no fraction; adding it rounds smaller ones, ties to even.
const WHOLE: f64 = (1u64 << 52) as f64;

/// The nearest whole number, ties to even.
#[inline(always)]
#[must_use]
pub fn round_ties_even(x: f64) -> f64 {
    let size = x.abs();
    // NaN fails the comparison and comes back as it is.
    if size < WHOLE { ((size + WHOLE) - WHOLE).copysign(x) } else { x }
}

/// The largest whole number that is not above `x`.
#[inline(always)]
#[must_use]
pub fn floor(x: f64) -> f64 {
    let near = round_ties_even(x);
    (if near > x { near - 1.0 } else { near }).copysign(x)
}

/// `x` without its fraction.
#[inline(always)]
#[must_use]
pub fn trunc(x: f64) -> f64 {
    let near = round_ties_even(x.abs());
    (if near > x.abs() { near - 1.0 } else { near }).copysign(x)
}

/// Adding it leaves the nearest whole number in the lowest bits of the sum, for either sign, up to [`EXACT`].
const BOTH_SIGNS: f64 = 1.5 * WHOLE;
const EXACT: f64 = WHOLE / 2.0;

#[inline(always)]
fn lowest_bits(sum: f64) -> i64 {
    sum.to_bits().wrapping_sub(BOTH_SIGNS.to_bits()) as i64
}

/// The nearest whole number, ties to even, as an integer: the nearest there is if none holds it, 0 for NaN.
#[inline(always)]
#[must_use]
pub fn nearest(x: f64) -> i64 {
    if x.abs() < EXACT { lowest_bits(x + BOTH_SIGNS) } else { nearest_large(x) }
}

#[cold]
fn nearest_large(x: f64) -> i64 {
    x.round_ties_even() as i64
}

/// `x` rounded down, as an integer as [`nearest`] makes them, and how far `x` lies above that.
#[inline(always)]
#[must_use]
pub fn split(x: f64) -> (i64, f64) {
    split_small(x).unwrap_or_else(|| split_large(x))
}

/// As [`split`]; `None` for numbers so large, infinite or none at all that their caller may have its own idea of them.
#[inline(always)]
#[must_use]
pub fn split_small(x: f64) -> Option<(i64, f64)> {
    if !(x.abs() < EXACT) {
        return None;
    }
    let sum = x + BOTH_SIGNS;
    // Adding 0 makes 0 of -0, whose sign would count below.
    let above = x + 0.0 - (sum - BOTH_SIGNS);
    // The sign as a number instead of a branch, which would be guessed wrong half of the time.
    let down = (above.to_bits() as i64) >> 63;
    Some((lowest_bits(sum) + down, above + f64::from_bits(1f64.to_bits() & down as u64)))
}

#[cold]
fn split_large(x: f64) -> (i64, f64) {
    (x.floor() as i64, x - x.floor())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_those_of_the_methods() {
        let whole = [0.0, 1.0, 2.0, 3.0, 1e6, 2_147_483_648.0, WHOLE / 2.0, WHOLE, WHOLE * 2.0, 1e300];
        let parts = [0.0, 0.25, 0.5, 0.75, 1.0 - f64::EPSILON, f64::MIN_POSITIVE, 5e-324, 0.5 - 1e-17];
        let mut all = vec![f64::INFINITY, f64::NAN, f64::MAX];
        for w in whole {
            all.extend(parts.map(|p| w + p));
            all.extend(parts.map(|p| w - p));
            all.extend([w.next_up(), w.next_down()]);
        }
        for x in all.iter().flat_map(|&x| [x, -x]) {
            let same = |a: f64, b: f64| a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan();
            assert!(same(round_ties_even(x), x.round_ties_even()), "{x:e}");
            assert!(same(floor(x), x.floor()), "{x:e}");
            assert!(same(trunc(x), x.trunc()), "{x:e}");
            assert_eq!(nearest(x), x.round_ties_even() as i64, "{x:e}");
            let (whole, above) = split(x);
            assert_eq!(whole, x.floor() as i64, "{x:e}");
            assert!(same(above, x - x.floor()), "{x:e}");
        }
    }
}
