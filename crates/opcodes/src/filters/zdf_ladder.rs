//! `zdf_ladder`: four one-pole filters in a ring, the Moog ladder without delay in the feedback.

use super::zdf::{CUTOFF, Pole, SIGNAL, SKIP, Tuning};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `zdf_ladder`.
pub static ZDF_LADDER: OpDef =
    OpDef::new("zdf_ladder", "Four-pole ladder low-pass by trapezoidal integration.")
        .quiet_init()
        .sigs(&[sig("a", "axxo", Make::Unit(unit::<ZdfLadder>))])
        .outs(&[port("ares", "filtered signal")])
        .ins(&[
            SIGNAL,
            CUTOFF,
            port("xq", "resonance, 0.5 (none) to 25 (self-oscillation); held within at audio rate"),
            SKIP,
        ])
        .source("Pirkle, AN-4: Virtual Analog (VA) Filter Implementation; manual: zdf_ladder");

/// Least and greatest resonance.
const Q: (f64, f64) = (0.5, 25.0);
/// Feedback at the greatest resonance: the ladder oscillates.
const FEEDBACK: f64 = 4.0;

#[derive(Default)]
struct ZdfLadder {
    tuning: Tuning,
    poles: [Pole; 4],
}

impl Ugen for ZdfLadder {
    const SEAMLESS: Option<&'static [usize]> = Some(&[1, 2]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(3) == 0.0 {
            self.poles = Default::default();
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, cutoff, q, q_moves) = (io.x(0), io.x(1), io.x(2), io.is_audio_in(2));
        for (n, out) in io.out(0).iter().enumerate() {
            self.tuning.set(cutoff.at(n), io.clock.sr);
            let Tuning { g, gain, .. } = self.tuning;
            let q = if q_moves { q.at(n).max(Q.0).min(Q.1) } else { q.at(n) };
            let feedback = FEEDBACK * (q - Q.0) / (Q.1 - Q.0);
            // What the output would be for an input of 0: each state seen through the poles after it.
            let rest = self.poles.iter().fold(0.0, |sum, pole| sum * gain + pole.0 / (g + 1.0));
            let square = gain * gain;
            let mut y = (x.at(n) - feedback * rest) / (1.0 + feedback * (square * square));
            for pole in &mut self.poles {
                y = pole.low(y, gain);
            }
            out.set(y);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn passes_a_constant_and_resonance_lowers_it() {
        for (q, want) in [(0.5, 1.0), (12.75, 1.0 / 3.0)] {
            let mut bench = Bench::new(&ZDF_LADDER, 0);
            bench.audio_in(0, |_| 1.0);
            bench.set(1, 1000.0);
            bench.set(2, q);
            assert!((bench.render(8000)[7999] - want).abs() < 1e-6);
        }
    }
}
