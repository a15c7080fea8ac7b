//! `vdelayx`, `vdelayxw` and their forms for two and four channels: variable delays with interpolation of
//! high order, at the reading or at the writing end.

use super::delayr::wrap;
use super::deltapx::Sinc;
use crate::lookup::truncated;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::PI;

const OUTS: &[Port] = &[
    port("aout1", "delayed signal"),
    port("aout2", "second"),
    port("aout3", "third"),
    port("aout4", "fourth"),
];
const DELAY: Port = port("adl", "delay in seconds");
const LONGEST: Port = port("imd", "longest delay in seconds");
const POINTS: Port = port("iws", "points of interpolation, a multiple of 4 from 4 to 1024");
const KEEP: Port = port("ist", "nonzero keeps the content of the previous note; default 0");
const MONO: &[Port] = &[port("ain", "signal to delay"), DELAY, LONGEST, POINTS, KEEP];
const STEREO: &[Port] =
    &[port("ain1", "first signal"), port("ain2", "second signal"), DELAY, LONGEST, POINTS, KEEP];
const QUAD: &[Port] = &[
    port("ain1", "first signal"),
    port("ain2", "second signal"),
    port("ain3", "third signal"),
    port("ain4", "fourth signal"),
    DELAY,
    LONGEST,
    POINTS,
    KEEP,
];
const SOURCE: &str = "Manual: vdelayx; sinc with a squared parabolic window, measured on the reference";

/// Definition of `vdelayx`.
pub static VDELAYX: OpDef = OpDef::new("vdelayx", "Variable delay with interpolation of high order.")
    .sigs(&[sig("a", "aaiio", Make::Unit(unit::<Reader<1>>))])
    .outs(OUTS.split_at(1).0)
    .ins(MONO)
    .source(SOURCE)
    .quiet_init();

/// Definition of `vdelayxs`.
pub static VDELAYXS: OpDef = OpDef::new("vdelayxs", "As vdelayx, for two signals.")
    .sigs(&[sig("aa", "aaaiio", Make::Unit(unit::<Reader<2>>))])
    .outs(OUTS.split_at(2).0)
    .ins(STEREO)
    .source(SOURCE)
    .quiet_init();

/// Definition of `vdelayxq`.
pub static VDELAYXQ: OpDef = OpDef::new("vdelayxq", "As vdelayx, for four signals.")
    .sigs(&[sig("aaaa", "aaaaaiio", Make::Unit(unit::<Reader<4>>))])
    .outs(OUTS)
    .ins(QUAD)
    .source(SOURCE)
    .quiet_init();

/// Definition of `vdelayxw`.
pub static VDELAYXW: OpDef = OpDef::new("vdelayxw", "Variable delay that moves its writing end.")
    .sigs(&[sig("a", "aaiio", Make::Unit(unit::<Writer<1>>))])
    .outs(OUTS.split_at(1).0)
    .ins(MONO)
    .source(SOURCE)
    .quiet_init();

/// Definition of `vdelayxws`.
pub static VDELAYXWS: OpDef = OpDef::new("vdelayxws", "As vdelayxw, for two signals.")
    .sigs(&[sig("aa", "aaaiio", Make::Unit(unit::<Writer<2>>))])
    .outs(OUTS.split_at(2).0)
    .ins(STEREO)
    .source(SOURCE)
    .quiet_init();

/// Definition of `vdelayxwq`.
pub static VDELAYXWQ: OpDef = OpDef::new("vdelayxwq", "As vdelayxw, for four signals.")
    .sigs(&[sig("aaaa", "aaaaaiio", Make::Unit(unit::<Writer<4>>))])
    .outs(OUTS)
    .ins(QUAD)
    .source(SOURCE)
    .quiet_init();

/// Rings of `C` signals.
struct Rings<const C: usize> {
    samples: [Vec<f64>; C],
    len: usize,
    at: usize,
    sinc: Sinc,
}

impl<const C: usize> Default for Rings<C> {
    fn default() -> Self {
        Self { samples: [const { Vec::new() }; C], len: 0, at: 0, sinc: Sinc::default() }
    }
}

/// Where the fraction is too close to a sample to interpolate.
const CLOSE: f64 = 0.00000001;

impl<const C: usize> Rings<C> {
    fn prepare(&mut self, cx: &Init<'_>) -> OpResult {
        let [longest, points, keep] = [C + 1, C + 2, C + 3].map(|i| cx.k(i));
        let len = truncated(longest * cx.clock.sr).max(1) as usize;
        let short = self.samples[0].len() < len;
        if keep == 0.0 || short {
            cx.world.ask_memory(len * 8 * C, "vdelayx")?;
            for ring in &mut self.samples {
                if short {
                    *ring = vec![0.0; len];
                } else {
                    ring[..len].fill(0.0);
                }
            }
            self.at = 0;
            let points = 4 * (0.5 + 0.25 * points.clamp(-10.0, 2000.0)) as i32;
            self.sinc = Sinc::new(points.clamp(4, 1024) as usize);
        }
        self.len = len;
        self.at %= len;
        Ok(())
    }

    /// Calls `f` with the places in the rings around a position, and their weights.
    #[inline(always)]
    fn each(&self, position: f64, mut f: impl FnMut(usize, f64)) {
        let len = self.len as i64;
        let mut position = position;
        if position < 0.0 {
            position -= (position / len as f64).floor() * len as f64;
        }
        let whole = position as i64;
        let fraction = position - whole as f64;
        if fraction * (1.0 - fraction) > CLOSE {
            let scale = math::sin(PI * fraction) / PI;
            let mut at = wrap(wrap(whole, len) as i64 + 1 - self.sinc.half as i64, len);
            self.sinc.each(fraction, |weight| {
                f(at, weight * scale);
                at = if at + 1 >= self.len { 0 } else { at + 1 };
            });
        } else {
            f(wrap(wrap(whole, len) as i64 + (fraction + 0.5) as i64, len), 1.0);
        }
    }

    fn advance(&mut self) {
        self.at = if self.at + 1 >= self.len { 0 } else { self.at + 1 };
    }
}

#[derive(Default)]
struct Reader<const C: usize>(Rings<C>);

impl<const C: usize> Ugen for Reader<C> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.0.prepare(cx)
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (delay, rings) = (io.x(C), &mut self.0);
        for n in 0..io.samples_len() {
            let position = rings.at as f64 - delay.at(n) * io.clock.sr;
            for (c, ring) in rings.samples.iter_mut().enumerate() {
                if let Some(sample) = ring.get_mut(rings.at) {
                    *sample = io.x(c).at(n);
                }
            }
            let mut sums = [0.0; C];
            rings.each(position, |at, weight| {
                for (sum, ring) in sums.iter_mut().zip(&rings.samples) {
                    *sum += ring.get(at).copied().unwrap_or(0.0) * weight;
                }
            });
            for (c, sum) in sums.into_iter().enumerate() {
                if let Some(out) = io.out(c).get(n) {
                    out.set(sum);
                }
            }
            rings.advance();
        }
        Ok(())
    }
}

#[derive(Default)]
struct Writer<const C: usize>(Rings<C>);

impl<const C: usize> Ugen for Writer<C> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.0.prepare(cx)
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (delay, rings) = (io.x(C), &mut self.0);
        for n in 0..io.samples_len() {
            let position = rings.at as f64 + delay.at(n) * io.clock.sr;
            let inputs: [f64; C] = std::array::from_fn(|c| io.x(c).at(n));
            let mut samples = std::mem::replace(&mut rings.samples, [const { Vec::new() }; C]);
            rings.each(position, |at, weight| {
                for (ring, x) in samples.iter_mut().zip(&inputs) {
                    if let Some(sample) = ring.get_mut(at) {
                        *sample += x * weight;
                    }
                }
            });
            for (c, ring) in samples.iter_mut().enumerate() {
                let ready = ring.get_mut(rings.at).map_or(0.0, std::mem::take);
                if let Some(out) = io.out(c).get(n) {
                    out.set(ready);
                }
            }
            rings.samples = samples;
            rings.advance();
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
        for op in [&VDELAYX, &VDELAYXW] {
            let mut bench = Bench::new(op, 0);
            bench.audio_in(0, |n| math::sin(n as f64 * 0.05));
            bench.audio_in(1, |_| 20.5 / 44100.0);
            bench.set(2, 0.01);
            bench.set(3, 64.0);
            let out = bench.render(400);
            assert!((out[300] - math::sin(279.5 * 0.05)).abs() < 0.02, "{} {}", op.name, out[300]);
        }
    }
}
