//! `frac2int`, `gaintovel`, `linexp`: numbers to numbers.

use crate::step::{Step, at_init, at_perf};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Make, OpDef, port, sig};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

/// Definition of `frac2int`.
pub static FRAC2INT: OpDef = OpDef::new("frac2int", "The fraction of a number as a whole number.")
    .sigs(&[sig("i", "ii", Make::Map2(frac_to_int)), sig("k", "kk", Make::Map2(frac_to_int))])
    .outs(&[port("xint", "fraction times factor, rounded")])
    .ins(&[port("xnumber", "number whose whole part is dropped"), port("xfactor", "factor")])
    .extension()
    .source("Manual of csound-plugins: frac2int");
/// Definition of `gaintovel`.
pub static GAINTOVEL: OpDef = OpDef::new("gaintovel", "Amplitude to MIDI velocity along a power curve.")
    .sigs(&[sig("i", "iiipo", at_init::<Velocity>()), sig("k", "kkkPO", at_perf::<Velocity>())])
    .outs(&[port("xvel", "velocity, 0 to 127; 0 only for amplitude 0")])
    .ins(&[
        port("xgain", "amplitude, 0 to 1"),
        port("xmingain", "amplitude of the lowest velocity, 0 to 1"),
        port("xexponent", "exponent of the curve"),
        port("xminvel", "lowest velocity, 1 or more; default 1"),
        port("xround", "not 0: whole velocities; default 0"),
    ])
    .extension()
    .source("Manual of csound-plugins: gaintovel");
/// Definition of `linexp`.
pub static LINEXP: OpDef = OpDef::new("linexp", "Maps a range of numbers to another along a power curve.")
    .sigs(&[sig("i", "iiiiop", at_init::<Exponential>()), sig("k", "kkkkOP", at_perf::<Exponential>())])
    .outs(&[port("xvalue", "number, between y0 and y1 for numbers between x0 and x1")])
    .ins(&[
        port("xnumber", "number; beyond x0 it counts as x0, beyond x1 the curve goes on"),
        port("xexponent", "exponent of the curve"),
        port("xx0", "one end of the first range"),
        port("xx1", "other end of the first range"),
        port("xy0", "value at x0; default 0"),
        port("xy1", "value at x1; default 1"),
    ])
    .extension()
    .source("Manual of csound-plugins: linexp");

fn frac_to_int(x: f64, factor: f64) -> f64 {
    (x.fract() * factor + 0.5).floor()
}

struct Velocity;

impl Step for Velocity {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        let (gain, lowest, exponent, lowest_velocity) = (io.k(0), io.k(1), io.k(2), io.k(3).max(1.0));
        let velocity = if gain <= 0.0 {
            0.0
        } else if gain <= lowest {
            lowest_velocity
        } else {
            math::pow((gain - lowest) / (1.0 - lowest), exponent) * (127.0 - lowest_velocity)
                + lowest_velocity
        };
        io.set(0, if io.k(4) != 0.0 { (velocity + 0.5).floor() } else { velocity });
        Ok(())
    }
}

struct Exponential;

impl Step for Exponential {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        let (x0, x1, y0, y1) = (io.k(2), io.k(3), io.k(4), io.k(5));
        let way = ((io.k(0) - x0) / (x1 - x0)).max(0.0);
        io.set(0, y0 + (y1 - y0) * math::pow(way, io.k(1)));
        Ok(())
    }
}
