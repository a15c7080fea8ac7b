//! `modmatrix`: many modulators on many parameters, through a matrix of factors.

use crate::tables::lookup::{find, point, set_point};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `modmatrix`.
pub static MODMATRIX: OpDef =
    OpDef::new("modmatrix", "Adds to each parameter the sum of modulators, each with a factor of a matrix.")
        .sigs(&[sig("", "iiiiiik", Make::Unit(world_unit::<ModMatrix>))])
        .ins(&[
            port("iresfn", "table that receives the results"),
            port("isrcmodfn", "table of the modulators"),
            port("isrcparmfn", "table of the parameters"),
            port("imodscale", "table of the factors, a row for each modulator"),
            port("inum_mod", "number of modulators, at least 1"),
            port("inum_parm", "number of parameters, at least 1"),
            port("kupdate", "not 0 reads the factors in every k-cycle; 0 keeps those it saw first"),
        ])
        .reads(Res::TABLES)
        .writes(Res::TABLES)
        .source("Manual: modmatrix");

#[derive(Default)]
struct ModMatrix {
    modulators: usize,
    parameters: usize,
    factors: Vec<f64>,
    kept: bool,
}

/// A positive number of things.
fn count(x: f64) -> OpResult<usize> {
    if x >= 1.0 { Ok(x as usize) } else { Err(OpError::new("modmatrix: the numbers must be 1 or more")) }
}

impl WorldUgen for ModMatrix {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        for table in 0..4 {
            find(cx.world, "modmatrix", cx.k(table))?;
        }
        (self.modulators, self.parameters) = (count(cx.k(4))?, count(cx.k(5))?);
        let size = self.modulators.saturating_mul(self.parameters);
        cx.world.ask_memory(size.saturating_mul(8), "modmatrix")?;
        self.factors.clear();
        self.factors.resize(size, 0.0);
        self.kept = false;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let value = |world: &World, table: f64, i| world.tables.get(table).map_or(0.0, |t| point(t, i));
        let update = io.k(6) != 0.0;
        if update || !self.kept {
            for (i, factor) in self.factors.iter_mut().enumerate() {
                *factor = value(world, io.k(3), i);
            }
        }
        self.kept = !update;
        for column in 0..self.parameters {
            let mut sum = 0.0;
            for row in 0..self.modulators {
                sum += self.factors[row * self.parameters + column] * value(world, io.k(1), row);
            }
            let y = value(world, io.k(2), column) + sum;
            set_point(world, io.k(0), column, y);
        }
        Ok(())
    }
}
