//! `interp1d`: reading between the elements of an array or table along various curves.

use super::column::{self, Column};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::PI;

/// Definition of `interp1d`.
pub static INTERP1D: OpDef = OpDef::new("interp1d", "Reads between the elements of an array or a table.")
    .sigs(&[
        sig("i", "ii[]", Make::Init(once)),
        sig("i", "ii[]So", Make::Init(once)),
        sig("k", "k.[]", Make::Unit(unit::<Reader>)),
        sig("k", "k.[]SO", Make::Unit(unit::<Reader>)),
        sig("a", "a.[]", Make::Unit(unit::<Reader>)),
        sig("a", "a.[]SO", Make::Unit(unit::<Reader>)),
        sig("i[]", "i[]i[]", Make::Init(once)),
        sig("i[]", "i[]i[]So", Make::Init(once)),
        sig("k[]", ".[].[]", Make::Unit(unit::<Reader>)),
        sig("k[]", ".[].[]SO", Make::Unit(unit::<Reader>)),
        sig("i", "ii", Make::Init(once)),
        sig("i", "iiSpo", Make::Init(once)),
        sig("k", "kk", Make::Unit(unit::<Reader>)),
        sig("k", "kkSPO", Make::Unit(unit::<Reader>)),
        sig("a", "ak", Make::Unit(unit::<Reader>)),
        sig("a", "akSPO", Make::Unit(unit::<Reader>)),
        sig("i[]", "i[]i", Make::Init(once)),
        sig("i[]", "i[]iSpo", Make::Init(once)),
        sig("k[]", ".[]k", Make::Unit(unit::<Reader>)),
        sig("k[]", ".[]kSPO", Make::Unit(unit::<Reader>)),
    ])
    .outs(&[port("xvalue", "value; beyond the ends that of the end")])
    .ins(&[
        port("xindex", "number, signal or array of numbers: index with fraction"),
        port("xdata", "array, or number of a table"),
        port(
            "Smode",
            "linear, cos, floor, smooth, smoother, cubic or exp; smooth=N and exp=N (also exp(N), expon(N)) set the \
             parameter; default linear",
        ),
        port(
            "kparam or kstep",
            "for arrays: exponent of exp, or how often smooth is applied once more; default 0. For tables: \
             distance of the elements in points; default 1",
        ),
        port("koffset", "for tables: first point; default 0"),
    ])
    .reads(Res::TABLES)
    .may_fail()
    .extension()
    .source("Manual of csound-plugins: interp1d; smoothstep and smootherstep as Perlin defined them")
    .differences(&[
        "`cosine`, `expon(N)`, `exp(N)` are accepted, and an unknown mode is an error; there it gives zeros.",
        "`cubic` in a table with a step takes its four points from the same column.",
    ]);

/// Shape between two elements.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum Curve {
    #[default]
    Linear,
    Cosine,
    Floor,
    Smooth,
    Smoother,
    Cubic,
    Exp,
}

/// A curve by name, and the parameter that the name carries.
pub(super) fn named(mode: &str) -> Option<(Curve, Option<f64>)> {
    let (name, parameter) = match mode.find(['=', '(']) {
        Some(at) => (&mode[..at], Some(mode[at + 1..].trim_end_matches(')').trim().parse().ok()?)),
        None => (mode, None),
    };
    let curve = match name.trim() {
        "" | "linear" => Curve::Linear,
        "cos" | "cosine" => Curve::Cosine,
        "floor" => Curve::Floor,
        "smooth" => Curve::Smooth,
        "smoother" => Curve::Smoother,
        "cubic" => Curve::Cubic,
        "exp" | "expon" => Curve::Exp,
        _ => return None,
    };
    Some((curve, parameter))
}

impl Curve {
    /// How far from the element before an index to the next one the value is, a fraction `f` of the way.
    fn rise(self, f: f64, parameter: f64) -> f64 {
        match self {
            Curve::Linear | Curve::Cubic => f,
            Curve::Cosine => (1.0 - math::cos(f * PI)) / 2.0,
            Curve::Floor => 0.0,
            Curve::Smooth => smooth(f, parameter),
            Curve::Smoother => f * f * f * (f * (f * 6.0 - 15.0) + 10.0),
            Curve::Exp => math::pow(f, parameter),
        }
    }

    fn value(self, data: &Column<'_>, index: f64, parameter: f64) -> f64 {
        let (row, f) = match data.place(index) {
            Ok(place) => place,
            Err(end) => return data.at(end),
        };
        let (a, b) = (data.at(row), data.at(row + 1));
        if self == Curve::Cubic {
            return catmull_rom(data.at(row.saturating_sub(1)), a, b, data.at(row + 2), f);
        }
        a + (b - a) * self.rise(f, parameter)
    }
}

/// Times that smoothstep is applied at most; it is a step to 1e-300 long before.
const MOST_SMOOTH: f64 = 64.0;

/// Smoothstep, applied `more` times again; a fraction of `more` goes part of the way to the next time.
fn smooth(f: f64, more: f64) -> f64 {
    let step = |x: f64| x * x * (3.0 - 2.0 * x);
    let more = more.clamp(0.0, MOST_SMOOTH);
    let whole = (0..=more as u32).fold(f, |x, _| step(x));
    whole + (step(whole) - whole) * more.fract()
}

/// The Catmull-Rom spline through four equidistant points, `f` of the way from `b` to `c`.
fn catmull_rom(a: f64, b: f64, c: f64, d: f64, f: f64) -> f64 {
    let cubic = 3.0 * (b - c) + d - a;
    let square = 2.0 * a - 5.0 * b + 4.0 * c - d;
    b + 0.5 * f * (c - a + f * (square + f * cubic))
}

/// Input of the mode; the parameter or step is behind it.
const MODE: usize = 2;

#[derive(Default)]
struct Reader {
    curve: Curve,
    parameter: Option<f64>,
}

impl Reader {
    fn prepare(&mut self, io: &Io<'_>) -> OpResult {
        let mode = io.text(MODE);
        (self.curve, self.parameter) = named(&mode).ok_or_else(|| {
            OpError::new(format!(
                "interp1d: there is no mode `{mode}`; write linear, cos, floor, smooth, smoother, cubic or exp=N"
            ))
        })?;
        Ok(())
    }

    fn read(&self, io: &Io<'_>, world: &World) -> OpResult {
        let own = if io.is_array(1) { io.k(MODE + 1) } else { 0.0 };
        let parameter = self.parameter.unwrap_or(own);
        column::read(io, world, MODE + 1, |data, index| self.curve.value(data, index, parameter))
    }
}

fn once(cx: &mut Init<'_>) -> OpResult {
    let mut reader = Reader::default();
    reader.prepare(&cx.io)?;
    reader.read(&cx.io, cx.world)
}

impl Ugen for Reader {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.prepare(&cx.io)?;
        column::size(cx)
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        self.read(io, world)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_are_read_in_all_spellings() {
        for mode in ["exp=2.5", "exp(2.5)", "expon(2.5)", "expon( 2.5 )"] {
            assert_eq!(named(mode), Some((Curve::Exp, Some(2.5))), "{mode}");
        }
        assert_eq!(named("smooth=.7"), Some((Curve::Smooth, Some(0.7))));
        assert_eq!(named("cosine"), Some((Curve::Cosine, None)));
        assert_eq!((named("exp=x"), named("sine")), (None, None));
    }

    #[test]
    fn every_curve_goes_from_0_to_1_without_falling() {
        for mode in ["linear", "cos", "smooth", "smooth=1.5", "smoother", "exp=3"] {
            let (curve, parameter) = named(mode).unwrap();
            let at = |f: f64| curve.rise(f, parameter.unwrap_or(0.0));
            assert_eq!((at(0.0), at(1.0)), (0.0, 1.0), "{mode}");
            assert!((0..100).all(|n| at(f64::from(n + 1) / 100.0) >= at(f64::from(n) / 100.0)), "{mode}");
        }
    }
}
