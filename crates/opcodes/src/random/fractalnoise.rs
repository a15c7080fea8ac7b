//! `fractalnoise`: noise whose power falls with a power of the frequency.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::PI;

/// Definition of `fractalnoise`.
pub static FRACTALNOISE: OpDef = OpDef::new("fractalnoise", "Noise with a power-law spectrum.")
    .sigs(&[sig("a", "kk", Make::Unit(unit::<Fractal>))])
    .outs(&[port("ares", "noise")])
    .ins(&[
        port("kamp", "amplitude"),
        port("kbeta", "the spectrum falls with frequency to this power: 0 white, 1 pink, 2 brown"),
    ])
    .source("Manual: fractalnoise (T. Latini); poles and zeros every sixth of a decade from 50 Hz")
    .differences(&["The sequence is the same in every render; the reference takes it from the clock."]);

/// Sections of second order; a last one of first order follows.
const SECTIONS: usize = 7;

#[derive(Default)]
struct Fractal {
    random: i32,
    increment: i32,
    /// Coefficients of the poles: fixed.
    poles: [f64; 2 * SECTIONS + 1],
    /// Last two states of each section.
    states: [[f64; 2]; SECTIONS + 1],
}

/// Pole or zero `i`, its frequency raised by a factor.
fn root(i: usize, factor: f64, sr: f64) -> f64 {
    let frequency = 50.0 * math::pow(10.0, i as f64 / 6.0) * factor;
    math::exp(-2.0 * PI * frequency / sr)
}

impl Ugen for Fractal {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let sr = cx.clock.sr;
        *self = Self { increment: (cx.world.random.clock_seed() >> 1) as i32 | 1, ..Self::default() };
        for (i, pole) in self.poles.iter_mut().enumerate() {
            *pole = root(i, 1.0, sr);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (amp, sr) = (io.k(0), io.clock.sr);
        let factor = math::pow(10.0, io.k(1) / 12.0);
        let mut zeros = [0.0; 2 * SECTIONS + 1];
        for (i, zero) in zeros.iter_mut().enumerate() {
            *zero = root(i, factor, sr);
        }
        for out in io.out(0) {
            // Multiplier: ISO C's example generator.
            self.random = self.random.wrapping_mul(1_103_515_245).wrapping_add(self.increment);
            let mut x = f64::from(self.random) / 2_147_483_648.0;
            for (i, state) in self.states.iter_mut().enumerate() {
                let pair = |roots: &[f64]| (roots[2 * i], roots.get(2 * i + 1).copied().unwrap_or(0.0));
                let ((p, q), (y, z)) = (pair(&self.poles), pair(&zeros));
                let [a, b] = *state;
                let inner = x + (p + q) * a - p * q * b;
                x = inner - (y + z) * a + y * z * b;
                *state = [inner, a];
            }
            out.set(amp * x);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn brown_noise_moves_less_from_sample_to_sample() {
        let roughness = |beta: f64| {
            let mut bench = Bench::new(&FRACTALNOISE, 0);
            bench.set(0, 1.0);
            bench.set(1, beta);
            let y = bench.render(20000);
            let power = |x: &mut dyn Iterator<Item = f64>| x.map(|x| x * x).sum::<f64>();
            power(&mut y.windows(2).map(|w| w[1] - w[0])) / power(&mut y.iter().copied())
        };
        assert!(roughness(2.0) < 0.2 * roughness(0.0));
    }
}
