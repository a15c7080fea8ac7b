//! `clip`: limits a signal, softly or by a sine or a hyperbolic tangent.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::FRAC_PI_2;

/// Definition of `clip`.
pub static CLIP: OpDef = OpDef::new("clip", "Clips a signal to a limit.").quiet_init()
    .sigs(&[sig("a", "aiiv", Make::Unit(unit::<Clip>))])
    .outs(&[port("ares", "clipped signal")])
    .ins(&[
        port("asig", "signal"),
        port("imeth", "0 soft clip from iarg on, 1 sine, 2 hyperbolic tangent; anything else means 0"),
        port("ilimit", "greatest amplitude"),
        port("iarg", "method 0: where clipping begins, as a part of the limit, 0 to 1; default 0.5"),
    ])
    .source("Bram de Jong; manual: clip")
    .differences(&[
        "An unknown method is method 0; the reference then passes what is within the limit and silences the rest.",
    ]);

#[derive(Default)]
struct Clip {
    method: i32,
    limit: f64,
    /// Method 0: amplitude where clipping begins.
    start: f64,
}

impl Clip {
    fn soft(&self, size: f64) -> f64 {
        let Self { limit, start, .. } = *self;
        if size > limit {
            (limit + start) * 0.5
        } else if size > start {
            let over = size - start;
            let k = 1.0 / (limit - start);
            start + over / (1.0 + over * over * (k * k))
        } else {
            size
        }
    }

    #[inline(always)]
    fn shape(&self, x: f64) -> f64 {
        let limit = self.limit;
        match self.method {
            1 | 2 if x >= limit => limit,
            1 | 2 if x <= -limit => -limit,
            1 => limit * math::sin(FRAC_PI_2 / limit * x),
            2 => limit * math::tanh(x / limit) / math::tanh(1.0),
            _ if x >= 0.0 => self.soft(x),
            _ => -self.soft(-x),
        }
    }
}

impl Ugen for Clip {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let part = cx.k(3).abs();
        // Next to the limit where the argument makes no sense (measured on the reference).
        let part = if part > 1.0 { 0.999 } else { part };
        *self = Self { method: cx.int(1), limit: cx.k(2), start: cx.k(2) * part };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let x = io.x(0);
        for (n, out) in io.out(0).iter().enumerate() {
            out.set(self.shape(x.at(n)));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn small_signals_pass_and_large_ones_are_limited() {
        for method in [0.0, 1.0, 2.0] {
            let mut bench = Bench::new(&CLIP, 0);
            bench.audio_in(0, |n| n as f64 - 8.0);
            for (i, x) in [(1, method), (2, 2.0), (3, 0.5)] {
                bench.set(i, x);
            }
            let out = bench.render(16);
            assert!(out.iter().all(|y| y.abs() <= 2.0) && out[8] == 0.0 && out[15] == -out[1]);
        }
    }
}
