//! `gendy`, `gendyx`, `gendyc`: I. Xenakis' dynamic stochastic synthesis, break points that walk at random.

use crate::lookup::truncated;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Sig, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::random::Rand31;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::{FRAC_PI_2, PI};
use std::marker::PhantomData;

const OUTS: &[Port] = &[port("xres", "signal")];
const AMP: Port = port("kamp", "amplitude");
const AMP_DIST: Port = port(
    "kampdist",
    "distribution of the steps of amplitude: 0 linear, 1 Cauchy, 2 logistic, 3 hyperbolic cosine, 4 arcsine, \
     5 exponential, 6 the value of kadpar",
);
const TIME_DIST: Port = port("kdurdist", "distribution of the steps of duration, as kampdist");
const AMP_PAR: Port = port("kadpar", "parameter of kampdist, 0.0001 to 1");
const TIME_PAR: Port = port("kddpar", "parameter of kdurdist, 0.0001 to 1");
const LEAST: Port = port("kminfreq", "least frequency in Hz");
const GREATEST: Port = port("kmaxfreq", "greatest frequency in Hz");
const AMP_STEP: Port = port("kampscl", "greatest step of amplitude, 0 to 1");
const TIME_STEP: Port = port("kdurscl", "greatest step of duration, 0 to 1");
const POINTS: Port = port("initcps", "number of break points, up to 8192; below 1 means 12; default 0");
const USED: Port = port("knum", "how many of them are used; outside 1 to initcps all; default 0");
const INS: &[Port] =
    &[AMP, AMP_DIST, TIME_DIST, AMP_PAR, TIME_PAR, LEAST, GREATEST, AMP_STEP, TIME_STEP, POINTS, USED];
const SOURCE: &str = "Manual: gendy; I. Xenakis, \"Formalized Music\", 1992, chapter 14; order of random draws measured \
                      on the reference";

const fn def(name: &'static str, summary: &'static str, sigs: &'static [Sig], ins: &'static [Port]) -> OpDef {
    OpDef::new(name, summary).sigs(sigs).outs(OUTS).ins(ins).source(SOURCE)
}

/// Definition of `gendy`.
pub static GENDY: OpDef = def(
    "gendy",
    "Dynamic stochastic synthesis with straight lines.",
    &const {
        let make = Make::Unit(unit::<Gendy<Straight>>);
        [sig("k", "kkkkkkkkkoO", make), sig("a", "kkkkkkkkkoO", make)]
    },
    INS,
);

/// Definition of `gendyx`.
pub static GENDYX: OpDef = def(
    "gendyx",
    "Dynamic stochastic synthesis with bent lines.",
    &const {
        let make = Make::Unit(unit::<Gendy<Bent>>);
        [sig("k", "kkkkkkkkkkkoO", make), sig("a", "kkkkkkkkkkkoO", make)]
    },
    &[
        AMP,
        AMP_DIST,
        TIME_DIST,
        AMP_PAR,
        TIME_PAR,
        LEAST,
        GREATEST,
        AMP_STEP,
        TIME_STEP,
        port("kcurveup", "curve of rising lines: 1 straight, more starts later, below 0 counts as 0"),
        port("kcurvedown", "curve of falling lines: 1 straight, more starts later, below 0 counts as 0"),
        POINTS,
        USED,
    ],
);

/// Definition of `gendyc`.
pub static GENDYC: OpDef = def(
    "gendyc",
    "Dynamic stochastic synthesis with smooth curves.",
    &const {
        let make = Make::Unit(unit::<Gendyc>);
        [sig("k", "kkkkkkkkkoO", make), sig("a", "kkkkkkkkkoO", make)]
    },
    INS,
);

/// Most break points.
const MOST: f64 = 8192.0;
/// 2^-31.
const UNIT: f64 = 1.0 / 2_147_483_648.0;

fn bipolar(drawn: u32) -> f64 {
    f64::from(((drawn << 1) as i32).wrapping_sub(i32::MAX)) * UNIT
}

/// A step from a draw: `a` shapes the distribution.
fn step(distribution: i32, a: f64, drawn: u32) -> f64 {
    let a = a.clamp(0.0001, 1.0);
    let unipolar = f64::from(drawn) * UNIT;
    // Constants: Xenakis' distributions as N. Collins' Gendy unit generators set them (manual).
    match distribution {
        1 => math::tan(math::atan(10.0 * a) * bipolar(drawn)) * 0.1 / a,
        2 => {
            let odds = |x: f64| math::ln((1.0 - x) / x);
            odds((unipolar - 0.5) * 0.998 * a + 0.5) / odds(0.5 + 0.499 * a)
        }
        3 => {
            let widest = 1.5692255 * a;
            let r = math::tan(widest * unipolar) / math::tan(widest);
            math::ln(r * 0.999 + 0.001) * -0.1447648 * 2.0 - 1.0
        }
        4 => math::sin(PI * (unipolar - 0.5) * a) / math::sin(FRAC_PI_2 * a),
        5 => math::ln(1.0 - unipolar * 0.999 * a) / math::ln(1.0 - 0.999 * a) * 2.0 - 1.0,
        6 => a * 2.0 - 1.0,
        _ => bipolar(drawn),
    }
}

/// An amplitude mirrored into -1 to 1.
fn mirrored_amp(x: f64) -> f64 {
    if (-1.0..=1.0).contains(&x) {
        return x;
    }
    let y = math::fmod(if x < 0.0 { x + 4.0 } else { x }, 4.0);
    match y {
        y if y <= 1.0 => y,
        y if y < 3.0 => 2.0 - y,
        _ => y - 4.0,
    }
}

/// A duration mirrored into 0 to 1.
fn mirrored_time(x: f64) -> f64 {
    if x > 1.0 {
        2.0 - math::fmod(x, 2.0)
    } else if x < 0.0 {
        2.0 - math::fmod(x + 2.0, 2.0)
    } else {
        x
    }
}

/// The break points and their random walk.
#[derive(Default)]
struct Walk {
    amps: Vec<f64>,
    times: Vec<f64>,
    index: usize,
    random: Rand31,
    /// Amplitudes at the ends of the current segment.
    from: f64,
    to: f64,
}

impl Walk {
    fn new(cx: &mut Init<'_>, points: f64) -> Self {
        let points = if points < 1.0 { 12 } else { points.min(MOST) as usize };
        let mut walk = Self { random: Rand31 { state: cx.world.random.rand31.step() }, ..Self::default() };
        for _ in 0..points {
            walk.amps.push(bipolar(walk.random.step()));
            walk.times.push(f64::from(walk.random.step()) * UNIT);
        }
        walk
    }

    /// Goes to the next segment; gives its frequency as a point of the wave in Hz. `used` is the input
    /// with the number of points that are used.
    fn advance(&mut self, io: &Io<'_>, used: usize) -> f64 {
        let all = self.amps.len();
        let used =
            usize::try_from(truncated(io.k(used))).ok().filter(|n| (1..=all).contains(n)).unwrap_or(all);
        self.index = (self.index + 1) % used.max(1);
        self.from = self.to;
        let amp = step(truncated(io.k(1)), io.k(3), self.random.step());
        self.to = mirrored_amp(self.amps[self.index] + io.k(7) * amp);
        self.amps[self.index] = self.to;
        let time = step(truncated(io.k(2)), io.k(4), self.random.step());
        let time = mirrored_time(self.times[self.index] + io.k(8) * time);
        self.times[self.index] = time;
        (io.k(5) + (io.k(6) - io.k(5)) * time) * used as f64
    }
}

/// How a segment goes from amplitude to amplitude.
trait Line: Default + Send + 'static {
    /// Inputs between the step of duration and the number of points.
    const CURVES: usize;

    fn at(io: &Io<'_>, walk: &Walk, phase: f64) -> f64;
}

#[derive(Default)]
struct Straight;
impl Line for Straight {
    const CURVES: usize = 0;

    fn at(_: &Io<'_>, walk: &Walk, phase: f64) -> f64 {
        (1.0 - phase) * walk.from + phase * walk.to
    }
}

#[derive(Default)]
struct Bent;
impl Line for Bent {
    const CURVES: usize = 2;

    fn at(io: &Io<'_>, walk: &Walk, phase: f64) -> f64 {
        let rise = walk.to - walk.from;
        let curve = io.k(if rise > 0.0 { 9 } else { 10 }).max(0.0);
        walk.from + math::pow(phase, curve) * rise
    }
}

#[derive(Default)]
struct Gendy<L> {
    walk: Walk,
    phase: f64,
    speed: f64,
    line: PhantomData<L>,
}

impl<L: Line> Ugen for Gendy<L> {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let points = cx.k(9 + L::CURVES);
        // Fast enough for the next segment to begin in the second sample.
        *self = Self { walk: Walk::new(cx, points), phase: 1.0, speed: 100.0, line: PhantomData };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (amp, sr) = (io.k(0), io.clock.sr);
        for out in io.out(0) {
            if self.phase >= 1.0 {
                self.phase -= 1.0;
                self.speed = self.walk.advance(io, 10 + L::CURVES) / sr;
            }
            out.set(amp * L::at(io, &self.walk, self.phase));
            self.phase += self.speed;
        }
        Ok(())
    }
}

#[derive(Default)]
struct Gendyc {
    walk: Walk,
    /// Samples left of the segment.
    left: i32,
    /// The curve: value, slope and curvature per sample.
    value: f64,
    slope: f64,
    curvature: f64,
    /// What the last cycle gave.
    block: Vec<f64>,
}

impl Gendyc {
    /// Starts a segment that reaches the middle of its amplitudes with no jump of value or slope.
    fn start(&mut self, io: &Io<'_>) {
        let frequency = self.walk.advance(io, 10);
        self.left = ((io.clock.sr / frequency.max(0.001)) as i32).max(2);
        let (middle, samples) = ((self.walk.from + self.walk.to) * 0.5, f64::from(self.left));
        self.curvature = 2.0 * (middle - self.value - samples * self.slope) / (samples * samples + samples);
    }

    fn next(&mut self, amp: f64) -> f64 {
        let y = amp * self.value;
        self.slope += self.curvature;
        self.value += self.slope;
        y
    }
}

impl Ugen for Gendyc {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let points = cx.k(9);
        let mut block = std::mem::take(&mut self.block);
        block.resize(cx.clock.ksmps, 0.0);
        *self = Self { walk: Walk::new(cx, points), block, ..Self::default() };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (amp, out) = (io.k(0), io.out(0));
        // A segment that begins within a cycle is written from the cycle's start, as in the reference;
        // the rest of the cycle keeps what the last one gave.
        let mut remaining = out.len();
        while remaining > 0 {
            if self.left <= 0 {
                self.start(io);
            }
            let samples = remaining.min(self.left as usize);
            for i in 0..samples {
                let y = self.next(amp);
                if let Some(place) = self.block.get_mut(i) {
                    *place = y;
                }
            }
            remaining -= samples;
            self.left -= samples as i32;
        }
        for (out, &y) in out.iter().zip(&self.block) {
            out.set(y);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn walks_stay_within_their_mirrors() {
        for x in [-4.3, -1.1, -0.2, 0.5, 1.5, 3.2, 6.0] {
            assert!(
                (-1.0..=1.0).contains(&mirrored_amp(x))
                    && (x < -2.0 || (0.0..=2.0).contains(&mirrored_time(x)))
            );
        }
        for distribution in 0..8 {
            for drawn in [1, 1 << 30, 0x7FFF_FFFE] {
                assert!(step(distribution, 0.5, drawn).abs() <= 1.01, "{distribution}");
            }
        }
    }

    #[test]
    fn every_kind_sounds() {
        for op in [&GENDY, &GENDYC] {
            let mut bench = Bench::new(op, 1);
            let inputs = [1.0, 1.0, 1.0, 0.5, 0.5, 200.0, 400.0, 0.5, 0.5, 12.0, 12.0];
            for (i, x) in inputs.into_iter().enumerate() {
                bench.set(i, x);
            }
            assert!(bench.render(1000).iter().any(|y| y.abs() > 0.1), "{}", op.name);
        }
    }
}
