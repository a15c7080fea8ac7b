//! Powers, roots and logarithms.

use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::lock::made_once;
use orchestrion_base::op::{Make, OpDef, port, sig};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::sync::OnceLock;

use super::elements::{Binary, pairs_init, pairs_perf};
use crate::arrays::{ArrayFn, array_perf};
use crate::step::{Step, at_init, at_perf};

/// Definition of `sqrt`.
pub static SQRT: OpDef = OpDef::new("sqrt", "Square root.")
    .sigs(&[
        sig("i", "i", Make::Map1(f64::sqrt)),
        sig("k", "k", Make::Map1(f64::sqrt)),
        sig("a", "a", Make::Map1(f64::sqrt)),
        sig("i[]", "i[]", Make::Map1(f64::sqrt)),
        sig("k[]", "k[]", Make::Map1(f64::sqrt)),
    ])
    .outs(&[port("res", "result")])
    .ins(&[port("x", "0 or more; negative numbers give NaN")])
    .source("Manual: sqrt");

/// Definition of `cbrt`.
pub static CBRT: OpDef = OpDef::new("cbrt", "Cube roots of an array.")
    .sigs(&[sig("i[]", "i[]", Make::Map1(math::cbrt)), sig("k[]", "k[]", Make::Map1(math::cbrt))])
    .outs(&[port("res", "result")])
    .ins(&[port("x", "number")])
    .source("Manual: cbrt");

/// Definition of `exp`.
pub static EXP: OpDef = OpDef::new("exp", "e to the power of x.")
    .sigs(&[
        sig("i", "i", Make::Map1(math::exp)),
        sig("k", "k", Make::Map1(math::exp)),
        sig("a", "a", Make::Map1(math::exp)),
        sig("i[]", "i[]", Make::Map1(math::exp)),
        sig("k[]", "k[]", Make::Map1(math::exp)),
    ])
    .outs(&[port("res", "result")])
    .ins(&[port("x", "number")])
    .source("Manual: exp");

/// Definition of `log10`.
pub static LOG10: OpDef = OpDef::new("log10", "Logarithm to base 10.")
    .sigs(&[
        sig("i", "i", Make::Map1(math::log10)),
        sig("k", "k", Make::Map1(math::log10)),
        sig("a", "a", Make::Map1(math::log10)),
        sig("i[]", "i[]", Make::Map1(math::log10)),
        sig("k[]", "k[]", Make::Map1(math::log10)),
    ])
    .outs(&[port("res", "result")])
    .ins(&[port("x", "number")])
    .source("Manual: log10");

/// Definition of `log2`.
pub static LOG2: OpDef = OpDef::new("log2", "Logarithm to base 2.")
    .sigs(&[
        sig("i", "i", Make::Map1(math::log2)),
        sig("k", "k", Make::Map1(math::log2)),
        sig("a", "a", Make::Map1(math::log2)),
        sig("i[]", "i[]", Make::Map1(math::log2)),
        sig("k[]", "k[]", Make::Map1(math::log2)),
    ])
    .outs(&[port("res", "result")])
    .ins(&[port("x", "number")])
    .source("Manual: log2")
    .differences(&["The array forms take base 2 as documented; the reference takes base 10."]);

/// Definition of `powoftwo`.
pub static POWOFTWO: OpDef = OpDef::new("powoftwo", "2 to the power of x.")
    .sigs(&[
        sig("i", "i", Make::Map1(math::exp2)),
        sig("k", "k", Make::Map1(math::exp2)),
        sig("a", "a", Make::Map1(math::exp2)),
        sig("i[]", "i[]", Make::Map1(math::exp2)),
        sig("k[]", "k[]", Make::Map1(math::exp2)),
    ])
    .outs(&[port("res", "result")])
    .ins(&[port("x", "number")])
    .source("Manual: powoftwo");

/// Definition of `logbtwo`.
pub static LOGBTWO: OpDef =
    OpDef::new("logbtwo", "Logarithm to base 2, from a table of 32768 steps between 0.25 and 4.")
        .sigs(&[
            sig("i", "i", Make::Map1(logbtwo)),
            sig("k", "k", Make::Map1(logbtwo)),
            sig("a", "a", Make::Map1(logbtwo)),
        ])
        .outs(&[port("res", "result")])
        .ins(&[port("x", "number")])
        .source("Manual: logbtwo; table measured on the reference");

/// Definition of `log`.
pub static LOG: OpDef = OpDef::new("log", "Natural logarithm; of an array also to another base.")
    .sigs(&[
        sig("i", "i", Make::Map1(math::ln)),
        sig("k", "k", Make::Map1(math::ln)),
        sig("a", "a", Make::Map1(math::ln)),
        sig("k[]", "k[]i", array_perf::<LogBase>()),
        sig("i[]", "i[]", Make::Map1(math::ln)),
        sig("k[]", "k[]", Make::Map1(math::ln)),
    ])
    .outs(&[port("res", "logarithm")])
    .ins(&[
        port("x", "positive number; 0 gives minus infinity, less NaN"),
        port("ibase", "base of the logarithm; 0 means e"),
    ])
    .source("Manual: log; arrays with a base measured on the reference");

/// Definition of `pow`.
pub static POW: OpDef = OpDef::new("pow", "One number to the power of another.")
    .sigs(&[
        sig("i", "iip", at_init::<Pow>()),
        sig("k", "kkp", at_perf::<Pow>()),
        sig("a", "akp", at_perf::<Pow>()),
        sig("i[]", "i[]i[]", pairs_init::<Power>()),
        sig("k[]", "k[]k[]", pairs_perf::<Power>()),
        sig("i[]", "i[]i", pairs_init::<Power>()),
        sig("k[]", "k[]k", pairs_perf::<Power>()),
    ])
    .outs(&[port("res", "base to the power of the exponent, divided by norm")])
    .ins(&[
        port("base", "base; it may not be 0 when the exponent is 0"),
        port("exponent", "exponent"),
        port("inorm", "divisor of the result; 0 counts as 1; default 1"),
    ])
    .may_fail()
    .source("Manual: pow");

/// Definition of `hypot`.
pub static HYPOT: OpDef = OpDef::new("hypot", "Length of the hypotenuse, element by element.")
    .sigs(&[
        sig("i[]", "i[]i[]", pairs_init::<Hypotenuse>()),
        sig("k[]", "k[]k[]", pairs_perf::<Hypotenuse>()),
    ])
    .outs(&[port("res", "sqrt(x^2 + y^2)")])
    .ins(&[port("x", "first legs"), port("y", "second legs")])
    .may_fail()
    .source("Manual: hypot");

struct Power;

impl Binary for Power {
    fn apply(x: f64, y: f64) -> f64 {
        math::pow(x, y)
    }
}

struct Hypotenuse;

impl Binary for Hypotenuse {
    fn apply(x: f64, y: f64) -> f64 {
        math::hypot(x, y)
    }
}

struct Pow;

impl Step for Pow {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        let (exponent, norm) = (io.k(1), io.k(2));
        let norm = if norm == 0.0 { 1.0 } else { norm };
        let base = io.x(0);
        for (n, out) in io.out(0).iter().enumerate() {
            let x = base.at(n);
            if x == 0.0 && exponent == 0.0 {
                return Err(OpError::new("NaN in pow: 0 to the power of 0"));
            }
            out.set(math::pow(x, exponent) / norm);
        }
        Ok(())
    }
}

struct LogBase;

impl ArrayFn for LogBase {
    fn len(io: &Io<'_>, _: &World) -> OpResult<usize> {
        Ok(io.array(0).map_or(0, |x| x.len()))
    }

    fn fill(io: &Io<'_>, _: &World, out: &mut [f64]) -> OpResult {
        let base = io.k(1);
        let scale = if base == 0.0 { 1.0 } else { 1.0 / math::ln(base) };
        let Some(x) = io.array(0) else { return Ok(()) };
        for (out, &x) in out.iter_mut().zip(x.nums()) {
            *out = math::ln(x) * scale;
        }
        Ok(())
    }
}

/// Steps of the table of `logbtwo`, which reaches from [`LOW`] to [`HIGH`].
const STEPS: usize = 32768;
const LOW: f64 = 0.25;
const HIGH: f64 = 4.0;

fn logarithms() -> &'static [f64] {
    static TABLE: OnceLock<Vec<f64>> = OnceLock::new();
    made_once(&TABLE, || {
        let mut x = LOW;
        let mut next = || {
            let y = std::f64::consts::LOG2_E * math::ln(x);
            // Summed up, not multiplied: the reference's rounding errors add up the same way.
            x += (HIGH - LOW) / STEPS as f64;
            y
        };
        (0..=STEPS).map(|_| next()).collect()
    })
    .as_slice()
}

fn logbtwo(x: f64) -> f64 {
    let step = (x - LOW) / (HIGH - LOW) * STEPS as f64 + 0.5;
    if step > -1.0 && step < (STEPS + 1) as f64 {
        logarithms()[step as usize]
    } else {
        math::ln(x) * std::f64::consts::LOG2_E
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logbtwo_reads_its_table() {
        // As the reference prints them.
        assert_eq!(logbtwo(3.0), 1.5849698386289317);
        assert_eq!(logbtwo(0.3), -1.7369142295955309);
        assert_eq!(logbtwo(5.0), 2.3219280948873622);
        assert!(logbtwo(-1.0).is_nan() && logbtwo(f64::NAN).is_nan());
    }
}
