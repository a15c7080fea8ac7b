//! `freeverb`: Jezar's stereo reverberation.

use super::ring::{BLOCK, Ring};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

/// Definition of `freeverb`.
pub static FREEVERB: OpDef =
    OpDef::new("freeverb", "Stereo reverberation of eight combs and four all-passes.")
        .quiet_init()
        .sigs(&[sig("aa", "aakkjo", Make::Unit(unit::<Freeverb>))])
        .outs(&[port("aoutL", "left reverberation"), port("aoutR", "right reverberation")])
        .ins(&[
            port("ainL", "left signal"),
            port("ainR", "right signal"),
            port("kRoomSize", "length of the reverberation, 0 to 1"),
            port("kHFDamp", "damping of high frequencies, 0 to 1"),
            port("iSRate", "sample rate that the delays are for; default 44100"),
            port("iSkip", "nonzero keeps the content of the previous note; default 0"),
        ])
        .source("Freeverb by Jezar at Dreampoint (public domain); manual: freeverb");

/// Delays in samples at 44100 Hz, left channel; the right one has 23 more.
const COMBS: [f64; 8] = [1116.0, 1188.0, 1277.0, 1356.0, 1422.0, 1491.0, 1557.0, 1617.0];
const ALL_PASSES: [f64; 4] = [556.0, 441.0, 341.0, 225.0];
const SPREAD: f64 = 23.0;
const GAIN: f64 = 0.015;

#[derive(Default)]
struct Comb {
    ring: Ring,
    low: f64,
}

/// A ring for the left channel and one for the right.
fn rings(delay: f64, rate: f64) -> [Ring; 2] {
    [delay, delay + SPREAD].map(|delay| Ring::new(((delay / 44100.0 * rate + 0.5) as usize).max(1)))
}

#[derive(Default)]
struct Freeverb {
    /// Left and right.
    combs: [[Comb; 2]; 8],
    all_passes: [[Ring; 2]; 4],
    rate: f64,
    damping_seen: f64,
    damping: f64,
    bend: f64,
}

impl Ugen for Freeverb {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let given = cx.k(4);
        let rate = if given >= 1000.0 { given } else { 44100.0 };
        cx.world.ask_memory((rate * 4.0) as usize, "freeverb")?;
        if rate == self.rate && cx.k(5) != 0.0 {
            return Ok(());
        }
        self.rate = rate;
        self.combs = COMBS.map(|delay| rings(delay, rate).map(|ring| Comb { ring, low: 0.0 }));
        self.all_passes = ALL_PASSES.map(|delay| rings(delay, rate));
        self.damping_seen = -1.0;
        self.bend = if given >= 1000.0 { math::pow(44100.0 / given, 0.8) } else { 1.0 };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let feedback = io.k(2) * 0.28 + 0.7;
        if io.k(3) != self.damping_seen {
            self.damping_seen = io.k(3);
            let damping = self.damping_seen * 0.4;
            self.damping = if self.bend == 1.0 { damping } else { math::pow(damping, self.bend) };
        }
        let damping = self.damping;
        let (inputs, outs) = ([io.a(0), io.a(1)], [io.out(0), io.out(1)]);
        for start in (0..io.samples_len()).step_by(BLOCK) {
            let len = BLOCK.min(io.samples_len() - start);
            let mut x = [[0.0; BLOCK]; 2];
            for (x, input) in x.iter_mut().zip(inputs) {
                x.iter_mut().zip(input.iter().skip(start)).for_each(|(x, input)| *x = input.get());
            }
            let y = self.run(len, &x, feedback, damping);
            for (y, out) in y.iter().zip(outs) {
                y.iter().zip(out.iter().skip(start)).for_each(|(y, out)| out.set(y * GAIN));
            }
        }
        Ok(())
    }
}

impl Freeverb {
    #[inline(always)]
    fn run(&mut self, len: usize, x: &[[f64; BLOCK]; 2], feedback: f64, damping: f64) -> [[f64; BLOCK]; 2] {
        let mut y = [[0.0; BLOCK]; 2];
        for [a, b] in &mut self.combs {
            let mut low = [a.low, b.low];
            Ring::run_both(&mut a.ring, &mut b.ring, len, |n, slots| {
                for (c, slot) in slots.into_iter().enumerate() {
                    y[c][n] += *slot;
                    low[c] = low[c] * damping + *slot * (1.0 - damping);
                    *slot = low[c] * feedback + x[c][n];
                }
            });
            [a.low, b.low] = low;
        }
        for [a, b] in &mut self.all_passes {
            Ring::run_both(a, b, len, |n, slots| {
                for (y, slot) in y.iter_mut().zip(slots) {
                    let old = *slot;
                    *slot = old * 0.5 + y[n];
                    y[n] = old - y[n];
                }
            });
        }
        y
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn first_echo_comes_after_the_shortest_comb() {
        let mut bench = Bench::new(&FREEVERB, 0);
        bench.audio_in(0, |n| if n == 0 { 1.0 } else { 0.0 });
        bench.set(4, -1.0);
        let out = bench.render(2000);
        let first = out.iter().position(|&y| y != 0.0);
        assert_eq!(first, Some(1116));
    }
}
