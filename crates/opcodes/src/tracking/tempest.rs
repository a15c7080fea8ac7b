//! `tempest`: the tempo of the beats in a control signal.

use crate::lookup::{PHASE_MASK, Wave, power_of_two_table};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::TAU;

/// Definition of `tempest`.
pub static TEMPEST: OpDef = OpDef::new("tempest", "Estimates the tempo of beats in a control signal.")
    .quiet_init()
    .sigs(&[sig("k", "kiiiiiiiiiop", Make::Unit(unit::<Tempest>))])
    .outs(&[port("ktemp", "tempo in beats per minute; 0 until there is one")])
    .ins(&[
        port("kin", "signal, such as the level of a sound"),
        port("iprd", "seconds between two analyses, a k-cycle at least"),
        port("imindur", "shortest duration in seconds that can be a beat, iprd at least"),
        port("imemdur", "seconds of the signal that are remembered, iprd at least"),
        port("ihp", "half-power point in Hz of the low-pass whose output the signal has to exceed"),
        port("ithresh", "output of the low-pass that has to be exceeded"),
        port("ihtim", "half-time in seconds of the masking by earlier sounds, above 0"),
        port("ixfdbak", "factor of what was expected, which is added to the signal"),
        port("istartempo", "tempo to start from in beats per minute, above 0"),
        port("ifn", "table of weights for what is remembered, latest first; its first point is not 0"),
        port("idisprd", "seconds between two displays, which are not made; default 0"),
        port("itweek", "divides the duration of a beat at each new estimate, above 0; default 1"),
    ])
    .source("Manual: tempest (B. Vercoe); constants from the reference");

/// Points that are compared at each beat's distance, the latest one included.
const TERMS: usize = 4;
/// Distances that are tried: durations in units of the present beat from and to which they reach, and how many beats
/// one of them makes.
const GROUPS: [(f64, f64, f64); 5] =
    [(0.30, 0.3667, 3.0), (0.45, 0.55, 2.0), (0.92, 1.08, 1.0), (1.88, 2.12, 0.5), (2.85, 3.15, 0.333)];
/// How far the correlation at a distance must exceed the mean level.
const SIGNIFICANT: f64 = 1.4;
/// Part of a correlation that is expected at its next beats.
const EXPECTED: f64 = 0.2;

#[derive(Default)]
struct Tempest {
    /// k-cycles between two analyses, and left until the next one.
    period: u64,
    countdown: u64,
    /// Coefficients of the low-pass, and its output.
    smoothing: [f64; 2],
    smooth: f64,
    /// Shortest and longest distance of beats, in analyses.
    shortest: usize,
    longest: usize,
    /// Weights of what is remembered, oldest first.
    weights: Vec<f64>,
    /// Levels at the last analyses, round in a ring that starts at `at`.
    levels: Vec<f64>,
    at: usize,
    /// What is expected at the next analyses, round in the same way.
    expected: Vec<f64>,
    /// Levels with their weights, oldest first.
    memory: Vec<f64>,
    /// Level that hides what follows, and what is left of it after an analysis.
    mask: f64,
    fading: f64,
    /// Analyses in a minute, and in a beat.
    per_minute: f64,
    beat: f64,
    tempo: f64,
}

/// Whole units in a duration.
///
/// # Errors
/// There is none.
fn whole(duration: f64, unit: f64, what: &str) -> OpResult<u64> {
    let n = (duration / unit).trunc();
    if n >= 1.0 { Ok(n as u64) } else { Err(OpError::new(format!("{what} is too short"))) }
}

impl Ugen for Tempest {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let kr = cx.clock.kr;
        let every = cx.k(1);
        let period = whole(kr * every, 1.0, "iprd")?;
        let shortest = whole(cx.k(2), every, "imindur")?;
        let size = whole(cx.k(3), every, "imemdur")?;
        if cx.k(10) < 0.0 {
            return Err("idisprd is below 0".into());
        }
        for (i, what) in [(6, "ihtim"), (8, "istartempo"), (11, "itweek")] {
            if cx.k(i).is_nan() || cx.k(i) <= 0.0 {
                return Err(OpError::new(format!("{what} is not above 0")));
            }
        }
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        cx.world.ask_memory(size.saturating_mul(TERMS * size_of::<f64>()), "a memory of levels")?;
        let b = 2.0 - math::cos(cx.k(4) * TAU * (1.0 / kr));
        let c = b - (b * b - 1.0).sqrt();
        let per_minute = 60.0 * kr / period as f64;
        *self = Self {
            period,
            countdown: period,
            smoothing: [1.0 - c, c],
            shortest: usize::try_from(shortest).unwrap_or(usize::MAX),
            longest: (size - 1) / (TERMS - 1),
            weights: weights(cx, size)?,
            levels: vec![0.0; size],
            expected: vec![0.0; size],
            memory: vec![0.0; size],
            fading: math::pow(0.5, period as f64 * (1.0 / kr) / cx.k(6)),
            per_minute,
            beat: per_minute / cx.k(8),
            ..Self::default()
        };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        self.smooth = self.smoothing[0] * io.k(0) + self.smoothing[1] * self.smooth;
        self.countdown -= 1;
        if self.countdown == 0 {
            self.countdown = self.period;
            let level = (io.k(0) - self.smooth).max(0.0);
            self.remember(level, io.k(7));
            if self.smooth > io.k(5) && level > self.mask {
                self.estimate(io.k(11));
            }
            self.mask = self.mask * self.fading + level;
        }
        io.set(0, self.tempo);
        Ok(())
    }
}

/// Points of the table of weights, the last one first.
fn weights(cx: &Init<'_>, size: usize) -> OpResult<Vec<f64>> {
    let number = power_of_two_table(cx.world, cx.k(9))?;
    let wave = cx.world.tables.get(number).and_then(Wave::of);
    let Some(wave) = wave else { return Err("ifn is no table that can be read".into()) };
    if wave.point(0) == 0.0 {
        return Err("ifn begins with 0".into());
    }
    let step = PHASE_MASK / i32::try_from(size).unwrap_or(i32::MAX);
    Ok((0..size).rev().map(|i| wave.point(wave.index((i as i32).wrapping_mul(step)))).collect())
}

impl Tempest {
    /// Enters a level, with what was expected of it, and weighs what is remembered.
    fn remember(&mut self, level: f64, feedback: f64) {
        let size = self.levels.len();
        self.levels[self.at] = level + std::mem::take(&mut self.expected[self.at]) * feedback;
        self.at = (self.at + 1) % size;
        let levels = self.levels[self.at..].iter().chain(&self.levels[..self.at]);
        for ((memory, level), weight) in self.memory.iter_mut().zip(levels).zip(&self.weights) {
            *memory = level * weight;
        }
    }

    /// Looks for distances of beats near the present one and its multiples, and goes half the way to their mean.
    fn estimate(&mut self, tweek: f64) {
        let size = self.memory.len();
        let level = (self.memory.iter().map(|x| x * x).sum::<f64>() / size as f64).sqrt();
        let (mut total, mut weight) = (0.0, 0.0);
        for (from, to, beats) in GROUPS {
            let (from, to) = ((self.beat * from) as usize, (self.beat * to) as usize);
            if from < self.shortest || to > self.longest {
                continue;
            }
            for distance in from..=to {
                let correlation = self.correlation(distance);
                if correlation < SIGNIFICANT * level {
                    continue;
                }
                total += distance as f64 * beats * correlation;
                weight += correlation;
                self.expect(distance, correlation * EXPECTED);
            }
        }
        if weight != 0.0 {
            self.beat = (self.beat + total / weight) / 2.0 / tweek;
            self.tempo = self.per_minute / self.beat;
        }
    }

    /// How far the latest level comes back at a distance and its multiples: root of the mean product of two of them.
    fn correlation(&self, distance: usize) -> f64 {
        let terms = self.memory.iter().rev().step_by(distance).take(TERMS);
        let (sum, squares) = terms.fold((0.0, 0.0), |(sum, squares), x| (sum + x, squares + x * x));
        let products: f64 = sum * sum - squares;
        (products.max(0.0) / (TERMS * (TERMS - 1)) as f64).sqrt()
    }

    /// Expects levels at the next beats of a distance, each spread over one analysis more than the one before.
    fn expect(&mut self, distance: usize, amount: f64) {
        let size = self.expected.len() as i64;
        let mut at = self.at as i64 - 1;
        for beat in 1..TERMS as i64 {
            at += distance as i64 - beat + 1;
            for _ in 0..beat {
                self.expected[at.rem_euclid(size) as usize] += amount / beat as f64;
                at += 1;
            }
        }
    }
}
