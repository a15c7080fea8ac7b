//! `vco`: band-limited analog-style waveforms by integrating pulses.

use crate::lookup::{PERIOD, PHASE_MASK, Wave, nearest, power_of_two_table, truncated};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `vco`.
pub static VCO: OpDef = OpDef::new("vco", "Band-limited sawtooth, square and triangle by integration.")
    .quiet_init()
    .sigs(&[sig("a", "xxiVppovoo", Make::Unit(unit::<Vco>))])
    .outs(&[port("ares", "signal")])
    .ins(&[
        port("xamp", "amplitude"),
        port("xcps", "frequency in Hz"),
        port("iwave", "1 sawtooth, 2 square with pulse width, 3 triangle with ramp"),
        port("kpw", "pulse width or ramp position, 0 to 1; default 0.5"),
        port("ifn", "sine table, a power of two long; default 1"),
        port("imaxd", "longest period in seconds, for waves 2 and 3; default 1"),
        port("ileak", "leak of the integrators, between 0 and 1; default by wave"),
        port("inyx", "highest partial as a fraction of sr; default 0.5"),
        port("iphs", "start phase, 0 to 1; default 0"),
        port("iskip", "nonzero keeps the state of the previous note; default 0"),
    ])
    .source("Manual: vco; constants measured on the reference")
    .reads(Res::TABLES);

#[derive(Default)]
struct Vco {
    table: f64,
    phase: i32,
    wave: i32,
    per_hertz: f64,
    leak: f64,
    nyquist: f64,
    first: f64,
    second: f64,
    line: Vec<f64>,
    len: usize,
    at: usize,
}

impl Ugen for Vco {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let sr = cx.clock.sr;
        self.table = power_of_two_table(cx.world, cx.k(4))?;
        let len = ((cx.k(5) * sr) as u32).max(1) as usize;
        cx.world.ask_memory(len * 8, "vco")?;
        self.phase = truncated(cx.k(8).max(0.0) * 0.5 * PERIOD) & PHASE_MASK;
        self.per_hertz = PERIOD / sr * 0.5;
        self.wave = nearest(cx.k(2));
        let fresh = cx.k(9) == 0.0;
        if fresh {
            self.first = if cx.k(2) == 1.0 { -0.5 } else { 0.0 };
            self.second = 0.0;
        }
        if len > self.line.len() {
            self.line = vec![0.0; len];
        } else if fresh {
            self.line[..len].fill(0.0);
        }
        self.len = len;
        self.at = 0;
        self.leak = cx.k(6);
        if self.leak <= 0.0 || self.leak >= 1.0 {
            self.leak = if cx.k(2) == 3.0 { 0.995 } else { 0.999 };
        }
        self.nyquist = cx.k(7);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let Some(wave) = world.tables.get(self.table).and_then(Wave::of) else {
            io.set(0, 0.0);
            return Ok(());
        };
        let partials = truncated(io.clock.sr * self.nyquist / io.k(1)).max(1);
        let odd = partials.wrapping_mul(2).wrapping_add(1) as u32;
        let pulse = Pulse { wave, odd, half: 0.5 / f64::from(partials) };
        let (amp, cps, width) = (io.x(0), io.x(1), io.k(3));
        let (sr, leak) = (io.clock.sr, self.leak);
        let ramp = 1.0 / (sr * 0.42 * (0.05 + width - width * width));
        // Wave 2 lets its divisor come closer to zero (measured on the reference).
        let near = if self.wave == 2 { 0.00001 } else { 0.0002 };
        // The step follows the frequency one sample late (measured on the reference).
        let mut step = truncated(io.k(1) * self.per_hertz);
        for (n, out) in io.out(0).iter().enumerate() {
            let p = pulse.at(self.phase, near);
            let (amp, cps) = (amp.at(n), cps.at(n));
            self.phase = self.phase.wrapping_add(step) & PHASE_MASK;
            step = truncated(cps * self.per_hertz);
            if self.wave != 2 && self.wave != 3 {
                self.first = p + leak * self.first;
                out.set(self.first * 1.5 * amp);
                continue;
            }
            self.first = p - self.delayed(p, sr * width / cps) + leak * self.first;
            if self.wave == 2 {
                out.set((self.first + width - 0.5) * 1.9 * amp);
            } else {
                self.second = self.first + leak * self.second;
                out.set(self.second * amp * cps * ramp);
            }
        }
        Ok(())
    }
}

impl Vco {
    /// Stores a pulse and gives the one `delay` samples ago.
    fn delayed(&mut self, pulse: f64, delay: f64) -> f64 {
        let len = self.len as i64;
        if let Some(slot) = self.line.get_mut(self.at) {
            *slot = pulse;
        }
        let position = self.at as f64 - delay;
        let whole = position.floor();
        let fraction = position - whole;
        let i = (whole as i64).rem_euclid(len) as usize;
        let j = if i + 1 < self.len { i + 1 } else { 0 };
        let point = |i: usize| self.line.get(i).copied().unwrap_or(0.0);
        let result = point(i) + fraction * (point(j) - point(i));
        self.at = if self.at + 1 == self.len { 0 } else { self.at + 1 };
        result
    }
}

/// A band-limited pulse train.
struct Pulse<'a> {
    wave: Wave<'a>,
    odd: u32,
    half: f64,
}

impl Pulse<'_> {
    #[inline(always)]
    fn at(&self, phase: i32, near: f64) -> f64 {
        let at = self.wave.index(phase);
        let below = self.wave.point(at);
        if below.abs() > near {
            let above = self.wave.point((at as u32).wrapping_mul(self.odd) as usize & (self.wave.len - 1));
            (above / below - 1.0) * self.half
        } else {
            1.0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn every_wave_swings_around_zero() {
        for wave in [1.0, 2.0, 3.0] {
            let mut bench = Bench::new(&VCO, 0);
            bench.world.tables.set_builtin_sine(orchestrion_dsp::math::sin);
            for (i, x) in [1.0, 441.0, wave, 0.5, -1.0, 0.1, 0.0, 0.5].into_iter().enumerate() {
                bench.set(i, x);
            }
            let out = bench.render(44100);
            let tail = &out[40000..];
            let mean = tail.iter().sum::<f64>() / tail.len() as f64;
            let peak = tail.iter().fold(0.0f64, |m, y| m.max(y.abs()));
            assert!(mean.abs() < 0.1 && peak > 0.5 && peak < 2.0, "wave {wave}: {mean} {peak}");
        }
    }
}
