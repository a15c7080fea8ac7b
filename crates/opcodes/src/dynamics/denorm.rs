//! `denorm`: adds an inaudible noise, against numbers that are slow to compute with.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `denorm`.
pub static DENORM: OpDef = OpDef::new("denorm", "Adds a tiny noise to signals in place.")
    .sigs(&[sig("", "y", Make::Unit(unit::<Denorm>))])
    .ins(&[port("a1 ...", "signals, changed in place")])
    .changes(u32::MAX)
    .source("Manual: denorm; 16-bit linear congruence of semantics J1")
    .quiet_init()
    .differences(&["Every instance has its own sequence of 1e-56; the reference shares one."]);

/// Unit of the noise.
const TINY: f64 = 1e-60;

#[derive(Default)]
struct Denorm {
    seed: u16,
}

impl Ugen for Denorm {
    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        for i in 0..io.n_ins() {
            self.seed = self.seed.wrapping_mul(15625).wrapping_add(1);
            let noise = (f64::from(self.seed) - 32768.0) * TINY;
            for x in io.a(i) {
                x.set(x.get() + noise);
            }
        }
        Ok(())
    }
}
