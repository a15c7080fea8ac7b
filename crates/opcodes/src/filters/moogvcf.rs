//! `moogvcf`, `moogvcf2`: digital emulation of the Moog diode ladder.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

const OUTS: &[Port] = &[port("ares", "filtered signal")];
const INS: &[Port] = &[
    port("asig", "signal to filter"),
    port("xfco", "cutoff frequency in Hz"),
    port("xres", "resonance; oscillates at about 1"),
    port("iscale", "level that the signal is divided by; default 1, or full scale for moogvcf2"),
    port("iskip", "nonzero keeps the state of the previous note; default 0"),
];
const SOURCE: &str = "Stilson and Smith 1996 as adapted by Fleming; manual: moogvcf";

/// Definition of `moogvcf`.
pub static MOOGVCF: OpDef = OpDef::new("moogvcf", "Emulation of the Moog diode ladder filter.")
    .sigs(&[sig("a", "axxpo", Make::Unit(unit::<Vcf>))])
    .outs(OUTS)
    .ins(INS)
    .source(SOURCE)
    .quiet_init();

/// Definition of `moogvcf2`.
pub static MOOGVCF2: OpDef =
    OpDef::new("moogvcf2", "Emulation of the Moog diode ladder filter, scaled by 0dbfs.")
        .sigs(&[sig("a", "axxoo", Make::Unit(unit::<Vcf>))])
        .outs(OUTS)
        .ins(INS)
        .source(SOURCE)
        .quiet_init();

#[derive(Clone, Copy, Default)]
struct Tuning {
    cutoff: f64,
    resonance: f64,
    pole: f64,
    half: f64,
    feedback: f64,
}

impl Tuning {
    fn new(cutoff: f64, resonance: f64, sr: f64) -> Self {
        let f = 2.0 * cutoff * (1.0 / sr);
        let pole = 3.6 * f - 1.6 * f * f - 1.0;
        let half = (pole + 1.0) * 0.5;
        Self { cutoff, resonance, pole, half, feedback: resonance * math::exp((1.0 - half) * 1.386249) }
    }
}

#[derive(Default)]
struct Vcf {
    tuning: Tuning,
    scale: f64,
    /// Last input and last outputs of the first three stages.
    past: [f64; 4],
    y: [f64; 4],
}

impl Ugen for Vcf {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(4) == 0.0 {
            (self.past, self.y) = ([0.0; 4], [0.0; 4]);
        }
        self.scale = if cx.k(3) == 0.0 { cx.world.header.zero_dbfs } else { cx.k(3) };
        self.tuning = Tuning::new(cx.k(1), cx.k(2), cx.clock.sr);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        const SIXTH: f64 = 1.0 / 6.0;
        let (x, cutoff, resonance) = (io.x(0), io.x(1), io.x(2));
        let moving = cutoff.is_audio() || resonance.is_audio();
        let full = world.header.zero_dbfs;
        let (down, up) = (1.0 / self.scale / full, self.scale * full);
        let (mut t, mut past, mut y) = (self.tuning, self.past, self.y);
        for (n, out) in io.out(0).iter().enumerate() {
            if (n == 0 || moving) && (cutoff.at(n) != t.cutoff || resonance.at(n) != t.resonance) {
                t = Tuning::new(cutoff.at(n), resonance.at(n), io.clock.sr);
            }
            let x = x.at(n) * down - t.feedback * y[3];
            y[0] = (x + past[0]) * t.half - t.pole * y[0];
            y[1] = (y[0] + past[1]) * t.half - t.pole * y[1];
            y[2] = (y[1] + past[2]) * t.half - t.pole * y[2];
            y[3] = (y[2] + past[3]) * t.half - t.pole * y[3];
            y[3] -= y[3] * y[3] * y[3] * SIXTH;
            past = [x, y[0], y[1], y[2]];
            out.set(y[3] * up);
        }
        (self.tuning, self.past, self.y) = (t, past, y);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn passes_a_constant() {
        let mut bench = Bench::new(&MOOGVCF, 0);
        bench.world.header.zero_dbfs = 1.0;
        bench.audio_in(0, |_| 0.01);
        bench.set(1, 2000.0);
        bench.set(3, 1.0);
        assert!((bench.render(4000)[3999] - 0.01).abs() < 1e-5);
    }
}
