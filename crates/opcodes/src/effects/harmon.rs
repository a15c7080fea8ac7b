//! `harmon`: follows the pitch of a signal and adds two voices made of its periods.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::TAU;

/// Definition of `harmon`.
pub static HARMON: OpDef = OpDef::new("harmon", "Two voices at other pitches than a signal.").quiet_init()
    .sigs(&[sig("a", "akkkkiii", Make::Unit(unit::<Harmon>))])
    .outs(&[port("ares", "the voices, without the signal")])
    .ins(&[
        port("asig", "signal to harmonise"),
        port("kestfrq", "about its frequency, in Hz"),
        port("kmaxvar", "how far the frequency may be from that, as a ratio such as 0.1"),
        port("kgenfreq1", "pitch of the first voice"),
        port("kgenfreq2", "pitch of the second voice"),
        port("imode", "0 pitches are ratios to the signal's, nonzero they are Hz"),
        port("iminfrq", "lowest frequency of the signal, from 64"),
        port("iprd", "seconds from one analysis to the next"),
    ])
    .source("Manual: harmon; the analysis and the windows of pulses measured on the reference")
    .differences(&[
        "a note in the memory of an earlier one with pitches as ratios sounds at once; in the reference its voices \
         stand still until the period changes",
    ]);

/// A turn of a voice's phase.
const TURN: f64 = 65536.0;
/// Pulses that sound at a time.
const SOUNDING: usize = 3;

/// How a period fades in and out.
#[derive(Clone, Copy, Default)]
struct Window {
    rise: f64,
    fall: f64,
    risen: i64,
    falling: i64,
    end: i64,
}

#[derive(Clone, Copy, Default)]
struct Pulse {
    from: isize,
    count: i64,
    gain: f64,
    window: Window,
}

impl Pulse {
    /// Its next sample; none once it is over.
    fn next(&mut self, past: &[f64]) -> Option<f64> {
        let w = &self.window;
        self.count += 1;
        if self.count > w.end && self.count >= w.risen {
            return None;
        }
        let x = at(past, self.from);
        self.from += 1;
        Some(if self.count < w.risen {
            let y = x * self.gain;
            self.gain += w.rise;
            y
        } else if self.count <= w.falling {
            x
        } else {
            let y = x * self.gain;
            self.gain -= w.fall;
            y
        })
    }
}

fn at(samples: &[f64], i: isize) -> f64 {
    usize::try_from(i).ok().and_then(|i| samples.get(i)).copied().unwrap_or(0.0)
}

#[derive(Default)]
struct Harmon {
    /// The last samples and their smoothed positive halves, written twice each.
    past: Vec<f64>,
    smooth: Vec<f64>,
    at: usize,
    level: f64,
    /// Share of the last level in the next.
    keep: f64,
    estimate: f64,
    estimated_period: f64,
    variation: f64,
    shortest: isize,
    longest: isize,
    limit: isize,
    /// Lowest frequency for which there is room.
    lowest: f64,
    /// k-cycles between analyses, and until the next.
    every: i64,
    wait: i64,
    period: isize,
    in_hertz: bool,
    /// Phase per sample of a voice at pitch 1.
    per_pitch: f64,
    window: Window,
    pulses: [Option<Pulse>; SOUNDING],
    phases: [i32; 2],
}

impl Harmon {
    fn follow_estimate(&mut self, estimate: f64, variation: f64, sr: f64) {
        if estimate != self.estimate && estimate != 0.0 {
            let b = 2.0 - math::cos(estimate * TAU / sr);
            self.keep = b - (b * b - 1.0).sqrt();
            self.estimated_period = sr / estimate;
            (self.estimate, self.variation) = (estimate, 0.0);
        }
        if variation != self.variation {
            self.shortest = (self.estimated_period / (1.0 + variation)) as isize;
            self.longest = ((self.estimated_period * (1.0 + variation)) as isize).min(self.limit);
            self.variation = variation;
        }
    }

    /// Mean product of the past around a point with itself, `distance` later.
    fn likeness(&self, middle: isize, distance: isize) -> f64 {
        let step = 1.0 / distance as f64;
        let (mut sum, mut weight) = (0.0, 1.0);
        for n in 0..distance {
            let (before, after) = (middle - 1 - n, middle + n);
            sum += weight
                * (at(&self.past, before) * at(&self.past, before + distance)
                    + at(&self.past, after) * at(&self.past, after + distance));
            weight -= step;
        }
        sum * step
    }

    fn analyse(&mut self, end: isize) {
        let middle = end - 2 * self.longest;
        let (mut best, mut period) = (0.0, self.shortest);
        for distance in self.shortest..self.longest {
            let likeness = self.likeness(middle, distance);
            if likeness > best {
                (best, period) = (likeness, distance);
            }
        }
        if period == self.period {
            return;
        }
        self.period = period;
        if !self.in_hertz {
            self.per_pitch = TURN / period as f64;
        }
        let (risen, falling) = ((period as f64 * 0.2) as i64, (period as f64 * 0.8) as i64);
        let end = period as i64;
        let (rise, fall) = (1.0 / risen as f64, 1.0 / (end - falling) as f64);
        self.window = Window { rise, fall, risen, falling, end };
    }

    /// Where a period begins: at the smoothed signal's lowest place.
    fn pulse_start(&self, end: isize, len: isize) -> isize {
        let (mut lowest, mut start) = (f64::INFINITY, end - 2 * self.period);
        for i in end - self.period..end {
            let sum = at(&self.smooth, i - self.period) + at(&self.smooth, i);
            if sum < lowest {
                (lowest, start) = (sum, i - self.period);
            }
        }
        while start + len > end {
            start -= self.period;
        }
        start
    }
}

impl Ugen for Harmon {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let lowest = cx.k(6);
        if lowest.is_nan() || lowest < 64.0 {
            return Err("minimum frequency too low".into());
        }
        let (sr, kr, ksmps) = (cx.clock.sr, cx.clock.kr, cx.clock.ksmps);
        // In the memory of an earlier note the past is what that has heard, unless it is too short (measured).
        if self.past.is_empty() || lowest < self.lowest {
            let half = ((kr * 3.0 / lowest) as usize + 1) * ksmps;
            self.past = vec![0.0; 2 * half];
            self.smooth = vec![0.0; 2 * half];
            self.limit = (sr / lowest) as isize;
            self.lowest = lowest;
        }
        cx.world.ask_memory(self.past.len() * 16, "harmon")?;
        self.every = ((cx.k(7) * kr) as i64).max(1);
        self.wait = 1;
        self.in_hertz = cx.k(5) != 0.0;
        self.per_pitch = TURN / if self.in_hertz || self.period == 0 { sr } else { self.period as f64 };
        (self.at, self.level, self.estimate) = (0, 0.0, 0.0);
        self.pulses = Default::default();
        self.phases = [0; 2];
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, len) = (io.x(0), io.samples_len());
        self.follow_estimate(io.k(1), io.k(2), io.clock.sr);
        let half = self.past.len() / 2;
        let mut level = self.level;
        for n in 0..len {
            let x = x.at(n);
            level = (1.0 - self.keep) * x.max(0.0) + self.keep * level;
            for i in [self.at + n, self.at + n + half] {
                if i < self.past.len() {
                    (self.past[i], self.smooth[i]) = (x, level);
                }
            }
        }
        let end = (self.at + half + len) as isize;
        self.wait -= 1;
        if self.wait == 0 {
            self.wait = self.every;
            self.analyse(end);
        }
        if self.period <= 0 {
            for out in io.out(0) {
                out.set(0.0);
            }
            return Ok(());
        }
        let start = self.pulse_start(end, len as isize);
        let steps = [3, 4].map(|i| (io.k(i) * self.per_pitch) as i32);
        for out in io.out(0) {
            let mut sum = 0.0;
            for slot in &mut self.pulses {
                if let Some(pulse) = slot {
                    match pulse.next(&self.past) {
                        Some(y) => sum += y,
                        None => *slot = None,
                    }
                }
            }
            for (phase, step) in self.phases.iter_mut().zip(steps) {
                *phase = phase.wrapping_add(step);
                if *phase & !0xFFFF != 0 {
                    *phase &= 0xFFFF;
                    if let Some(free) = self.pulses.iter_mut().find(|p| p.is_none()) {
                        let window = self.window;
                        *free = Some(Pulse { from: start, count: 0, gain: window.rise, window });
                    }
                }
            }
            out.set(sum);
        }
        self.level = level;
        self.at += len;
        if self.at >= half {
            self.at = 0;
            for pulse in self.pulses.iter_mut().flatten() {
                pulse.from -= half as isize;
            }
        }
        Ok(())
    }
}
