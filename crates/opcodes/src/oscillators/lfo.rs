//! `lfo`: low-frequency oscillator with a choice of waveforms.

use crate::lookup::truncated;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `lfo`.
pub static LFO: OpDef = OpDef::new("lfo", "Low-frequency oscillator of various waveforms.")
    .quiet_init()
    .sigs(&[sig("k", "kko", Make::Unit(unit::<Lfo>)), sig("a", "kko", Make::Unit(unit::<Lfo>))])
    .outs(&[port("kres", "signal, -kamp to kamp; 0 to kamp for unipolar square and saws")])
    .ins(&[
        port("kamp", "amplitude"),
        port("kcps", "frequency in Hz"),
        port("itype", "0 sine, 1 triangle, 2 square, 3 unipolar square, 4 saw, 5 falling saw; default 0"),
    ])
    .source("Manual: lfo; phase of 24 bits and 4096 points of sine, measured on the reference");

const PERIOD: i32 = 1 << 24;
const MASK: i32 = PERIOD - 1;

#[derive(Default)]
struct Lfo {
    phase: i32,
    shape: i32,
    period: f64,
}

/// Value of a waveform at a phase; `sine` has a multiple of 4096 points to the period.
#[inline(always)]
fn value(shape: i32, phase: i32, sine: &[f64]) -> f64 {
    let scaled = |phase: i32| f64::from(phase) * (1.0 / f64::from(PERIOD));
    match shape {
        0 => {
            let i = (phase >> 12) as usize;
            let step = orchestrion_base::table::BUILTIN_SINE_POINTS / 4096;
            let point = |i: usize| sine.get(i * step).copied().unwrap_or(0.0);
            let a = point(i);
            a + (point(i + 1) - a) * (f64::from(phase & 0xfff) * (1.0 / 4096.0))
        }
        1 => {
            let part = scaled((phase << 2) & MASK);
            match phase >> 22 {
                0 => part,
                1 => 1.0 - part,
                2 => -part,
                _ => part - 1.0,
            }
        }
        2 if phase < PERIOD / 2 => 1.0,
        2 => -1.0,
        3 if phase < PERIOD / 2 => 1.0,
        3 => 0.0,
        4 => scaled(phase),
        _ => 1.0 - scaled(phase),
    }
}

impl Ugen for Lfo {
    const SEAMLESS: Option<&'static [usize]> = Some(&[0, 1]);
    const SEAMLESS_CONTROL: bool = true;

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.shape = truncated(cx.k(2));
        if !(0..=5).contains(&self.shape) {
            return Err(format!("LFO: unknown oscilator type {}", self.shape).into());
        }
        self.phase = 0;
        self.period = 1.0 / cx.rate();
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let sine = world.tables.get(-1.0).map_or(&[][..], |t| &t.data);
        let (shape, period) = (self.shape, self.period);
        let (amp, step) = (io.x(0), io.x(1).map(|cps| truncated(cps * f64::from(PERIOD) * period)));
        let mut phase = self.phase;
        for (n, out) in io.out(0).iter().enumerate() {
            let y = value(shape, phase, sine) * amp.at(n);
            phase = phase.wrapping_add(step(n)) & MASK;
            out.set(y);
        }
        self.phase = phase;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waveforms_at_the_quarters() {
        let sine: Vec<f64> = (0..=16384)
            .map(|i| orchestrion_dsp::math::sin(std::f64::consts::TAU * f64::from(i) / 16384.0))
            .collect();
        let quarters =
            |shape| [0, 1, 2, 3].map(|q| (value(shape, q * PERIOD / 4, &sine) * 1e9).round() / 1e9);
        assert_eq!(quarters(0), [0.0, 1.0, 0.0, -1.0]);
        assert_eq!(quarters(1), [0.0, 1.0, 0.0, -1.0]);
        assert_eq!(quarters(2), [1.0, 1.0, -1.0, -1.0]);
        assert_eq!(quarters(3), [1.0, 1.0, 0.0, 0.0]);
        assert_eq!(quarters(4), [0.0, 0.25, 0.5, 0.75]);
        assert_eq!(quarters(5), [1.0, 0.75, 0.5, 0.25]);
    }
}
