//! `fold`: artificial foldover, by holding samples.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `fold`.
pub static FOLD: OpDef = OpDef::new("fold", "Adds foldover by holding samples.")
    .sigs(&[sig("a", "ak", Make::Unit(unit::<Fold>))])
    .outs(&[port("ares", "signal with foldover")])
    .ins(&[port("asig", "signal"), port("kincr", "how many samples are held, 1 or more; fractions count")])
    .source("Manual: fold");

#[derive(Default)]
struct Fold {
    /// Samples so far.
    count: f64,
    /// When the next sample is taken.
    next: f64,
    held: f64,
}

impl Ugen for Fold {
    const SEAMLESS: Option<&'static [usize]> = Some(&[1]);

    fn init(&mut self, _: &mut Init<'_>) -> OpResult {
        *self = Self::default();
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, hold) = (io.x(0), io.x(1));
        for (n, out) in io.out(0).iter().enumerate() {
            if self.next < self.count {
                self.next += hold.at(n);
                self.held = x.at(n);
            }
            out.set(self.held);
            self.count += 1.0;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn holds_every_other_sample() {
        let mut bench = Bench::new(&FOLD, 0);
        bench.audio_in(0, |n| n as f64);
        bench.set(1, 2.0);
        assert_eq!(bench.render(16)[..7], [0.0, 1.0, 1.0, 3.0, 3.0, 5.0, 5.0]);
    }
}
