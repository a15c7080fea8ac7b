//! `linen`: straight rise and decay on a signal.

use super::segments::OUTS;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `linen`.
pub static LINEN: OpDef = OpDef::new("linen", "Straight rise and decay applied to a signal.")
    .quiet_init()
    .sigs(&[
        sig("k", "kiii", Make::Unit(unit::<Linen>)),
        sig("a", "aiii", Make::Unit(unit::<Linen>)),
        sig("a", "kiii", Make::Unit(unit::<Linen>)),
    ])
    .outs(OUTS)
    .ins(&[
        port("xamp", "signal"),
        port("irise", "rise in seconds; 0 or less for none"),
        port("idur", "whole duration in seconds; 0 or less leaves the envelope as it was"),
        port("idec", "decay in seconds; it ends at idur and goes on below zero"),
    ])
    .source("Manual: linen; semantics K5");

#[derive(Default)]
struct Linen {
    rise: f64,
    up: f64,
    rising: i64,
    decay: f64,
    down: f64,
    /// Steps before the decay.
    before: i64,
}

impl Ugen for Linen {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let (rise, duration, decay, rate) = (cx.k(1), cx.k(2), cx.k(3), cx.rate());
        if duration <= 0.0 {
            return Ok(());
        }
        if cx.pfield(3) < rise.max(decay) {
            cx.world.warn("p3 too short in linen");
        }
        self.rising = (rise * rate + 0.5) as i64;
        self.up = if self.rising > 0 { 1.0 / self.rising as f64 } else { 1.0 };
        let (whole, decay) = (duration * rate + 0.5, decay * rate + 0.5);
        if decay as i64 > 0 {
            self.before = (whole - decay) as i64;
            self.down = 1.0 / decay;
        } else {
            self.before = whole as i64;
            self.down = 1.0;
        }
        (self.rise, self.decay) = (0.0, 1.0);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (out, x) = (io.out(0), io.x(0));
        if self.rising <= 0 && self.before >= out.len() as i64 {
            self.before -= out.len() as i64;
            for (n, out) in out.iter().enumerate() {
                out.set(x.at(n));
            }
            return Ok(());
        }
        for (n, out) in out.iter().enumerate() {
            let mut factor = 1.0;
            if self.rising > 0 {
                factor = self.rise;
                self.rise += self.up;
                self.rising -= 1;
            }
            if self.before > 0 {
                self.before -= 1;
            } else {
                factor *= self.decay;
                self.decay -= self.down;
            }
            out.set(x.at(n) * factor);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn rises_stays_and_falls() {
        let mut bench = Bench::new(&LINEN, 0);
        let kr = bench.clock.kr;
        for (i, x) in [1.0, 2.0 / kr, 6.0 / kr, 2.0 / kr].into_iter().enumerate() {
            bench.set(i, x);
        }
        let out = bench.render(7);
        assert_eq!(out[..4], [0.0, 0.5, 1.0, 1.0]);
        assert!(out[4] == 1.0 && out[5] < 0.7 && out[6] < 0.3);
    }
}
