//! `pan`: a signal among four loudspeakers in a square.

use crate::lookup::{any_table, nearest};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use std::cell::Cell;

/// Definition of `pan`.
pub static PAN: OpDef = OpDef::new("pan", "Distributes a signal to four channels by a table.")
    .quiet_init()
    .sigs(&[sig("aaaa", "akkioo", Make::Unit(unit::<Pan>))])
    .outs(&[
        port("a1", "left back"),
        port("a2", "right back"),
        port("a3", "left front"),
        port("a4", "right front"),
    ])
    .ins(&[
        port("asig", "signal"),
        port("kx", "place from left to right"),
        port("ky", "place from front to back"),
        port("ifn", "table with the gain from a channel's opposite (first point) to itself (last)"),
        port("imode", "0 places count points of the table, nonzero 0 to 1; default 0"),
        port("ioffset", "0 places are relative to the middle, nonzero to the corner; default 0"),
    ])
    .source("Manual: pan")
    .reads(Res::TABLES);

#[derive(Default)]
struct Pan {
    table: f64,
}

impl Ugen for Pan {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.table = any_table(cx.world, cx.k(3))?;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let Some(table) = world.tables.get(self.table) else { return Ok(()) };
        let len = table.len as f64;
        let middle = len * 0.5;
        let unit = if io.k(4) == 0.0 { 1.0 } else { len };
        let origin = if io.k(5) == 0.0 { middle } else { 0.0 };
        // Relative to the middle.
        let mut place = [io.k(1), io.k(2)].map(|p| p * unit - origin);
        let [x, y] = place.map(f64::abs);
        if x > middle || y > middle {
            let (outer, other) = if x > y { (x, 1) } else { (y, 0) };
            place[other] *= middle / outer;
        }
        let [right, back] = place.map(|p| f64::from(nearest(p + middle)).clamp(0.0, len));
        let gain = |i: f64| table.data.get(i as usize).copied().unwrap_or(0.0);
        let gains = [
            gain(len - right) * gain(back),
            gain(right) * gain(back),
            gain(len - right) * gain(len - back),
            gain(right) * gain(len - back),
        ];
        distribute(io.a(0), [0, 1, 2, 3].map(|o| io.out(o)), gains);
        Ok(())
    }
}

/// Samples that are read before any is written, since an output may be the input's memory.
const AT_ONCE: usize = 8;

/// Sets each output to the signal times its gain.
fn distribute<const N: usize>(signal: &[Cell<f64>], outs: [&[Cell<f64>]; N], gains: [f64; N]) {
    let (whole, rest) = signal.as_chunks::<AT_ONCE>();
    let outs = outs.map(<[_]>::as_chunks::<AT_ONCE>);
    for (n, chunk) in whole.iter().enumerate() {
        let x = chunk.each_ref().map(Cell::get);
        for ((out, _), gain) in outs.iter().zip(gains) {
            if let Some(out) = out.get(n) {
                out.iter().zip(x).for_each(|(out, x)| out.set(x * gain));
            }
        }
    }
    for (n, x) in rest.iter().enumerate() {
        let x = x.get();
        for ((_, out), gain) in outs.iter().zip(gains) {
            if let Some(out) = out.get(n) {
                out.set(x * gain);
            }
        }
    }
}
