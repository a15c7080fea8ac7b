//! `reverb`: natural room reverberation after Schroeder.

use super::comb::LOG_THOUSANDTH;
use super::ring::{BLOCK, Ring};
use crate::lookup::nearest;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

/// Definition of `reverb`.
pub static REVERB: OpDef = OpDef::new("reverb", "Reverberation of four combs and two all-passes.")
    .quiet_init()
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
    ring: Ring,
    factor: f64,
}

#[derive(Default)]
struct Reverb {
    lines: [Line; 6],
    reverb_time: f64,
}

impl Ugen for Reverb {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(2) != 0.0 && !self.lines[0].ring.is_empty() {
            return Ok(());
        }
        for (line, time) in self.lines.iter_mut().zip(TIMES) {
            let len = nearest(time * cx.clock.sr).max(1) as usize;
            cx.world.ask_memory(len * 8, "reverb")?;
            line.ring = Ring::new(len);
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
        let (combs, all_passes) = self.lines.split_at_mut(4);
        for (out, x) in io.out(0).chunks(BLOCK).zip(io.a(0).chunks(BLOCK)) {
            let mut y = [0.0; BLOCK];
            for line in combs.iter_mut() {
                let factor = line.factor;
                line.ring.run(x.len(), |n, slot| {
                    y[n] += *slot;
                    *slot = factor * *slot + x[n].get();
                });
            }
            for line in all_passes.iter_mut() {
                let factor = line.factor;
                line.ring.run(x.len(), |n, slot| {
                    let old = *slot;
                    *slot = factor * old + y[n];
                    y[n] = old - factor * *slot;
                });
            }
            out.iter().zip(y).for_each(|(out, y)| out.set(y));
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
