//! `reverb`: natural room reverberation after Schroeder.

use super::comb::LOG_THOUSANDTH;
use crate::lookup::nearest;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

/// Definition of `reverb`.
pub static REVERB: OpDef = OpDef::new("reverb", "Reverberation of four combs and two all-passes.")
    .sigs(&[sig("a", "ako", Make::Unit(unit::<Reverb>))])
    .outs(&[port("ares", "reverberation without the direct sound")])
    .ins(&[
        port("asig", "signal"),
        port("krvt", "seconds in which the sound falls by 60 dB"),
        port("iskip", "nonzero keeps the content of the previous note; default 0"),
    ])
    .source("Schroeder 1962; manual: reverb; loop times measured on the reference");

/// Loop times in seconds of four combs and two all-passes.
const TIMES: [f64; 6] = [0.0297, 0.0371, 0.0411, 0.0437, 0.0050, 0.0017];

#[derive(Default)]
struct Line {
    samples: Vec<f64>,
    at: usize,
    factor: f64,
}

impl Line {
    /// The oldest sample, replaced by `f(oldest)`.
    #[inline(always)]
    fn exchange(&mut self, f: impl FnOnce(f64, f64) -> f64) -> (f64, f64) {
        let factor = self.factor;
        let (mut old, mut new) = (0.0, 0.0);
        if let Some(slot) = self.samples.get_mut(self.at) {
            old = *slot;
            new = f(old, factor);
            *slot = new;
        }
        self.at += 1;
        if self.at >= self.samples.len() {
            self.at = 0;
        }
        (old, new)
    }

    #[inline(always)]
    fn all_pass(&mut self, x: f64) -> f64 {
        let (old, new) = self.exchange(|old, factor| factor * old + x);
        old - self.factor * new
    }
}

#[derive(Default)]
struct Reverb {
    lines: [Line; 6],
    reverb_time: f64,
}

impl Ugen for Reverb {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(2) != 0.0 && !self.lines[0].samples.is_empty() {
            return Ok(());
        }
        for (line, time) in self.lines.iter_mut().zip(TIMES) {
            let len = nearest(time * cx.clock.sr).max(1) as usize;
            cx.world.ask_memory(len * 8, "reverb")?;
            line.samples.clear();
            line.samples.resize(len, 0.0);
            line.at = 0;
        }
        self.reverb_time = 0.0;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let time = io.k(1);
        if time != self.reverb_time {
            self.reverb_time = time;
            let slope = LOG_THOUSANDTH / time;
            for (line, loop_time) in self.lines.iter_mut().zip(TIMES) {
                line.factor = math::exp(slope * loop_time);
            }
        }
        let [a, b, c, d, e, f] = &mut self.lines;
        for (out, x) in io.out(0).iter().zip(io.a(0)) {
            let x = x.get();
            let comb = |line: &mut Line| line.exchange(|old, factor| factor * old + x).0;
            let sum = comb(a) + comb(b) + comb(c) + comb(d);
            out.set(f.all_pass(e.all_pass(sum)));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn dies_away() {
        let mut bench = Bench::new(&REVERB, 0);
        bench.audio_in(0, |n| if n < 100 { 1.0 } else { 0.0 });
        bench.set(1, 0.5);
        let out = bench.render(44100);
        let peak = |part: &[f64]| part.iter().fold(0.0f64, |m, y| m.max(y.abs()));
        let ratio = peak(&out[3000..6000]) / peak(&out[25050..28050]);
        assert!((20.0..5000.0).contains(&ratio), "{ratio}");
    }
}
