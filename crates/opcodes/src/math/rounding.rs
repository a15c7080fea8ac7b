//! Whole and fractional parts, rounding, magnitude and sign.

use orchestrion_base::op::{Make, OpDef, port, sig};
use orchestrion_base::round;
use orchestrion_dsp::math;

/// Definition of `abs`.
pub static ABS: OpDef = OpDef::new("abs", "Absolute value.")
    .sigs(&[
        sig("i", "i", Make::Map1(f64::abs)),
        sig("k", "k", Make::Map1(f64::abs)),
        sig("a", "a", Make::Map1(f64::abs)),
        sig("i[]", "i[]", Make::Map1(f64::abs)),
        sig("k[]", "k[]", Make::Map1(f64::abs)),
    ])
    .outs(&[port("res", "magnitude of x")])
    .ins(&[port("x", "number")])
    .source("Manual: abs");

/// Definition of `int`.
pub static INT: OpDef = OpDef::new("int", "Whole part, towards zero.")
    .sigs(&[
        sig("i", "i", Make::Map1(round::trunc)),
        sig("k", "k", Make::Map1(round::trunc)),
        sig("a", "a", Make::Map1(round::trunc)),
        sig("i[]", "i[]", Make::Map1(round::trunc)),
        sig("k[]", "k[]", Make::Map1(round::trunc)),
    ])
    .outs(&[port("res", "result")])
    .ins(&[port("x", "number")])
    .source("Manual: int")
    .differences(&[
        "The k-rate array form follows its input every k-cycle; the reference computes it at init only.",
    ]);

/// Definition of `frac`.
pub static FRAC: OpDef = OpDef::new("frac", "Fractional part, with the sign of the number.")
    .sigs(&[
        sig("i", "i", Make::Map1(frac)),
        sig("k", "k", Make::Map1(frac)),
        sig("a", "a", Make::Map1(frac)),
        sig("i[]", "i[]", Make::Map1(frac)),
        sig("k[]", "k[]", Make::Map1(frac)),
    ])
    .outs(&[port("res", "result")])
    .ins(&[port("x", "number")])
    .source("Manual: frac; measured on the reference: frac(-1.5) is -0.5");

/// Definition of `round`.
pub static ROUND: OpDef = OpDef::new("round", "Nearest whole number.")
    .sigs(&[
        sig("i", "i", Make::Map1(nearest)),
        sig("k", "k", Make::Map1(nearest)),
        sig("a", "a", Make::Map1(nearest)),
        sig("i[]", "i[]", Make::Map1(f64::round)),
        sig("k[]", "k[]", Make::Map1(f64::round)),
    ])
    .outs(&[port("res", "result")])
    .ins(&[port("x", "number")])
    .source(
        "Manual: round; measured on the reference: ties go to the even neighbour, in arrays away from zero",
    );

/// Definition of `ceil`.
pub static CEIL: OpDef = OpDef::new("ceil", "Smallest whole number that is not below the number.")
    .sigs(&[
        sig("i", "i", Make::Map1(ceil)),
        sig("k", "k", Make::Map1(ceil)),
        sig("a", "a", Make::Map1(ceil)),
        sig("i[]", "i[]", Make::Map1(f64::ceil)),
        sig("k[]", "k[]", Make::Map1(f64::ceil)),
    ])
    .outs(&[port("res", "result")])
    .ins(&[port("x", "number")])
    .source("Manual: ceil; tolerance measured on the reference")
    .differences(&["Beyond 32 bits the result is right; the reference overflows."]);

/// Definition of `floor`.
pub static FLOOR: OpDef = OpDef::new("floor", "Largest whole number that is not above the number.")
    .sigs(&[
        sig("i", "i", Make::Map1(floor)),
        sig("k", "k", Make::Map1(floor)),
        sig("a", "a", Make::Map1(floor)),
        sig("i[]", "i[]", Make::Map1(round::floor)),
        sig("k[]", "k[]", Make::Map1(round::floor)),
    ])
    .outs(&[port("res", "result")])
    .ins(&[port("x", "number")])
    .source("Manual: floor; tolerance measured on the reference")
    .differences(&["Beyond 32 bits the result is right; the reference overflows."]);

/// Definition of `signum`.
pub static SIGNUM: OpDef = OpDef::new("signum", "Sign: -1, 0 or 1.")
    .sigs(&[
        sig("i", "i", Make::Map1(signum)),
        sig("k", "k", Make::Map1(signum)),
        sig("a", "a", Make::Map1(signum)),
    ])
    .outs(&[port("res", "result")])
    .ins(&[port("x", "number")])
    .source("Manual: signum")
    .differences(&["In place the sign is that of the input; the reference clears it first."]);

/// Definition of `qinf`.
pub static QINF: OpDef =
    OpDef::new("qinf", "Whether the number is infinite: 1, -1 for minus infinity, else 0.")
        .sigs(&[
            sig("i", "i", Make::Map1(qinf)),
            sig("k", "k", Make::Map1(qinf)),
            sig("a", "a", Make::Map1(qinf)),
        ])
        .outs(&[port("res", "result")])
        .ins(&[port("x", "number")])
        .source("Manual: qinf")
        .differences(&[
            "At audio rate every sample is looked at; the reference counts samples into the first one.",
        ]);

/// Definition of `qnan`.
pub static QNAN: OpDef = OpDef::new("qnan", "Whether the value is not a number: 1, else 0.")
    .sigs(&[
        sig("i", "i", Make::Map1(qnan)),
        sig("k", "k", Make::Map1(qnan)),
        sig("a", "a", Make::Map1(qnan)),
    ])
    .outs(&[port("res", "result")])
    .ins(&[port("x", "number")])
    .source("Manual: qnan")
    .differences(&[
        "At audio rate every sample is looked at; the reference counts samples into the first one.",
        "Infinity is a number; the reference says it is none.",
    ]);

/// Definition of `limit1`.
pub static LIMIT1: OpDef = OpDef::new("limit1", "Clips an array to 0 .. 1.")
    .sigs(&[sig("i[]", "i[]", Make::Map1(limit1)), sig("k[]", "k[]", Make::Map1(limit1))])
    .outs(&[port("res", "result")])
    .ins(&[port("x", "number")])
    .source("Manual: limit1");

/// The reference truncates after adding or subtracting this, so numbers within 1e-8 of the wrong side
/// of a whole number count as that number (measured: `ceil(1e-9)` is 0, `floor(-1e-9)` is 0).
const NEARLY_ONE: f64 = 0.99999999;

/// Numbers that the reference converts to 32 bits without overflow.
fn fits(x: f64) -> bool {
    x.abs() < 2_147_483_000.0
}

/// The largest whole number that is not above `x`, with the tolerance of the reference.
pub(crate) fn floor(x: f64) -> f64 {
    if x >= 0.0 || !fits(x) { round::floor(x) } else { positive_zero(round::trunc(x - NEARLY_ONE)) }
}

fn ceil(x: f64) -> f64 {
    if x < 0.0 || !fits(x) { positive_zero(-round::floor(-x)) } else { round::trunc(x + NEARLY_ONE) }
}

fn nearest(x: f64) -> f64 {
    positive_zero(round::round_ties_even(x))
}

/// Turns -0 into 0, as a conversion through an integer does.
fn positive_zero(x: f64) -> f64 {
    x + 0.0
}

fn frac(x: f64) -> f64 {
    math::modf(x).0
}

fn signum(x: f64) -> f64 {
    if x == 0.0 {
        0.0
    } else if x < 0.0 {
        -1.0
    } else {
        1.0
    }
}

fn qinf(x: f64) -> f64 {
    if x.is_infinite() { x.signum() } else { 0.0 }
}

fn qnan(x: f64) -> f64 {
    f64::from(u8::from(x.is_nan()))
}

fn limit1(x: f64) -> f64 {
    if x > 0.0 { if x < 1.0 { x } else { 1.0 } } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floor_and_ceil_forgive_what_the_reference_forgives() {
        assert_eq!((floor(-1e-9), floor(-0.3), floor(2.7), floor(-2.0)), (0.0, -1.0, 2.0, -2.0));
        assert_eq!((ceil(1e-9), ceil(0.3), ceil(-2.7), ceil(3.0)), (0.0, 1.0, -2.0, 3.0));
        assert_eq!((floor(1e10 + 0.5), floor(-1e10 - 0.5)), (1e10, -1e10 - 1.0));
        assert!(ceil(-0.3).is_sign_positive() && nearest(-0.3).is_sign_positive());
    }

    #[test]
    fn signs_and_parts() {
        assert_eq!((signum(-3.0), signum(0.0), signum(2.0)), (-1.0, 0.0, 1.0));
        assert_eq!((frac(-1.5), qinf(f64::NEG_INFINITY), qnan(f64::NAN), qnan(1.0)), (-0.5, -1.0, 1.0, 0.0));
        assert_eq!((limit1(-1.0), limit1(0.25), limit1(7.0), limit1(f64::NAN)), (0.0, 0.25, 1.0, 0.0));
    }
}
