//! `pareq`: Zölzer's parametric equaliser.

use crate::lookup::nearest;
use crate::section::Past;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::{PI, TAU};

/// Definition of `pareq`.
pub static PAREQ: OpDef = OpDef::new("pareq", "Parametric equaliser: peak or shelf.")
    .quiet_init()
    .sigs(&[sig("a", "akkkoo", Make::Unit(unit::<Pareq>))])
    .outs(&[port("ares", "filtered signal")])
    .ins(&[
        port("asig", "signal to filter"),
        port("kc", "centre or corner frequency in Hz"),
        port("kv", "gain as a factor"),
        port("kq", "resonance; sqrt(0.5) for a plain shelf"),
        port("imode", "0 peak, 1 low shelf, 2 high shelf; default 0"),
        port("iskip", "nonzero keeps state and mode of the previous note; default 0"),
    ])
    .source("Zölzer, Digital audio signal processing, 1997; manual: pareq");

#[derive(Default)]
struct Pareq {
    mode: i32,
    settings: [f64; 3],
    b: [f64; 3],
    a: [f64; 2],
    past: Past,
}

impl Pareq {
    fn tune(&mut self, settings: [f64; 3], sr: f64) {
        self.settings = settings;
        let [frequency, gain, q] = settings;
        let omega = TAU / sr * frequency;
        let k = math::tan(if self.mode == 2 { (PI - omega) * 0.5 } else { omega * 0.5 });
        let kk = k * k;
        let sign = if self.mode == 2 { -2.0 } else { 2.0 };
        let (side, middle, end) = if self.mode == 1 || self.mode == 2 {
            ((2.0 * gain).sqrt() * k, gain * kk, gain * kk)
        } else {
            (gain * k / q, kk, kk)
        };
        let a0 = 1.0 / (1.0 + k / q + kk);
        self.b = [(1.0 + side + end) * a0, sign * (middle - 1.0) * a0, (1.0 - side + end) * a0];
        self.a = [sign * (kk - 1.0) * a0, (1.0 - k / q + kk) * a0];
    }
}

impl Ugen for Pareq {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(5) == 0.0 {
            *self = Self { mode: nearest(cx.k(4)), settings: [-1.0; 3], ..Self::default() };
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let settings = [io.k(1), io.k(2), io.k(3)];
        if settings != self.settings {
            self.tune(settings, io.clock.sr);
        }
        let (x, b, a, mut past) = (io.x(0), self.b, self.a, self.past);
        for (n, out) in io.out(0).iter().enumerate() {
            out.set(past.next(x.at(n), b, a));
        }
        self.past = past;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gains_at_zero_frequency() {
        for (mode, want) in [(0, 1.0), (1, 4.0), (2, 1.0)] {
            let mut eq = Pareq { mode, ..Pareq::default() };
            eq.tune([1000.0, 4.0, 0.5f64.sqrt()], 44100.0);
            let gain = eq.b.iter().sum::<f64>() / (1.0 + eq.a[0] + eq.a[1]);
            assert!((gain - want).abs() < 1e-9, "mode {mode}: {gain}");
        }
    }
}
