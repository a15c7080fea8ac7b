//! `vactrol`: envelope follower that models a light-dependent resistor.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use std::f64::consts::PI;

/// Definition of `vactrol`.
pub static VACTROL: OpDef = OpDef::new("vactrol", "Envelope follower of a vactrol.")
    .quiet_init()
    .sigs(&[sig("a", "ajj", Make::Unit(unit::<Vactrol>))])
    .outs(&[port("ares", "envelope")])
    .ins(&[
        port("ain", "control signal, full scale 0dbfs"),
        port("iup", "rise time, at the dark end, in milliseconds; default 20"),
        port("idown", "fall time, at the bright end, in milliseconds; default 3000"),
    ])
    .source("Parker and D'Angelo, A digital model of the Buchla lowpass-gate (2013); manual: vactrol");

#[derive(Default)]
struct Vactrol {
    up: f64,
    down: f64,
    state: f64,
}

impl Ugen for Vactrol {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let time = |given: f64, default: f64| if given < 0.0 { default } else { given };
        *self = Self { up: time(cx.k(1), 20.0), down: time(cx.k(2), 3000.0), state: 0.0 };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let (x, scale) = (io.x(0), world.header.zero_dbfs);
        let base = 1000.0 * PI / io.clock.sr;
        for (n, out) in io.out(0).iter().enumerate() {
            let distance = x.at(n) / scale - self.state;
            let time = if distance >= 0.0 {
                1.0 + self.up * (1.0 - 0.999 * self.state)
            } else {
                10.0 + self.down * (1.0 - 0.9 * self.state)
            };
            let a = base / time;
            let step = distance * a / (1.0 + a);
            let y = step + self.state;
            self.state = y + step;
            out.set(y * scale);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn rises_faster_than_it_falls() {
        let mut bench = Bench::new(&VACTROL, 0);
        bench.world.header.zero_dbfs = 1.0;
        bench.audio_in(0, |n| if n < 4410 { 1.0 } else { 0.0 });
        bench.set(1, -1.0);
        bench.set(2, -1.0);
        let out = bench.render(8820);
        assert!(out[4400] > 0.9 && out[8800] > 0.1 && out[8800] < out[4400]);
    }
}
