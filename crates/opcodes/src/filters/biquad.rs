//! `biquad`, `biquada`: second-order filter with coefficients from the piece.

use crate::section::Past;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const OUTS: &[Port] = &[port("ares", "filtered signal")];
const INS: &[Port] = &[
    port("asig", "signal to filter"),
    port("xb0", "factor of x[n]"),
    port("xb1", "factor of x[n-1]"),
    port("xb2", "factor of x[n-2]"),
    port("xa0", "divisor of all others"),
    port("xa1", "factor of y[n-1], subtracted"),
    port("xa2", "factor of y[n-2], subtracted"),
    port("iskip", "nonzero keeps the state of the previous note; default 0"),
];
const SOURCE: &str = "Manual: biquad; a0 y[n] = b0 x[n] + b1 x[n-1] + b2 x[n-2] - a1 y[n-1] - a2 y[n-2]";

/// Definition of `biquad`.
pub static BIQUAD: OpDef = OpDef::new("biquad", "Second-order filter with free coefficients.")
    .sigs(&[sig("a", "akkkkkko", Make::Unit(unit::<Biquad>))])
    .outs(OUTS)
    .ins(INS)
    .source(SOURCE)
    .quiet_init();

/// Definition of `biquada`.
pub static BIQUADA: OpDef = OpDef::new("biquada", "Second-order filter with free audio-rate coefficients.")
    .sigs(&[sig("a", "aaaaaaao", Make::Unit(unit::<Biquad>))])
    .outs(OUTS)
    .ins(INS)
    .source(SOURCE)
    .quiet_init();

#[derive(Default)]
struct Biquad {
    past: Past,
}

impl Ugen for Biquad {
    const SEAMLESS: Option<&'static [usize]> = Some(&[1, 2, 3, 4, 5, 6]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(7) == 0.0 {
            *self = Self::default();
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, coefficients) = (io.x(0), [1, 2, 3, 4, 5, 6].map(|i| io.x(i)));
        let mut past = self.past;
        for (n, out) in io.out(0).iter().enumerate() {
            let [b0, b1, b2, a0, a1, a2] = coefficients.map(|c| c.at(n));
            let x = x.at(n);
            let y = past.sum(x, [b0, b1, b2], [a1, a2]) * (1.0 / a0);
            past.push(x, y);
            out.set(y);
        }
        self.past = past;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn impulse_response() {
        let mut bench = Bench::new(&BIQUAD, 0);
        bench.audio_in(0, |n| if n == 0 { 1.0 } else { 0.0 });
        for (i, x) in [2.0, 4.0, 6.0, 2.0, 1.0, 0.0].into_iter().enumerate() {
            bench.set(i + 1, x);
        }
        assert_eq!(bench.render(16)[..4], [1.0, 1.5, 2.25, -1.125]);
    }
}
