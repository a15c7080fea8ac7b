//! `vdelayx`: variable delay with interpolation of high order.

use super::delayr::wrap;
use super::deltapx::Sinc;
use crate::lookup::truncated;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::PI;

/// Definition of `vdelayx`.
pub static VDELAYX: OpDef = OpDef::new("vdelayx", "Variable delay with interpolation of high order.")
    .sigs(&[sig("a", "aaiio", Make::Unit(unit::<Vdelayx>))])
    .outs(&[port("aout", "delayed signal")])
    .ins(&[
        port("ain", "signal to delay"),
        port("adl", "delay in seconds"),
        port("imd", "longest delay in seconds"),
        port("iws", "points of interpolation, a multiple of 4 from 4 to 1024"),
        port("ist", "nonzero keeps the content of the previous note; default 0"),
    ])
    .source("Manual: vdelayx; sinc with a squared parabolic window, measured on the reference");

#[derive(Default)]
struct Vdelayx {
    line: Vec<f64>,
    len: usize,
    at: usize,
    sinc: Sinc,
}

impl Ugen for Vdelayx {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let len = truncated(cx.k(2) * cx.clock.sr).max(1) as usize;
        if cx.k(4) == 0.0 || self.line.len() < len {
            cx.world.ask_memory(len * 8, "vdelayx")?;
            if self.line.len() < len {
                self.line = vec![0.0; len];
            } else {
                self.line[..len].fill(0.0);
            }
            self.at = 0;
            let points = 4 * (0.5 + 0.25 * cx.k(3).clamp(-10.0, 2000.0)) as i32;
            self.sinc = Sinc::new(points.clamp(4, 1024) as usize);
        }
        self.len = len;
        self.at %= len;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, delay, len) = (io.x(0), io.x(1), self.len as i64);
        for (n, out) in io.out(0).iter().enumerate() {
            let delay = delay.at(n);
            if let Some(sample) = self.line.get_mut(self.at) {
                *sample = x.at(n);
            }
            let mut position = self.at as f64 - delay * io.clock.sr;
            if position < 0.0 {
                position -= (position / len as f64).floor() * len as f64;
            }
            let whole = position as i64;
            let f = position - whole as f64;
            let sample = |at: usize| self.line.get(at).copied().unwrap_or(0.0);
            if f * (1.0 - f) > 0.00000001 {
                let mut at = wrap(wrap(whole, len) as i64 + 1 - self.sinc.half as i64, len);
                let mut sum = 0.0;
                self.sinc.each(f, |weight| {
                    sum += sample(at) * weight;
                    at = if at + 1 >= self.len { 0 } else { at + 1 };
                });
                out.set(sum * (math::sin(PI * f) / PI));
            } else {
                out.set(sample(wrap(wrap(whole, len) as i64 + (f + 0.5) as i64, len)));
            }
            self.at = if self.at + 1 >= self.len { 0 } else { self.at + 1 };
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn delays_a_slow_sine_between_samples() {
        let mut bench = Bench::new(&VDELAYX, 0);
        bench.audio_in(0, |n| math::sin(n as f64 * 0.05));
        bench.audio_in(1, |_| 20.5 / 44100.0);
        bench.set(2, 0.01);
        bench.set(3, 64.0);
        let out = bench.render(400);
        assert!((out[300] - math::sin(279.5 * 0.05)).abs() < 0.02, "{}", out[300]);
    }
}
