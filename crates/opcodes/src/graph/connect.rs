//! `connect`: joins an outlet of an instrument to an inlet of another.

use crate::graph::ports::Graph;
use crate::step::{WorldStep, world_at_init};
use bstr::BString;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{OpDef, port, sig};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `connect`.
pub static CONNECT: OpDef =
    OpDef::new("connect", "Sends what all notes of an instrument put into an outlet to an inlet of another.")
        .sigs(&[
            sig("", "iSiSp", world_at_init::<Connect>()),
            sig("", "iSSSp", world_at_init::<Connect>()),
            sig("", "SSiSp", world_at_init::<Connect>()),
            sig("", "SSSSp", world_at_init::<Connect>()),
        ])
        .ins(&[
            port("Tsource", "name of the sending instrument, or its number if it has no name"),
            port("Soutlet", "name of its outlet"),
            port("Tsink", "name of the receiving instrument, or its number if it has no name"),
            port("Sinlet", "name of its inlet; only notes that start later are connected"),
            port("igain", "without effect; default 1"),
        ])
        .source("Manual: connect; igain measured on the reference");

struct Connect;

impl WorldStep for Connect {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        let name = |instrument: usize| {
            let mut name = if io.is_str(instrument) {
                BString::from(&**io.str(instrument))
            } else {
                BString::from(io.int(instrument).to_string())
            };
            name.push(b':');
            name.extend_from_slice(&io.str(instrument + 1));
            name
        };
        world.shared::<Graph>().connect(name(0), name(2));
        Ok(())
    }
}
