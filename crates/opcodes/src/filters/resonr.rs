//! `resonr`, `resonz`: resonant filters with two poles and two zeros and nearly constant peak.

use super::reson::{INS, OUTS, scaling};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::{PI, TAU};

/// Definition of `resonr`.
pub static RESONR: OpDef = OpDef::new("resonr", "Resonant filter with zeros at plus and minus sqrt r.")
    .sigs(&[sig("a", "axxoo", Make::Unit(unit::<Resonr<true>>))])
    .outs(OUTS)
    .ins(INS)
    .source("Smith and Angell 1982; manual: resonr")
    .quiet_init();

/// Definition of `resonz`.
pub static RESONZ: OpDef = OpDef::new("resonz", "Resonant filter with zeros at plus and minus 1.")
    .sigs(&[sig("a", "axxoo", Make::Unit(unit::<Resonr<false>>))])
    .outs(OUTS)
    .ins(INS)
    .source("Smith and Angell 1982; manual: resonz")
    .quiet_init();

#[derive(Clone, Copy, Default)]
struct Tuning {
    cf: f64,
    bw: f64,
    zero: f64,
    scale: f64,
    c1: f64,
    c2: f64,
}

impl Tuning {
    fn new(cf: f64, bw: f64, sr: f64, scaling: i32, inner: bool) -> Self {
        let r = math::exp(bw * (-PI / sr));
        let c2 = r * r;
        let scale = match (scaling, inner) {
            (0, _) => 1.0,
            (1, true) => 1.0 - r,
            (_, true) => (1.0 - r).sqrt(),
            (1, false) => (1.0 - c2) * 0.5,
            (_, false) => ((1.0 - c2) * 0.5).sqrt(),
        };
        let zero = if inner { r } else { 1.0 };
        Self { cf, bw, zero, scale, c1: 2.0 * r * math::cos(cf * (TAU / sr)), c2 }
    }
}

#[derive(Default)]
struct Resonr<const INNER: bool> {
    tuning: Tuning,
    scaling: i32,
    x: [f64; 2],
    y: [f64; 2],
}

impl<const INNER: bool> Ugen for Resonr<INNER> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.scaling = scaling(cx.k(3))?;
        self.tuning = Tuning::new(cx.k(1), cx.k(2), cx.clock.sr, self.scaling, INNER);
        if cx.k(4) == 0.0 {
            (self.x, self.y) = ([0.0; 2], [0.0; 2]);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, cf, bw) = (io.x(0), io.x(1), io.x(2));
        let moving = cf.is_audio() || bw.is_audio();
        let new = |n: usize| Tuning::new(cf.at(n), bw.at(n), io.clock.sr, self.scaling, INNER);
        let (mut t, [mut x1, mut x2], [mut y1, mut y2]) = (self.tuning, self.x, self.y);
        if cf.at(0) != t.cf || bw.at(0) != t.bw {
            t = new(0);
        }
        for (n, out) in io.out(0).iter().enumerate() {
            if moving && (cf.at(n) != t.cf || bw.at(n) != t.bw) {
                t = new(n);
            }
            let x = x.at(n);
            let y = t.scale * (x - t.zero * x2) + t.c1 * y1 - t.c2 * y2;
            out.set(y);
            (x2, x1) = (x1, x);
            (y2, y1) = (y1, y);
        }
        (self.tuning, self.x, self.y) = (t, [x1, x2], [y1, y2]);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn constant_is_damped() {
        for op in [&RESONR, &RESONZ] {
            let mut bench = Bench::new(op, 0);
            bench.audio_in(0, |_| 1.0);
            for (i, x) in [(1, 1000.0), (2, 100.0), (3, 1.0)] {
                bench.set(i, x);
            }
            assert!(bench.render(9000)[8999].abs() < 0.01, "{}", op.name);
        }
    }
}
