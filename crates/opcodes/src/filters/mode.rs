//! `mode`: a resonator that simulates a mass, a spring and a damper.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use std::f64::consts::{FRAC_1_PI, TAU};

/// Definition of `mode`.
pub static MODE: OpDef = OpDef::new("mode", "Mass-spring-damper resonator.")
    .quiet_init()
    .sigs(&[sig("a", "axxo", Make::Unit(unit::<Mode>))])
    .outs(&[port("aout", "filtered signal")])
    .ins(&[
        port("ain", "signal that excites the resonator"),
        port("xfreq", "frequency in Hz; limited to a little below sr/pi, where it gets unstable"),
        port("xQ", "quality; also the gain"),
        port("iskip", "nonzero keeps the state of the previous note; default 0"),
    ])
    .source("Blanc 2000; manual: mode");

#[derive(Default)]
struct Mode {
    frequency: f64,
    q: f64,
    gain: f64,
    a: [f64; 3],
    x1: f64,
    y1: f64,
    y2: f64,
}

impl Mode {
    fn tune(&mut self, frequency: f64, q: f64, sr: f64) {
        (self.frequency, self.q) = (frequency, q);
        let alpha = sr / (TAU * frequency);
        let beta = alpha * alpha;
        self.gain = 0.5 * alpha;
        let damping = self.gain / q;
        let a0 = 1.0 / (beta + damping);
        self.a = [a0, a0 * (1.0 - 2.0 * beta), a0 * (beta - damping)];
    }
}

impl Ugen for Mode {
    const SEAMLESS: Option<&'static [usize]> = Some(&[1, 2]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(3) == 0.0 {
            *self = Self::default();
        }
        (self.frequency, self.q) = (-1.0, -1.0);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, frequency, q, sr) = (io.x(0), io.x(1), io.x(2), io.clock.sr);
        // A margin below sr/pi (measured on the reference).
        let limit = sr * (FRAC_1_PI - 0.01);
        for (n, out) in io.out(0).iter().enumerate() {
            let frequency = frequency.at(n).min(limit);
            if frequency != self.frequency || q.at(n) != self.q {
                self.tune(frequency, q.at(n), sr);
            }
            let [a0, a1, a2] = self.a;
            let y = a0 * self.x1 - a1 * self.y1 - a2 * self.y2;
            self.x1 = x.at(n);
            (self.y2, self.y1) = (self.y1, y);
            out.set(y * self.gain);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn rings_longer_with_higher_q() {
        let ring = |q: f64| {
            let mut bench = Bench::new(&MODE, 0);
            bench.audio_in(0, |n| if n == 0 { 1.0 } else { 0.0 });
            bench.set(1, 1000.0);
            bench.set(2, q);
            bench.render(4000)[3000..].iter().fold(0.0f64, |m, y| m.max(y.abs()))
        };
        assert!(ring(200.0) > 10.0 * ring(20.0));
    }
}
