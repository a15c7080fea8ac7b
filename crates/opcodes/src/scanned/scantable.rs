//! `scantable`, `scanhammer`: a ring of masses and springs in tables, scanned as a wave.

use crate::lookup::{any_table, nearest};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::table::Table;
use orchestrion_base::world::World;

/// Definition of `scantable`.
pub static SCANTABLE: OpDef = OpDef::new("scantable", "Scanned synthesis on tables.")
    .sigs(&[sig("a", "kkiiiii", Make::Unit(world_unit::<Scantable>))])
    .outs(&[port("aout", "signal")])
    .ins(&[
        port("kamp", "amplitude"),
        port("kpch", "scans per second"),
        port("ipos", "table of the masses' positions, changed in every k-cycle"),
        port("imass", "table of masses; 0 does not move"),
        port("istiff", "table of stiffness between each mass and the next"),
        port("idamp", "table of how much of its velocity each mass keeps"),
        port("ivel", "table of the masses' velocities, changed in every k-cycle"),
    ])
    .source(
        "Manual: scantable (M. Gillard); B. Verplank, M. Mathews, R. Shaw, \"Scanned synthesis\", ICMC 2000",
    )
    .reads(Res::TABLES)
    .writes(Res::TABLES)
    .may_fail();

/// Definition of `scanhammer`.
pub static SCANHAMMER: OpDef = OpDef::new("scanhammer", "Copies a table into another, scaled, at a place.")
    .sigs(&[sig("", "iiii", Make::Init(scanhammer))])
    .ins(&[
        port("isrc", "table to copy, at most as long as the other"),
        port("idst", "table to copy into"),
        port("ipos", "place of the first point in it"),
        port("imode", "factor"),
    ])
    .source("Manual: scanhammer (M. Gillard)");

fn scanhammer(cx: &mut Init<'_>) -> OpResult {
    let (source, target) = (any_table(cx.world, cx.k(0))?, any_table(cx.world, cx.k(1))?);
    let (mut place, factor) = (nearest(cx.k(2)).max(0) as usize, cx.k(3));
    let points = cx.world.tables.get(source).map(|t| t.data[..t.len].to_vec()).unwrap_or_default();
    let Some(target) = cx.world.tables.get_mut(target) else { return Ok(()) };
    if points.len() > target.len {
        return Err("scanhammer: the source table has to be at most as long as the other".into());
    }
    for x in points {
        if let Some(point) = target.data.get_mut(place) {
            *point = x * factor;
        }
        place = if place < target.len { place + 1 } else { 0 };
    }
    Ok(())
}

#[derive(Default)]
struct Scantable {
    /// Positions, masses, stiffness, damping, velocities.
    tables: [f64; 5],
    /// Positions and velocities of the next cycle.
    next: Vec<[f64; 2]>,
    place: f64,
}

impl Scantable {
    /// Computes the next cycle's positions and velocities.
    fn step(&mut self, [position, mass, stiffness, damping, velocity]: [&Table; 5], kr: f64) {
        let len = self.next.len();
        let point = |table: &Table, i: usize| table.data.get(i).copied().unwrap_or(0.0);
        for (i, next) in self.next.iter_mut().enumerate() {
            let here = point(position, i);
            if point(mass, i) == 0.0 {
                *next = [here, 0.0];
                continue;
            }
            let (before, after) = ((i + len - 1) % len, (i + 1) % len);
            let left = (here - point(position, before)) * point(stiffness, before);
            let right = (here - point(position, after)) * point(stiffness, i);
            let moved = point(velocity, i) - (left + right) / (point(mass, i) * kr);
            let velocity = moved * point(damping, i);
            *next = [here + velocity * (1.0 / kr), velocity];
        }
    }
}

impl WorldUgen for Scantable {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        for (i, table) in self.tables.iter_mut().enumerate() {
            *table = any_table(cx.world, cx.k(2 + i))?;
        }
        let lens = self.tables.map(|t| cx.world.tables.get(t).map_or(0, |t| t.len));
        if lens.iter().any(|&len| len != lens[0]) {
            return Err("scantable: all tables have to be of the same length".into());
        }
        cx.world.ask_memory(lens[0] * 16, "scantable")?;
        self.next.clear();
        self.next.resize(lens[0], [0.0; 2]);
        self.place = 0.0;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let [Some(a), Some(b), Some(c), Some(d), Some(e)] = self.tables.map(|t| world.tables.get(t)) else {
            return Err(OpError::new("scantable: a table has vanished"));
        };
        self.step([a, b, c, d, e], io.clock.kr);
        let len = self.next.len() as f64;
        let (amp, step) = (io.k(0), len * io.k(1) / io.clock.sr);
        for out in io.out(0) {
            let point = if self.place >= 0.0 { a.data.get(self.place as usize) } else { None };
            out.set(point.copied().unwrap_or(0.0) * amp);
            self.place += step;
            if self.place > len {
                self.place -= len;
            }
        }
        for (part, table) in [(0, self.tables[0]), (1, self.tables[4])] {
            if let Some(table) = world.tables.get_mut(table) {
                table.data.iter_mut().zip(&self.next).for_each(|(point, next)| *point = next[part]);
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
    fn masses_at_rest_stay() {
        let mut bench = Bench::new(&SCANTABLE, 0);
        for (number, value) in [(1, 0.25), (2, 1.0), (3, 0.0)] {
            bench.world.tables.insert(number, Table::new(vec![value; 9]));
        }
        for (i, x) in [2.0, 440.0, 1.0, 2.0, 2.0, 2.0, 3.0].into_iter().enumerate() {
            bench.set(i, x);
        }
        assert!(bench.render(64).iter().all(|&y| y == 0.5));
    }
}
