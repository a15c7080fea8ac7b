//! `areson`, `aresonk`: notch filter whose curve is that of `reson` turned upside down.

use super::reson::{INS, OUTS, scaling};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::TAU;

const SOURCE: &str = "Manual: areson; settings at audio rate count from the next k-cycle (measured)";

/// Definition of `areson`.
pub static ARESON: OpDef = OpDef::new("areson", "Notch filter, the complement of reson.")
    .quiet_init()
    .sigs(&[
        sig("a", "akkoo", Make::Unit(unit::<Areson>)),
        sig("a", "aaaoo", Make::Unit(unit::<Areson>)),
        sig("a", "aakoo", Make::Unit(unit::<Areson>)),
        sig("a", "akaoo", Make::Unit(unit::<Areson>)),
    ])
    .outs(OUTS)
    .ins(INS)
    .source(SOURCE);

/// Definition of `aresonk`.
pub static ARESONK: OpDef = OpDef::new("aresonk", "Notch filter at control rate.")
    .sigs(&[sig("k", "kkkpo", Make::Unit(unit::<Areson>))])
    .outs(OUTS)
    .ins(INS)
    .source(SOURCE)
    .quiet_init();

#[derive(Default)]
struct Areson {
    scale: i32,
    cf: f64,
    bw: f64,
    cos: f64,
    c1: f64,
    c2: f64,
    c3: f64,
    y1: f64,
    y2: f64,
}

impl Areson {
    /// Takes new settings, `None` where they have not changed.
    fn tune(&mut self, cf: Option<f64>, bw: Option<f64>, rate: f64) {
        let cf = cf.filter(|&cf| cf != self.cf);
        let bw = bw.filter(|&bw| bw != self.bw);
        if let Some(cf) = cf {
            self.cf = cf;
            self.cos = math::cos(cf * (TAU / rate));
        }
        if let Some(bw) = bw {
            self.bw = bw;
            self.c3 = math::exp(bw * (-TAU / rate));
        }
        if cf.is_none() && bw.is_none() {
            return;
        }
        let (c3p1, c3t4, omc3) = (self.c3 + 1.0, self.c3 * 4.0, 1.0 - self.c3);
        self.c2 = c3t4 * self.cos / c3p1;
        let square = self.c2 * self.c2;
        self.c1 = match self.scale {
            1 => 1.0 - omc3 * (1.0 - square / c3t4).sqrt(),
            2 => 2.0 - ((c3p1 * c3p1 - square) * omc3 / c3p1).sqrt(),
            _ => 0.0,
        };
    }
}

impl Ugen for Areson {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.scale = scaling(cx.k(3))?;
        (self.cf, self.bw) = (-100.0, -100.0);
        if cx.k(4) == 0.0 {
            (self.y1, self.y2) = (0.0, 0.0);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, cf, bw, rate) = (io.x(0), io.x(1), io.x(2), io.rate());
        let (cf_moves, bw_moves) = (cf.is_audio(), bw.is_audio());
        let out = io.out(0);
        let last = out.len().saturating_sub(1);
        let (cf_last, bw_last) = (cf.at(last), bw.at(last));
        self.tune((!cf_moves).then_some(cf_last), (!bw_moves).then_some(bw_last), rate);
        let weight = if self.scale == 2 { 2.0 } else { 1.0 };
        let (c1, c2, c3, mut y1, mut y2) = (self.c1, self.c2, self.c3, self.y1, self.y2);
        for (n, out) in out.iter().enumerate() {
            let x = x.at(n);
            let y = c1 * x + c2 * y1 - c3 * y2;
            y2 = y1;
            y1 = y - weight * x;
            out.set(y);
        }
        (self.y1, self.y2) = (y1, y2);
        self.tune(cf_moves.then_some(cf_last), bw_moves.then_some(bw_last), rate);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn completes_reson_to_the_signal() {
        let play = |op: &'static OpDef| {
            let mut bench = Bench::new(op, 0);
            bench.audio_in(0, |n| if n % 20 < 7 { 1.0 } else { -0.3 });
            for (i, x) in [(1, 1000.0), (2, 50.0), (3, 1.0)] {
                bench.set(i, x);
            }
            bench.render(1000)
        };
        for (n, (a, b)) in play(&ARESON).iter().zip(play(&super::super::reson::RESON)).enumerate() {
            let x = if n % 20 < 7 { 1.0 } else { -0.3 };
            assert!((a + b - x).abs() < 1e-9, "{n}");
        }
    }
}
