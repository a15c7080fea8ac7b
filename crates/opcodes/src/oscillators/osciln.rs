//! `osciln`, `oscilx`: read a table a given number of times.

use crate::lookup::any_table;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const OUTS: &[Port] = &[port("ares", "signal; silence after the last time")];
const INS: &[Port] = &[
    port("kamp", "amplitude"),
    port("ifrq", "readings per second"),
    port("ifn", "table of any length"),
    port("itimes", "number of readings"),
];
const SOURCE: &str = "Manual: osciln; wraps at the last point, measured on the reference";

/// Definition of `osciln`.
pub static OSCILN: OpDef = OpDef::new("osciln", "Reads a table a given number of times.")
    .sigs(&[sig("a", "kiii", Make::Unit(unit::<Osciln>))])
    .outs(OUTS)
    .ins(INS)
    .source(SOURCE)
    .quiet_init()
    .reads(Res::TABLES);

/// Definition of `oscilx`.
pub static OSCILX: OpDef = OpDef::new("oscilx", "Same as `osciln`.")
    .sigs(&[sig("a", "kiii", Make::Unit(unit::<Osciln>))])
    .outs(OUTS)
    .ins(INS)
    .source(SOURCE)
    .quiet_init()
    .reads(Res::TABLES);

#[derive(Default)]
struct Osciln {
    table: f64,
    index: f64,
    step: f64,
    last: f64,
    times: i32,
}

impl Ugen for Osciln {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.table = any_table(cx.world, cx.k(2))?;
        let len = cx.world.tables.get(self.table).map_or(0, |t| t.len) as f64;
        self.step = len * cx.k(1) * (1.0 / cx.clock.sr);
        self.index = 0.0;
        self.last = len - 1.0;
        self.times = cx.k(3) as i32;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let points = world.tables.get(self.table).map_or(&[][..], |t| &t.data);
        let amp = io.k(0);
        for out in io.out(0) {
            if self.times == 0 {
                out.set(0.0);
                continue;
            }
            let point = if self.index >= 0.0 { points.get(self.index as usize) } else { None };
            out.set(point.copied().unwrap_or(0.0) * amp);
            self.index += self.step;
            if self.index > self.last {
                self.times = self.times.wrapping_sub(1);
                self.index -= self.last;
                if self.times == 0 {
                    // The last sample of the last reading is silent (measured on the reference).
                    out.set(0.0);
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;
    use orchestrion_base::table::Table;

    #[test]
    fn reads_twice_and_falls_silent() {
        let mut bench = Bench::new(&OSCILN, 0);
        bench.world.tables.insert(1, Table::new(vec![1.0, 2.0, 3.0, 4.0, 1.0]));
        bench.set(0, 1.0);
        bench.set(1, 44100.0 / 4.0);
        bench.set(2, 1.0);
        bench.set(3, 2.0);
        assert_eq!(bench.render(16)[..9], [1.0, 2.0, 3.0, 4.0, 2.0, 3.0, 0.0, 0.0, 0.0]);
    }
}
