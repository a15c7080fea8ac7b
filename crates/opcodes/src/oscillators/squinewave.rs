//! `squinewave`: a wave between sine, square, pulse and sawtooth, and its own hard sync.
//!
//! A period of phase, 0 to 2, has four parts: a fall along half a cosine, rest at -1, a rise, rest at 1.
//! `clip` shortens fall and rise, `skew` moves the middle; neither gets shorter than a least sweep.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::signal::Signal;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::PI;

/// Definition of `squinewave`.
pub static SQUINEWAVE: OpDef =
    OpDef::new("squinewave", "Sine, square, pulse and sawtooth in one, with hard sync.")
        .quiet_init()
        .sigs(
            &const {
                let make = Make::Unit(unit::<Squinewave>);
                [sig("am", "aaaaoj", make), sig("am", "aaaOoj", make)]
            },
        )
        .outs(&[
            port("aout", "signal, -1 to 1"),
            port("asyncout", "1 in the sample in which a period begins, else 0"),
        ])
        .ins(&[
            port("acps", "frequency in Hz; below 0 counts as 0"),
            port("aclip", "0 sine to 1 square"),
            port("askew", "symmetry, -1 to 1; 0 is symmetric"),
            port("asyncin", "hard sync: a period ends quickly from a sample of at least 1; default 0"),
            port(
                "iminsweep",
                "shortest fall or rise in samples, 4 to sr/100; else sr/3000, at least 8; default 0",
            ),
            port(
                "iphase",
                "start phase, 0 to 2; negative keeps that of the previous note, 1.25 at first; default -1",
            ),
        ])
        .source("Manual: squinewave (R. Hollis)");

#[derive(Default)]
struct Squinewave {
    phase: f64,
    /// Phase of the cosine, 0 to 2.
    warped: f64,
    /// Phase of the speeding up while a period is cut short, and its step; 0 where none is.
    hurry: f64,
    hurry_step: f64,
    least_sweep: f64,
    /// Where to start; `None` once started.
    start: Option<f64>,
}

/// Lengths of the parts of a period for the shape of a sample.
struct Shape {
    step: f64,
    middle: f64,
    fall: f64,
    rise: f64,
}

impl Shape {
    #[inline]
    fn new(step: f64, clip: f64, skew: f64, least_sweep: f64) -> Self {
        let least = step * least_sweep;
        let clip = 1.0 - clip.clamp(0.0, 1.0);
        // Not `clamp`, whose bounds may cross at high frequencies.
        let skew = 1.0 - skew.clamp(-1.0, 1.0);
        let middle = if skew < least {
            least
        } else if skew > 2.0 - least {
            2.0 - least
        } else {
            skew
        };
        Self { step, middle, fall: (clip * middle).max(least), rise: (clip * (2.0 - middle)).max(least) }
    }
}

impl Squinewave {
    /// Sets phase and cosine to a start of 0 to 2, a quarter for each part of the period.
    fn begin(&mut self, start: f64, shape: &Shape) {
        let start = match start {
            x if x < 0.0 => 1.25,
            x if x > 2.0 => math::fmod(x, 2.0),
            x => x,
        };
        let Shape { middle, fall, rise, .. } = *shape;
        (self.phase, self.warped) = match start {
            x if x < 0.5 => (fall * (x * 2.0), x * 2.0),
            x if x < 1.0 => (fall + (middle - fall) * ((x - 0.5) * 2.0), 1.0),
            x if x < 1.5 => (middle + rise * ((x - 1.0) * 2.0), 1.0 + (x - 1.0) * 2.0),
            x => (middle + rise + (2.0 - (middle + rise)) * ((x - 1.5) * 2.0), 2.0),
        };
    }

    /// Begins to cut the period short.
    fn sync(&mut self, frequency: f64) {
        if self.hurry != 0.0 {
            return;
        }
        if self.warped == 2.0 {
            self.phase = 2.0;
        } else if frequency <= self.greatest_warped(1.0) {
            self.hurry_step = PI / self.least_sweep;
            self.hurry = self.hurry_step * 0.5;
        }
    }

    /// Frequency up to which there is a shape at all, for the sample rate.
    fn greatest_warped(&self, sr: f64) -> f64 {
        sr / (2.0 * self.least_sweep)
    }

    /// Moves the cosine through a sweep of length `sweep` towards `end` (1 or 2); `rest` is the length of
    /// the part after it, `next` that of the sweep after that.
    #[inline]
    fn sweep(&mut self, step: f64, sweep: f64, end: f64, middle: f64, rest: f64, next: f64) {
        self.warped += (step / sweep).min(1.0 / self.least_sweep);
        if self.warped > end {
            // The cosine decides where the wave is.
            let over = (self.warped - end) * sweep;
            self.phase = middle - rest + over - step;
            self.warped = if rest >= over { end } else { end + (over - rest) / next };
        }
    }

    /// The sample of a shaped wave.
    #[inline]
    fn shaped(&mut self, shape: &Shape) -> f64 {
        let Shape { step, middle, fall, rise } = *shape;
        if self.warped < 1.0 {
            let y = math::cos(PI * self.warped);
            self.sweep(step, fall, 1.0, middle, middle - fall, rise);
            y
        } else if self.warped == 1.0 && self.phase < middle {
            -1.0
        } else if self.warped < 2.0 {
            if self.warped == 1.0 {
                let over = (self.phase - middle).min(step);
                self.warped = 1.0 + (over / rise).min(1.0 / self.least_sweep);
            }
            let y = math::cos(PI * self.warped);
            self.sweep(step, rise, 2.0, 2.0, 2.0 - (middle + rise), fall);
            y
        } else {
            self.warped = 2.0;
            1.0
        }
    }
}

/// The first sample from `n` on in which `sync` is at least 1.
fn next_sync(sync: &Signal<'_>, n: usize, len: usize) -> Option<usize> {
    if sync.is_audio() { (n..len).find(|&i| sync.at(i) >= 1.0) } else { None }
}

impl Ugen for Squinewave {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let (sr, least, start) = (cx.clock.sr, cx.k(4), cx.k(5));
        if start >= 0.0 || self.least_sweep <= 1.0 {
            self.start = Some(start);
        }
        self.least_sweep = least;
        if !(4.0..=sr * 0.01).contains(&least) {
            self.least_sweep = (sr / 3000.0).max(8.0).min(sr * 0.01).trunc().max(1.0);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (cps, clip, skew, sync) = (io.x(0), io.x(1), io.x(2), io.x(3));
        let (sr, len) = (io.clock.sr, io.samples_len());
        let greatest = self.greatest_warped(sr);
        if let Some(start) = self.start.take() {
            let step = 2.0 / sr * cps.at(0).max(0.0);
            let shape = Shape::new(step, clip.at(0), skew.at(0), self.least_sweep);
            self.begin(start, &shape);
        }
        let mut synced = next_sync(&sync, 0, len);
        for (n, out) in io.out(0).iter().enumerate() {
            let mut frequency = cps.at(n).max(0.0);
            let (now_clip, now_skew) = (clip.at(n), skew.at(n));
            if synced == Some(n) {
                self.sync(frequency / sr);
            }
            if self.hurry != 0.0 {
                frequency += 0.5 * (1.0 - math::cos(self.hurry)) * (2.0 * greatest - frequency);
                self.hurry += self.hurry_step;
                if self.hurry > PI {
                    (self.hurry, self.hurry_step) = (PI, 0.0);
                }
            }
            let step = 2.0 / sr * frequency;
            let shape = Shape::new(step, now_clip, now_skew, self.least_sweep);
            if frequency >= greatest {
                // Too high for a shape: a sine.
                out.set(math::cos(PI * self.warped));
                self.phase = self.warped;
                self.warped += step;
            } else {
                out.set(self.shaped(&shape));
            }
            self.phase += step;
            let begins = self.warped >= 2.0 && self.phase >= 2.0;
            if begins {
                if self.hurry != 0.0 {
                    (self.phase, self.warped, self.hurry, self.hurry_step) = (0.0, 0.0, 0.0, 0.0);
                    synced = next_sync(&sync, n + 1, len);
                } else {
                    self.phase -= 2.0;
                    if self.phase > step {
                        self.phase = step * 0.5;
                    }
                    let shaped = (self.phase / shape.fall).min(1.0 / self.least_sweep);
                    self.warped = if frequency < greatest { shaped } else { self.phase };
                }
            }
            if let Some(out) = io.out(1).get(n) {
                out.set(f64::from(u8::from(begins)));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn without_clip_it_is_a_cosine() {
        let mut bench = Bench::new(&SQUINEWAVE, 1);
        bench.audio_in(0, |_| 441.0);
        bench.audio_in(1, |_| 0.0);
        bench.audio_in(2, |_| 0.0);
        bench.set(5, 0.0);
        for (n, y) in bench.render(300).iter().enumerate() {
            assert!((y - math::cos(std::f64::consts::TAU * n as f64 / 100.0)).abs() < 1e-9, "{n}");
        }
    }
}
