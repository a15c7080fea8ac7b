//! `hvs1`, `hvs2`, `hvs3`: a place on a line, in a square or in a cube between snapshots of parameters.

use crate::lookup::any_table;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Sig, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const COUNT: Port = port("inumParms", "number of parameters of a snapshot");
const OUT: Port = port("iOutTab", "table that receives the parameters");
const POSITIONS: Port = port("iPositionsTab", "table of the snapshot at each point of the grid");
const SNAPS: Port = port("iSnapTab", "table of all snapshots, one after the other");
const CONFIG: Port =
    port("iConfigTab", "table that says of each parameter: 0 moves, else stays; default 0, all move");

const fn def(name: &'static str, summary: &'static str, sigs: &'static [Sig], ins: &'static [Port]) -> OpDef {
    OpDef::new(name, summary)
        .sigs(sigs)
        .ins(ins)
        .source("Manual: hvs1, hvs2, hvs3 (G. Maldonado)")
        .reads(Res::TABLES)
        .writes(Res::TABLES)
        .differences(&["iConfigTab works as the manual says; the reference crashes."])
}

/// Definition of `hvs1`.
pub static HVS1: OpDef = def(
    "hvs1",
    "Parameters between snapshots on a line.",
    &[sig("", "kiiiiio", Make::Unit(world_unit::<Hvs<1>>))],
    &[
        port("kx", "place, 0 to 1"),
        COUNT,
        port("inumPointsX", "points of the line, at least 2"),
        OUT,
        POSITIONS,
        SNAPS,
        CONFIG,
    ],
);

/// Definition of `hvs2`.
pub static HVS2: OpDef = def(
    "hvs2",
    "Parameters between snapshots in a square.",
    &[sig("", "kkiiiiiio", Make::Unit(world_unit::<Hvs<2>>))],
    &[
        port("kx", "place along the first side, 0 to 1"),
        port("ky", "place along the second side, 0 to 1"),
        COUNT,
        port("inumlinesX", "points along the first side, at least 2"),
        port("inumlinesY", "points along the second side, at least 2"),
        OUT,
        POSITIONS,
        SNAPS,
        CONFIG,
    ],
);

/// Definition of `hvs3`.
pub static HVS3: OpDef = def(
    "hvs3",
    "Parameters between snapshots in a cube.",
    &[sig("", "kkkiiiiiiio", Make::Unit(world_unit::<Hvs<3>>))],
    &[
        port("kx", "place along the first side, 0 to 1"),
        port("ky", "place along the second side, 0 to 1"),
        port("kz", "place along the third side, 0 to 1"),
        COUNT,
        port("inumlinesX", "points along the first side, at least 2"),
        port("inumlinesY", "points along the second side, at least 2"),
        port("inumlinesZ", "points along the third side, at least 2"),
        OUT,
        POSITIONS,
        SNAPS,
        CONFIG,
    ],
);

/// Corners of a cube.
const CORNERS: usize = 8;

/// The opcode in `D` dimensions.
struct Hvs<const D: usize> {
    sizes: [i64; D],
    count: usize,
    out: f64,
    positions: f64,
    snaps: f64,
    config: f64,
}

impl<const D: usize> Default for Hvs<D> {
    fn default() -> Self {
        Self { sizes: [0; D], count: 0, out: 0.0, positions: 0.0, snaps: 0.0, config: 0.0 }
    }
}

/// Point `i` of a table; 0 outside.
fn point(world: &World, table: f64, i: i64) -> f64 {
    let table = world.tables.get(table);
    usize::try_from(i).ok().and_then(|i| table?.data.get(i).copied()).unwrap_or(0.0)
}

impl<const D: usize> WorldUgen for Hvs<D> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.count = cx.k(D).max(0.0) as usize;
        for (i, size) in self.sizes.iter_mut().enumerate() {
            *size = cx.k(D + 1 + i) as i64;
            if *size < 2 {
                return Err("hvs: each side needs at least 2 points".into());
            }
        }
        let first = 2 * D + 1;
        self.out = any_table(cx.world, cx.k(first))?;
        self.positions = any_table(cx.world, cx.k(first + 1))?;
        self.snaps = any_table(cx.world, cx.k(first + 2))?;
        self.config = cx.k(first + 3);
        if self.config != 0.0 {
            self.config = any_table(cx.world, self.config)?;
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let mut snaps = [0; CORNERS];
        let mut parts = [0.0; D];
        let (mut origin, mut stride, mut strides) = (0_i64, 1_i64, [0_i64; D]);
        for d in 0..D {
            let place = io.k(d) * (self.sizes[d] - 1) as f64;
            let whole = place.trunc();
            parts[d] = place - whole;
            origin = origin.saturating_add((whole as i64).saturating_mul(stride));
            strides[d] = stride;
            stride = stride.saturating_mul(self.sizes[d]);
        }
        // Corner `c` is one point further along side `d` where bit `d` of `c` is set.
        for (c, snap) in snaps.iter_mut().enumerate().take(1 << D) {
            let along = (0..D).filter(|d| c >> d & 1 == 1).map(|d| strides[d]);
            let corner = along.fold(origin, i64::saturating_add);
            *snap = (point(world, self.positions, corner) as i64).saturating_mul(self.count as i64);
        }
        for j in 0..self.count {
            if self.config != 0.0 && point(world, self.config, j as i64) != 0.0 {
                continue;
            }
            let mut values = snaps.map(|snap| point(world, self.snaps, snap.saturating_add(j as i64)));
            for (d, part) in parts.iter().enumerate() {
                for c in 0..1 << (D - 1 - d) {
                    values[c] = (1.0 - part) * values[2 * c] + part * values[2 * c + 1];
                }
            }
            match world.tables.get_mut(self.out).and_then(|t| t.data.get_mut(j)) {
                Some(out) => *out = values[0],
                None => break,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_count_their_dimensions() {
        assert_eq!([&HVS1, &HVS2, &HVS3].map(|op| op.ins.len()), [7, 9, 11]);
    }
}
