//! Curves through points: what lies between two neighbours of a list of values.

use crate::interp::hermite;
use crate::math;
use std::f64::consts::PI;
use std::str::FromStr;

/// How a curve goes from one point to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Shape {
    /// Straight line.
    #[default]
    Linear,
    /// Half a cosine.
    Cosine,
    /// Stays at the earlier point.
    Floor,
    /// Cubic smoothstep, f²(3 - 2f).
    Smooth,
    /// Perlin's smootherstep, f³(f(6f - 15) + 10).
    Smoother,
    /// Power of the fraction with this exponent.
    Exponential(f64),
    /// Catmull-Rom spline through four neighbours, the ends repeated.
    Cubic,
}

/// A name that is no shape.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no interpolation \"{0}\"; use linear, cos, floor, smooth, smoother, cubic or exp(x)")]
pub struct UnknownShape(pub String);

impl FromStr for Shape {
    type Err = UnknownShape;

    /// Reads the names of csoundengine's `interp1d`: `linear`, `cos` or `cosine`, `floor`, `smooth`, `smoother`,
    /// `cubic`, and `exp(x)`, `expon(x)` or `exp=x` with an exponent above 0.
    fn from_str(text: &str) -> Result<Self, UnknownShape> {
        let unknown = || UnknownShape(text.to_owned());
        match text {
            "linear" => return Ok(Shape::Linear),
            "cos" | "cosine" => return Ok(Shape::Cosine),
            "floor" => return Ok(Shape::Floor),
            "smooth" => return Ok(Shape::Smooth),
            "smoother" => return Ok(Shape::Smoother),
            "cubic" => return Ok(Shape::Cubic),
            _ => {}
        }
        let rest = text.strip_prefix("expon").or_else(|| text.strip_prefix("exp")).ok_or_else(unknown)?;
        let inner = rest.strip_prefix('=').or_else(|| rest.strip_prefix('(')?.strip_suffix(')'));
        let exponent: f64 = inner.and_then(|x| x.trim().parse().ok()).ok_or_else(unknown)?;
        if exponent > 0.0 && exponent.is_finite() { Ok(Shape::Exponential(exponent)) } else { Err(unknown()) }
    }
}

impl std::fmt::Display for Shape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Shape::Linear => "linear",
            Shape::Cosine => "cos",
            Shape::Floor => "floor",
            Shape::Smooth => "smooth",
            Shape::Smoother => "smoother",
            Shape::Cubic => "cubic",
            Shape::Exponential(x) => return write!(f, "exp({x})"),
        })
    }
}

impl Shape {
    /// Value of a curve through `ys` at a fractional index; indices outside give the end points. 0 without points.
    pub fn at(self, ys: &[f64], index: f64) -> f64 {
        let Some(last) = ys.len().checked_sub(1) else { return 0.0 };
        let index = if index > 0.0 { index.min(last as f64) } else { 0.0 };
        let i = index as usize;
        let fraction = index - i as f64;
        if fraction == 0.0 {
            return ys[i];
        }
        self.between(ys, i, fraction)
    }

    fn between(self, ys: &[f64], i: usize, f: f64) -> f64 {
        let last = ys.len() - 1;
        let (y0, y1) = (ys[i], ys[(i + 1).min(last)]);
        let blend = |w: f64| y0 + (y1 - y0) * w;
        match self {
            Shape::Linear => blend(f),
            Shape::Cosine => blend((1.0 - math::cos(PI * f)) * 0.5),
            Shape::Floor => y0,
            Shape::Smooth => blend(f * f * (3.0 - 2.0 * f)),
            Shape::Smoother => blend(f * f * f * (f * (6.0 * f - 15.0) + 10.0)),
            Shape::Exponential(x) => blend(math::pow(f, x)),
            Shape::Cubic => hermite(ys[i.saturating_sub(1)], y0, y1, ys[(i + 2).min(last)], f),
        }
    }
}

/// Fractional index of `x` in ascending `xs`: 0 up to the first value, the last index from the last value on.
pub fn bisect(xs: &[f64], x: f64) -> f64 {
    let after = xs.partition_point(|&v| v <= x);
    match (after.checked_sub(1), xs.get(after)) {
        (None, _) => 0.0,
        (Some(i), None) => i as f64,
        (Some(i), Some(&next)) => i as f64 + (x - xs[i]) / (next - xs[i]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_meet_their_points_and_their_halfway_marks() {
        let ys = [0.0, 2.0, 0.0];
        let shapes = ["linear", "cos", "smooth", "smoother", "cubic", "exp(2)", "floor"];
        for name in shapes {
            let shape: Shape = name.parse().expect("a shape");
            assert_eq!(
                (shape.at(&ys, 0.0), shape.at(&ys, 1.0), shape.at(&ys, 9.0)),
                (0.0, 2.0, 0.0),
                "{name}"
            );
            assert_eq!(shape.to_string(), name);
        }
        assert_eq!(Shape::Linear.at(&ys, 0.5), 1.0);
        assert!((Shape::Cosine.at(&ys, 0.5) - 1.0).abs() < 1e-15);
        assert_eq!(Shape::Smoother.at(&ys, 0.25), 2.0 * 0.103515625);
        assert!((Shape::Exponential(2.0).at(&ys, 0.5) - 0.5).abs() < 1e-15);
        assert_eq!(Shape::Cubic.at(&ys, 0.5), 1.125);
        assert_eq!(Shape::Floor.at(&ys, 0.9), 0.0);
        assert_eq!(Shape::Linear.at(&ys, f64::NAN), 0.0);
        assert_eq!(Shape::Linear.at(&[], 1.0), 0.0);
    }

    #[test]
    fn exponents_are_read_in_every_spelling_and_nonsense_is_refused() {
        for text in ["exp(2.5)", "expon(2.5)", "exp=2.5"] {
            assert_eq!(text.parse(), Ok(Shape::Exponential(2.5)));
        }
        for text in ["", "exp", "exp(", "exp(0)", "expon(xx)", "exp(-1)", "quadratic"] {
            assert!(text.parse::<Shape>().is_err(), "{text}");
        }
    }

    #[test]
    fn bisect_gives_fractional_indices() {
        let xs = [0.0, 1.0, 1.0, 3.0];
        assert_eq!([-1.0, 0.0, 0.5, 2.0, 3.0, 9.0].map(|x| bisect(&xs, x)), [0.0, 0.0, 0.5, 2.5, 3.0, 3.0]);
        assert_eq!(bisect(&xs, 1.0), 2.0);
        assert_eq!(bisect(&[], 1.0), 0.0);
    }
}
