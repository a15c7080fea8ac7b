//! `vdelay`, `vdelay3`: delays whose time may change, in milliseconds.

use crate::lookup::truncated;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

const OUTS: &[Port] = &[port("ares", "delayed signal")];
const INS: &[Port] = &[
    port("asig", "signal to delay"),
    port("adel", "delay in milliseconds, 0 to imaxdel; may also be a control signal"),
    port("imaxdel", "longest delay in milliseconds"),
    port("iskip", "nonzero keeps the content of the previous note; default 0"),
];

/// Definition of `vdelay`.
pub static VDELAY: OpDef = OpDef::new("vdelay", "Variable delay with linear interpolation.")
    .sigs(&[sig("a", "axio", Make::Unit(unit::<Vdelay>))])
    .outs(OUTS)
    .ins(INS)
    .source("Manual: vdelay; semantics K8")
    .quiet_init();

/// Definition of `vdelay3`.
pub static VDELAY3: OpDef = OpDef::new("vdelay3", "Variable delay with cubic interpolation.")
    .sigs(&[sig("a", "axio", Make::Unit(unit::<Vdelay3>))])
    .outs(OUTS)
    .ins(INS)
    .source("Manual: vdelay3; Lagrange's polynomial through four samples")
    .quiet_init();

/// A ring of samples, as long as the longest delay; one cell more is kept in memory.
#[derive(Default)]
struct Ring {
    samples: Vec<f64>,
    len: usize,
    at: usize,
}

impl Ring {
    fn prepare(&mut self, cx: &Init<'_>, what: &str) -> OpResult {
        let len = truncated(cx.k(2) * (cx.clock.sr * 0.001)).max(0) as usize;
        if cx.k(3) == 0.0 || self.samples.len() <= len {
            cx.world.ask_memory(len * 8, what)?;
            if self.samples.len() <= len {
                self.samples = vec![0.0; len + 1];
            } else {
                self.samples[..=len].fill(0.0);
            }
            self.at = 0;
        }
        self.len = len.max(1);
        self.at %= self.len;
        Ok(())
    }

    #[inline(always)]
    fn put(&mut self, x: f64) {
        if let Some(sample) = self.samples.get_mut(self.at) {
            *sample = x;
        }
    }

    #[inline(always)]
    fn get(&self, at: usize) -> f64 {
        self.samples.get(at).copied().unwrap_or(0.0)
    }

    #[inline(always)]
    fn step(&mut self) {
        self.at += 1;
        if self.at >= self.len {
            self.at = 0;
        }
    }

    #[inline(always)]
    fn next(&self, at: usize) -> usize {
        if at + 1 == self.len { 0 } else { at + 1 }
    }

    #[inline(always)]
    fn before(&self, at: usize) -> usize {
        if at == 0 { self.len - 1 } else { at - 1 }
    }
}

#[derive(Default)]
struct Vdelay(Ring);

impl Ugen for Vdelay {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.0.prepare(cx, "vdelay")
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, delay) = (io.x(0), io.x(1));
        let ring = &mut self.0;
        let (per_milli, len) = (io.clock.sr * 0.001, ring.len as f64);
        for (n, out) in io.out(0).iter().enumerate() {
            ring.put(x.at(n));
            let mut position = ring.at as f64 - delay.at(n) * per_milli;
            if position < -len || position >= len {
                position = math::fmod(position, len);
            }
            if position < 0.0 {
                position += len;
            }
            if position >= len {
                position -= len;
            }
            let i = position as usize;
            let j = if position < len - 1.0 { (position + 1.0) as usize } else { 0 };
            let a = ring.get(i);
            out.set(a + (position - i as f64) * (ring.get(j) - a));
            ring.step();
        }
        Ok(())
    }
}

#[derive(Default)]
struct Vdelay3(Ring);

/// Ring position and fraction for a delay in samples counted back from `at`.
#[inline(always)]
fn locate(delay: f64, at: usize, len: usize) -> (usize, f64) {
    let back = -delay;
    let whole = truncated(back);
    let mut fraction = back - f64::from(whole);
    let mut at = at as i64 + i64::from(whole);
    let len = len as i64;
    if at < 0 || fraction < 0.0 {
        fraction += 1.0;
        at -= 1;
    }
    if at < -len || at >= len {
        at = at.rem_euclid(len);
    } else if at < 0 {
        at += len;
    }
    (at as usize, fraction)
}

/// Weights of the four samples around a fraction.
#[inline(always)]
fn weights(f: f64) -> [f64; 4] {
    let z = (f * f - 1.0) * 0.1666666667;
    let half = (f + 1.0) * 0.5;
    let triple = 3.0 * z;
    [half - 1.0 - z, triple - f, half - triple, z]
}

impl Vdelay3 {
    #[inline(always)]
    fn read(&self, at: usize, fraction: f64, [w, x, y, z]: [f64; 4]) -> f64 {
        let ring = &self.0;
        let (next, now) = (ring.next(at), ring.get(at));
        let sum =
            w * ring.get(ring.before(at)) + x * now + y * ring.get(next) + z * ring.get(ring.next(next));
        sum * fraction + now
    }

    #[inline(always)]
    fn read_short(&self, at: usize, fraction: f64) -> f64 {
        let now = self.0.get(at);
        now + fraction * (self.0.get(self.0.next(at)) - now)
    }
}

impl Ugen for Vdelay3 {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.0.prepare(cx, "vdelay3")
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let x = io.x(0);
        let (per_milli, len) = (io.clock.sr * 0.001, self.0.len);
        let short = len < 4;
        if io.is_audio_in(1) {
            for (n, (out, delay)) in io.out(0).iter().zip(io.a(1)).enumerate() {
                let delay = delay.get() * per_milli;
                self.0.put(x.at(n));
                let (at, f) = locate(delay, self.0.at, len);
                out.set(if short { self.read_short(at, f) } else { self.read(at, f, weights(f)) });
                self.0.step();
            }
            return Ok(());
        }
        let (mut at, f) = locate(io.k(1) * per_milli, self.0.at, len);
        let weights = weights(f);
        for (n, out) in io.out(0).iter().enumerate() {
            // A line of less than four samples is never written (measured on the reference).
            if short {
                out.set(self.read_short(at, f));
            } else {
                self.0.put(x.at(n));
                out.set(self.read(at, f, weights));
            }
            at = self.0.next(at);
            self.0.step();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn delays_between_samples() {
        for op in [&VDELAY, &VDELAY3] {
            let mut bench = Bench::new(op, 0);
            bench.audio_in(0, |n| n as f64);
            bench.set(1, 10.5 / 44.1);
            bench.set(2, 10.0);
            let out = bench.render(200);
            assert!((out[100] - 89.5).abs() < 1e-6, "{} {}", op.name, out[100]);
        }
    }
}
