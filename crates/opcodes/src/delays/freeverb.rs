//! `freeverb`: Jezar's stereo reverberation.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

/// Definition of `freeverb`.
pub static FREEVERB: OpDef =
    OpDef::new("freeverb", "Stereo reverberation of eight combs and four all-passes.")
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
struct Ring {
    samples: Vec<f64>,
    at: usize,
    low: f64,
}

impl Ring {
    fn new(delay: f64, rate: f64) -> Self {
        let len = ((delay / 44100.0 * rate + 0.5) as usize).max(1);
        Self { samples: vec![0.0; len], at: 0, low: 0.0 }
    }

    /// The oldest sample, which `f` may replace.
    #[inline(always)]
    fn turn(&mut self, f: impl FnOnce(f64, &mut f64) -> f64) -> f64 {
        let mut old = 0.0;
        if let Some(slot) = self.samples.get_mut(self.at) {
            old = *slot;
            *slot = f(old, &mut self.low);
        }
        self.at += 1;
        if self.at >= self.samples.len() {
            self.at = 0;
        }
        old
    }
}

#[derive(Default)]
struct Channel {
    combs: Vec<Ring>,
    all_passes: Vec<Ring>,
}

impl Channel {
    fn new(spread: f64, rate: f64) -> Self {
        Self {
            combs: COMBS.iter().map(|d| Ring::new(d + spread, rate)).collect(),
            all_passes: ALL_PASSES.iter().map(|d| Ring::new(d + spread, rate)).collect(),
        }
    }

    #[inline(always)]
    fn run(&mut self, x: f64, feedback: f64, damping: f64) -> f64 {
        let mut y = 0.0;
        for comb in &mut self.combs {
            y += comb.turn(|old, low| {
                *low = *low * damping + old * (1.0 - damping);
                *low * feedback + x
            });
        }
        for pass in &mut self.all_passes {
            y = pass.turn(|old, _| old * 0.5 + y) - y;
        }
        y * GAIN
    }
}

#[derive(Default)]
struct Freeverb {
    channels: [Channel; 2],
    rate: f64,
    damping_seen: f64,
    damping: f64,
    bend: f64,
}

impl Ugen for Freeverb {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let given = cx.k(4);
        let rate = if given >= 1000.0 { given } else { 44100.0 };
        cx.world.ask_memory((rate * 4.0) as usize, "freeverb")?;
        if rate == self.rate && cx.k(5) != 0.0 {
            return Ok(());
        }
        self.rate = rate;
        self.channels = [Channel::new(0.0, rate), Channel::new(SPREAD, rate)];
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
        let (left, right, damping) = (io.x(0), io.x(1), self.damping);
        let [a, b] = &mut self.channels;
        for (n, (out_left, out_right)) in io.out(0).iter().zip(io.out(1)).enumerate() {
            let (x, y) = (left.at(n), right.at(n));
            out_left.set(a.run(x, feedback, damping));
            out_right.set(b.run(y, feedback, damping));
        }
        Ok(())
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
