//! `oscil1`, `oscil1i`: read a table once, after a delay.

use crate::lookup::{Line, PERIOD, Reading, Step, Wave, power_of_two_table, truncated};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use std::marker::PhantomData;

const OUTS: &[Port] = &[port("kres", "amplitude times table content; stays at the end")];
const INS: &[Port] = &[
    port("idel", "delay in seconds, during which the first point sounds"),
    port("kamp", "amplitude"),
    port("idur", "time of the reading in seconds; 0 or less starts at the end"),
    port("ifn", "table, a power of two long; default -1, a sine"),
];
const SOURCE: &str = "Manual: oscil1, oscil1i; phase of 28 bits, semantics K1";

/// Definition of `oscil1`.
pub static OSCIL1: OpDef = OpDef::new("oscil1", "Reads a table once, without interpolation.")
    .sigs(&[sig("k", "ikij", Make::Unit(unit::<Once<Step>>))])
    .outs(OUTS)
    .ins(INS)
    .source(SOURCE)
    .quiet_init()
    .reads(Res::TABLES);

/// Definition of `oscil1i`.
pub static OSCIL1I: OpDef = OpDef::new("oscil1i", "Reads a table once, with linear interpolation.")
    .sigs(&[sig("k", "ikij", Make::Unit(unit::<Once<Line>>))])
    .outs(OUTS)
    .ins(INS)
    .source(SOURCE)
    .quiet_init()
    .reads(Res::TABLES);

#[derive(Default)]
struct Once<R> {
    table: f64,
    phase: i32,
    step: i32,
    /// k-cycles still to wait; negative when the reading is over.
    wait: i32,
    reading: PhantomData<R>,
}

const END: i32 = 1 << 28;

impl<R: Reading> Ugen for Once<R> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.table = power_of_two_table(cx.world, cx.k(3))?;
        let duration = cx.k(2);
        self.phase = if duration <= 0.0 { END - 1 } else { 0 };
        self.wait = truncated(cx.k(0) * cx.clock.kr);
        self.step = truncated(PERIOD / cx.clock.kr / duration);
        if self.step == 0 {
            self.step = 1;
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let wave = world.tables.get(self.table).and_then(Wave::of);
        io.set(0, wave.map_or(0.0, |w| R::at(&w, self.phase)) * io.k(1));
        if self.wait > 0 {
            self.wait -= 1;
        } else if self.wait == 0 {
            self.phase = self.phase.saturating_add(self.step);
            if !(0..END).contains(&self.phase) {
                self.phase = self.phase.clamp(0, END);
                self.wait = -1;
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
    fn waits_reads_and_stays() {
        let mut bench = Bench::new(&OSCIL1, 0);
        bench.world.tables.insert(1, Table::new(vec![1.0, 2.0, 3.0, 4.0, 9.0]));
        let kr = bench.clock.kr;
        bench.set(0, 2.0 / kr);
        bench.set(1, 1.0);
        bench.set(2, 4.0 / kr);
        bench.set(3, 1.0);
        assert_eq!(bench.render(9), [1.0, 1.0, 1.0, 2.0, 3.0, 4.0, 9.0, 9.0, 9.0]);
    }
}
