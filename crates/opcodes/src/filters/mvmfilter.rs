//! `mvmfilter`: a phasor filter, one complex pole with time-varying frequency and decay.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::TAU;

/// Definition of `mvmfilter`.
pub static MVMFILTER: OpDef = OpDef::new("mvmfilter", "Resonator with one complex pole.").quiet_init()
    .sigs(&[sig("a", "axxo", Make::Unit(unit::<Mvmfilter>))])
    .outs(&[port("aout", "filtered signal")])
    .ins(&[
        port("ain", "signal to filter"),
        port("xfreq", "frequency in Hz, up to half the sample rate"),
        port("xTau", "seconds of the decay to 1/e; 0 or less lets the signal through"),
        port("iskip", "nonzero keeps the state of the previous note; default 0"),
    ])
    .source("Mathews and Smith, Methods for synthesizing very high Q parametrically well behaved two pole filters (2003)")
    .differences(&[
        "A constant decay keeps ringing when the frequency is audio; the reference then drops it to 0.",
    ]);

#[derive(Default)]
struct Mvmfilter {
    x: f64,
    y: f64,
    frequency: f64,
    decay: f64,
    re: f64,
    im: f64,
}

impl Ugen for Mvmfilter {
    const SEAMLESS: Option<&'static [usize]> = Some(&[1, 2]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(3) == 0.0 {
            (self.x, self.y) = (0.0, 0.0);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, frequency, decay, sr) = (io.x(0), io.x(1), io.x(2), io.clock.sr);
        for (n, out) in io.out(0).iter().enumerate() {
            let (f, tau) = (frequency.at(n).min(sr / 2.0), decay.at(n));
            if f != self.frequency || tau != self.decay {
                (self.frequency, self.decay) = (f, tau);
                let radius = if tau > 0.0 { math::exp(-1.0 / (tau * sr)) } else { 0.0 };
                let (sin, cos) = math::sin_cos(TAU * f / sr);
                (self.re, self.im) = (cos * radius, sin * radius);
            }
            let before = self.x;
            self.x = self.re * self.x - self.im * self.y + x.at(n);
            self.y = self.im * before + self.re * self.y;
            out.set(self.x);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn rings_at_its_frequency() {
        let mut bench = Bench::new(&MVMFILTER, 0);
        bench.audio_in(0, |n| if n == 0 { 1.0 } else { 0.0 });
        bench.set(1, 44100.0 / 8.0);
        bench.set(2, 1.0);
        let out = bench.render(16);
        assert!(out[0] == 1.0 && out[4] < 0.0, "{out:?}");
    }
}
