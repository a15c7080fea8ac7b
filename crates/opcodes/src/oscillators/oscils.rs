//! `oscils`: fast sine without a table.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::TAU;

/// Definition of `oscils`.
pub static OSCILS: OpDef = OpDef::new("oscils", "Sine of constant amplitude and frequency, without a table.")
    .quiet_init()
    .sigs(&[sig("a", "iiio", Make::Unit(unit::<Oscils>))])
    .outs(&[port("ares", "sine")])
    .ins(&[
        port("iamp", "amplitude"),
        port("icps", "frequency in Hz, 0 to sr/2"),
        port("iphs", "start phase, 0 to 1"),
        port("iflg", "1: keep the state of the previous note; default 0"),
    ])
    .source("Manual: oscils; second difference of a sine: v += (2 cos w - 2) x, x += v");

#[derive(Default)]
struct Oscils {
    x: f64,
    v: f64,
    c: f64,
}

impl Ugen for Oscils {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if (cx.k(3) + 0.5) as i32 & 1 != 0 {
            return Ok(());
        }
        let step = cx.k(1) * (TAU / cx.clock.sr);
        let phase = cx.k(2) * TAU;
        let now = math::sin(phase);
        let next = math::sin(phase + step);
        self.c = 2.0 * math::cos(step) - 2.0;
        self.v = (next - self.c * now - now) * cx.k(0);
        self.x = now * cx.k(0);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (mut x, mut v, c) = (self.x, self.v, self.c);
        for out in io.out(0) {
            out.set(x);
            v += c * x;
            x += v;
        }
        (self.x, self.v) = (x, v);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn is_a_sine() {
        let mut bench = Bench::new(&OSCILS, 0);
        bench.set(0, 2.0);
        bench.set(1, 1000.0);
        bench.set(2, 0.25);
        for (n, y) in bench.render(1000).iter().enumerate() {
            let want = 2.0 * math::cos(TAU * 1000.0 * n as f64 / 44100.0);
            assert!((y - want).abs() < 1e-9);
        }
    }
}
