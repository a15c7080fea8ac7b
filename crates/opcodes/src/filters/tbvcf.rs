//! `tbvcf`: a model of the low-pass of the TB-303.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

/// Definition of `tbvcf`.
pub static TBVCF: OpDef = OpDef::new("tbvcf", "Low-pass with the distortion of a TB-303.")
    .quiet_init()
    .sigs(&[sig("a", "axxkkp", Make::Unit(unit::<Tbvcf>))])
    .outs(&[port("ares", "filtered signal")])
    .ins(&[
        port("asig", "signal to filter, within -1..1"),
        port("xfco", "cutoff in Hz, 1000 to 15000"),
        port("xres", "resonance, 0 to 2"),
        port("kdist", "distortion, 0 to 3"),
        port("kasym", "asymmetry of the resonance, 0 to 1"),
        port("iskip", "nonzero keeps the state of the previous note; default 1"),
    ])
    .source(
        "Mikelson 2000, Euler's method on the circuit; manual: tbvcf; constants measured on the reference",
    );

/// Step of the integration.
const STEP: f64 = 0.001;

/// Coefficients; cutoff, resonance and distortion are disentangled by fitted powers.
#[derive(Clone, Copy)]
struct Tuning {
    /// Rate of the stages.
    rate: f64,
    feedback: f64,
    gain: f64,
}

impl Tuning {
    fn new(cutoff: f64, resonance: f64, distortion: f64, sr: f64) -> Self {
        let q = resonance / (1.0 + distortion.sqrt());
        let warped = math::pow(cutoff * 260.0 / (1.0 + q * 0.5), 0.58);
        let rate = warped / sr * (44100.0 / 8.0);
        Self { rate, feedback: q * warped * warped * 0.0005, gain: rate / 1000.0 * (1.0 + q) * 3.2 }
    }
}

#[derive(Default)]
struct Tbvcf {
    stages: [f64; 3],
}

impl Ugen for Tbvcf {
    const SEAMLESS: Option<&'static [usize]> = Some(&[1, 2]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(5) == 0.0 {
            self.stages = [0.0; 3];
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, cutoff, resonance) = (io.x(0), io.x(1), io.x(2));
        let (distortion, asymmetry, sr) = (io.k(3), io.k(4), io.clock.sr);
        let mut settings = (cutoff.at(0), resonance.at(0));
        let mut tuning = Tuning::new(settings.0, settings.1, distortion, sr);
        let [mut y1, mut y2, mut y] = self.stages;
        for (n, out) in io.out(0).iter().enumerate() {
            let now = (cutoff.at(n), resonance.at(n));
            if now != settings {
                settings = now;
                tuning = Tuning::new(now.0, now.1, distortion, sr);
            }
            let feedback = tuning.feedback * y / (1.0 + math::exp(-3.0 * y) * asymmetry);
            y1 += STEP * ((x.at(n) - y1) * tuning.rate - feedback);
            let d = -2.0 * y;
            let added = (d * d * d + y2) * 100.0 * distortion;
            y2 += STEP * ((y1 - y2) * tuning.rate + added);
            y += STEP * ((y2 - y) * tuning.rate);
            out.set(y * tuning.gain);
        }
        self.stages = [y1, y2, y];
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn passes_a_constant_without_resonance() {
        let mut bench = Bench::new(&TBVCF, 0);
        bench.audio_in(0, |_| 0.5);
        bench.set(1, 5000.0);
        let out = bench.render(8000);
        assert!(out[7999] > 0.2 && (out[7999] - out[7000]).abs() < 1e-9, "{}", out[7999]);
    }
}
