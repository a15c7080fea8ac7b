//! `barmodel`: a struck bar, by finite differences along it.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::{PI, TAU};

/// Definition of `barmodel`.
pub static BARMODEL: OpDef = OpDef::new("barmodel", "Struck bar by finite differences.")
    .quiet_init()
    .sigs(&[sig("a", "kkiikiiii", Make::Unit(unit::<Bar>))])
    .outs(&[port("ares", "signal")])
    .ins(&[
        port("kbcL", "left end: 1 clamped, 2 pivoting, 3 free"),
        port("kbcR", "right end: 1 clamped, 2 pivoting, 3 free"),
        port("iK", "stiffness, dimensionless; negative keeps the state of the previous note"),
        port("ib", "loss at high frequencies, small"),
        port("kscan", "how often the place of listening goes along the bar per second"),
        port("iT30", "time in seconds in which the sound falls by 30 dB"),
        port("ipos", "place of the strike, 0 to 1"),
        port("ivel", "velocity of the strike"),
        port("iwid", "width of the strike, 0 to 1"),
    ])
    .source("Manual: barmodel (S. Bilbao); S. Bilbao, \"Numerical Sound Synthesis\", 2009, chapter 7")
    .may_fail();

/// Points on each side of the bar that the ends need.
const MARGIN: usize = 2;

/// How an end is held.
#[derive(Clone, Copy, PartialEq)]
enum End {
    Loose,
    Clamped,
    Pivoting,
    Free,
}

fn end(x: f64) -> OpResult<End> {
    Ok(match x.round_ties_even() {
        0.0 => End::Loose,
        1.0 => End::Clamped,
        2.0 => End::Pivoting,
        3.0 => End::Free,
        _ => return Err("barmodel: ends are clamped (1), pivoting (2) or free (3)".into()),
    })
}

/// Points of the bar at a time: the two margins and `n + 1` between them. `points[0]` is the outermost
/// after [`hold`] has mirrored the order for the other end.
fn hold<'a>(points: impl Iterator<Item = &'a mut f64>, end: End) {
    let mut points = points.take(4);
    let [Some(a), Some(b), Some(c), Some(d)] = [(); 4].map(|()| points.next()) else { return };
    match end {
        End::Loose => {}
        End::Free => {
            *b = 2.0 * *c - *d;
            *a = 3.0 * *b - 3.0 * *c + *d;
        }
        End::Clamped => (*c, *d) = (0.0, 0.0),
        End::Pivoting => (*c, *b) = (0.0, -*d),
    }
}

/// Coefficients of the scheme: of the point and its neighbours one step ago, and two steps ago.
#[derive(Clone, Copy, Default)]
struct Scheme {
    now: [f64; 3],
    before: [f64; 2],
}

#[derive(Default)]
struct Bar {
    scheme: Scheme,
    /// Intervals along the bar.
    n: usize,
    /// Displacements: being computed, last, and the one before.
    next: Vec<f64>,
    now: Vec<f64>,
    before: Vec<f64>,
    struck: bool,
    /// Samples since the start.
    time: i32,
}

impl Bar {
    fn set_up(&mut self, cx: &Init<'_>) -> OpResult {
        let (stiffness, loss, sr) = (cx.k(2).abs(), cx.k(3), cx.clock.sr);
        let dt = 1.0 / sr;
        let damping = 2.0 * sr * (math::pow(10.0, 3.0 * dt / cx.k(5)) - 1.0);
        let least = (dt * (loss + math::hypot(loss, 2.0 * stiffness))).sqrt();
        let n = 1.0 / least;
        if !(1.0..1e8).contains(&n) {
            return Err("barmodel: iK and ib give no bar; iK should be about 3, ib about 0.001".into());
        }
        self.n = n as usize;
        cx.world.ask_memory(self.n * 24, "barmodel")?;
        let dx2 = (1.0 / self.n as f64) * (1.0 / self.n as f64);
        let (bend, spread) = (stiffness * stiffness * dt * dt / (dx2 * dx2), loss * dt / dx2);
        let scale = 1.0 / (1.0 + damping * dt * 0.5);
        self.scheme = Scheme {
            now: [(2.0 - 6.0 * bend - 2.0 * spread) * scale, (4.0 * bend + spread) * scale, -bend * scale],
            before: [(-1.0 + 2.0 * spread + damping * dt * 0.5) * scale, -spread * scale],
        };
        for line in [&mut self.next, &mut self.now, &mut self.before] {
            line.clear();
            line.resize(self.n + 2 * MARGIN + 1, 0.0);
        }
        self.time = 0;
        Ok(())
    }

    /// Moves the bar by a sample.
    fn step(&mut self) {
        let Scheme { now: [s0, s1, s2], before: [t0, t1] } = self.scheme;
        for (i, next) in self.next[MARGIN..MARGIN + self.n + 1].iter_mut().enumerate() {
            let (w, v) = (&self.now[i..i + 5], &self.before[i..i + 5]);
            *next = s0 * w[2] + s1 * (w[3] + w[1]) + s2 * (w[4] + w[0]) + t0 * v[2] + t1 * (v[3] + v[1]);
        }
    }

    fn strike(&mut self, place: f64, velocity: f64, width: f64, sr: f64) {
        for i in 0..self.n {
            let distance = (i as f64 / self.n as f64 - place).abs();
            if distance <= width {
                let shape = 0.5 * (1.0 + math::cos(PI * distance / width));
                self.next[i + MARGIN] += velocity / sr * shape;
            }
        }
    }
}

impl Ugen for Bar {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(2) >= 0.0 || self.next.is_empty() {
            self.set_up(cx)?;
        }
        self.struck = false;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let (left, right) = (end(io.k(0))?, end(io.k(1))?);
        let (full, sr) = (world.header.zero_dbfs, io.clock.sr);
        let angle = TAU * io.k(4) / sr;
        // Sine and cosine of the listening place go round by one rotation a sample.
        let (mut sin, mut cos) = math::sin_cos(angle * f64::from(self.time));
        let (step_sin, step_cos) = math::sin_cos(angle);
        for out in io.out(0) {
            hold(self.now.iter_mut(), left);
            hold(self.now.iter_mut().rev(), right);
            self.step();
            if !self.struck {
                self.struck = true;
                self.strike(io.k(6), io.k(7), io.k(8), sr);
            }
            (sin, cos) = (sin * step_cos + cos * step_sin, cos * step_cos - sin * step_sin);
            let place = (0.5 + 0.5 * sin) * self.n as f64;
            let i = place as usize;
            let part = place - i as f64;
            let point = |i: usize| self.next.get(i + MARGIN).copied().unwrap_or(0.0);
            out.set(full * ((1.0 - part) * point(i) + part * point(i + 1)));
            self.time = self.time.wrapping_add(1);
            std::mem::swap(&mut self.before, &mut self.now);
            std::mem::swap(&mut self.now, &mut self.next);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn a_struck_bar_sounds_and_decays() {
        let mut bench = Bench::new(&BARMODEL, 0);
        bench.world.header.zero_dbfs = 1.0;
        for (i, x) in [2.0, 2.0, 3.0, 0.001, 0.23, 0.2, 0.2, 500.0, 0.05].into_iter().enumerate() {
            bench.set(i, x);
        }
        let out = bench.render(20000);
        let peak = |y: &[f64]| y.iter().fold(0.0f64, |m, y| m.max(y.abs()));
        assert!(peak(&out[..1000]) > 1e-4 && peak(&out[19000..]) < 0.5 * peak(&out[..2000]));
    }
}
