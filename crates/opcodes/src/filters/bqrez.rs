//! `bqrez`: second-order multi-mode filter with resonance.

use crate::section::Past;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::TAU;

/// Definition of `bqrez`.
pub static BQREZ: OpDef = OpDef::new("bqrez", "Second-order multi-mode filter.")
    .quiet_init()
    .sigs(&[sig("a", "axxoo", Make::Unit(unit::<Bqrez>))])
    .outs(&[port("ares", "filtered signal")])
    .ins(&[
        port("asig", "signal to filter"),
        port("xfco", "cutoff in Hz"),
        port("xres", "resonance, 1 to 100"),
        port("imode", "0 low-pass, 1 high-pass, 2 band-pass, 3 band-reject, 4 all-pass; default 0"),
        port("iskip", "nonzero keeps the state of the previous note; default 0"),
    ])
    .source("Manual: bqrez; coefficients measured on the reference")
    .differences(&["Modes above 4 give silence; the reference leaves the output as it was."]);

/// Coefficients with the settings they are for.
#[derive(Clone, Copy, Default)]
struct Tuning {
    cutoff: f64,
    resonance: f64,
    cos: f64,
    beta: f64,
    gamma: f64,
}

impl Tuning {
    fn new(cutoff: f64, resonance: f64, sr: f64) -> Self {
        let (sin, cos) = math::sin_cos(cutoff * (TAU / sr));
        let beta = (resonance - sin * 0.5) / (resonance + sin * 0.5);
        Self { cutoff, resonance, cos, beta, gamma: (beta + 1.0) * cos }
    }

    /// Factors of `x[n]`, `x[n-1]` and `x[n-2]`.
    fn zeros(&self, mode: i32) -> [f64; 3] {
        let pass = |sign: f64| (self.beta + 1.0 + sign * self.gamma) * 0.5;
        match mode {
            0 => [pass(-1.0), 2.0 * pass(-1.0), pass(-1.0)],
            1 => [pass(1.0), -2.0 * pass(1.0), pass(1.0)],
            3 => {
                let reject = pass(0.0);
                [reject, -2.0 * self.cos * reject, reject]
            }
            4 => [self.beta, -self.gamma, 1.0],
            // Negative modes count as band-pass.
            ..=2 => [pass(1.0), 0.0, -pass(1.0)],
            _ => [0.0; 3],
        }
    }
}

#[derive(Default)]
struct Bqrez {
    past: Past,
}

impl Ugen for Bqrez {
    const SEAMLESS: Option<&'static [usize]> = Some(&[1, 2]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(4) == 0.0 {
            *self = Self::default();
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, cutoff, resonance, mode, sr) = (io.x(0), io.x(1), io.x(2), io.int(3), io.clock.sr);
        let mut tuning = Tuning::new(cutoff.at(0), resonance.at(0), sr);
        let mut zeros = tuning.zeros(mode);
        let mut past = self.past;
        for (n, out) in io.out(0).iter().enumerate() {
            if cutoff.at(n) != tuning.cutoff || resonance.at(n) != tuning.resonance {
                tuning = Tuning::new(cutoff.at(n), resonance.at(n), sr);
                zeros = tuning.zeros(mode);
            }
            out.set(past.next(x.at(n), zeros, [-tuning.gamma, tuning.beta]));
        }
        self.past = past;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn modes_on_a_constant() {
        for (mode, want) in [(0.0, 1.0), (1.0, 0.0), (2.0, 0.0), (3.0, 1.0), (4.0, 1.0)] {
            let mut bench = Bench::new(&BQREZ, 0);
            bench.audio_in(0, |_| 1.0);
            bench.set(1, 1000.0);
            bench.set(2, 1.0);
            bench.set(3, mode);
            assert!((bench.render(4000)[3999].abs() - want).abs() < 1.01, "{mode}");
        }
    }
}
