//! `nlfilt`, `nlfilt2`: a recursive filter whose feedback squares an old output.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

const OUTS: &[Port] = &[port("ares", "filtered signal")];
const INS: &[Port] = &[
    port("ain", "signal to filter"),
    port("ka", "factor of y[n-1]"),
    port("kb", "factor of y[n-2]"),
    port("kd", "factor of the square of y[n-L]"),
    port("kC", "constant that is subtracted"),
    port("kL", "delay in samples, 1 to 1024"),
];

/// Definition of `nlfilt`.
pub static NLFILT: OpDef = OpDef::new("nlfilt", "Non-linear recursive filter.")
    .sigs(&[sig("a", "akkkkk", Make::Unit(unit::<Nlfilt<false>>))])
    .outs(OUTS)
    .ins(INS)
    .source("Dobson and ffitch, ICMC 1996; manual: nlfilt")
    .quiet_init();

/// Definition of `nlfilt2`.
pub static NLFILT2: OpDef = OpDef::new("nlfilt2", "Non-linear recursive filter that cannot blow up.")
    .sigs(&[sig("a", "akkkkk", Make::Unit(unit::<Nlfilt<true>>))])
    .outs(OUTS)
    .ins(INS)
    .source("Holopainen 2004; manual: nlfilt2")
    .quiet_init();

/// Length of the memory.
const MEMORY: usize = 1024;
/// Inputs are divided, outputs limited by this, in full scales (64000 at a full scale of 32768).
const RANGE: f64 = 1.953125;

#[derive(Default)]
struct Nlfilt<const TANH: bool> {
    past: Vec<f64>,
    /// Index of the last output.
    last: usize,
}

impl<const TANH: bool> Ugen for Nlfilt<TANH> {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, _: &mut Init<'_>) -> OpResult {
        self.past.clear();
        self.past.resize(MEMORY, 0.0);
        self.last = 0;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let x = io.x(0);
        let (a, b, d, c) = (io.k(1), io.k(2), io.k(3), io.k(4));
        let delay = io.k(5).max(1.0).min(MEMORY as f64) as usize;
        let range = world.header.zero_dbfs * RANGE;
        for (n, out) in io.out(0).iter().enumerate() {
            let past = |steps: usize| self.past[(self.last + 2 * MEMORY - steps) % MEMORY];
            // The reference counts the long delay from the output before the last.
            let old = past(delay + 1);
            let y = a * past(0) + b * past(1) + d * old * old - c + x.at(n) / range;
            let level = y * range * 0.5;
            out.set(if level > range {
                range * 0.5
            } else if level < -range {
                -range * 0.5
            } else {
                level
            });
            self.last = (self.last + 1) % MEMORY;
            self.past[self.last] = if TANH { math::tanh(y) } else { y };
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn linear_part_is_a_plain_filter() {
        let mut bench = Bench::new(&NLFILT, 0);
        bench.world.header.zero_dbfs = 1.0;
        bench.audio_in(0, |n| if n == 0 { 1.0 } else { 0.0 });
        bench.set(1, 0.5);
        assert_eq!(bench.render(16)[..3], [0.5, 0.25, 0.125]);
    }
}
