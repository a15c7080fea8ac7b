//! `pan`: a signal among four loudspeakers in a square.

use crate::lookup::{any_table, nearest};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `pan`.
pub static PAN: OpDef = OpDef::new("pan", "Distributes a signal to four channels by a table.")
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
        let signal = io.x(0);
        for n in 0..io.samples_len() {
            let x = signal.at(n);
            for (o, gain) in gains.iter().enumerate() {
                if let Some(out) = io.out(o).get(n) {
                    out.set(x * gain);
                }
            }
        }
        Ok(())
    }
}
