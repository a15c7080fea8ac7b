//! `lfsr`: whole numbers from a shift register whose last bit comes back, now and then turned over.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::random::ParkMiller;
use orchestrion_base::world::World;

/// Definition of `lfsr`.
pub static LFSR: OpDef = OpDef::new("lfsr", "Numbers of a linear feedback shift register.")
    .sigs(&[sig("k", "iij", Make::Unit(unit::<Lfsr>))])
    .outs(&[port("knum", "the register as a whole number, 0 to 2^ilen - 1")])
    .ins(&[
        port("ilen", "length of the register in bits, 1 to 31"),
        port("iprob", "how often the bit is turned over, 1 to 255 for always"),
        port("iseed", "bits of the register at first; default -1, all set"),
    ])
    .source("Manual: lfsr (P. Dowling)")
    .differences(&["The sequence is the same in every render; the reference takes it from the clock."]);

/// A probability that is a certainty.
const ALWAYS: u32 = 255;

#[derive(Default)]
struct Lfsr {
    len: u32,
    probability: u32,
    register: u32,
    random: Option<ParkMiller>,
}

impl Ugen for Lfsr {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let (len, probability) = (cx.k(0), cx.k(1));
        if !(1.0..32.0).contains(&len) {
            return Err("lfsr: ilen is 1 to 31".into());
        }
        let random = Some(ParkMiller::from_clock(cx.world.random.clock_seed()));
        *self = Self {
            len: len as u32,
            probability: probability as u32,
            register: cx.k(2) as i64 as u32,
            random,
        };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let Some(random) = &mut self.random else { return Ok(()) };
        if self.probability == ALWAYS || random.step() % 256 < self.probability {
            self.register ^= 1;
        }
        let top = 1 << (self.len - 1);
        let bit = self.register & 1;
        self.register >>= 1;
        self.register = if bit == 1 { self.register | top } else { self.register & !top };
        if self.register == 0 {
            // Never all zero for long.
            self.register |= (random.step() % 3) << (self.len - 1);
        }
        io.set(0, f64::from(self.register & ((1 << self.len) - 1)));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn numbers_fit_the_register() {
        let mut bench = Bench::new(&LFSR, 0);
        for (i, x) in [5.0, 100.0, -1.0].into_iter().enumerate() {
            bench.set(i, x);
        }
        let out = bench.render(100);
        assert!(out.iter().all(|y| (0.0..32.0).contains(y)) && out.iter().any(|&y| y != out[0]));
    }
}
