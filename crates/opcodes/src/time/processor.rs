//! `cpumeter`: load of the processor, which an offline render does not watch.

use crate::step::{Step, at_perf};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{OpDef, port, sig};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `cpumeter`.
pub static CPUMETER: OpDef = OpDef::new("cpumeter", "Load of the processor.")
    .sigs(&[sig("kzzzzzzzz", "i", at_perf::<NoLoad>())])
    .outs(&[port("ktot...", "0")])
    .ins(&[port("ifreq", "time between two measurements in seconds")])
    .source("Manual: cpumeter")
    .differences(&["always 0: the same piece always renders to the same bytes"]);
struct NoLoad;

impl Step for NoLoad {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        for o in 0..io.n_outs() {
            io.set(o, 0.0);
        }
        Ok(())
    }
}
