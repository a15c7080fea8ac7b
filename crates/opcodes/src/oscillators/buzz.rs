//! `buzz`: equally strong cosine partials.

use crate::lookup::{PERIOD, PHASE_MASK, Wave, power_of_two_table, truncated};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `buzz`.
pub static BUZZ: OpDef = OpDef::new("buzz", "Set of harmonically related, equally strong cosine partials.")
    .quiet_init()
    .sigs(&[sig("a", "xxkio", Make::Unit(unit::<Buzz>))])
    .outs(&[port("ares", "signal")])
    .ins(&[
        port("xamp", "amplitude"),
        port("xcps", "frequency in Hz"),
        port("knh", "number of partials; below 1 counts as 1"),
        port("ifn", "sine table, a power of two long"),
        port("iphs", "start phase, 0 to 1; negative keeps the phase of the previous note; default 0"),
    ])
    .source("Manual: buzz; sum of cosines as (sin((2n+1) w/2) / sin(w/2) - 1) / 2n")
    .reads(Res::TABLES);

/// Divisors closer to zero than this count as the peak (measured on the reference).
const NEAR_ZERO: f64 = 0.0002;

#[derive(Default)]
struct Buzz {
    table: f64,
    phase: i32,
    per_hertz: f64,
}

impl Ugen for Buzz {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.table = power_of_two_table(cx.world, cx.k(3))?;
        if cx.k(4) >= 0.0 {
            self.phase = truncated(cx.k(4) * 0.5 * PERIOD) & PHASE_MASK;
        }
        self.per_hertz = PERIOD / cx.clock.sr * 0.5;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let Some(wave) = world.tables.get(self.table).and_then(Wave::of) else {
            io.set(0, 0.0);
            return Ok(());
        };
        let partials = truncated(io.k(2)).wrapping_abs().max(1);
        let odd = partials.wrapping_mul(2).wrapping_add(1) as u32;
        let (half, per_hertz) = (0.5 / f64::from(partials), self.per_hertz);
        let (amp, step) = (io.x(0), io.x(1).map(|cps| truncated(cps * per_hertz)));
        let peak = io.k(0);
        let mask = wave.len - 1;
        let mut phase = self.phase;
        for (n, out) in io.out(0).iter().enumerate() {
            let at = wave.index(phase);
            phase = phase.wrapping_add(step(n)) & PHASE_MASK;
            let below = wave.point(at);
            out.set(if below.abs() > NEAR_ZERO {
                let above = wave.point((at as u32).wrapping_mul(odd) as usize & mask);
                (above / below - 1.0) * (amp.at(n) * half)
            } else {
                peak
            });
        }
        self.phase = phase;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn one_partial_is_a_cosine() {
        let mut bench = Bench::new(&BUZZ, 0);
        bench.world.tables.set_builtin_sine(orchestrion_dsp::math::sin);
        for (i, x) in [1.0, 441.0, 1.0, -1.0].into_iter().enumerate() {
            bench.set(i, x);
        }
        for (n, y) in bench.render(300).iter().enumerate() {
            let want = orchestrion_dsp::math::cos(std::f64::consts::TAU * n as f64 / 100.0);
            assert!((y - want).abs() < 2e-3, "{n}");
        }
    }
}
