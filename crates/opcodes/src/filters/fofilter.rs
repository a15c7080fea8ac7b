//! `fofilter`: a formant filter, the difference of two resonators with the decay and the rise of a grain.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::TAU;

/// Definition of `fofilter`.
pub static FOFILTER: OpDef = OpDef::new("fofilter", "Formant filter with the response of a FOF grain.")
    .quiet_init()
    .sigs(&[sig("a", "axxxo", Make::Unit(unit::<Fofilter>))])
    .outs(&[port("asig", "filtered signal")])
    .ins(&[
        port("ain", "signal to filter"),
        port("xcf", "centre frequency in Hz"),
        port("xris", "seconds of the attack of the impulse response"),
        port("xdec", "seconds of its decay"),
        port("istor", "nonzero keeps the state of the previous note; default 0"),
    ])
    .source("Manual: fofilter; pole radii measured on the reference");

/// A pair of complex poles with zeros at 0 Hz and half the sample rate.
#[derive(Clone, Copy, Default)]
struct Resonator {
    c1: f64,
    c2: f64,
    w: [f64; 2],
}

impl Resonator {
    fn tune(&mut self, angle: f64, samples: f64) {
        let radius = math::pow(10.0, (math::sin(angle) - 3.0) / samples);
        (self.c1, self.c2) = (2.0 * radius * math::cos(angle), radius * radius);
    }

    #[inline(always)]
    fn next(&mut self, x: f64) -> f64 {
        let [w1, w2] = self.w;
        let w = x + self.c1 * w1 - self.c2 * w2;
        self.w = [w, w1];
        w - w2
    }
}

#[derive(Default)]
struct Fofilter {
    settings: [f64; 3],
    decay: Resonator,
    rise: Resonator,
}

impl Ugen for Fofilter {
    const SEAMLESS: Option<&'static [usize]> = Some(&[1, 2, 3]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.settings = [f64::NAN; 3];
        if cx.k(4) == 0.0 {
            (self.decay.w, self.rise.w) = ([0.0; 2], [0.0; 2]);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, inputs, sr) = (io.x(0), [io.x(1), io.x(2), io.x(3)], io.clock.sr);
        for (n, out) in io.out(0).iter().enumerate() {
            let settings = inputs.map(|s| s.at(n));
            if settings != self.settings {
                self.settings = settings;
                let [frequency, rise, decay] = settings;
                let angle = frequency * (TAU / sr);
                self.decay.tune(angle, decay * sr);
                self.rise.tune(angle, rise * sr);
            }
            out.set(self.decay.next(x.at(n)) - self.rise.next(x.at(n)));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn rises_and_decays() {
        let mut bench = Bench::new(&FOFILTER, 0);
        bench.audio_in(0, |n| if n == 0 { 1.0 } else { 0.0 });
        for (i, x) in [(1, 1000.0), (2, 0.005), (3, 0.05)] {
            bench.set(i, x);
        }
        let out = bench.render(8820);
        let peak = |from: usize, to: usize| out[from..to].iter().fold(0.0f64, |m, y| m.max(y.abs()));
        assert!(peak(0, 20) < peak(80, 400) && peak(8000, 8820) < 0.01 * peak(80, 400));
    }
}
