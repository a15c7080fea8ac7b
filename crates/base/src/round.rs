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
        }
    }
}
