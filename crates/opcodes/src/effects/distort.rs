//! `distort`: waveshaping by a table, with the level kept.

use crate::lookup::any_table;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::{interp, math};
use std::f64::consts::TAU;

/// Definition of `distort`.
pub static DISTORT: OpDef = OpDef::new("distort", "Waveshaping whose level follows that of the signal.")
    .quiet_init()
    .sigs(&[sig("a", "akiqo", Make::Unit(unit::<Distort>))])
    .outs(&[port("ar", "distorted signal")])
    .ins(&[
        port("asig", "signal"),
        port("kdist", "amount of distortion, usually 0 to 1"),
        port("ifn", "table with the shape, its middle for 0"),
        port("ihp", "half-power point in Hz of the level's low-pass; default 10"),
        port("istor", "nonzero keeps the state of the previous note; default 0"),
    ])
    .source("Manual: distort; constants measured on the reference")
    .reads(Res::TABLES);

#[derive(Default)]
struct Distort {
    table: f64,
    /// Factors of the new square and of the old mean.
    c1: f64,
    c2: f64,
    mean_square: f64,
    /// Amplitude that fills the table.
    range: f64,
}

/// Least level, in full scales.
const LEAST: f64 = 1.0 / 32768.0;

impl Ugen for Distort {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.table = any_table(cx.world, cx.k(2))?;
        let b = 2.0 - math::cos(cx.k(3) * (TAU / cx.clock.sr));
        self.c2 = b - (b * b - 1.0).sqrt();
        self.c1 = 1.0 - self.c2;
        if cx.k(4) == 0.0 {
            self.mean_square = 0.0;
            self.range = 1000.0 * LEAST * cx.world.header.zero_dbfs;
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let Some(table) = world.tables.get(self.table) else { return Ok(()) };
        let (x, out) = (io.x(0), io.out(0));
        for n in 0..out.len() {
            self.mean_square = self.c1 * x.at(n) * x.at(n) + self.c2 * self.mean_square;
        }
        let level = self.mean_square.sqrt().max(LEAST * world.header.zero_dbfs);
        let step = (level / io.k(1).max(0.001) - self.range) / out.len() as f64;
        let middle = table.len as f64 * 0.5;
        for (n, out) in out.iter().enumerate() {
            let place = middle * (1.0 + x.at(n) / self.range);
            out.set(interp::table_linear(&table.data, place) * self.range);
            self.range += step;
        }
        Ok(())
    }
}
