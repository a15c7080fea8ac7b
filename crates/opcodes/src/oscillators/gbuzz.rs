//! `gbuzz`: cosine partials whose strengths form a geometric series.

use crate::lookup::{PERIOD, PHASE_MASK, Wave, power_of_two_table, truncated};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `gbuzz`.
pub static GBUZZ: OpDef = OpDef::new("gbuzz", "Cosine partials with strengths in a geometric series.")
    .quiet_init()
    .sigs(&[sig("a", "xxkkkio", Make::Unit(unit::<Gbuzz>))])
    .outs(&[port("ares", "signal")])
    .ins(&[
        port("xamp", "amplitude"),
        port("xcps", "fundamental frequency in Hz"),
        port("knh", "number of partials; negative counts as positive, 0 as 1"),
        port("klh", "lowest partial; may be 0 or negative"),
        port("kmul", "ratio of the strengths of successive partials"),
        port("ifn", "cosine table, a power of two long"),
        port("iphs", "start phase, 0 to 1; negative keeps the phase of the previous note; default 0"),
    ])
    .source("Manual: gbuzz; closed sum of a geometric series of cosines")
    .reads(Res::TABLES);

/// Divisors closer to zero than this count as the peak (measured on the reference).
const NEAR_ZERO: f64 = 0.0002;

#[derive(Default)]
struct Gbuzz {
    table: f64,
    phase: i32,
    per_hertz: f64,
    last: f64,
    ratio: f64,
    partials: i32,
    series: Series,
}

/// What depends on the ratio and the number of partials only.
#[derive(Clone, Copy, Default)]
struct Series {
    ratio: f64,
    twice: f64,
    square_and_one: f64,
    power: f64,
    power_and_one: f64,
    scale: f64,
}

impl Series {
    fn new(ratio: f64, partials: i32) -> Self {
        let power = powi(ratio, partials);
        let size = ratio.abs();
        Self {
            ratio,
            twice: ratio + ratio,
            square_and_one: ratio * ratio + 1.0,
            power,
            power_and_one: power * ratio,
            scale: if size > 0.999 && size < 1.001 {
                1.0 / f64::from(partials)
            } else {
                (1.0 - size) / (1.0 - power.abs())
            },
        }
    }
}

/// Power by repeated squaring.
fn powi(mut x: f64, mut n: i32) -> f64 {
    let mut result = 1.0;
    while n > 0 {
        if n & 1 == 1 {
            result *= x;
        }
        n >>= 1;
        x *= x;
    }
    result
}

impl Ugen for Gbuzz {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.table = power_of_two_table(cx.world, cx.k(5))?;
        if cx.k(6) >= 0.0 {
            self.phase = truncated(cx.k(6) * PERIOD) & PHASE_MASK;
            self.ratio = 0.0;
        }
        self.per_hertz = PERIOD / cx.clock.sr;
        self.last = 1.0;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let Some(wave) = world.tables.get(self.table).and_then(Wave::of) else {
            io.set(0, 0.0);
            return Ok(());
        };
        let (ratio, per_hertz) = (io.k(4), self.per_hertz);
        let partials = truncated(io.k(2)).wrapping_abs().max(1);
        if ratio != self.ratio || partials != self.partials {
            self.series = Series::new(ratio, partials);
            (self.ratio, self.partials) = (ratio, partials);
        }
        let s = self.series;
        let low = truncated(io.k(3));
        let high = low.wrapping_add(partials);
        let mask = wave.len - 1;
        let partial = |at: usize, k: i32| wave.point((at as i32).wrapping_mul(k) as usize & mask);
        let (mut phase, mut last) = (self.phase, self.last);
        let (amp, step) = (io.x(0), io.x(1).map(|cps| truncated(cps * per_hertz)));
        for (n, out) in io.out(0).iter().enumerate() {
            let amp = amp.at(n);
            let at = wave.index(phase);
            phase = phase.wrapping_add(step(n)) & PHASE_MASK;
            let below = s.square_and_one - s.twice * wave.point(at);
            let above =
                partial(at, low) - s.ratio * partial(at, low.wrapping_sub(1)) - s.power * partial(at, high)
                    + s.power_and_one * partial(at, high.wrapping_sub(1));
            last = if below.abs() > NEAR_ZERO {
                above / below * (amp * s.scale)
            } else if last < 0.0 {
                -amp
            } else {
                amp
            };
            out.set(last);
        }
        (self.phase, self.last) = (phase, last);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;
    use orchestrion_dsp::math;
    use std::f64::consts::TAU;

    #[test]
    fn equals_the_sum_of_its_partials() {
        let mut bench = Bench::new(&GBUZZ, 0);
        let cosine: Vec<f64> = (0..=4096).map(|i| math::cos(TAU * f64::from(i) / 4096.0)).collect();
        bench.world.tables.insert(1, orchestrion_base::table::Table::new(cosine));
        for (i, x) in [1.0, 44100.0 / 128.0, 3.0, 2.0, 0.5, 1.0].into_iter().enumerate() {
            bench.set(i, x);
        }
        for (n, y) in bench.render(256).iter().enumerate() {
            let sum: f64 = (0..3)
                .map(|i| math::pow(0.5, f64::from(i)) * math::cos(TAU * f64::from(i + 2) * n as f64 / 128.0))
                .sum();
            assert!((y - sum / 1.75).abs() < 1e-9, "{n}: {y} {sum}");
        }
    }
}
