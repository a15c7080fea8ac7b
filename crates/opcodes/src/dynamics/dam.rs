//! `dam`: dynamic amplitude modifier, a compressor or expander on both sides of a threshold.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::SQRT_2;

/// Definition of `dam`.
pub static DAM: OpDef = OpDef::new("dam", "Dynamic amplitude modifier: compressor and expander.")
    .quiet_init()
    .sigs(&[sig("a", "akiiii", Make::Unit(unit::<Dam>))])
    .outs(&[port("ares", "signal with changed dynamics")])
    .ins(&[
        port("asig", "signal"),
        port("kthreshold", "level that divides the zones"),
        port("icomp1", "ratio above the threshold: below 1 compresses, above 1 expands"),
        port("icomp2", "ratio below the threshold"),
        port("irtime", "speed with which the gain rises, as a time"),
        port("iftime", "speed with which the gain falls, as a time"),
    ])
    .source("Resibois 1997; manual: dam; constants measured on the reference");

/// Samples over which the power is averaged.
const WINDOW: usize = 1000;

#[derive(Default)]
struct Dam {
    gain: f64,
    rise: f64,
    fall: f64,
    power: f64,
    /// Shares of the power; empty before the first threshold is known.
    shares: Vec<f64>,
    at: usize,
    started: bool,
}

impl Ugen for Dam {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.gain = 1.0;
        // The reference counts thousandths of a second here, whatever the manual says.
        self.rise = cx.k(4) * 1000.0 / cx.clock.sr;
        self.fall = cx.k(5) * 1000.0 / cx.clock.sr;
        self.shares.resize(WINDOW, 0.0);
        self.started = false;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, threshold, above, below) = (io.x(0), io.k(1), io.k(2), io.k(3));
        if !self.started {
            self.started = threshold >= 0.0;
            self.power = threshold;
            self.shares.fill(threshold / WINDOW as f64);
            self.at = 0;
        }
        for (n, out) in io.out(0).iter().enumerate() {
            let x = x.at(n);
            self.shares[self.at] = x.abs() / (WINDOW as f64 * SQRT_2);
            self.power += self.shares[self.at];
            self.at = (self.at + 1) % WINDOW;
            self.power -= self.shares[self.at];
            let power = self.power;
            let target = if power > threshold {
                ((power - threshold) * above + threshold) / power
            } else {
                threshold * math::pow(power / threshold, 1.0 / below) / power
            };
            if self.gain < target {
                self.gain += self.rise;
            } else {
                self.gain -= self.fall;
            }
            out.set(x * self.gain);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn compresses_what_is_loud() {
        let mut bench = Bench::new(&DAM, 0);
        bench.audio_in(0, |n| if n % 2 == 0 { 0.8 } else { -0.8 });
        for (i, x) in [(1, 0.1), (2, 0.2), (3, 1.0), (4, 0.01), (5, 0.01)] {
            bench.set(i, x);
        }
        let out = bench.render(8000);
        assert!(out[7998] < 0.5 && out[0] > 0.7, "{}", out[7998]);
    }
}
