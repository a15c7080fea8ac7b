//! `gtadsr`: attack, decay, sustain and release that a gate starts and ends.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

/// Definition of `gtadsr`.
pub static GTADSR: OpDef = OpDef::new("gtadsr", "Envelope that a gate starts and ends.")
    .quiet_init()
    .sigs(&[
        sig("a", "akkkkk", Make::Unit(unit::<Gtadsr>)),
        sig("a", "kkkkkk", Make::Unit(unit::<Gtadsr>)),
        sig("k", "kkkkkk", Make::Unit(unit::<Gtadsr>)),
    ])
    .outs(&[port("xres", "envelope times xsig")])
    .ins(&[
        port("xsig", "signal or amplitude"),
        port("katt", "seconds of attack, read when the gate opens"),
        port("kdec", "seconds of decay, read when the gate opens"),
        port("ksus", "level of sustain, 0 to 1"),
        port("krel", "seconds in which the release falls to a thousandth"),
        port("kgate", "above 0 the gate is open"),
    ])
    .source("Manual: gtadsr");

#[derive(Default)]
struct Gtadsr {
    level: f64,
    /// Steps since the gate opened, and lengths of attack and decay.
    time: u64,
    attack: u64,
    decay: u64,
}

/// Level below which a release has ended.
const SILENT: f64 = 0.00001;

impl Gtadsr {
    fn step(&mut self, open: bool, sustain: f64, io: &Io<'_>, release: f64) -> f64 {
        if !open {
            self.time = 0;
            self.level = if self.level < SILENT { 0.0 } else { self.level * release };
            return self.level;
        }
        if self.time == 0 {
            let steps = |i: usize| ((io.k(i) * io.rate()) as u64).max(1);
            (self.attack, self.decay) = (steps(1), steps(2));
        }
        let rise = 1.0 / self.attack as f64;
        if self.time < self.attack && self.level < 1.0 - rise {
            self.level += rise;
        } else if self.time < self.attack.saturating_add(self.decay) && self.level > sustain {
            self.level += (sustain - 1.0) / self.decay as f64;
        } else {
            self.level = sustain;
        }
        self.time += 1;
        self.level
    }
}

impl Ugen for Gtadsr {
    fn init(&mut self, _: &mut Init<'_>) -> OpResult {
        *self = Self::default();
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, open, sustain) = (io.x(0), io.k(5) > 0.0, io.k(3).clamp(0.0, 1.0));
        let release = math::pow(0.001, 1.0 / (io.k(4) * io.rate()));
        for (n, out) in io.out(0).iter().enumerate() {
            let level = self.step(open, sustain, io, release);
            out.set(x.at(n) * level);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn rises_and_falls_to_the_sustain() {
        let mut bench = Bench::new(&GTADSR, 1);
        for (i, x) in [(0, 1.0), (1, 0.001), (2, 0.001), (3, 0.5), (4, 0.1), (5, 1.0)] {
            bench.set(i, x);
        }
        let out = bench.render(200);
        assert!(out[42] > 0.9 && out[150] == 0.5);
    }
}
