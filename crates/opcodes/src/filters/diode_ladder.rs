//! `diode_ladder`: the ladder of four diode stages, each loaded by the next.

use super::zdf::{CUTOFF, SIGNAL, SKIP, integrator_gain};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

/// Definition of `diode_ladder`.
pub static DIODE_LADDER: OpDef = OpDef::new("diode_ladder", "Four-pole diode ladder low-pass.")
    .quiet_init()
    .sigs(&[sig("a", "axxOPo", Make::Unit(unit::<DiodeLadder>))])
    .outs(&[port("ares", "filtered signal")])
    .ins(&[
        SIGNAL,
        CUTOFF,
        port("xk", "feedback, 0 to 17; it oscillates at 17"),
        port("knlp", "0 linear, 1 saturation with gain made up, 2 plain saturation; default 0"),
        port("ksaturation", "drive of the saturation, above 0; default 1"),
        SKIP,
    ])
    .source("Pirkle, AN-6: Diode Ladder Filter; manual: diode_ladder");

/// What follows from a cutoff, in the letters of the paper.
#[derive(Clone, Copy, Default)]
struct Tuning {
    cutoff: f64,
    alpha: f64,
    g: f64,
    gains: [f64; 4],
    beta: [f64; 4],
}

impl Tuning {
    fn new(cutoff: f64, sr: f64) -> Self {
        let g = integrator_gain(cutoff, sr);
        let (half, one) = (0.5 * g, 1.0 + g);
        let g4 = half / one;
        let g3 = half / (one - half * g4);
        let g2 = half / (one - half * g3);
        let g1 = g / (one - g * g2);
        let beta = [1.0 / (one - g * g2), 1.0 / (one - half * g3), 1.0 / (one - half * g4), 1.0 / one];
        Self { cutoff, alpha: g / one, g, gains: [g1, g2, g3, g4], beta }
    }
}

/// Factors of the stages' inputs: the first capacitor is half as large.
const STAGE: [f64; 4] = [1.0, 0.5, 0.5, 0.5];

#[derive(Default)]
struct DiodeLadder {
    tuning: Tuning,
    z: [f64; 4],
}

impl DiodeLadder {
    #[inline(always)]
    fn next(&mut self, x: f64, feedback: f64) -> f64 {
        let Tuning { alpha, g, gains: [g1, g2, g3, g4], beta, .. } = self.tuning;
        let half = 0.5 * g;
        // What each stage sends back to the one before it.
        let back4 = beta[3] * self.z[3];
        let back3 = beta[2] * (self.z[2] + back4 * half);
        let back2 = beta[1] * (self.z[1] + back3 * half);
        let back1 = beta[0] * (self.z[0] + back2 * g);
        let sigma = g4 * g3 * g2 * back1 + g4 * g3 * back2 + g4 * back3 + back4;
        let mut y = (x - feedback * sigma) / (1.0 + feedback * (g4 * g3 * g2 * g1));
        let inputs = [
            (1.0 + g1 * g2, back2 + g2 * back1),
            (1.0 + g2 * g3, back3 + g3 * back2),
            (1.0 + g3 * g4, back4 + g4 * back3),
        ];
        for (stage, z) in self.z.iter_mut().enumerate() {
            if let Some((gain, back)) = inputs.get(stage) {
                y = y * gain + back;
            }
            let v = (STAGE[stage] * y - *z) * alpha;
            y = v + *z;
            *z = y + v;
        }
        y
    }
}

impl Ugen for DiodeLadder {
    const SEAMLESS: Option<&'static [usize]> = Some(&[1, 2]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(5) == 0.0 {
            self.z = [0.0; 4];
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, cutoff, feedback) = (io.x(0), io.x(1), io.x(2));
        let (shape, drive) = (io.k(3), io.k(4));
        for (n, out) in io.out(0).iter().enumerate() {
            if cutoff.at(n) != self.tuning.cutoff {
                self.tuning = Tuning::new(cutoff.at(n), io.clock.sr);
            }
            let mut x = x.at(n);
            if shape == 1.0 {
                x = (1.0 / math::tanh(drive)) * math::tanh(drive * x);
            } else if shape == 2.0 {
                x = math::tanh(drive * x);
            }
            out.set(self.next(x, feedback.at(n)));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn passes_a_constant() {
        let mut bench = Bench::new(&DIODE_LADDER, 0);
        bench.audio_in(0, |_| 1.0);
        bench.set(1, 2000.0);
        let out = bench.render(8000);
        assert!(out[7999] > 0.1 && (out[7999] - out[7000]).abs() < 1e-9, "{}", out[7999]);
    }
}
