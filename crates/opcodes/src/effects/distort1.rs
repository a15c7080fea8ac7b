//! `distort1`: distortion by a modified hyperbolic tangent.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

/// Definition of `distort1`.
pub static DISTORT1: OpDef = OpDef::new("distort1", "Distorts by a modified hyperbolic tangent.")
    .quiet_init()
    .sigs(&[sig("a", "akkkko", Make::Unit(unit::<Distort1>))])
    .outs(&[port("ares", "distorted signal")])
    .ins(&[
        port("asig", "signal"),
        port("kpregain", "gain before"),
        port("kpostgain", "gain after"),
        port("kshape1", "slope of the positive part; 0 is flat"),
        port("kshape2", "slope of the negative part; 0 is flat"),
        port("imode", "0 gains for a full scale of 32768, 1 for 0dbfs, 2 raw; default 0"),
    ])
    .source("Mikelson 1998; manual: distort1, with the formulas of the three modes");

/// Factors for a full scale of 32768 (manual: distort1).
const PRE: f64 = 6.5536;
const POST: f64 = 0.61035156;
const SHAPE: f64 = 4.096;

#[derive(Default)]
struct Distort1;

impl Ugen for Distort1 {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let [mut pre, mut post, mut shape1, mut shape2] = [1, 2, 3, 4].map(|i| io.k(i));
        let mode = io.k(5);
        if mode < 0.5 {
            (pre, post, shape1, shape2) =
                (pre * 0.0002, post * 20000.0, shape1 * 0.000125, shape2 * 0.000125);
        } else if mode < 1.5 {
            let full = world.header.zero_dbfs;
            (pre, post) = (pre * (PRE / full), post * (POST * full));
            (shape1, shape2) = (shape1 * (SHAPE / full), shape2 * (SHAPE / full));
        } else {
            (shape1, shape2) = (shape1 * pre, shape2 * -pre);
        }
        let (up, down, post, x) = (shape1 + pre, shape2 - pre, post * 0.5, io.x(0));
        for (n, out) in io.out(0).iter().enumerate() {
            let x = x.at(n);
            out.set((math::exp(x * up) - math::exp(x * down)) / math::cosh(x * pre) * post);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn raw_mode_without_shapes_is_the_hyperbolic_tangent() {
        let mut bench = Bench::new(&DISTORT1, 0);
        bench.audio_in(0, |n| n as f64 / 8.0 - 1.0);
        for (i, x) in [(1, 2.0), (2, 1.0), (5, 2.0)] {
            bench.set(i, x);
        }
        let out = bench.render(16);
        assert!((0..16).all(|n| (out[n] - math::tanh(n as f64 / 4.0 - 2.0)).abs() < 1e-12));
    }
}
