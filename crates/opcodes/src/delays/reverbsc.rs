//! `reverbsc`: stereo reverberation of eight delay lines in a feedback network.

use crate::lookup::truncated;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::TAU;

/// Definition of `reverbsc`.
pub static REVERBSC: OpDef = OpDef::new("reverbsc", "Stereo feedback-delay-network reverberation.")
    .quiet_init()
    .sigs(&[sig("aa", "aakkjpo", Make::Unit(unit::<Reverbsc>))])
    .outs(&[port("aoutL", "left reverberation"), port("aoutR", "right reverberation")])
    .ins(&[
        port("ainL", "left signal"),
        port("ainR", "right signal"),
        port("kfblvl", "feedback, 0 to 1; 0.6 small, 0.9 large"),
        port("kfco", "cutoff of the damping in Hz, 0 to sr/2"),
        port("israte", "assumed sample rate, 5000 to 1000000; default sr"),
        port("ipitchm", "depth of the random change of the delays, 0 to 20; default 1"),
        port("iskip", "nonzero keeps the content of the previous note; default 0"),
    ])
    .source("Sean Costello's network; manual: reverbsc; delays and seeds measured on the reference");

/// Delay in samples at 44100 Hz, random depth in seconds, random changes per second, and seed.
const LINES: [(f64, f64, f64, i32); 8] = [
    (2473.0, 0.0010, 3.100, 1966),
    (2767.0, 0.0011, 3.500, 29491),
    (3217.0, 0.0017, 1.110, 22937),
    (3557.0, 0.0006, 3.973, 9830),
    (3907.0, 0.0010, 2.341, 20643),
    (4127.0, 0.0011, 1.897, 22937),
    (2143.0, 0.0017, 0.891, 29491),
    (1933.0, 0.0006, 3.221, 14417),
];

/// One sample in units of the read position's fraction.
const ONE: i32 = 1 << 28;
const GAIN: f64 = 0.35;
const MIX: f64 = 0.25;

#[derive(Default)]
struct Line {
    samples: Vec<f64>,
    write: usize,
    read: usize,
    fraction: i32,
    step: i32,
    seed: i32,
    /// Samples until the next random delay.
    left: i32,
    low: f64,
}

impl Line {
    fn start(&mut self, n: usize, sr: f64, depth: f64) {
        let (delay, spread, _, seed) = LINES[n];
        let delay = delay / 44100.0;
        let len = truncated((delay + spread * depth * 1.125) * sr + 16.5).max(4) as usize;
        self.samples.clear();
        self.samples.resize(len, 0.0);
        self.write = 0;
        self.seed = seed;
        let start = len as f64 - (delay + f64::from(seed) * spread / 32768.0 * depth) * sr;
        self.read = start.max(0.0) as usize;
        self.fraction = ((start - self.read as f64) * f64::from(ONE) + 0.5) as i32;
        self.aim(n, sr, depth);
        self.low = 0.0;
    }

    /// Heads for the next random delay.
    #[cold]
    fn aim(&mut self, n: usize, sr: f64, depth: f64) {
        let (delay, spread, rate, _) = LINES[n];
        self.seed = i32::from((self.seed as i16).wrapping_mul(15625).wrapping_add(1));
        self.left = (sr / rate + 0.5) as i32;
        let mut now = self.write as f64 - (self.read as f64 + f64::from(self.fraction) / f64::from(ONE));
        while now < 0.0 {
            now += self.samples.len() as f64;
        }
        let now = now / sr;
        let next = delay / 44100.0 + f64::from(self.seed) * spread / 32768.0 * depth;
        let speed = (now - next) / f64::from(self.left) * sr + 1.0;
        self.step = (speed * f64::from(ONE) + 0.5) as i32;
    }

    /// Writes a sample and reads between four.
    #[inline(always)]
    fn run(&mut self, x: f64) -> f64 {
        let len = self.samples.len();
        if let Some(sample) = self.samples.get_mut(self.write) {
            *sample = x;
        }
        self.write = if self.write + 1 >= len { 0 } else { self.write + 1 };
        if self.fraction >= ONE {
            self.read += (self.fraction >> 28) as usize;
            self.fraction &= ONE - 1;
        }
        if self.read >= len {
            self.read -= len;
        }
        let f = f64::from(self.fraction) * (1.0 / f64::from(ONE));
        let z = (f * f - 1.0) * (1.0 / 6.0);
        let half = (f + 1.0) * 0.5;
        let triple = 3.0 * z;
        let read = self.read;
        let [before, now, next, last] = match self.samples.get(read.wrapping_sub(1)..read + 3) {
            Some(four) => [four[0], four[1], four[2], four[3]],
            None => [len.wrapping_sub(1), 0, 1, 2].map(|ahead| {
                let i = read.wrapping_add(ahead);
                self.samples.get(if i >= len { i - len } else { i }).copied().unwrap_or(0.0)
            }),
        };
        let sum = (half - 1.0 - z) * before + (triple - f) * now + (half - triple) * next + z * last;
        self.fraction = self.fraction.wrapping_add(self.step);
        sum * f + now
    }
}

#[derive(Default)]
struct Reverbsc {
    lines: [Line; 8],
    rate: f64,
    depth: f64,
    cutoff: f64,
    damping: f64,
}

impl Ugen for Reverbsc {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let rate = if cx.k(4) <= 0.0 { cx.clock.sr } else { cx.k(4) };
        if !(5000.0..=1_000_000.0).contains(&rate) {
            return Err("reverbsc: sample rate is out of range".into());
        }
        let depth = cx.k(5);
        if !(0.0..=20.0).contains(&depth) {
            return Err("reverbsc: invalid pitch modulation factor".into());
        }
        if cx.k(6) != 0.0 && rate == self.rate && depth == self.depth {
            return Ok(());
        }
        (self.rate, self.depth) = (rate, depth);
        for (n, line) in self.lines.iter_mut().enumerate() {
            line.start(n, rate, depth);
        }
        (self.damping, self.cutoff) = (1.0, 0.0);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let cutoff = io.k(3);
        if cutoff != self.cutoff {
            self.cutoff = cutoff;
            let b = 2.0 - math::cos(cutoff * TAU / self.rate);
            self.damping = b - (b * b - 1.0).sqrt();
        }
        let (left, right, feedback, damping) = (io.x(0), io.x(1), io.k(2), self.damping);
        for (i, (out_left, out_right)) in io.out(0).iter().zip(io.out(1)).enumerate() {
            let shared = self.lines.iter().fold(0.0, |sum, line| sum + line.low) * MIX;
            let inputs = [shared + left.at(i), shared + right.at(i)];
            let mut sums = [0.0; 2];
            for (n, pair) in self.lines.as_chunks_mut::<2>().0.iter_mut().enumerate() {
                for (side, line) in pair.iter_mut().enumerate() {
                    let y = line.run(inputs[side] - line.low) * feedback;
                    line.low = (line.low - y) * damping + y;
                    sums[side] += line.low;
                    line.left -= 1;
                    if line.left <= 0 {
                        line.aim(2 * n + side, self.rate, self.depth);
                    }
                }
            }
            out_left.set(sums[0] * GAIN);
            out_right.set(sums[1] * GAIN);
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
        let mut bench = Bench::new(&REVERBSC, 0);
        bench.audio_in(0, |n| if n < 50 { 1.0 } else { 0.0 });
        for (i, x) in [(2, 0.6), (3, 10000.0), (4, -1.0), (5, 1.0)] {
            bench.set(i, x);
        }
        let out = bench.render(44100);
        let power = |part: &[f64]| part.iter().map(|y| y * y).sum::<f64>();
        assert!(power(&out[..8000]) > 100.0 * power(&out[36000..44000]) && power(&out[..8000]) > 0.1);
    }
}
