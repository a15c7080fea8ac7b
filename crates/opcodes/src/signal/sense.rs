//! `sense`, `sensekey`: keys of the computer's keyboard.

use crate::step::{Step, at_perf};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{OpDef, Sig, port, sig};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const fn def(name: &'static str, sigs: &'static [Sig]) -> OpDef {
    OpDef::new(name, "The key that was pressed on the keyboard; offline there is none.")
        .sigs(sigs)
        .outs(const { &[port("kres", "-1: no key"), port("kkeydown", "0: no key is down")] })
        .source("Manual: sensekey")
}

/// Definition of `sense`.
pub static SENSE: OpDef = def("sense", &[sig("kz", "", at_perf::<NoKey>())]);
/// Definition of `sensekey`.
pub static SENSEKEY: OpDef = def("sensekey", &[sig("kz", "", at_perf::<NoKey>())]);

struct NoKey;

impl Step for NoKey {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        io.set(0, -1.0);
        io.set(1, 0.0);
        Ok(())
    }
}
