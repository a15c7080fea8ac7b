//! `lag`, `lagud`, `sc_lag`, `sc_lagud`: exponential smoothing by the time to come within a thousandth.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Sig, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

const OUTS: &[Port] = &[port("xres", "smoothed signal")];
const SIGNAL: Port = port("xin", "signal");
const START: Port = port("initialvalue", "start value; without it the first value of the signal");
const LAG_INS: &[Port] = &[SIGNAL, port("klagtime", "seconds to fall by 60 dB; 0 for no lag"), START];
const LAGUD_INS: &[Port] = &[
    SIGNAL,
    port("klagup", "seconds to rise to within a thousandth"),
    port("klagdown", "seconds to fall to within a thousandth"),
    START,
];
const LAG_SIGS: &[Sig] = &[
    sig("k", "kk", Make::Unit(unit::<Lag<false, false>>)),
    sig("k", "kki", Make::Unit(unit::<Lag<false, true>>)),
    sig("a", "aki", Make::Unit(unit::<Lag<false, true>>)),
    sig("a", "ak", Make::Unit(unit::<Lag<false, false>>)),
];
const LAGUD_SIGS: &[Sig] = &[
    sig("k", "kkki", Make::Unit(unit::<Lag<true, true>>)),
    sig("a", "akki", Make::Unit(unit::<Lag<true, true>>)),
    sig("k", "kkk", Make::Unit(unit::<Lag<true, false>>)),
    sig("a", "akk", Make::Unit(unit::<Lag<true, false>>)),
];

const fn one(name: &'static str, summary: &'static str) -> OpDef {
    OpDef::new(name, summary)
        .sigs(LAG_SIGS)
        .outs(OUTS)
        .ins(LAG_INS)
        .source("Manual: lag; y = x + b (y - x), b = exp(ln 0.001 / (t rate)) (SuperCollider's Lag)")
        .quiet_init()
        .may_fail()
}

const fn two(name: &'static str, summary: &'static str) -> OpDef {
    OpDef::new(name, summary)
        .sigs(LAGUD_SIGS)
        .outs(OUTS)
        .ins(LAGUD_INS)
        .source("Manual: lagud (SuperCollider's LagUD)")
        .quiet_init()
        .may_fail()
}

/// Definition of `lag`.
pub static LAG: OpDef = one("lag", "Exponential lag.");
/// Definition of `sc_lag`.
pub static SC_LAG: OpDef = one("sc_lag", "Exponential lag, as lag.");
/// Definition of `lagud`.
pub static LAGUD: OpDef = two("lagud", "Exponential lag with different times up and down.");
/// Definition of `sc_lagud`.
pub static SC_LAGUD: OpDef = two("sc_lagud", "Exponential lag with different times up and down, as lagud.");

/// Natural logarithm of 0.001, as the reference has it.
const LOG_THOUSANDTH: f64 = -6.907755278982137;

#[derive(Default)]
struct Lag<const TWO: bool, const START: bool> {
    started: bool,
    times: [f64; 2],
    /// Factors up and down.
    factors: [f64; 2],
    y: f64,
}

fn factor(time: f64, rate: f64) -> f64 {
    if time == 0.0 { 0.0 } else { math::exp(LOG_THOUSANDTH / (time * rate)) }
}

impl<const TWO: bool, const START: bool> Ugen for Lag<TWO, START> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.times = [-1.0; 2];
        self.started = START;
        let audio = cx.is_audio_out();
        self.factors = [if START && (audio || TWO) { 1.0 } else { 0.0 }; 2];
        self.y = if START { cx.k(if TWO { 3 } else { 2 }) } else { 0.0 };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let times = [io.k(1), io.k(if TWO { 2 } else { 1 })];
        let x = io.x(0);
        if !self.started {
            self.started = true;
            self.y = x.at(0);
        }
        let changed = times != self.times;
        let mut factors = self.factors;
        if changed {
            self.times = times;
            self.factors = times.map(|t| factor(t, io.rate()));
        }
        if io.is_audio_out() {
            let count = io.out(0).len() as f64;
            let slope = |i: usize| if changed { (self.factors[i] - factors[i]) / count } else { 0.0 };
            let slopes = [slope(0), slope(1)];
            let mut y = self.y;
            for (n, out) in io.out(0).iter().enumerate() {
                factors = [factors[0] + slopes[0], factors[1] + slopes[1]];
                let x = x.at(n);
                let b = if x <= y { factors[1] } else { factors[0] };
                y = x + b * (y - x);
                out.set(y);
            }
            self.y = y;
            return Ok(());
        }
        let x = x.at(0);
        if !x.is_finite() {
            return Err(format!("Non-finite or nan value detected: {x}").into());
        }
        let y = x + self.factors[usize::from(x <= self.y)] * (self.y - x);
        // A cycle in which the time of lag changes leaves no trace (measured on the reference).
        if TWO || !changed {
            self.y = y;
        }
        io.set(0, y);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn comes_within_a_thousandth() {
        let mut bench = Bench::new(&LAGUD, 0);
        bench.set(0, 1.0);
        bench.set(1, 100.0 / bench.clock.kr);
        let out = bench.render(101);
        assert!((out[99] - 0.999).abs() < 1e-6 && out[10] < 0.6);
    }
}
