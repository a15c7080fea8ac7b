//! `vclpf`: the linear four-pole ladder, solved without delay in the feedback.

use super::zdf::integrator_gain;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `vclpf`.
pub static VCLPF: OpDef = OpDef::new("vclpf", "Linear four-pole ladder low-pass.")
    .quiet_init()
    .sigs(&[
        sig("a", "akko", Make::Unit(unit::<Vclpf>)),
        sig("a", "aako", Make::Unit(unit::<Vclpf>)),
        sig("a", "akao", Make::Unit(unit::<Vclpf>)),
        sig("a", "aaao", Make::Unit(unit::<Vclpf>)),
    ])
    .outs(&[port("asig", "filtered signal")])
    .ins(&[
        port("asig", "signal to filter"),
        port("xcf", "cutoff in Hz"),
        port("xresn", "resonance, 0 to 1"),
        port("istor", "nonzero keeps the state of the previous note; default 0"),
    ])
    .source("Lazzarini and Timoney, Improving the Chamberlin and ladder filters (2022); manual: vclpf");

#[derive(Default)]
struct Vclpf {
    cutoff: f64,
    /// Gain of a stage.
    gain: f64,
    /// Its all-pass coefficient.
    a: f64,
    s: [f64; 4],
}

impl Vclpf {
    #[inline(always)]
    fn tune(&mut self, cutoff: f64, sr: f64) {
        if cutoff != self.cutoff || self.a == 0.0 {
            let g = integrator_gain(cutoff, sr);
            (self.cutoff, self.gain, self.a) = (cutoff, g / (1.0 + g), (g - 1.0) / (1.0 + g));
        }
    }

    #[inline(always)]
    fn next(&mut self, x: f64, feedback: f64) -> f64 {
        let (gain, a, s) = (self.gain, self.a, &mut self.s);
        let square = gain * gain;
        let (cube, fourth) = (gain * square, square * square);
        let rest = s[3] + s[0] * cube + s[1] * square + s[2] * gain;
        let y = (fourth * x + rest) / (1.0 + feedback * fourth);
        let mut u = gain * (x - feedback * y);
        for state in &mut s[..3] {
            let w = u + *state;
            *state = u - a * w;
            u = gain * w;
        }
        s[3] = u - a * y;
        y
    }
}

impl Ugen for Vclpf {
    const SEAMLESS: Option<&'static [usize]> = Some(&[1, 2]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(3) == 0.0 {
            self.s = [0.0; 4];
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, cutoff, resonance) = (io.x(0), io.x(1), io.x(2));
        for (n, out) in io.out(0).iter().enumerate() {
            self.tune(cutoff.at(n), io.clock.sr);
            out.set(self.next(x.at(n), 4.0 * resonance.at(n).clamp(0.0, 1.0)));
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
        for (resonance, want) in [(0.0, 1.0), (0.5, 1.0 / 3.0)] {
            let mut bench = Bench::new(&VCLPF, 0);
            bench.audio_in(0, |_| 1.0);
            bench.set(1, 1000.0);
            bench.set(2, resonance);
            assert!((bench.render(8000)[7999] - want).abs() < 1e-6);
        }
    }
}
