//! `port`, `portk`: smooths a stepping control signal.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

const OUTS: &[Port] = &[port("kres", "smoothed signal")];
const INS: &[Port] = &[
    port("ksig", "control signal"),
    port("khtim", "time in seconds to cover half the way; may change only with portk"),
    port("isig", "start value; negative keeps the last one of the previous note; default 0"),
];
const SOURCE: &str = "Manual: port; y = (1 - c) x + c y, c = 0.5^(1 / (kr khtim)), semantics K7";

/// Definition of `port`.
pub static PORT: OpDef = OpDef::new("port", "Portamento on a stepping control signal.")
    .sigs(&[sig("k", "kio", Make::Unit(unit::<Portamento>))])
    .outs(OUTS)
    .ins(INS)
    .source(SOURCE)
    .quiet_init();

/// Definition of `portk`.
pub static PORTK: OpDef = OpDef::new("portk", "Portamento whose time may change at control rate.")
    .sigs(&[sig("k", "kko", Make::Unit(unit::<Portamento>))])
    .outs(OUTS)
    .ins(INS)
    .source(SOURCE)
    .quiet_init();

#[derive(Default)]
struct Portamento {
    time: f64,
    c1: f64,
    c2: f64,
    y: f64,
}

impl Portamento {
    fn tune(&mut self, time: f64, kr: f64) {
        self.time = time;
        self.c2 = math::pow(0.5, 1.0 / kr / time);
        self.c1 = 1.0 - self.c2;
    }
}

impl Ugen for Portamento {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.tune(cx.k(1), cx.clock.kr);
        if cx.k(2) >= 0.0 {
            self.y = cx.k(2);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let time = io.k(1);
        if time != self.time {
            self.tune(time, io.clock.kr);
        }
        self.y = self.c1 * io.k(0) + self.c2 * self.y;
        io.set(0, self.y);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn half_way_after_the_half_time() {
        let mut bench = Bench::new(&PORT, 0);
        bench.set(0, 1.0);
        bench.set(1, 10.0 / bench.clock.kr);
        assert!((bench.render(10)[9] - 0.5).abs() < 1e-12);
    }
}
