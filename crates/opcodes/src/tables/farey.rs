//! `fareylen`, `fareyleni`: lengths of Farey sequences.

use crate::step::{Step, at_init, at_perf};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{OpDef, Port, port, sig};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const OUTS: &[Port] = &[port("xfl", "number of fractions")];
const INS: &[Port] = &[port("xn", "order of the sequence; only its whole part counts, up to 100000")];
const SOURCE: &str =
    "Manual: fareylen; G. H. Hardy and E. M. Wright, \"An Introduction to the Theory of Numbers\", ch. III";

/// Definition of `fareylen`.
pub static FAREYLEN: OpDef = OpDef::new("fareylen", "Length of a Farey sequence.")
    .sigs(&[sig("k", "k", at_perf::<Length>())])
    .outs(OUTS)
    .ins(INS)
    .source(SOURCE);

/// Definition of `fareyleni`.
pub static FAREYLENI: OpDef = OpDef::new("fareyleni", "Length of a Farey sequence, at init.")
    .sigs(&[sig("i", "i", at_init::<Length>())])
    .outs(OUTS)
    .ins(INS)
    .source(SOURCE);

/// Greatest order.
const MOST: u32 = 100_000;

/// How many numbers up to `n` share no divisor with it (Euler's totient).
fn totient(n: u32) -> u32 {
    let (mut rest, mut count, mut divisor) = (n, n, 2);
    while divisor * divisor <= rest {
        if rest % divisor == 0 {
            count -= count / divisor;
            while rest % divisor == 0 {
                rest /= divisor;
            }
        }
        divisor += 1;
    }
    if rest > 1 { count - count / rest } else { count }
}

struct Length;

impl Step for Length {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        // Conversion saturates: NaN and negative orders are 0.
        let order = (io.k(0) as u32).min(MOST);
        let sum: u64 = (1..=order).map(|n| u64::from(totient(n))).sum();
        io.set(0, 1.0 + sum as f64);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totients_of_small_numbers() {
        assert_eq!([1, 2, 3, 4, 9, 10, 12, 97].map(totient), [1, 1, 2, 2, 6, 4, 4, 96]);
    }
}
