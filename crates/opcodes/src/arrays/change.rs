//! Arrays reordered, scaled and compared: `sorta`, `sortd`, `scalearray`, `cmp`, `unwrap`.

use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use std::f64::consts::{PI, TAU};

use super::common::{ArrayFn, array_init, array_perf, first_dim, fit, not_initialised, sized};
use crate::step::{Step, at_init};

const ARRAY: &[Port] = &[port("array", "array of one dimension")];

/// Definition of `sorta`.
pub static SORTA: OpDef = OpDef::new("sorta", "Sorts an array, smallest element first.")
    .sigs(&[sig("i[]", "i[]", array_init::<Sort<false>>()), sig("k[]", "k[]", array_perf::<Sort<false>>())])
    .outs(&[port("sorted", "elements in ascending order")])
    .ins(ARRAY)
    .source("Manual: sorta");

/// Definition of `sortd`.
pub static SORTD: OpDef = OpDef::new("sortd", "Sorts an array, greatest element first.")
    .sigs(&[sig("i[]", "i[]", array_init::<Sort<true>>()), sig("k[]", "k[]", array_perf::<Sort<true>>())])
    .outs(&[port("sorted", "elements in descending order")])
    .ins(ARRAY)
    .source("Manual: sortd");

const SCALE: &[Port] = &[
    port("array", "array that is changed"),
    port("min", "new smallest value"),
    port("max", "new greatest value"),
    port("start", "first index to scale; default 0"),
    port("end", "one past the last; negative or too great means the end; default -1"),
];

/// Definition of `scalearray`.
pub static SCALEARRAY: OpDef = OpDef::new("scalearray", "Scales the elements of an array to a range.")
    .sigs(&[sig("", "k[]kkOJ", Make::Unit(unit::<ScaleEach>)), sig("", "i[]iiOJ", at_init::<Scale>())])
    .ins(SCALE)
    .changes(1)
    .may_fail()
    .source("Manual: scalearray");

/// Definition of `scalet`.
pub static SCALET: OpDef = OpDef::new("scalet", "Old name of scalearray.")
    .sigs(&[sig("", "k[]kkOJ", Make::Unit(unit::<ScaleEach>))])
    .ins(SCALE)
    .changes(1)
    .may_fail()
    .source("Manual: scalearray");

/// Definition of `unwrap`.
pub static UNWRAP: OpDef = OpDef::new("unwrap", "Brings phases into the range -pi to pi.")
    .sigs(&[sig("k[]", "k[]", array_perf::<Unwrap>())])
    .outs(&[port("phases", "radians, -pi up to pi")])
    .ins(&[port("array", "phases in radians")])
    .source("Manual: unwrap")
    .differences(&["The input is unwrapped; the reference works on the old content of the output."]);

/// Definition of `cmp`.
pub static CMP: OpDef = OpDef::new("cmp", "Compares audio signals or arrays, element by element.")
    .sigs(&[
        sig("a", "aSa", Make::Unit(unit::<Compare>)),
        sig("a", "aSk", Make::Unit(unit::<Compare>)),
        sig("k[]", "k[]Sk", Make::Unit(unit::<Compare>)),
        sig("i[]", "i[]Si", Make::Init(compare)),
        sig("k[]", "k[]Sk[]", Make::Unit(unit::<Compare>)),
        sig("i[]", "i[]Si[]", Make::Init(compare)),
        sig("k[]", "kSk[]Sk", Make::Unit(unit::<Within>)),
        sig("i[]", "iSi[]Si", Make::Init(within)),
    ])
    .outs(&[port("result", "1 where the comparison holds, else 0")])
    .ins(&[
        port("x", "signal or array; in the form with two comparisons the lower bound"),
        port("Sop", "<, <=, >, >=, == or !="),
        port("y", "signal, array or number; in the form with two comparisons the array"),
        port("Sop2", "< or <="),
        port("z", "upper bound"),
    ])
    .may_fail()
    .source("Manual: cmp");

struct Sort<const DOWN: bool>;

impl<const DOWN: bool> ArrayFn for Sort<DOWN> {
    fn len(io: &Io<'_>, _: &World) -> OpResult<usize> {
        Ok(io.array(0).map_or(0, |a| a.len()))
    }

    fn fill(io: &Io<'_>, _: &World, out: &mut [f64]) -> OpResult {
        let Some(array) = io.array(0) else { return Ok(()) };
        super::common::copy_numbers(array.nums(), out);
        if DOWN {
            out.sort_unstable_by(|a, b| b.total_cmp(a));
        } else {
            out.sort_unstable_by(f64::total_cmp);
        }
        Ok(())
    }
}

struct Scale;

impl Step for Scale {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        let (min, max, start, end) = (io.k(1), io.k(2), io.int(3), io.int(4));
        let mut array = io.array_in_mut(0).ok_or_else(not_initialised)?;
        if array.dims.len() != 1 {
            return Err(not_initialised());
        }
        scale(array.nums_mut(), min, max, start, end);
        Ok(())
    }
}

fn scale(data: &mut [f64], min: f64, max: f64, start: i32, end: i32) {
    let start = usize::try_from(start).unwrap_or(0).min(data.len());
    let end = usize::try_from(end).unwrap_or(usize::MAX).min(data.len());
    let part = &mut data[start.min(end)..start.max(end)];
    let Some(&first) = part.first() else { return };
    let (low, high) = part.iter().fold((first, first), |(low, high), &x| {
        (if x < low { x } else { low }, if x > high { x } else { high })
    });
    let range = (max - min) / (high - low);
    for x in part {
        *x = (*x - low) * range + min;
    }
}

/// `scalearray` at performance.
#[derive(Default)]
struct ScaleEach;

impl Ugen for ScaleEach {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        sized(&cx.io, 0)
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        Scale::step(io, world)
    }
}

struct Unwrap;

impl ArrayFn for Unwrap {
    fn len(io: &Io<'_>, _: &World) -> OpResult<usize> {
        Ok(first_dim(io, 0))
    }

    fn fill(io: &Io<'_>, _: &World, out: &mut [f64]) -> OpResult {
        let Some(array) = io.array(0) else { return Ok(()) };
        for (out, &x) in out.iter_mut().zip(array.nums()) {
            *out = wrap_phase(x);
        }
        Ok(())
    }
}

/// Turns taken off one by one, with the rounding this gives, before the rest is taken off at once.
const TURNS: usize = 1000;

fn wrap_phase(x: f64) -> f64 {
    let mut x = x;
    for _ in 0..TURNS {
        if x >= PI {
            x -= TAU;
        } else if x < -PI {
            x += TAU;
        } else {
            return x;
        }
    }
    orchestrion_dsp::math::remainder(x, TAU)
}

type Test = fn(f64, f64) -> bool;

/// The comparison that a string names.
fn test(op: &[u8]) -> OpResult<Test> {
    // The reference looks no further: `=>` is `==`, `>x` is `>=`.
    Ok(match op {
        b">" => |a, b| a > b,
        [b'>', ..] => |a, b| a >= b,
        b"<" => |a, b| a < b,
        [b'<', ..] => |a, b| a <= b,
        [b'=', ..] => |a, b| a == b,
        [b'!', b'=', ..] => |a, b| a != b,
        _ => return Err(OpError::new("unknown operator. Expecting <, <=, >, >=, ==, !=")),
    })
}

fn truth(holds: bool) -> f64 {
    f64::from(u8::from(holds))
}

/// State of `cmp` with one comparison.
#[derive(Default)]
struct Compare {
    test: Option<Test>,
}

impl Compare {
    fn prepare(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        self.test = Some(test(&io.str(1))?);
        if !io.is_array(0) {
            return Ok(());
        }
        let n = first_dim(io, 0);
        let n = if io.is_array(2) { n.min(first_dim(io, 2)) } else { n };
        io.array_out(0).map_or(Ok(()), |mut out| fit(&mut out, n, io, world))
    }
}

impl Ugen for Compare {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.prepare(&cx.io, cx.world)
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let Some(holds) = self.test else { return Ok(()) };
        if !io.is_array(0) {
            let (x, y) = (io.x(0), io.x(2));
            for (n, out) in io.out(0).iter().enumerate() {
                out.set(truth(holds(x.at(n), y.at(n))));
            }
            return Ok(());
        }
        self.prepare(io, world)?;
        let (Some(x), Some(mut out)) = (io.array(0), io.array_out(0)) else { return Ok(()) };
        match io.array(2) {
            Some(y) => {
                for ((out, &x), &y) in out.nums_mut().iter_mut().zip(x.nums()).zip(y.nums()) {
                    *out = truth(holds(x, y));
                }
            }
            None => {
                let y = io.k(2);
                for (out, &x) in out.nums_mut().iter_mut().zip(x.nums()) {
                    *out = truth(holds(x, y));
                }
            }
        }
        Ok(())
    }
}

fn compare(cx: &mut Init<'_>) -> OpResult {
    let mut unit = Compare::default();
    unit.init(cx)?;
    unit.perform(&cx.io, cx.world)
}

/// State of `cmp` with two comparisons: whether each bound belongs to the range.
#[derive(Default)]
struct Within {
    low_belongs: bool,
    high_belongs: bool,
}

impl Within {
    fn size(io: &Io<'_>, world: &World) -> OpResult {
        io.array_out(0).map_or(Ok(()), |mut out| fit(&mut out, first_dim(io, 2), io, world))
    }
}

impl Ugen for Within {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let belongs = |op: &[u8]| match op {
            b"<" => Ok(false),
            b"<=" => Ok(true),
            _ => Err(OpError::new("both operators must be < or <=")),
        };
        self.low_belongs = belongs(&cx.str(1))?;
        self.high_belongs = belongs(&cx.str(3))?;
        Self::size(&cx.io, cx.world)
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        Self::size(io, world)?;
        let (low, high) = (io.k(0), io.k(4));
        let (Some(x), Some(mut out)) = (io.array(2), io.array_out(0)) else { return Ok(()) };
        for (out, &x) in out.nums_mut().iter_mut().zip(x.nums()) {
            let above = low < x || self.low_belongs && low == x;
            let below = x < high || self.high_belongs && x == high;
            *out = truth(above && below);
        }
        Ok(())
    }
}

fn within(cx: &mut Init<'_>) -> OpResult {
    let mut unit = Within::default();
    unit.init(cx)?;
    unit.perform(&cx.io, cx.world)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scaling_a_part() {
        let mut data = [5.0, 1.0, 3.0, 9.0];
        scale(&mut data, 0.0, 10.0, 1, 3);
        assert_eq!(data, [5.0, 0.0, 10.0, 9.0]);
        scale(&mut data, 0.0, 1.0, 9, -1);
        assert_eq!(data, [5.0, 0.0, 10.0, 9.0]);
        scale(&mut data, 0.0, 1.0, 0, -1);
        assert_eq!(data, [0.5, 0.0, 1.0, 0.9]);
    }

    #[test]
    fn phases_come_home() {
        assert_eq!((wrap_phase(1.0), wrap_phase(PI), wrap_phase(4.0)), (1.0, -PI, 4.0 - TAU));
        assert!(wrap_phase(1e12).abs() <= PI && wrap_phase(f64::INFINITY).is_nan());
    }
}
