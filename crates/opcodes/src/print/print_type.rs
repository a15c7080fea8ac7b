//! `print_type`: types of variables.

use crate::step::{WorldStep, world_at_init};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{OpDef, port, sig};
use orchestrion_base::port::Io;
use orchestrion_base::ty::{Base, Ty};
use orchestrion_base::world::World;

/// Definition of `print_type`.
pub static PRINT_TYPE: OpDef = OpDef::new("print_type", "Prints the type of a variable.")
    .sigs(&[sig("", ".", world_at_init::<PrintType>())])
    .ins(&[port("xvar", "variable")])
    .source("csound -z1; no page in the manual, words measured on the reference");

struct PrintType;

impl WorldStep for PrintType {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        let letter = match io.base(0) {
            _ if io.is_array(0) => '[',
            _ if io.is_str(0) => 'S',
            Base::BoolI => 'b',
            Base::BoolK => 'B',
            base => Ty::plain(base).letter(),
        };
        world.print(format!("Variable Type: {letter}\n"));
        Ok(())
    }
}
