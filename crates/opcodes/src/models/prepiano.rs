//! `prepiano`: a prepared piano string or several, by finite differences, with hammer, rattles and
//! rubbers.

use crate::lookup::any_table;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::{FRAC_1_SQRT_2, TAU};

/// Definition of `prepiano`.
pub static PREPIANO: OpDef = OpDef::new("prepiano", "Prepared piano strings by finite differences.").quiet_init()
    .sigs(&[sig("mm", "iiiiiikkiiiiiiioo", Make::Unit(unit::<Prepiano>))])
    .outs(&[port("ares", "signal"), port("ares2", "signal of another place along the strings, and of the first")])
    .ins(&[
        port("ifreq", "frequency in Hz"),
        port("iNS", "number of strings; about 3 in a piano"),
        port("iD", "cents between the highest and the lowest string"),
        port("iK", "stiffness, dimensionless; negative keeps the state of the instance's previous note"),
        port("iT30", "time in seconds in which the sound falls by 30 dB"),
        port("iB", "loss at high frequencies, small"),
        port("kbcL", "left end: 1 clamped, 2 pivoting, 3 free"),
        port("kbcR", "right end: 1 clamped, 2 pivoting, 3 free"),
        port("imass", "mass of the hammer"),
        port("ihvfreq", "frequency in Hz of the hammer's own vibration"),
        port("iinit", "position of the hammer at first"),
        port("ipos", "place of the strike along the strings, 0 to 1"),
        port("ivel", "velocity of the strike"),
        port("isfreq", "how often the place of listening goes along the strings per second"),
        port("isspread", "difference of that between the two outputs"),
        port("irattles", "table of rattles: their number, then place, mass, frequency in Hz and length of each; default 0"),
        port("irubbers", "table of rubbers: their number, then place, mass, frequency in Hz and loss of each; default 0"),
    ])
    .source("Manual: prepiano (S. Bilbao); S. Bilbao and J. ffitch, \"Prepared piano sound synthesis\", DAFx 2006");

/// Points on each side of a string that the ends need.
const MARGIN: usize = 2;
/// Middle and half width of the part of the strings that is listened to.
const LISTENING: f64 = 0.3333;
/// Acceleration of gravity in m/s^2, which pulls at rattles.
const GRAVITY: f64 = 9.8;
/// Most strings.
const MOST_STRINGS: f64 = 1000.0;

/// A rattle or a rubber.
#[derive(Clone, Copy, Default)]
struct Thing {
    place: usize,
    mass: f64,
    /// Square of its angular frequency.
    stiffness: f64,
    /// Length of a rattle or loss of a rubber.
    extent: f64,
    /// Position now and a sample ago.
    at: f64,
    before: f64,
}

#[derive(Default)]
struct Hammer {
    place: usize,
    at: f64,
    before: f64,
    on: bool,
    touching: bool,
}

#[derive(Default)]
struct Prepiano {
    /// Number of strings.
    strings: usize,
    /// Coefficients, which depend on a string's tuning, of a point and of its neighbours: for all points as below.
    middle: Vec<f64>,
    beside: Vec<f64>,
    /// Coefficients of the second neighbours, and of the point and its neighbours two steps ago.
    far: f64,
    past: [f64; 2],
    /// Intervals along a string.
    n: usize,
    /// Displacements of all strings point by point: being computed, last, and the one before.
    next: Vec<f64>,
    now: Vec<f64>,
    before: Vec<f64>,
    rattles: Vec<Thing>,
    rubbers: Vec<Thing>,
    hammer: Hammer,
    forces: Vec<f64>,
    time: i32,
    fresh: bool,
}

impl Prepiano {
    fn set_up(&mut self, cx: &Init<'_>) -> OpResult {
        let (sr, strings, stiffness, loss) = (cx.clock.sr, cx.k(1).trunc(), cx.k(3), cx.k(5));
        if !(1.0..=MOST_STRINGS).contains(&strings) {
            return Err("prepiano: iNS is 1 to 1000".into());
        }
        let dt = 1.0 / sr;
        let damping = 2.0 * sr * (math::pow(10.0, 3.0 * dt / cx.k(4)) - 1.0);
        let speeds = (0..strings as usize).map(|i| {
            let spread =
                if strings > 1.0 { cx.k(2) * i as f64 / (strings - 1.0) - cx.k(2) * 0.5 } else { 0.0 };
            2.0 * cx.k(0) * math::pow(2.0, spread / 1200.0)
        });
        let speeds: Vec<f64> = speeds.collect();
        let interval = |c: f64| {
            let y = c * c * dt * dt + 2.0 * loss * dt;
            (y + math::hypot(y, 4.0 * stiffness * dt)).sqrt() * FRAC_1_SQRT_2
        };
        let n = 1.0 / speeds.iter().map(|&c| interval(c)).fold(0.0, f64::max);
        if !(1.0..1e7).contains(&n) {
            return Err("prepiano: ifreq, iK and iB give no string".into());
        }
        self.n = n as usize;
        let points = (self.n + 2 * MARGIN + 1) * speeds.len();
        cx.world.ask_memory(points.saturating_mul(40), "prepiano")?;
        let n2 = self.n as f64 * self.n as f64;
        let bend = stiffness * stiffness * dt * dt * n2 * n2;
        let (spread, scale) = (loss * dt * n2, 1.0 / (1.0 + damping * dt * 0.5));
        self.strings = speeds.len();
        let waves = speeds.iter().map(|c| c * c * dt * dt * n2).cycle().take(self.n * self.strings);
        self.middle =
            waves.clone().map(|wave| (2.0 - 6.0 * bend - 2.0 * spread - 2.0 * wave) * scale).collect();
        self.beside = waves.map(|wave| (4.0 * bend + spread + wave) * scale).collect();
        self.far = -bend * scale;
        self.past = [(-1.0 + 2.0 * spread + damping * dt * 0.5) * scale, -spread * scale];
        for line in [&mut self.next, &mut self.now, &mut self.before] {
            line.clear();
            line.resize(points, 0.0);
        }
        self.forces.clear();
        self.forces.resize(speeds.len(), 0.0);
        self.rattles = self.things(cx, cx.k(15))?;
        self.rubbers = self.things(cx, cx.k(16))?;
        self.hammer = Hammer::default();
        self.time = 0;
        Ok(())
    }

    /// Rattles or rubbers that a table lists.
    fn things(&self, cx: &Init<'_>, number: f64) -> OpResult<Vec<Thing>> {
        if number == 0.0 {
            return Ok(Vec::new());
        }
        let table = any_table(cx.world, number)?;
        let points = cx.world.tables.get(table).map_or(&[][..], |t| &t.data);
        let count = points.first().map_or(0, |&x| x as usize);
        let list = points.get(1..).unwrap_or_default().chunks_exact(4).take(count);
        Ok(list
            .map(|p| Thing {
                place: self.place(p[0]),
                mass: p[1],
                stiffness: (TAU * p[2]) * (TAU * p[2]),
                extent: p[3],
                ..Thing::default()
            })
            .collect())
    }

    /// Point at a place of 0 to 1 along the strings.
    fn place(&self, x: f64) -> usize {
        ((x * self.n as f64) as usize).min(self.n) + MARGIN
    }

    /// Holds the ends of all strings.
    fn hold(&mut self, left: i32, right: i32) {
        let (strings, n) = (self.strings, self.n);
        for s in 0..strings {
            let at = |i: usize| i * strings + s;
            for (end, last, inner, outer) in [(left, 2, 3, 1), (right, n + 2, n + 1, n + 3)] {
                match end {
                    1 => (self.now[at(last)], self.now[at(inner)]) = (0.0, 0.0),
                    2 => (self.now[at(last)], self.now[at(outer)]) = (0.0, -self.now[at(inner)]),
                    _ => {}
                }
            }
        }
    }

    /// Moves the strings by a sample.
    fn step(&mut self) {
        let (strings, points) = (self.strings, self.n * self.strings);
        // Lines shifted by whole points, so that all strings move in one plain loop.
        let now: [&[f64]; 5] = std::array::from_fn(|k| &self.now[k * strings..][..points]);
        let before: [&[f64]; 3] = std::array::from_fn(|k| &self.before[(k + 1) * strings..][..points]);
        let (middle, beside) = (&self.middle[..points], &self.beside[..points]);
        let (far, [t0, t1]) = (self.far, self.past);
        for (j, next) in self.next[MARGIN * strings..][..points].iter_mut().enumerate() {
            *next = middle[j] * now[2][j]
                + beside[j] * (now[3][j] + now[1][j])
                + far * (now[4][j] + now[0][j])
                + t0 * before[1][j]
                + t1 * (before[2][j] + before[0][j]);
        }
    }

    fn rattle(&mut self, dt: f64) {
        let strings = self.strings;
        for thing in &mut self.rattles {
            for s in 0..strings {
                let at = thing.place * strings + s;
                let distance = self.now[at] - thing.at;
                let beyond = (distance.abs() - thing.extent * 0.5).max(0.0);
                let force = if distance > 0.0 { beyond } else { -beyond };
                self.next[at] -= dt * dt * thing.stiffness * thing.mass * force;
                let moved =
                    2.0 * thing.at - thing.before + thing.stiffness * dt * dt * force - dt * dt * GRAVITY;
                (thing.before, thing.at) = (thing.at, moved);
            }
        }
    }

    fn rub(&mut self, dt: f64) {
        let strings = self.strings;
        // All rubbers touch where the first one is (measured on the reference).
        let place = self.rubbers.first().map_or(0, |thing| thing.place * strings);
        for thing in &mut self.rubbers {
            let force: f64 = (0..strings).map(|s| (self.now[place + s] - thing.at).min(0.0)).sum();
            for s in 0..strings {
                self.next[place + s] -= dt * dt * thing.stiffness * thing.mass * force;
                let loss = thing.extent * dt * 0.5;
                let moved = 2.0 * thing.at / (1.0 + loss) - (1.0 - loss) * thing.before / (1.0 + loss)
                    + thing.stiffness * dt * dt * (force - thing.at) / (1.0 + loss);
                (thing.before, thing.at) = (thing.at, moved);
            }
        }
    }

    fn hammer(&mut self, mass: f64, frequency: f64, dt: f64) {
        if !self.hammer.on {
            return;
        }
        let strings = self.strings;
        let (place, stiffness) = (self.hammer.place * strings, (TAU * frequency) * (TAU * frequency));
        let mut deepest = 100.0_f64;
        for (s, force) in self.forces.iter_mut().enumerate() {
            let pressed = (self.now[place + s] - self.hammer.at).min(0.0);
            deepest = deepest.min(pressed);
            *force = -pressed * pressed * pressed;
        }
        self.hammer.touching |= deepest < 0.0;
        if self.hammer.touching && deepest >= 0.0 {
            (self.hammer.on, self.hammer.touching) = (false, false);
        }
        let sum: f64 = self.forces.iter().sum();
        let moved = 2.0 * self.hammer.at - self.hammer.before - dt * dt * sum * stiffness;
        (self.hammer.before, self.hammer.at) = (self.hammer.at, moved);
        for (s, force) in self.forces.iter().enumerate() {
            self.next[place + s] += dt * dt * mass * stiffness * force;
        }
    }

    /// What is heard at a place that goes along the strings as a sine.
    fn heard(&self, sine: f64) -> f64 {
        let at = (LISTENING + LISTENING * sine) * self.n as f64;
        let (i, strings) = (at as usize, self.strings);
        let part = at - i as f64;
        let point = |i: usize, s: usize| self.next.get((i + MARGIN) * strings + s).copied().unwrap_or(0.0);
        (0..strings).map(|s| (1.0 - part) * point(i, s) + part * point(i + 1, s)).sum()
    }
}

impl Ugen for Prepiano {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(3) >= 0.0 || self.next.is_empty() {
            self.set_up(cx)?;
        }
        self.fresh = true;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let (sr, dt, full) = (io.clock.sr, 1.0 / io.clock.sr, 200.0 * world.header.zero_dbfs);
        if std::mem::take(&mut self.fresh) {
            let (first, velocity) = (io.k(10), io.k(12));
            self.hammer = Hammer {
                place: self.place(io.k(11)),
                at: first + dt * velocity,
                before: first,
                on: true,
                touching: false,
            };
        }
        let (left, right) = (io.k(6) as i32, io.k(7) as i32);
        let stereo = io.n_outs() > 1;
        let spread = if stereo { 0.5 * io.k(14) } else { 0.0 };
        let angles = [io.k(13) - spread, io.k(13) + spread].map(|f| TAU * (f / sr));
        let strings = self.strings;
        for t in 0..io.samples_len() {
            self.hold(left, right);
            self.step();
            self.rattle(dt);
            self.rub(dt);
            self.hammer(io.k(8), io.k(9), dt);
            self.time = self.time.wrapping_add(1);
            let now = f64::from(self.time);
            let mut out = self.heard(math::sin(angles[0] * now));
            io.out(0)[t].set(full * out);
            if stereo {
                // The second place is heard a sample late (measured on the reference).
                out += self.heard(math::sin(angles[1] * (now - 1.0)));
                io.out(1)[t].set(full * out);
            }
            std::mem::swap(&mut self.before, &mut self.now);
            std::mem::swap(&mut self.now, &mut self.next);
            for s in 0..strings {
                self.next[strings + s] = 0.0;
                self.next[(self.n + 3) * strings + s] = 0.0;
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
    fn a_strike_sounds() {
        let mut bench = Bench::new(&PREPIANO, 0);
        bench.world.header.zero_dbfs = 1.0;
        let inputs = [60.0, 3.0, 10.0, 1.0, 3.0, 0.002, 2.0, 2.0, 1.0, 5000.0, -0.01, 0.09, 40.0, 0.0, 0.1];
        for (i, x) in inputs.into_iter().enumerate() {
            bench.set(i, x);
        }
        assert!(bench.render(4000).iter().any(|y| y.abs() > 1e-4));
    }
}
