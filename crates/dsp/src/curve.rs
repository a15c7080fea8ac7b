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
    /// Smoothstep, f²(3 - 2f), applied so many times more; a fraction goes part of the way to the next time.
    Smooth(f64),
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

/// Times that smoothstep is applied at most; it is a step to 1e-300 long before.
const MOST_SMOOTH: f64 = 64.0;

impl Shape {
    /// Reads a name, and whether it carries its parameter: `linear`, `cos` or `cosine`, `floor`, `smooth`, `smoother`,
    /// `cubic`, `exp` or `expon`, the parameter as in `exp=2`, `exp(2)`, `smooth=0.5`. Without one it is 0.
    pub fn named(text: &str) -> Option<(Shape, bool)> {
        let (name, parameter) = match text.find(['=', '(']) {
            Some(at) => (&text[..at], Some(text[at + 1..].trim_end_matches(')').trim().parse().ok()?)),
            None => (text, None),
        };
        let x = parameter.unwrap_or(0.0);
        let shape = match name.trim() {
            "" | "linear" => Shape::Linear,
            "cos" | "cosine" => Shape::Cosine,
            "floor" => Shape::Floor,
            "smooth" => Shape::Smooth(x),
            "smoother" => Shape::Smoother,
            "cubic" => Shape::Cubic,
            "exp" | "expon" => Shape::Exponential(x),
            _ => return None,
        };
        Some((shape, parameter.is_some()))
    }

    /// The same shape with another parameter, if it has one.
    #[must_use]
    pub fn with_parameter(self, x: f64) -> Self {
        match self {
            Shape::Smooth(_) => Shape::Smooth(x),
            Shape::Exponential(_) => Shape::Exponential(x),
            other => other,
        }
    }

    /// Value of a curve through `ys` at a fractional index; indices outside give the end points. 0 without points.
    pub fn at(self, ys: &[f64], index: f64) -> f64 {
        ys.len().checked_sub(1).map_or(0.0, |last| self.read(|i| ys[i], last, index))
    }

    /// Value at a fractional index of a curve through the points `y(0)` to `y(last)`.
    #[inline]
    pub fn read(self, y: impl Fn(usize) -> f64, last: usize, index: f64) -> f64 {
        let index = if index > 0.0 { index.min(last as f64) } else { 0.0 };
        let i = index as usize;
        let f = index - i as f64;
        if f == 0.0 {
            return y(i);
        }
        let (y0, y1) = (y(i), y((i + 1).min(last)));
        if self == Shape::Cubic {
            return hermite(y(i.saturating_sub(1)), y0, y1, y((i + 2).min(last)), f);
        }
        y0 + (y1 - y0) * self.rise(f)
    }

    /// How far from one point to the next the value is, a fraction `f` of the way.
    fn rise(self, f: f64) -> f64 {
        match self {
            Shape::Linear | Shape::Cubic => f,
            Shape::Cosine => (1.0 - math::cos(PI * f)) * 0.5,
            Shape::Floor => 0.0,
            Shape::Smooth(more) => smooth(f, more),
            Shape::Smoother => f * f * f * (f * (6.0 * f - 15.0) + 10.0),
            Shape::Exponential(x) => math::pow(f, x),
        }
    }
}

fn smooth(f: f64, more: f64) -> f64 {
    let step = |x: f64| x * x * (3.0 - 2.0 * x);
    let more = more.clamp(0.0, MOST_SMOOTH);
    let whole = (0..=more as u32).fold(f, |x, _| step(x));
    whole + (step(whole) - whole) * more.fract()
}

impl FromStr for Shape {
    type Err = UnknownShape;

    /// As [`Shape::named`]; an exponential needs its exponent, above 0.
    fn from_str(text: &str) -> Result<Self, UnknownShape> {
        match Shape::named(text) {
            Some((Shape::Exponential(x) | Shape::Smooth(x), true)) if !x.is_finite() => {}
            Some((Shape::Exponential(x), _)) if !(x > 0.0) => {}
            Some((shape, _)) if !text.is_empty() => return Ok(shape),
            _ => {}
        }
        Err(UnknownShape(text.to_owned()))
    }
}

/// Fractional index of `x` among the ascending values `at(0)` to `at(last)`: 0 up to the first one, the last index
/// from the last one on.
#[inline]
pub fn bisect(at: impl Fn(usize) -> f64, last: usize, x: f64) -> f64 {
    if !(x > at(0)) {
        return 0.0;
    }
    if x >= at(last) {
        return last as f64;
    }
    // Before the last value that is not above x there is nothing to look for, after the next one neither.
    let (mut low, mut high) = (0, last);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if at(middle) <= x { low = middle } else { high = middle }
    }
    low as f64 + (x - at(low)) / (at(high) - at(low))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_meet_their_points_and_their_halfway_marks() {
        let ys = [0.0, 2.0, 0.0];
        let shapes = ["linear", "cos", "smooth", "smooth=1.5", "smoother", "cubic", "exp(2)", "floor"];
        for name in shapes {
            let shape: Shape = name.parse().expect("a shape");
            assert_eq!([0.0, 1.0, 9.0].map(|x| shape.at(&ys, x)), [0.0, 2.0, 0.0], "{name}");
            let rises = |n: i32| shape.rise(f64::from(n + 1) / 100.0) >= shape.rise(f64::from(n) / 100.0);
            assert!((0..100).all(rises), "{name}");
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
        for text in ["exp(2.5)", "expon( 2.5 )", "exp=2.5"] {
            assert_eq!(text.parse(), Ok(Shape::Exponential(2.5)));
        }
        assert_eq!(Shape::named("smooth=.7"), Some((Shape::Smooth(0.7), true)));
        assert_eq!(Shape::named("exp"), Some((Shape::Exponential(0.0), false)));
        for text in ["", "exp", "exp(", "exp(0)", "expon(xx)", "exp(-1)", "quadratic"] {
            assert!(text.parse::<Shape>().is_err(), "{text}");
        }
    }

    #[test]
    fn bisect_gives_fractional_indices() {
        let xs = [0.0, 1.0, 1.0, 3.0];
        assert_eq!(
            [-1.0, 0.0, 0.5, 2.0, 3.0, 9.0].map(|x| bisect(|i| xs[i], 3, x)),
            [0.0, 0.0, 0.5, 2.5, 3.0, 3.0]
        );
        assert_eq!(bisect(|i| xs[i], 3, 1.0), 2.0);
        assert_eq!(bisect(|_| 7.0, 0, 1.0), 0.0);
    }
}
