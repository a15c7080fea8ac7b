//! `tablera`, `tablewa`: reading and writing successive points, one per sample.

use crate::tables::lookup::{missing, point};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, WorldUgen, port, sig, unit, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `tablera`.
pub static TABLERA: OpDef = OpDef::new("tablera", "Reads successive points of a table, one per sample.")
    .sigs(&[sig("a", "kkk", Make::Unit(unit::<Read>))])
    .outs(&[port("ares", "points")])
    .ins(&[
        port("kfn", "table number"),
        port("kstart", "first point of this k-cycle, as tablewa gives it"),
        port("koff", "added to it"),
    ])
    .reads(Res::TABLES)
    .may_fail()
    .source("Manual: tablera");
/// Definition of `tablewa`.
pub static TABLEWA: OpDef = OpDef::new("tablewa", "Writes successive points of a table, one per sample.")
    .sigs(&[sig("k", "kakp", Make::Unit(world_unit::<Write>))])
    .outs(&[port("kstart", "point after the last one written")])
    .ins(&[
        port("kfn", "table number"),
        port("asig", "signal"),
        port("koff", "added to the place at the start of the note"),
        port("iskip", "0 starts from 0, otherwise from where the previous note ended; default 1"),
    ])
    .writes(Res::TABLES)
    .may_fail()
    .source("Manual: tablewa");

#[derive(Default)]
struct Read;

impl Ugen for Read {
    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let Some(table) = world.tables.get(io.k(0)) else { return Err(missing("tablera", io.k(0))) };
        let start = (io.k(1) + io.k(2)).trunc();
        if start < 0.0 {
            return Err("tablera: the place is negative".into());
        }
        let (mut at, len) = (start as usize, table.len.max(1));
        for out in io.out(0) {
            at %= len;
            out.set(point(table, at));
            at += 1;
        }
        Ok(())
    }
}

#[derive(Default)]
struct Write {
    at: i64,
}

impl WorldUgen for Write {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.io.k(3) == 0.0 {
            self.at = 0;
        }
        self.at = self.at.saturating_add(cx.io.k(2) as i64);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let Some(table) = world.tables.get_mut(io.k(0)) else { return Err(missing("tablewa", io.k(0))) };
        let Ok(mut at) = usize::try_from(self.at) else {
            return Err("tablewa: the place is negative".into());
        };
        let len = table.len.max(1);
        for x in io.a(1) {
            at %= len;
            if let Some(point) = table.data.get_mut(at) {
                *point = x.get();
            }
            at += 1;
        }
        self.at = at as i64;
        io.set(0, at as f64);
        Ok(())
    }
}
