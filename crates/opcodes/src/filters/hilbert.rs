//! `hilbert`: two outputs a quarter of a period apart, from two chains of all-pass filters.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use std::f64::consts::PI;

/// Definition of `hilbert`.
pub static HILBERT: OpDef = OpDef::new("hilbert", "Hilbert transformer of all-pass filters.")
    .sigs(&[sig("aa", "a", Make::Unit(unit::<Hilbert>))])
    .outs(&[port("ar1", "cosine output"), port("ar2", "sine output, a quarter of a period apart")])
    .ins(&[port("asig", "signal to transform")])
    .source("Hutchins, Musical Engineer's Handbook (1975); manual: hilbert")
    .quiet_init();

/// Poles of the chains in units of 15 Hz, from Hutchins.
const POLES: [[f64; 6]; 2] = [
    [1.2524, 5.5671, 22.3423, 89.6271, 364.7914, 2770.1114],
    [0.3609, 2.7412, 11.1573, 44.7581, 179.6242, 798.4578],
];

/// First-order all-pass filters in series.
#[derive(Clone, Copy, Default)]
struct Chain {
    coefficients: [f64; 6],
    x: [f64; 6],
    y: [f64; 6],
}

impl Chain {
    fn new(poles: [f64; 6], sr: f64) -> Self {
        let coefficients = poles.map(|pole| {
            let angle = PI * 15.0 * pole / sr;
            (angle - 1.0) / (1.0 + angle)
        });
        Self { coefficients, ..Self::default() }
    }

    #[inline(always)]
    fn next(&mut self, mut x: f64) -> f64 {
        for ((c, x1), y1) in self.coefficients.iter().zip(&mut self.x).zip(&mut self.y) {
            let y = c * (x - *y1) + *x1;
            (*x1, *y1) = (x, y);
            x = y;
        }
        x
    }
}

#[derive(Default)]
struct Hilbert {
    cosine: Chain,
    sine: Chain,
}

impl Ugen for Hilbert {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        [self.cosine, self.sine] = POLES.map(|poles| Chain::new(poles, cx.clock.sr));
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let x = io.x(0);
        for (n, (cosine, sine)) in io.out(0).iter().zip(io.out(1)).enumerate() {
            let x = x.at(n);
            cosine.set(self.cosine.next(x));
            sine.set(self.sine.next(x));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;
    use orchestrion_dsp::math;

    #[test]
    fn all_pass_keeps_the_level() {
        let mut bench = Bench::new(&HILBERT, 0);
        bench.audio_in(0, |n| math::sin(n as f64 * 0.1));
        let out = bench.render(20000);
        let power = out[10000..].iter().map(|y| y * y).sum::<f64>() / 10000.0;
        assert!((power - 0.5).abs() < 0.01, "{power}");
    }
}
