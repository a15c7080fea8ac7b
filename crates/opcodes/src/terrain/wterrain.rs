//! `wterrain`: an elliptic orbit over a terrain.

use super::surface::{ORBIT, Surface};
use crate::lookup::any_table;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::TAU;

/// Definition of `wterrain`.
pub static WTERRAIN: OpDef = OpDef::new("wterrain", "Wave terrain synthesis with an elliptic orbit.")
    .quiet_init()
    .sigs(&[sig("a", "kkkkkkii", Make::Unit(unit::<Wterrain>))])
    .outs(&[port("aout", "signal")])
    .ins(
        &const {
            let [a, b, c, d, e, f] = ORBIT;
            [
                a,
                b,
                c,
                d,
                e,
                f,
                port("itabx", "table along the first coordinate"),
                port("itaby", "table along the second"),
            ]
        },
    )
    .source("Manual: wterrain (M. Gillard)")
    .reads(Res::TABLES)
    .may_fail();

#[derive(Default)]
struct Wterrain {
    tables: [f64; 2],
    angle: f64,
}

impl Ugen for Wterrain {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        *self = Self { tables: [any_table(cx.world, cx.k(6))?, any_table(cx.world, cx.k(7))?], angle: 0.0 };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let surface = Surface::find(world, self.tables[0], self.tables[1])?;
        let (amp, step) = (io.k(0), io.k(1) * (TAU / io.clock.sr));
        let (x, y, rx, ry) = (io.k(2), io.k(3), io.k(4), io.k(5));
        for out in io.out(0) {
            let (sin, cos) = math::sin_cos(self.angle);
            out.set(surface.at([x + rx * sin, y + ry * cos]) * amp);
            self.angle += step;
        }
        self.angle = math::fmod(self.angle, TAU);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;
    use orchestrion_base::table::Table;

    #[test]
    fn a_flat_terrain_is_constant() {
        let mut bench = Bench::new(&WTERRAIN, 0);
        bench.world.tables.insert(1, Table::new(vec![0.5; 9]));
        for (i, x) in [2.0, 440.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0].into_iter().enumerate() {
            bench.set(i, x);
        }
        assert!(bench.render(64).iter().all(|&y| y == 0.5));
    }
}
