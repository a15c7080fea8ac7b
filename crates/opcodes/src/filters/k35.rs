//! `K35_lpf`, `K35_hpf`: the filters of the Korg 35 chip.

use super::zdf::{CUTOFF, Pole, SIGNAL, SKIP, Tuning};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

const OUTS: &[Port] = &[port("ares", "filtered signal")];
const INS: &[Port] = &[
    SIGNAL,
    CUTOFF,
    port("xq", "resonance, 1 to 10; held within at audio rate"),
    port("knonlinear", "nonzero saturates the feedback; default 0"),
    port("ksaturation", "drive of the saturation; default 1"),
    SKIP,
];

/// Definition of `K35_lpf`.
pub static K35_LPF: OpDef = OpDef::new("K35_lpf", "Resonant low-pass of the Korg 35.")
    .sigs(&[sig("a", "axxOPo", Make::Unit(unit::<K35<true>>))])
    .outs(OUTS)
    .ins(INS)
    .source("Pirkle, AN-5: Korg35 Lowpass Filter; manual: K35_lpf")
    .quiet_init();

/// Definition of `K35_hpf`.
pub static K35_HPF: OpDef = OpDef::new("K35_hpf", "Resonant high-pass of the Korg 35.")
    .sigs(&[sig("a", "axxOPo", Make::Unit(unit::<K35<false>>))])
    .outs(OUTS)
    .ins(INS)
    .source("Pirkle, AN-7: Korg35 Highpass Filter; manual: K35_hpf")
    .quiet_init();

#[derive(Default)]
struct K35<const LOW: bool> {
    tuning: Tuning,
    poles: [Pole; 3],
    /// What the feedback holds of earlier samples.
    feedback: f64,
}

impl<const LOW: bool> K35<LOW> {
    /// One sample; `k` is the gain of the feedback loop, `shape` what saturates in it.
    #[inline(always)]
    fn next(&mut self, x: f64, k: f64, shape: impl Fn(f64) -> f64) -> f64 {
        let Tuning { g, gain, .. } = self.tuning;
        let alpha = 1.0 / (1.0 - k * gain + k * gain * gain);
        let [first, second, third] = &mut self.poles;
        let low = first.low(x, gain);
        let y = if LOW {
            let y = k * second.low(shape(alpha * (low + self.feedback)), gain);
            third.low(y, gain);
            self.feedback = (k - k * gain) / (1.0 + g) * second.0 - third.0 / (1.0 + g);
            y
        } else {
            let y = shape(k * (alpha * (x - low + self.feedback)));
            let high = y - second.low(y, gain);
            third.low(high, gain);
            self.feedback = -gain / (1.0 + g) * second.0 + third.0 / (1.0 + g);
            y
        };
        if k > 0.0 { y / k } else { y }
    }
}

impl<const LOW: bool> Ugen for K35<LOW> {
    const SEAMLESS: Option<&'static [usize]> = Some(&[1, 2]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(5) == 0.0 {
            self.poles = Default::default();
            self.feedback = 0.0;
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, cutoff, q, q_moves) = (io.x(0), io.x(1), io.x(2), io.is_audio_in(2));
        let (saturates, drive) = (io.int(3) != 0, io.k(4));
        let shape = |y: f64| if saturates { math::tanh(y * drive) } else { y };
        for (n, out) in io.out(0).iter().enumerate() {
            self.tuning.set(cutoff.at(n), io.clock.sr);
            let q = if q_moves { q.at(n).clamp(1.0, 10.0) } else { q.at(n) };
            // The loop oscillates at a gain of 2.
            let k = 0.01 + (2.0 - 0.01) * (q / 10.0);
            out.set(self.next(x.at(n), k, shape));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn low_passes_a_constant_that_high_stops() {
        for (op, want) in [(&K35_LPF, 1.0), (&K35_HPF, 0.0)] {
            let mut bench = Bench::new(op, 0);
            bench.audio_in(0, |_| 1.0);
            bench.set(1, 1000.0);
            bench.set(2, 1.0);
            let y = bench.render(8000)[7999];
            assert!((y - want).abs() < 0.3, "{} {y}", op.name);
        }
    }
}
