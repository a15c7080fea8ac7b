//! `platerev`: reverberation of a rectangular metal plate, by finite differences.

use crate::lookup::any_table;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::TAU;

/// Definition of `platerev`.
pub static PLATEREV: OpDef = OpDef::new("platerev", "Reverberation of a metal plate.")
    .quiet_init()
    .sigs(&[sig("mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm", "iikiiiiy", Make::Unit(unit::<Platerev>))])
    .outs(&[port("a1 ...", "one signal for each pick-up")])
    .ins(&[
        port("itabexcite", "table of the inputs: turns per second, radius 0 to 1 and phase of each path"),
        port("itabouts", "table of the pick-ups, likewise"),
        port("kbndry", "0 free, 1 clamped, 2 pivoting edges"),
        port("iaspect", "ratio of the sides, up to 1"),
        port("istiff", "stiffness, about 1 and below"),
        port("idecay", "seconds of the decay by 30 dB"),
        port("iloss", "loss of high frequencies, about 0.001"),
        port("aexcite1 ...", "signals that drive the plate"),
    ])
    .source("Bilbao, Numerical Sound Synthesis (2009), chapter 12; manual: platerev")
    .differences(&["More pick-ups than inputs work; the reference leaves their paths undefined."]);

/// Points around the plate that the scheme needs.
const EDGE: usize = 5;
/// Gain of the outputs, inverted.
const LEVEL: f64 = 25.0;

/// A point that circles on the plate.
#[derive(Clone, Copy, Default)]
struct Orbit {
    radius: f64,
    cos: f64,
    sin: f64,
    turn: (f64, f64),
}

impl Orbit {
    /// From three points of a table.
    fn new(row: &[f64], half: f64, sr: f64) -> Self {
        let (sin, cos) = math::sin_cos(row[2]);
        Self { radius: half * row[1], cos, sin, turn: math::sin_cos(TAU * row[0] / sr) }
    }

    /// The next place, relative to the middle.
    fn advance(&mut self) -> (f64, f64) {
        let (sin, cos) = self.turn;
        (self.cos, self.sin) = (self.cos * cos - self.sin * sin, self.cos * sin + self.sin * cos);
        (self.radius * self.cos, self.radius * self.sin)
    }
}

/// Factors of the scheme: of the last state at a point and its neighbours, and of the one before.
#[derive(Clone, Copy, Default)]
struct Stencil {
    s00: f64,
    s10: f64,
    s01: f64,
    s11: f64,
    s20: f64,
    s02: f64,
    t00: f64,
    t10: f64,
    t01: f64,
}

#[derive(Default)]
struct Platerev {
    columns: usize,
    rows: usize,
    aspect: f64,
    stencil: Stencil,
    /// The state now, one step ago and two steps ago.
    states: [Vec<f64>; 3],
    inputs: Vec<Orbit>,
    outputs: Vec<Orbit>,
}

impl Platerev {
    fn width(&self) -> usize {
        self.columns + EDGE
    }

    fn update(&mut self) {
        let (w, s) = (self.width(), self.stencil);
        let [u, u1, u2] = &mut self.states;
        for j in 2..self.rows + 3 {
            for at in w * j + 2..w * j + self.columns + 3 {
                let pair = |u: &[f64], d: usize| u[at - d] + u[at + d];
                let corners = u1[at - 1 - w] + u1[at + 1 + w] + u1[at + w - 1] + u1[at + 1 - w];
                u[at] = s.s00 * u1[at]
                    + s.s10 * pair(u1, w)
                    + s.s20 * pair(u1, 2 * w)
                    + s.s01 * pair(u1, 1)
                    + s.s02 * pair(u1, 2)
                    + s.s11 * corners
                    + (s.t00 * u2[at] + s.t10 * pair(u2, w) + s.t01 * pair(u2, 1));
            }
        }
    }

    /// Holds the edges: `sign` is 1 for clamped, -1 for pivoting ones. Of the sides the reference only
    /// holds the row next to the end.
    fn bound(&mut self, sign: f64) {
        let (w, columns, rows) = (self.width(), self.columns, self.rows);
        let u = &mut self.states[0];
        let side = w * (rows + 3);
        for i in [0, 2, columns + 2, columns + 4] {
            u[side + i] = 0.0;
        }
        u[side + 1] = sign * u[side + 3];
        u[side + columns + 3] = sign * u[side + columns + 1];
        for row in [0, 2, rows + 2, rows + 4] {
            u[w * row..w * row + columns + EDGE].fill(0.0);
        }
        for i in 2..columns + 3 {
            u[i + w] = sign * u[i + 3 * w];
            u[i + w * (rows + 3)] = sign * u[i + w * (rows + 1)];
        }
        if sign > 0.0 {
            for corner in [1 + w, 1 + side, columns + 3 + w, columns + 3 + side] {
                u[corner] = 0.0;
            }
        }
    }

    /// Index of the grid point below a place, and the weights of it and its neighbours.
    fn grid(&self, (x, y): (f64, f64)) -> [(usize, f64); 4] {
        let x = (0.5 + x) * self.columns as f64;
        let y = (self.aspect * 0.5 + y) / (self.aspect / self.rows as f64);
        let (column, row) = (x.floor().max(0.0), y.floor().max(0.0));
        let (fx, fy) = (x - column, y - row);
        let w = self.width();
        let at = w * (row as usize + 2) + column as usize + 2;
        let both = fx * fy;
        [(at, 1.0 - fx - fy + both), (at + 1, fx - both), (at + 1 + w, both), (at + w, fy - both)]
    }
}

/// Orbits from a table with three points for each.
fn orbits(cx: &Init<'_>, number: f64, count: usize, half: f64, what: &str) -> OpResult<Vec<Orbit>> {
    let number = any_table(cx.world, number)?;
    let table = cx.world.tables.get(number).filter(|t| t.len >= 3 * count);
    let table = table.ok_or_else(|| OpError::new(format!("Missing {what} table or too short")))?;
    Ok(table.data.chunks_exact(3).take(count).map(|row| Orbit::new(row, half, cx.clock.sr)).collect())
}

impl Ugen for Platerev {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let [aspect, stiffness, decay, loss] = [3, 4, 5, 6].map(|i| cx.k(i));
        let sr = cx.clock.sr;
        let dt = 1.0 / sr;
        let sigma = (sr + sr) * (math::pow(10.0, 3.0 * dt / decay) - 1.0);
        let spacing = 2.0 * (dt * (loss + math::hypot(loss, stiffness))).sqrt();
        let columns = (1.0 / spacing).floor();
        let rows = (aspect * columns).floor();
        if !(1.0..1e6).contains(&columns) || !(1.0..1e6).contains(&rows) {
            return Err(
                "the plate has no grid: istiff and iaspect must be above 0, iloss not negative".into()
            );
        }
        (self.columns, self.rows, self.aspect) = (columns as usize, rows as usize, aspect);
        let points = (self.columns + EDGE) * (self.rows + EDGE);
        cx.world.ask_memory(points * 24, "platerev")?;
        self.states = std::array::from_fn(|_| vec![0.0; points]);
        let half = aspect.min(1.0) * 0.5;
        self.inputs = orbits(cx, cx.k(0), cx.n_ins().saturating_sub(7), half, "input")?;
        self.outputs = orbits(cx, cx.k(1), cx.n_outs(), half, "output")?;
        let alpha = (1.0 / columns) / (aspect / rows);
        let (a2, a4) = (alpha * alpha, alpha * alpha * alpha * alpha);
        let mu = dt * stiffness * columns * columns;
        let (mu2, eta) = (mu * mu, 1.0 / (1.0 + sigma * dt));
        let v = 2.0 * loss * dt * columns * columns;
        let s20 = -eta * mu2;
        self.stencil = Stencil {
            s00: 2.0 * eta * (1.0 - mu2 * (3.0 + 4.0 * a2 + 3.0 * a4) - v * (1.0 + a2)),
            s10: (4.0 * mu2 * (1.0 + a2) + v) * eta,
            s01: a2 * (4.0 * mu2 * (1.0 + a2) + v) * eta,
            s11: -2.0 * mu2 * eta * a2,
            s20,
            s02: s20 * a4,
            t00: (-(1.0 - sigma * dt) + 2.0 * v * (1.0 + a2)) * eta,
            t10: -v * eta,
            t01: -v * eta * a2,
        };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let boundary = io.int(2);
        for n in 0..io.samples_len() {
            self.update();
            if boundary == 1 || boundary == 2 {
                self.bound(if boundary == 1 { 1.0 } else { -1.0 });
            }
            for i in 0..self.inputs.len() {
                let place = self.inputs[i].advance();
                let x = io.x(7 + i).at(n);
                for (at, weight) in self.grid(place) {
                    if let Some(point) = self.states[0].get_mut(at) {
                        *point += weight * x;
                    }
                }
            }
            for o in 0..self.outputs.len() {
                let place = self.outputs[o].advance();
                let point = |at: usize| self.states[0].get(at).copied().unwrap_or(0.0);
                let sum: f64 = self.grid(place).iter().map(|&(at, weight)| weight * point(at)).sum();
                if let Some(out) = io.out(o).get(n) {
                    out.set(sum / LEVEL);
                }
            }
            self.states.rotate_right(1);
        }
        Ok(())
    }
}
