//! `dconv`: direct convolution with a function table.

use crate::lookup::{any_table, truncated};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `dconv`.
pub static DCONV: OpDef = OpDef::new("dconv", "Direct convolution with a function table.")
    .quiet_init()
    .sigs(&[sig("a", "aii", Make::Unit(unit::<Dconv>))])
    .outs(&[port("ares", "convolved signal")])
    .ins(&[
        port("asig", "signal"),
        port("isize", "points of the table that are used"),
        port("ifn", "table with the response; it may change while it is used"),
    ])
    .source("Moore, Elements of Computer Music (1990); manual: dconv")
    .reads(Res::TABLES);

#[derive(Default)]
struct Dconv {
    table: f64,
    /// The last samples; the newest is at `at`, older ones follow.
    past: Vec<f64>,
    at: usize,
}

impl Ugen for Dconv {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.table = any_table(cx.world, cx.k(2))?;
        let points = cx.world.tables.get(self.table).map_or(0, |t| t.len);
        let Some(len) = usize::try_from(truncated(cx.k(1))).ok().filter(|&n| n > 0) else {
            return Err("isize must be at least 1".into());
        };
        self.past.clear();
        self.past.resize(len.min(points), 0.0);
        self.at = 0;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let Some(table) = world.tables.get(self.table) else { return Ok(()) };
        let x = io.x(0);
        for (n, out) in io.out(0).iter().enumerate() {
            self.past[self.at] = x.at(n);
            let (older, newer) = self.past.split_at(self.at);
            let (start, rest) = table.data.split_at(newer.len());
            let products = |past: &[f64], response: &[f64], sum: f64| {
                past.iter().zip(response).fold(sum, |sum, (x, h)| sum + x * h)
            };
            out.set(products(older, rest, products(newer, start, 0.0)));
            self.at = if self.at == 0 { self.past.len() - 1 } else { self.at - 1 };
        }
        Ok(())
    }
}
