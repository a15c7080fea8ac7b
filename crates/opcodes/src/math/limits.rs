//! Keeping numbers within bounds: clipping, wrapping, reflecting; division with a way out.

use orchestrion_base::op::{Make, OpDef, Port, port, sig};
use orchestrion_dsp::math;

use super::elements::{Binary, Ternary, pairs_init, pairs_perf, triples_init, triples_perf};

const BOUNDS: &[Port] = &[
    port("x", "number"),
    port("low", "lower bound"),
    port("high", "upper bound; not above the lower one gives their mean"),
];

/// Definition of `limit`.
pub static LIMIT: OpDef = OpDef::new("limit", "Clips to the range low .. high.")
    .sigs(&[
        sig("i", "iii", Make::Map3(limit)),
        sig("k", "kkk", Make::Map3(limit)),
        sig("a", "akk", Make::Map3(limit_audio)),
        sig("i[]", "i[]ii", triples_init::<Clip>()),
        sig("k[]", "k[]kk", triples_perf::<Clip>()),
    ])
    .outs(&[port("res", "low to high")])
    .ins(BOUNDS)
    .source("Manual: limit; crossed bounds measured on the reference");

/// Definition of `wrap`.
pub static WRAP: OpDef = OpDef::new("wrap", "Leaves the range at one end and comes in at the other.")
    .sigs(&[
        sig("i", "iii", Make::Map3(wrap)),
        sig("k", "kkk", Make::Map3(wrap)),
        sig("a", "akk", Make::Map3(wrap)),
    ])
    .outs(&[port("res", "low to high")])
    .ins(BOUNDS)
    .source("Manual: wrap; measured on the reference: wrap(5, 0, 5) is 0, wrap(-1, 0, 5) is 4");

/// Definition of `mirror`.
pub static MIRROR: OpDef = OpDef::new("mirror", "Is reflected at both ends of the range.")
    .sigs(&[
        sig("i", "iii", Make::Map3(mirror)),
        sig("k", "kkk", Make::Map3(mirror)),
        sig("a", "akk", Make::Map3(mirror)),
    ])
    .outs(&[port("res", "low to high")])
    .ins(BOUNDS)
    .source("Manual: mirror");

/// Definition of `divz`.
pub static DIVZ: OpDef = OpDef::new("divz", "Quotient, or a substitute where the divisor is 0.")
    .sigs(&[
        sig("i", "iii", Make::Map3(divz)),
        sig("k", "kkk", Make::Map3(divz)),
        sig("a", "akk", Make::Map3(divz)),
        sig("a", "kak", Make::Map3(divz)),
        sig("a", "aak", Make::Map3(divz)),
    ])
    .outs(&[port("res", "x / y")])
    .ins(&[port("x", "dividend"), port("y", "divisor"), port("substitute", "result where y is 0")])
    .source("Manual: divz");

/// Definition of `fmod`.
pub static FMOD: OpDef = OpDef::new("fmod", "Remainder with the sign of the dividend, element by element.")
    .sigs(&[
        sig("i[]", "i[]i[]", pairs_init::<Remainder>()),
        sig("k[]", "k[]k[]", pairs_perf::<Remainder>()),
        sig("i[]", "i[]i", pairs_init::<Remainder>()),
        sig("k[]", "k[]k", pairs_perf::<Remainder>()),
    ])
    .outs(&[port("res", "remainder")])
    .ins(&[port("x", "dividends"), port("y", "divisors, or one divisor")])
    .may_fail()
    .source("Manual: fmod");

/// Definition of `fmax`.
pub static FMAX: OpDef = OpDef::new("fmax", "The greater of two numbers, element by element.")
    .sigs(&[
        sig("i[]", "i[]i[]", pairs_init::<Greater>()),
        sig("k[]", "k[]k[]", pairs_perf::<Greater>()),
        sig("i[]", "i[]i", pairs_init::<Greater>()),
        sig("k[]", "k[]k", pairs_perf::<Greater>()),
    ])
    .outs(&[port("res", "maxima")])
    .ins(&[port("x", "numbers"), port("y", "other numbers, or one")])
    .may_fail()
    .source("Manual: fmax");

/// Definition of `fmin`.
pub static FMIN: OpDef = OpDef::new("fmin", "The smaller of two numbers, element by element.")
    .sigs(&[
        sig("i[]", "i[]i[]", pairs_init::<Smaller>()),
        sig("k[]", "k[]k[]", pairs_perf::<Smaller>()),
        sig("i[]", "i[]i", pairs_init::<Smaller>()),
        sig("k[]", "k[]k", pairs_perf::<Smaller>()),
    ])
    .outs(&[port("res", "minima")])
    .ins(&[port("x", "numbers"), port("y", "other numbers, or one")])
    .may_fail()
    .source("Manual: fmin");

fn limit(x: f64, low: f64, high: f64) -> f64 {
    if x <= high && x >= low { x } else { limit_audio(x, low, high) }
}

fn limit_audio(x: f64, low: f64, high: f64) -> f64 {
    if low >= high {
        (low + high) * 0.5
    } else if x > high {
        high
    } else if x >= low {
        x
    } else {
        low
    }
}

struct Clip;

impl Ternary for Clip {
    fn apply(x: f64, low: f64, high: f64) -> f64 {
        limit_element(x, low, high)
    }
}

struct Remainder;

impl Binary for Remainder {
    fn apply(x: f64, y: f64) -> f64 {
        math::fmod(x, y)
    }
}

struct Greater;

impl Binary for Greater {
    fn apply(x: f64, y: f64) -> f64 {
        x.max(y)
    }
}

struct Smaller;

impl Binary for Smaller {
    fn apply(x: f64, y: f64) -> f64 {
        x.min(y)
    }
}

/// Arrays do not look whether the bounds are crossed.
pub(crate) fn limit_element(x: f64, low: f64, high: f64) -> f64 {
    if x > low { if x < high { x } else { high } } else { low }
}

fn wrap(x: f64, low: f64, high: f64) -> f64 {
    if low >= high {
        (low + high) * 0.5
    } else if x >= low {
        low + math::fmod(x - low, (low - high).abs())
    } else {
        high - math::fmod(high - x, (low - high).abs())
    }
}

/// Reflections that are carried out one by one, with the rounding this gives, before the rest is
/// taken off at once. Nothing audible needs more.
const REFLECTIONS: usize = 1000;

pub(crate) fn mirror(x: f64, low: f64, high: f64) -> f64 {
    if low >= high {
        return (low + high) * 0.5;
    }
    let mut x = x;
    for _ in 0..REFLECTIONS {
        if x > high {
            x = high + high - x;
        } else if x < low {
            x = low + low - x;
        } else {
            return x;
        }
    }
    let width = high - low;
    let x = math::fmod((x - low).abs(), 2.0 * width);
    low + if x > width { 2.0 * width - x } else { x }
}

fn divz(x: f64, y: f64, substitute: f64) -> f64 {
    if y == 0.0 { substitute } else { x / y }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_as_measured_on_the_reference() {
        assert_eq!((wrap(-1.0, 0.0, 5.0), wrap(5.0, 0.0, 5.0), mirror(7.0, 0.0, 5.0)), (4.0, 0.0, 3.0));
        assert_eq!((limit(3.0, 5.0, 1.0), limit(7.0, 1.0, 5.0), limit(f64::NAN, 1.0, 5.0)), (3.0, 5.0, 1.0));
        assert_eq!((limit(2.0, 2.0, 2.0), limit_element(7.0, 5.0, 1.0)), (2.0, 1.0));
        assert_eq!((divz(1.0, 0.0, 9.0), divz(1.0, 2.0, 9.0)), (9.0, 0.5));
    }

    #[test]
    fn mirror_comes_to_an_end() {
        assert!((0.0..=1e-9).contains(&mirror(1e18, 0.0, 1e-9)));
        assert!((-2.0..=3.0).contains(&mirror(-1e300, -2.0, 3.0)));
        assert!(mirror(f64::INFINITY, 0.0, 1.0).is_nan() && mirror(f64::NAN, 0.0, 1.0).is_nan());
    }
}
