//! Numbers taken from arrays: length, extremes, sums.

use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::value::ArrayVal;
use orchestrion_base::world::World;

use super::common::{not_initialised, sized};
use crate::step::{Step, at_init, at_perf, in_chunks};

const ARRAY: &[Port] = &[port("array", "array")];

/// Definition of `lenarray`.
pub static LENARRAY: OpDef = OpDef::new("lenarray", "Length of an array.")
    .sigs(&[sig("i", ".[]p", at_init::<Length>()), sig("k", ".[]p", at_perf::<Length>())])
    .outs(&[port("len", "elements; -1 if there is no such dimension")])
    .ins(&[
        port("array", "array"),
        port("idim", "dimension from 1; 0 asks for the number of dimensions; default 1"),
    ])
    .source("Manual: lenarray");

/// Definition of `lentab`.
pub static LENTAB: OpDef = OpDef::new("lentab", "Old name of lenarray.")
    .sigs(&[sig("i", "k[]p", at_init::<Length>()), sig("k", "k[]p", at_perf::<Length>())])
    .outs(&[port("len", "elements; -1 if there is no such dimension")])
    .ins(&[port("array", "array"), port("idim", "dimension from 1; default 1")])
    .source("Manual: lenarray");

const EXTREME: &[Port] = &[port("value", "extreme value"), port("index", "its first index, row by row")];
const PLANES: &[&str] = &[
    "Arrays of several dimensions are searched whole; the reference looks at as many elements as their sizes add up to.",
];

/// Definition of `maxarray`.
pub static MAXARRAY: OpDef = OpDef::new("maxarray", "Greatest element of an array, and where it is.")
    .sigs(&[
        sig("kz", "k[]", Make::Unit(unit::<Checked<Extreme<true>>>)),
        sig("iI", "i[]", at_init::<Extreme<true>>()),
    ])
    .outs(EXTREME)
    .ins(ARRAY)
    .may_fail()
    .source("Manual: maxarray")
    .differences(PLANES);

/// Definition of `minarray`.
pub static MINARRAY: OpDef = OpDef::new("minarray", "Smallest element of an array, and where it is.")
    .sigs(&[
        sig("kz", "k[]", Make::Unit(unit::<Checked<Extreme<false>>>)),
        sig("iI", "i[]", at_init::<Extreme<false>>()),
    ])
    .outs(EXTREME)
    .ins(ARRAY)
    .may_fail()
    .source("Manual: minarray")
    .differences(PLANES);

/// Definition of `maxtab`.
pub static MAXTAB: OpDef = OpDef::new("maxtab", "Old name of maxarray.")
    .sigs(&[sig("kz", "k[]", Make::Unit(unit::<Checked<Extreme<true>>>))])
    .outs(EXTREME)
    .ins(ARRAY)
    .may_fail()
    .source("Manual: maxarray");

/// Definition of `mintab`.
pub static MINTAB: OpDef = OpDef::new("mintab", "Old name of minarray.")
    .sigs(&[sig("kz", "k[]", Make::Unit(unit::<Checked<Extreme<false>>>))])
    .outs(EXTREME)
    .ins(ARRAY)
    .may_fail()
    .source("Manual: minarray");

/// Definition of `sumarray`.
pub static SUMARRAY: OpDef = OpDef::new("sumarray", "Sum of the elements of an array.")
    .sigs(&[
        sig("k", "k[]", Make::Unit(unit::<Checked<Sum>>)),
        sig("a", "a[]", Make::Unit(unit::<Checked<Sum>>)),
        sig("i", "i[]", at_init::<Sum>()),
    ])
    .outs(&[port("sum", "sum")])
    .ins(&[port("array", "array of one dimension")])
    .may_fail()
    .source("Manual: sumarray");

/// Definition of `sumtab`.
pub static SUMTAB: OpDef = OpDef::new("sumtab", "Old name of sumarray.")
    .sigs(&[sig("k", "k[]", Make::Unit(unit::<Checked<Sum>>))])
    .outs(&[port("sum", "sum")])
    .ins(&[port("array", "array of one dimension")])
    .may_fail()
    .source("Manual: sumarray");

/// Definition of `dot`.
pub static DOT: OpDef = OpDef::new("dot", "Dot product of two arrays.")
    .sigs(&[sig("i", "i[]i[]", at_init::<Dot>()), sig("k", "k[]k[]", at_perf::<Dot>())])
    .outs(&[port("product", "sum of the products of the elements")])
    .ins(&[port("array1", "array"), port("array2", "array, not shorter")])
    .may_fail()
    .source("Manual: dot");

struct Length;

impl Step for Length {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        let dimension = io.k(1) as i32;
        let length = io.array(0).map_or(-1.0, |array| match usize::try_from(dimension) {
            Ok(0) | Err(_) => array.dims.len() as f64,
            Ok(d) => array.dims.get(d - 1).map_or(-1.0, |&n| f64::from(n)),
        });
        io.set(0, length);
        Ok(())
    }
}

/// Runs a step at performance; at init the array must have a size.
struct Checked<S>(std::marker::PhantomData<S>);

impl<S> Default for Checked<S> {
    fn default() -> Self {
        Self(std::marker::PhantomData)
    }
}

impl<S: Step> Ugen for Checked<S> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        sized(&cx.io, 0)
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        S::step(io, world)
    }
}

struct Extreme<const MAX: bool>;

impl<const MAX: bool> Step for Extreme<MAX> {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        let (value, at) = {
            let array = io.array(0).ok_or_else(not_initialised)?;
            let mut elements = array.nums().iter().copied().enumerate();
            let (_, mut best) = elements.next().ok_or_else(not_initialised)?;
            let mut at = 0;
            for (i, x) in elements {
                if if MAX { x > best } else { x < best } {
                    (best, at) = (x, i);
                }
            }
            (best, at)
        };
        io.set(0, value);
        io.set(1, at as f64);
        Ok(())
    }
}

struct Sum;

impl Step for Sum {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        let array = io.array(0).ok_or_else(not_initialised)?;
        if array.dims.is_empty() {
            return Err(not_initialised());
        }
        if array.dims.len() != 1 {
            return Err(OpError::new("array-variable not a vector"));
        }
        if io.is_audio_out() {
            sum_audio(io, &array);
        } else {
            // The reference starts with the first element, so that -0 alone stays -0.
            let sum = array.nums().iter().copied().reduce(|sum, x| sum + x);
            io.set(0, sum.unwrap_or(0.0));
        }
        Ok(())
    }
}

/// Four signals are added up before they join the rest, as in the reference.
fn sum_audio(io: &Io<'_>, array: &ArrayVal) {
    let (ksmps, count, first) = (io.clock.ksmps, array.len(), io.first);
    let whole = count / 4 * 4;
    in_chunks(io.out(0), |at, sum| {
        let range = first + at..first + at + sum.len();
        let part = |i: usize| array.audio(i, ksmps).get(range.clone()).unwrap_or(&[]);
        sum.fill(0.0);
        for i in (0..whole).step_by(4) {
            let [a, b, c, d] = [part(i), part(i + 1), part(i + 2), part(i + 3)];
            for (n, sum) in sum.iter_mut().enumerate().take(a.len()) {
                *sum += a[n] + b[n] + c[n] + d[n];
            }
        }
        for i in whole..count {
            for (sum, x) in sum.iter_mut().zip(part(i)) {
                *sum += x;
            }
        }
    });
}

struct Dot;

impl Step for Dot {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        let product = {
            let (Some(a), Some(b)) = (io.array(0), io.array(1)) else { return Ok(()) };
            if b.nums().len() < a.nums().len() {
                return Err(OpError::new("second input array is too short"));
            }
            a.nums().iter().zip(b.nums()).fold(0.0, |sum, (a, b)| sum + a * b)
        };
        io.set(0, product);
        Ok(())
    }
}
