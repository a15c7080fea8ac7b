//! `pitchamdf`: pitch by the average magnitude difference function.

use crate::filters::middle;
use crate::lookup::{nearest, truncated};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `pitchamdf`.
pub static PITCHAMDF: OpDef =
    OpDef::new("pitchamdf", "Tracks a pitch by the average magnitude difference function.")
        .quiet_init()
        .sigs(&[sig("kk", "aiioppoo", Make::Unit(unit::<Pitchamdf>))])
        .outs(&[port("kcps", "estimated frequency in Hz"), port("krms", "root mean square of a period")])
        .ins(&[
            port("asig", "signal"),
            port("imincps", "lowest frequency in Hz"),
            port("imaxcps", "highest frequency in Hz"),
            port("icps", "first estimate in Hz; default 0 is the middle of the range"),
            port("imedi", "half the length of the median filter of the estimates; default 1, 0 is none"),
            port("idowns", "downsampling; -2 and below is upsampling; default 1"),
            port("iexcps", "how often the estimate is made, in Hz; default 0 is imincps"),
            port("irmsmedi", "half the length of the median filter of krms; default 0 is none"),
        ])
        .source("Manual: pitchamdf; Ross et al. 1974");

/// A median filter whose output is as late as half its length.
#[derive(Default)]
struct Smoother {
    values: Vec<f64>,
    scratch: Vec<f64>,
    medians: Vec<f64>,
    at: usize,
}

impl Smoother {
    fn prepare(&mut self, half: f64) {
        let len = if half < 1.0 { 0 } else { nearest(half).clamp(0, 1 << 16) as usize * 2 + 1 };
        for ring in [&mut self.values, &mut self.scratch, &mut self.medians] {
            ring.clear();
            ring.resize(len, 0.0);
        }
        self.at = 0;
    }

    fn next(&mut self, value: f64) -> f64 {
        let len = self.values.len();
        if len == 0 {
            return value;
        }
        self.values[self.at] = value;
        self.scratch.copy_from_slice(&self.values);
        self.medians[self.at] = middle(&mut self.scratch);
        let result = self.medians[(self.at + len / 2 + 1) % len];
        self.at = (self.at + 1) % len;
        result
    }
}

#[derive(Default)]
struct Pitchamdf {
    rate: f64,
    /// Samples of the input per sample of the buffer, or the other way round.
    down: usize,
    up: usize,
    shortest: usize,
    longest: usize,
    /// Samples that are compared; the buffer is longer by the longest period.
    size: usize,
    buffer: Vec<f64>,
    at: usize,
    /// Next sample of the input that counts.
    next: usize,
    last: f64,
    period: usize,
    periods: Smoother,
    levels: Smoother,
}

impl Pitchamdf {
    fn push(&mut self, x: f64) {
        self.buffer[self.at] = x;
        self.at += 1;
        if self.at == self.size {
            self.estimate();
        }
    }

    /// The period whose samples differ least from those before.
    fn estimate(&mut self) {
        let (mut least, mut best) = (f64::INFINITY, self.shortest);
        for period in self.shortest..=self.longest {
            let later = &self.buffer[period..];
            let sum: f64 = self.buffer[..self.size].iter().zip(later).map(|(a, b)| (b - a).abs()).sum();
            if sum < least {
                (least, best) = (sum, period);
            }
        }
        self.buffer.copy_within(self.size - self.longest..self.size, 0);
        self.at = self.longest;
        self.period = self.periods.next(best as f64) as usize;
    }

    /// Root mean square of the last period.
    fn level(&self) -> f64 {
        if self.period == 0 {
            return 0.0;
        }
        let first = (self.at + self.size).saturating_sub(self.period) % self.size;
        let sum: f64 = self.buffer.iter().skip(first).take(self.period).map(|x| x * x).sum();
        (sum / self.period as f64).sqrt()
    }
}

impl Ugen for Pitchamdf {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let (sr, ksmps, downs) = (cx.clock.sr, cx.clock.ksmps, cx.k(5));
        if downs < -1.9 {
            (self.down, self.up) = (0, nearest(-downs).clamp(2, 1 << 10) as usize);
            self.rate = sr * self.up as f64;
        } else {
            (self.down, self.up) = (nearest(downs).max(1) as usize, 0);
            self.rate = sr / self.down as f64;
        }
        let shortest = truncated(self.rate / cx.k(2));
        let longest = truncated(0.5 + self.rate / cx.k(1));
        if longest <= shortest || shortest < 0 {
            return Err("pitchamdf: maxcps must be > mincps !".into());
        }
        (self.shortest, self.longest) = (shortest as usize, longest as usize);
        let mut interval =
            if cx.k(6) < 1.0 { self.longest } else { truncated(self.rate / cx.k(6)).max(0) as usize };
        if interval < ksmps {
            interval = ksmps.checked_div(self.down).unwrap_or(ksmps * self.up);
        }
        let interval = interval.max(1);
        self.size = self.longest + interval;
        let points = (2 * self.longest + 2 * interval + 2) + self.size;
        cx.world.ask_memory(points.saturating_mul(8), "pitchamdf")?;
        self.buffer.clear();
        self.buffer.resize(points, 0.0);
        (self.at, self.next, self.last) = (0, 0, 0.0);
        self.period = if cx.k(3) < 1.0 {
            (self.shortest + self.longest) / 2
        } else {
            (truncated(self.rate / cx.k(3)).max(0) as usize).min(points)
        };
        self.periods.prepare(cx.k(4));
        self.levels.prepare(cx.k(7));
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, len) = (io.x(0), io.samples_len());
        while self.next < len {
            let sample = x.at(self.next);
            if self.up > 0 {
                // The reference starts each ramp from the new sample instead of the old one.
                let step = (sample - self.last) / self.up as f64;
                self.last = sample;
                let mut y = sample;
                for _ in 0..self.up {
                    y += step;
                    self.push(y);
                }
                self.next += 1;
            } else {
                self.push(sample);
                self.next += self.down;
            }
        }
        self.next -= len.min(self.next);
        let level = self.level();
        io.set(0, if self.period == 0 { 0.0 } else { self.rate / self.period as f64 });
        io.set(1, self.levels.next(level));
        Ok(())
    }
}
