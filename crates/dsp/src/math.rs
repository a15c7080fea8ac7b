//! The only door to transcendental functions.
//!
//! Everything that sounds goes through these functions, of the `libm` crate or our own: pure Rust, no
//! CPU-dependent instruction selection that changes a result, so a render gives equal bytes on every
//! target. The functions of `std` may call the platform's C library and are banned elsewhere.
//!
//! Accuracy is at most one unit in the last place from the correctly rounded result for the functions
//! used per sample (see the tests for the bound of each); `sqrt`, `abs`, `floor`, `ceil`, `trunc` and
//! `round_ties_even` are exact in `std` and are used from there.

use crate::explog;

macro_rules! wrap {
    ($($(#[doc = $doc:literal])+ $name:ident($($arg:ident),+) = $inner:path;)*) => {
        $($(#[doc = $doc])+ #[inline] #[must_use] pub fn $name($($arg: f64),+) -> f64 { $inner($($arg),+) })*
    };
}

wrap! {
    /// Sine of radians.
    sin(x) = libm::sin;
    /// Cosine of radians.
    cos(x) = libm::cos;
    /// Tangent of radians.
    tan(x) = libm::tan;
    /// Arc sine in radians, -pi/2 to pi/2.
    asin(x) = libm::asin;
    /// Arc cosine in radians, 0 to pi.
    acos(x) = libm::acos;
    /// Arc tangent in radians, -pi/2 to pi/2.
    atan(x) = libm::atan;
    /// Angle in radians of the point with abscissa `x` and ordinate `y`, -pi to pi.
    atan2(y, x) = libm::atan2;
    /// Hyperbolic sine.
    sinh(x) = libm::sinh;
    /// Hyperbolic cosine.
    cosh(x) = libm::cosh;
    /// Hyperbolic tangent.
    tanh(x) = tanh_by_exp;
    /// Inverse hyperbolic sine.
    asinh(x) = libm::asinh;
    /// Inverse hyperbolic cosine.
    acosh(x) = libm::acosh;
    /// Inverse hyperbolic tangent.
    atanh(x) = libm::atanh;
    /// e to the power of `x`.
    exp(x) = explog::exp;
    /// 2 to the power of `x`.
    exp2(x) = libm::exp2;
    /// `exp(x) - 1` without cancellation near 0.
    expm1(x) = libm::expm1;
    /// Natural logarithm.
    ln(x) = explog::ln;
    /// Logarithm to base 10.
    log10(x) = libm::log10;
    /// Logarithm to base 2.
    log2(x) = libm::log2;
    /// `ln(1 + x)` without cancellation near 0.
    log1p(x) = libm::log1p;
    /// `x` to the power of `y`, with the C library's special cases.
    pow(x, y) = explog::pow;
    /// Cube root.
    cbrt(x) = libm::cbrt;
    /// `sqrt(x*x + y*y)` without overflow on the way.
    hypot(x, y) = libm::hypot;
    /// Remainder of `x / y` with the quotient rounded to nearest, as C's `remainder`; exact.
    remainder(x, y) = libm::remainder;
    /// Error function.
    erf(x) = libm::erf;
    /// Gamma function.
    gamma(x) = libm::tgamma;
    /// Natural logarithm of the absolute value of the gamma function.
    lgamma(x) = libm::lgamma;
    /// Bessel function of the first kind of order 0.
    j0(x) = libm::j0;
    /// Bessel function of the first kind of order 1.
    j1(x) = libm::j1;
}

/// Remainder of `x / y` with the sign of `x`, as C's `fmod`; exact.
#[inline]
#[must_use]
pub fn fmod(x: f64, y: f64) -> f64 {
    let (size, step) = (x.abs(), y.abs());
    // `libm` takes its time, bit by bit. Here nothing is rounded: a difference of numbers within a factor of two
    // is exact, and so are whole numbers.
    if size < step {
        return x;
    }
    if size < step + step {
        return (size - step).copysign(x);
    }
    let (whole, divisor) = (size as u32, step as u32);
    match whole.checked_rem(divisor) {
        Some(rest) if f64::from(whole) == size && f64::from(divisor) == step => f64::from(rest).copysign(x),
        _ => libm::fmod(x, y),
    }
}

/// Sine and cosine of radians together.
#[inline]
#[must_use]
pub fn sin_cos(x: f64) -> (f64, f64) {
    libm::sincos(x)
}

/// 10 to the power of `x`. `libm::exp10` is up to four units off, a power less than one.
#[inline]
#[must_use]
pub fn exp10(x: f64) -> f64 {
    explog::pow(10.0, x)
}

/// `x` to an integer power by squaring: the same multiplications everywhere, which `f64::powi` does
/// not promise. `powi(x, 0)` is 1 for every `x`; negative exponents invert the positive power.
#[must_use]
pub fn powi(x: f64, n: i32) -> f64 {
    let (mut base, mut left, mut out) = (x, n.unsigned_abs(), 1.0);
    while left > 0 {
        if left & 1 == 1 {
            out *= base;
        }
        base *= base;
        left >>= 1;
    }
    if n < 0 { 1.0 / out } else { out }
}

/// `x * 2^n` in one rounding.
#[inline]
#[must_use]
pub fn ldexp(x: f64, n: i32) -> f64 {
    libm::ldexp(x, n)
}

/// Splits `x` into a fraction of magnitude 0.5 to 1 and a power of two.
#[inline]
#[must_use]
pub fn frexp(x: f64) -> (f64, i32) {
    libm::frexp(x)
}

/// Splits `x` into fraction and whole part, both with the sign of `x`.
#[inline]
#[must_use]
pub fn modf(x: f64) -> (f64, f64) {
    libm::modf(x)
}

/// Rounds to the nearest integer, ties to even, and saturates: C's `lrint` within the range of `i64`.
/// NaN gives 0.
#[inline]
#[must_use]
pub fn lrint(x: f64) -> i64 {
    orchestrion_base::round::nearest(x)
}

/// Difference of two numbers in units in the last place of the format; for tests of accuracy.
/// Equal values (and two NaNs) give 0, a NaN against a number `u64::MAX`.
#[must_use]
pub fn ulps(a: f64, b: f64) -> u64 {
    if a == b || a.is_nan() && b.is_nan() {
        return 0;
    }
    if a.is_nan() || b.is_nan() {
        return u64::MAX;
    }
    let ordered = |x: f64| {
        let bits = x.to_bits() as i64;
        if bits < 0 { i64::MIN.wrapping_sub(bits) } else { bits }
    };
    ordered(a).abs_diff(ordered(b))
}

/// tanh as in Cephes (Moshier, "Methods and Programs for Mathematical Functions", 1989): near 0 a
/// rational function of degree 3 in x^2, else from the exponential.
#[inline]
fn tanh_by_exp(x: f64) -> f64 {
    let size = x.abs();
    if size < 0.625 {
        let z = x * x;
        let p = (-9.643_991_794_250_522_386_28e-1 * z - 9.928_772_310_019_185_865_64e1) * z
            - 1.614_687_684_417_084_479_52e3;
        let q = ((z + 1.128_116_784_916_329_314_02e2) * z + 2.235_488_390_601_004_485_83e3) * z
            + 4.844_063_053_251_254_860_48e3;
        return x + x * z * (p / q);
    }
    // Beyond 22 the result rounds to 1; NaN falls through to itself.
    let y = if size > 22.0 { 1.0 } else { 1.0 - 2.0 / (explog::exp(size + size) + 1.0) };
    y.copysign(x)
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the platform's functions are what we compare with")]
mod tests {
    use super::*;

    type Pair = (&'static str, fn(f64) -> f64, fn(f64) -> f64, f64, f64, u64);

    #[test]
    fn unary_functions_agree_with_the_platform() {
        let table: &[Pair] = &[
            ("sin", sin, f64::sin, -100.0, 100.0, 1),
            ("cos", cos, f64::cos, -100.0, 100.0, 1),
            ("tan", tan, f64::tan, -100.0, 100.0, 1),
            ("asin", asin, f64::asin, -1.0, 1.0, 1),
            ("acos", acos, f64::acos, -1.0, 1.0, 1),
            ("atan", atan, f64::atan, -50.0, 50.0, 1),
            ("sinh", sinh, f64::sinh, -20.0, 20.0, 2),
            ("cosh", cosh, f64::cosh, -20.0, 20.0, 2),
            ("tanh", tanh, f64::tanh, -20.0, 20.0, 3),
            ("exp", exp, f64::exp, -700.0, 700.0, 1),
            ("exp2", exp2, f64::exp2, -1000.0, 1000.0, 1),
            ("exp10", exp10, |x| 10f64.powf(x), -300.0, 300.0, 2),
            ("expm1", expm1, f64::exp_m1, -5.0, 5.0, 2),
            ("ln", ln, f64::ln, 1e-3, 1e6, 1),
            ("log10", log10, f64::log10, 1e-3, 1e6, 2),
            ("log2", log2, f64::log2, 1e-3, 1e6, 2),
            ("log1p", log1p, f64::ln_1p, -0.99, 10.0, 2),
            ("cbrt", cbrt, f64::cbrt, -1e6, 1e6, 1),
        ];
        for &(name, ours, theirs, lo, hi, bound) in table {
            for i in 0..20_000 {
                let x = lo + (hi - lo) * (i as f64 + 0.37) / 20_000.0;
                let d = ulps(ours(x), theirs(x));
                assert!(d <= bound, "{name}({x:?}) = {:?}, expected {:?}", ours(x), theirs(x));
            }
        }
    }

    #[test]
    fn binary_functions_agree_with_the_platform() {
        for i in 0..20_000 {
            let x = 1e-3 + i as f64 * 0.013;
            let y = -20.0 + i as f64 * 0.002;
            assert!(ulps(pow(x, y), x.powf(y)) <= 1, "pow({x:?}, {y:?})");
            assert!(ulps(atan2(y, x), y.atan2(x)) <= 1, "atan2({y:?}, {x:?})");
            assert!(ulps(hypot(x, y), x.hypot(y)) <= 1, "hypot({x:?}, {y:?})");
            assert_eq!(ulps(fmod(x, y), x % y), 0, "fmod({x:?}, {y:?})");
        }
    }

    #[test]
    fn integer_powers_and_rounding() {
        assert_eq!((powi(3.0, 5), powi(2.0, -3), powi(0.0, 0)), (243.0, 0.125, 1.0));
        assert_eq!(powi(1.0, i32::MIN), 1.0);
        assert_eq!((lrint(2.5), lrint(-3.5), lrint(f64::NAN), lrint(1e300)), (2, -4, 0, i64::MAX));
        assert_eq!((ulps(1.0, 1.0 + f64::EPSILON), ulps(-0.0, 0.0)), (1, 0));
        assert_eq!(ulps(-f64::from_bits(1), f64::from_bits(1)), 2);
    }
}
