//! Numbers moved from one range to another: linear, cosine, exponential and logarithmic scales.

use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::PI;

use crate::arrays::{ArrayFn, array_init, array_perf, first_dim};
use crate::step::{Step, at_init, at_perf};

const RANGE: &[Port] = &[
    port("x", "number or array; in the form with two arrays the weight between them"),
    port("y0", "result at x0, or array"),
    port("y1", "result at x1, or array"),
    port("x0", "default 0"),
    port("x1", "default 1"),
];

/// Definition of `linlin`.
pub static LINLIN: OpDef = OpDef::new("linlin", "Moves a number linearly from one range to another.")
    .quiet_init()
    .sigs(&[
        sig("k", "kkkkk", at_perf::<LinLin>()),
        sig("k", "kkkop", at_perf::<LinLin>()),
        sig("i", "iiiop", at_init::<LinLin>()),
        sig("k[]", "k[]kkOP", array_perf::<LinLinArray>()),
        sig("i[]", "i[]iiop", array_init::<LinLinArray>()),
        sig("k[]", "kk[]k[]OP", array_perf::<Blend>()),
        sig("i[]", "ii[]i[]op", array_init::<Blend>()),
    ])
    .outs(&[port("y", "y0 + (x - x0) / (x1 - x0) * (y1 - y0)")])
    .ins(RANGE)
    .may_fail()
    .source("Manual: linlin");

/// Definition of `lincos`.
pub static LINCOS: OpDef =
    OpDef::new("lincos", "Moves a number along half a cosine from one range to another.")
        .sigs(&[sig("k", "kkkOP", at_perf::<LinCos>()), sig("i", "iiiop", at_init::<LinCos>())])
        .outs(&[port("y", "y0 to y1")])
        .ins(RANGE)
        .may_fail()
        .source("Manual: lincos")
        .quiet_init();

/// Definition of `xyscale`.
pub static XYSCALE: OpDef = OpDef::new("xyscale", "Interpolates between the values at four corners.")
    .quiet_init()
    .sigs(&[sig("k", "kkkkkk", at_perf::<Corners>()), sig("k", "kkiiii", Make::Unit(unit::<FixedCorners>))])
    .outs(&[port("kout", "value at the point")])
    .ins(&[
        port("kx", "0 to 1"),
        port("ky", "0 to 1"),
        port("k00", "value at 0, 0"),
        port("k10", "value at x 0, y 1, as the reference has it"),
        port("k01", "value at x 1, y 0, as the reference has it"),
        port("k11", "value at 1, 1"),
    ])
    .source("Manual: xyscale; order of the corners measured on the reference");

/// Definition of `scale`.
pub static SCALE: OpDef = OpDef::new("scale", "Moves a control value from one range to another.")
    .quiet_init()
    .sigs(&[sig("k", "kkkPO", at_perf::<Scale>())])
    .outs(&[port("kscl", "scaled value")])
    .ins(&[
        port("kinput", "value"),
        port("kmax", "result at imax"),
        port("kmin", "result at imin"),
        port("imax", "greatest input; default 1"),
        port("imin", "smallest input; default 0"),
    ])
    .source("Manual: scale");

/// Definition of `scale2`.
pub static SCALE2: OpDef =
    OpDef::new("scale2", "Moves a control value from one range to another, clipped and smoothed.")
        .quiet_init()
        .sigs(&[sig("k", "kkkOPo", Make::Unit(unit::<Scale2>))])
        .outs(&[port("kscl", "scaled value")])
        .ins(&[
            port("kinput", "value"),
            port("kmin", "result at imin"),
            port("kmax", "result at imax"),
            port("imin", "smallest input; default 0"),
            port("imax", "greatest input; default 1"),
            port("ihtime", "half time of the smoothing in seconds; 0 for none; default 0"),
        ])
        .source("Manual: scale2");

/// Definition of `expcurve`.
pub static EXPCURVE: OpDef = OpDef::new("expcurve", "Exponential curve through 0, 0 and 1, 1.")
    .quiet_init()
    .sigs(&[sig("k", "kk", Make::Map2(expcurve))])
    .outs(&[port("kout", "0 to 1")])
    .ins(&[port("kindex", "0 to 1"), port("ksteepness", "above 1; the greater, the steeper at the end")])
    .source("Manual: expcurve");

/// Definition of `logcurve`.
pub static LOGCURVE: OpDef = OpDef::new("logcurve", "Logarithmic curve through 0, 0 and 1, 1.")
    .quiet_init()
    .sigs(&[sig("k", "kk", Make::Map2(logcurve))])
    .outs(&[port("kout", "0 to 1")])
    .ins(&[port("kindex", "0 to 1"), port("ksteepness", "above 1; the greater, the steeper at the start")])
    .source("Manual: logcurve");

/// Definition of `gainslider`.
pub static GAINSLIDER: OpDef = OpDef::new("gainslider", "Gain of a mixer's slider.")
    .sigs(&[sig("k", "k", Make::Map1(gainslider))])
    .outs(&[port("kout", "0 at 0, about 1 at 127, exponential between")])
    .ins(&[port("kindex", "0 to 152")])
    .source("Manual: gainslider; 0.000145 exp(0.06907 x)")
    .quiet_init();

/// Definition of `nxtpow2`.
pub static NXTPOW2: OpDef =
    OpDef::new("nxtpow2", "Smallest power of two from 2 up that is not below a number.")
        .sigs(&[sig("i", "i", Make::Map1(next_power_of_two))])
        .outs(&[port("ires", "2, 4, 8, ...")])
        .ins(&[port("inval", "number")])
        .source("Manual: nxtpow2")
        .quiet_init();

fn no_range(io: &Io<'_>) -> OpResult {
    if io.k(3) == io.k(4) { Err(OpError::new("x0 and x1 are the same: division by zero")) } else { Ok(()) }
}

struct LinLin;

impl Step for LinLin {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        no_range(io)?;
        let (x, y0, y1, x0, x1) = (io.k(0), io.k(1), io.k(2), io.k(3), io.k(4));
        io.set(0, (x - x0) / (x1 - x0) * (y1 - y0) + y0);
        Ok(())
    }
}

struct LinLinArray;

impl ArrayFn for LinLinArray {
    fn len(io: &Io<'_>, _: &World) -> OpResult<usize> {
        Ok(first_dim(io, 0))
    }

    fn fill(io: &Io<'_>, _: &World, out: &mut [f64]) -> OpResult {
        no_range(io)?;
        let (y0, y1, x0, x1) = (io.k(1), io.k(2), io.k(3), io.k(4));
        let factor = 1.0 / (x1 - x0) * (y1 - y0);
        let Some(x) = io.array(0) else { return Ok(()) };
        for (out, x) in out.iter_mut().zip(x.nums()) {
            *out = (x - x0) * factor + y0;
        }
        Ok(())
    }
}

/// `linlin` between two arrays.
struct Blend;

impl ArrayFn for Blend {
    fn len(io: &Io<'_>, _: &World) -> OpResult<usize> {
        Ok(first_dim(io, 1).min(first_dim(io, 2)))
    }

    fn fill(io: &Io<'_>, _: &World, out: &mut [f64]) -> OpResult {
        no_range(io)?;
        let weight = (io.k(0) - io.k(3)) / (io.k(4) - io.k(3));
        let (Some(y0), Some(y1)) = (io.array(1), io.array(2)) else { return Ok(()) };
        for (out, (y0, y1)) in out.iter_mut().zip(y0.nums().iter().zip(y1.nums())) {
            *out = (y1 - y0) * weight + y0;
        }
        Ok(())
    }
}

/// Cosine interpolation from `y0` to `y1` at position `t`, 0 to 1.
pub(super) fn cosine(t: f64, y0: f64, y1: f64) -> f64 {
    y0 + (y1 - y0) * (1.0 + math::cos(t * PI + PI)) / 2.0
}

struct LinCos;

impl Step for LinCos {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        no_range(io)?;
        let (x, y0, y1, x0, x1) = (io.k(0), io.k(1), io.k(2), io.k(3), io.k(4));
        io.set(0, cosine((x - x0) / (x1 - x0), y0, y1));
        Ok(())
    }
}

struct Corners;

impl Step for Corners {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        let (x, v00, v10, v01, v11) = (io.k(0), io.k(2), io.k(3), io.k(4), io.k(5));
        let y0 = x * (v01 - v00) + v00;
        let y1 = x * (v11 - v10) + v10;
        io.set(0, io.k(1) * (y1 - y0) + y0);
        Ok(())
    }
}

/// `xyscale` with i-rate corners: their differences are those at init.
#[derive(Default)]
struct FixedCorners {
    d0: f64,
    d1: f64,
}

impl Ugen for FixedCorners {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.d0 = cx.k(4) - cx.k(2);
        self.d1 = cx.k(5) - cx.k(3);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let x = io.k(0);
        let y0 = x * self.d0 + io.k(2);
        let y1 = x * self.d1 + io.k(3);
        io.set(0, io.k(1) * (y1 - y0) + y0);
        Ok(())
    }
}

struct Scale;

impl Step for Scale {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        let (x, high, low, max, min) = (io.k(0), io.k(1), io.k(2), io.k(3), io.k(4));
        io.set(0, (x - min) / (max - min) * (high - low) + low);
        Ok(())
    }
}

/// State of `scale2`: a one-pole smoother.
#[derive(Default)]
struct Scale2 {
    c1: f64,
    c2: f64,
    y: f64,
}

impl Ugen for Scale2 {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let half_time = cx.k(5);
        if half_time == 0.0 {
            (self.c1, self.c2) = (1.0, 0.0);
        } else {
            self.c2 = math::pow(0.5, 1.0 / cx.clock.kr / half_time);
            self.c1 = 1.0 - self.c2;
            self.y = 0.0;
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (low, high, min, max) = (io.k(1), io.k(2), io.k(3), io.k(4));
        let x = io.k(0);
        let x = if x > max {
            max
        } else if x < min {
            min
        } else {
            x
        };
        let scaled = (x - min) / (max - min) * (high - low) + low;
        self.y = self.c1 * scaled + self.c2 * self.y;
        io.set(0, self.y);
        Ok(())
    }
}

fn expcurve(x: f64, steepness: f64) -> f64 {
    if steepness <= 1.0 { x } else { (math::exp(x * math::ln(steepness)) - 1.0) / (steepness - 1.0) }
}

fn logcurve(x: f64, steepness: f64) -> f64 {
    if steepness == 1.0 { x } else { math::ln(x * (steepness - 1.0) + 1.0) / math::ln(steepness) }
}

fn gainslider(x: f64) -> f64 {
    if x <= 0.0 { 0.0 } else { 0.000145 * math::exp(x * 0.06907) }
}

fn next_power_of_two(x: f64) -> f64 {
    let mut power = 2.0;
    while power < x.trunc() && power < 1e9 {
        power *= 2.0;
    }
    power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curves_meet_at_their_ends() {
        for f in [expcurve, logcurve] {
            assert!(f(0.0, 8.0).abs() < 1e-15 && (f(1.0, 8.0) - 1.0).abs() < 1e-15);
            assert_eq!(f(0.3, 1.0), 0.3);
        }
        assert!((cosine(0.5, 2.0, 4.0) - 3.0).abs() < 1e-15);
        assert_eq!((gainslider(-1.0), next_power_of_two(5.0), next_power_of_two(-3.0)), (0.0, 8.0, 2.0));
        assert_eq!(next_power_of_two(f64::INFINITY), 1_073_741_824.0);
    }
}
