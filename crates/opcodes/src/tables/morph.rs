//! `tabmorph` and its relatives: reading between several tables of one length.

use crate::tables::lookup::{find, point};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Res, Sig, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const fn def(name: &'static str, summary: &'static str, sigs: &'static [Sig]) -> OpDef {
    OpDef::new(name, summary)
        .sigs(sigs)
        .outs(const { &[port("xout", "value between the tables")] })
        .ins(
            const {
                &[
                    port(
                        "xindex",
                        "index: points for tabmorph and tabmorphi, 0 to 1 for tabmorpha and tabmorphak",
                    ),
                    port("xweightpoint", "0 takes the first place among the tables, 1 the second"),
                    port("xtabnum1", "first place: 0 is the first table, 0.5 halfway to the second, ..."),
                    port("xtabnum2", "second place"),
                    port("ifn1", "tables, all of the same length"),
                ]
            },
        )
        .reads(Res::TABLES)
        .source("Manual: tabmorph")
}

/// Definition of `tabmorph`.
pub static TABMORPH: OpDef = def(
    "tabmorph",
    "Reads between tables at k-rate, without interpolation of points.",
    &[sig("k", "kkkkm", Make::Unit(unit::<Morph<0>>))],
);
/// Definition of `tabmorphi`.
pub static TABMORPHI: OpDef = def(
    "tabmorphi",
    "Reads between tables at k-rate, with interpolation of points.",
    &[sig("k", "kkkkm", Make::Unit(unit::<Morph<1>>))],
);
/// Definition of `tabmorpha`.
pub static TABMORPHA: OpDef = def(
    "tabmorpha",
    "Reads between tables, with all controls at audio rate.",
    &[sig("a", "aaaam", Make::Unit(unit::<Morph<2>>))],
);
/// Definition of `tabmorphak`.
pub static TABMORPHAK: OpDef = def(
    "tabmorphak",
    "Reads between tables at audio rate, with the controls at k-rate.",
    &[sig("a", "akkkm", Make::Unit(unit::<Morph<2>>))],
);

/// First argument that is a table number.
const TABLES: usize = 4;

/// `KIND`: 0 index in points, 1 with interpolation, 2 index from 0 to 1 with interpolation.
#[derive(Default)]
struct Morph<const KIND: u8> {
    len: usize,
    count: usize,
}

impl<const KIND: u8> Morph<KIND> {
    /// Point `i` between the tables about `place`; the last table is followed by the first.
    fn between(&self, io: &Io<'_>, world: &World, place: f64, i: usize) -> f64 {
        let whole = place.trunc();
        let f = place - whole;
        let table = (whole as i64).rem_euclid(self.count as i64) as usize;
        let value = |t: usize| world.tables.get(io.k(TABLES + t % self.count)).map_or(0.0, |t| point(t, i));
        value(table) * (1.0 - f) + value(table + 1) * f
    }

    fn at(&self, io: &Io<'_>, world: &World, place: f64, i: usize, f: f64) -> f64 {
        let a = self.between(io, world, place, i);
        if KIND == 0 {
            return a;
        }
        let b = self.between(io, world, place, i + 1);
        a + (b - a) * f
    }
}

impl<const KIND: u8> Ugen for Morph<KIND> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.count = cx.n_ins().saturating_sub(TABLES);
        if self.count == 0 {
            return Err("tabmorph: no tables".into());
        }
        self.len = find(cx.world, "tabmorph", cx.io.k(TABLES))?.len;
        for t in 0..self.count {
            if find(cx.world, "tabmorph", cx.io.k(TABLES + t))?.len != self.len {
                return Err("tabmorph: all tables must have the same length".into());
            }
        }
        if self.len == 0 { Err(OpError::new("tabmorph: the tables are empty")) } else { Ok(()) }
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let (index, weight, one, two) = (io.x(0), io.x(1), io.x(2), io.x(3));
        for (n, out) in io.out(0).iter().enumerate() {
            let place = if KIND == 2 { index.at(n) * self.len as f64 } else { index.at(n) };
            let i = (place.trunc() as i64).rem_euclid(self.len as i64) as usize;
            let f = place - place.trunc();
            let w = weight.at(n);
            let w = if KIND == 0 { w.clamp(0.0, 1.0) } else { w - w.trunc() };
            let a = self.at(io, world, one.at(n), i, f);
            let b = self.at(io, world, two.at(n), i, f);
            out.set(a * (1.0 - w) + b * w);
        }
        Ok(())
    }
}
