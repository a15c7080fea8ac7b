//! Trigonometric and hyperbolic functions and their inverses.

use orchestrion_base::op::{Make, OpDef, port, sig};
use orchestrion_dsp::math;

use super::elements::{Binary, pairs_audio, pairs_init, pairs_perf};

/// Definition of `sin`.
pub static SIN: OpDef = OpDef::new("sin", "Sine.")
    .sigs(&[
        sig("i", "i", Make::Map1(math::sin)),
        sig("k", "k", Make::Map1(math::sin)),
        sig("a", "a", Make::Map1(math::sin)),
        sig("i[]", "i[]", Make::Map1(math::sin)),
        sig("k[]", "k[]", Make::Map1(math::sin)),
    ])
    .outs(&[port("res", "-1 to 1")])
    .ins(&[port("x", "angle in radians")])
    .source("Manual: sin");

/// Definition of `cos`.
pub static COS: OpDef = OpDef::new("cos", "Cosine.")
    .sigs(&[
        sig("i", "i", Make::Map1(math::cos)),
        sig("k", "k", Make::Map1(math::cos)),
        sig("a", "a", Make::Map1(math::cos)),
        sig("i[]", "i[]", Make::Map1(math::cos)),
        sig("k[]", "k[]", Make::Map1(math::cos)),
    ])
    .outs(&[port("res", "-1 to 1")])
    .ins(&[port("x", "angle in radians")])
    .source("Manual: cos");

/// Definition of `tan`.
pub static TAN: OpDef = OpDef::new("tan", "Tangent.")
    .sigs(&[
        sig("i", "i", Make::Map1(math::tan)),
        sig("k", "k", Make::Map1(math::tan)),
        sig("a", "a", Make::Map1(math::tan)),
        sig("i[]", "i[]", Make::Map1(math::tan)),
        sig("k[]", "k[]", Make::Map1(math::tan)),
    ])
    .outs(&[port("res", "any number")])
    .ins(&[port("x", "angle in radians")])
    .source("Manual: tan");

/// Definition of `sininv`.
pub static SININV: OpDef = OpDef::new("sininv", "Arc sine.")
    .sigs(&[
        sig("i", "i", Make::Map1(math::asin)),
        sig("k", "k", Make::Map1(math::asin)),
        sig("a", "a", Make::Map1(math::asin)),
        sig("i[]", "i[]", Make::Map1(math::asin)),
        sig("k[]", "k[]", Make::Map1(math::asin)),
    ])
    .outs(&[port("res", "angle in radians, -pi/2 to pi/2")])
    .ins(&[port("x", "-1 to 1")])
    .source("Manual: sininv");

/// Definition of `cosinv`.
pub static COSINV: OpDef = OpDef::new("cosinv", "Arc cosine.")
    .sigs(&[
        sig("i", "i", Make::Map1(math::acos)),
        sig("k", "k", Make::Map1(math::acos)),
        sig("a", "a", Make::Map1(math::acos)),
        sig("i[]", "i[]", Make::Map1(math::acos)),
        sig("k[]", "k[]", Make::Map1(math::acos)),
    ])
    .outs(&[port("res", "angle in radians, 0 to pi")])
    .ins(&[port("x", "-1 to 1")])
    .source("Manual: cosinv");

/// Definition of `sinh`.
pub static SINH: OpDef = OpDef::new("sinh", "Hyperbolic sine.")
    .sigs(&[
        sig("i", "i", Make::Map1(math::sinh)),
        sig("k", "k", Make::Map1(math::sinh)),
        sig("a", "a", Make::Map1(math::sinh)),
        sig("i[]", "i[]", Make::Map1(math::sinh)),
        sig("k[]", "k[]", Make::Map1(math::sinh)),
    ])
    .outs(&[port("res", "result")])
    .ins(&[port("x", "number")])
    .source("Manual: sinh");

/// Definition of `cosh`.
pub static COSH: OpDef = OpDef::new("cosh", "Hyperbolic cosine.")
    .sigs(&[
        sig("i", "i", Make::Map1(math::cosh)),
        sig("k", "k", Make::Map1(math::cosh)),
        sig("a", "a", Make::Map1(math::cosh)),
        sig("i[]", "i[]", Make::Map1(math::cosh)),
        sig("k[]", "k[]", Make::Map1(math::cosh)),
    ])
    .outs(&[port("res", "result, 1 or more")])
    .ins(&[port("x", "number")])
    .source("Manual: cosh");

/// Definition of `tanh`.
pub static TANH: OpDef = OpDef::new("tanh", "Hyperbolic tangent.")
    .sigs(&[
        sig("i", "i", Make::Map1(math::tanh)),
        sig("k", "k", Make::Map1(math::tanh)),
        sig("a", "a", Make::Map1(math::tanh)),
        sig("i[]", "i[]", Make::Map1(math::tanh)),
        sig("k[]", "k[]", Make::Map1(math::tanh)),
    ])
    .outs(&[port("res", "-1 to 1")])
    .ins(&[port("x", "number")])
    .source("Manual: tanh");

/// Definition of `taninv`.
pub static TANINV: OpDef = OpDef::new("taninv", "Arc tangent.")
    .sigs(&[
        sig("i", "i", Make::Map1(math::atan)),
        sig("k", "k", Make::Map1(math::atan)),
        sig("a", "a", Make::Map1(math::atan)),
        sig("i[]", "i[]", Make::Map1(math::atan)),
        sig("k[]", "k[]", Make::Map1(math::atan)),
        sig("i[]", "i[]i[]", pairs_init::<Atan2>()),
        sig("k[]", "k[]k[]", pairs_perf::<Atan2>()),
    ])
    .outs(&[port("res", "angle in radians, -pi/2 to pi/2; -pi to pi for two arrays")])
    .ins(&[port("y", "tangent, or ordinates"), port("x", "abscissae, if given")])
    .may_fail()
    .source("Manual: taninv");

/// Definition of `taninv2`.
pub static TANINV2: OpDef = OpDef::new("taninv2", "Angle of the point with ordinate y and abscissa x.")
    .sigs(&[
        sig("i", "ii", Make::Map2(math::atan2)),
        sig("k", "kk", Make::Map2(math::atan2)),
        sig("a", "aa", Make::Map2(math::atan2)),
        sig("i[]", "i[]i[]", pairs_init::<Atan2>()),
        sig("k[]", "k[]k[]", pairs_perf::<Atan2>()),
        sig("a[]", "a[]a[]", pairs_audio::<Atan2>()),
    ])
    .outs(&[port("res", "angle in radians, -pi to pi")])
    .ins(&[port("y", "ordinate"), port("x", "abscissa")])
    .may_fail()
    .source("Manual: taninv2")
    .differences(&["The k-rate array form gives its result; in the reference the result stays empty."]);

struct Atan2;

impl Binary for Atan2 {
    fn apply(y: f64, x: f64) -> f64 {
        math::atan2(y, x)
    }
}
