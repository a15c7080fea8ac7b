//! `getftargs`: how a table was made.

use crate::print::format::float;
use crate::tables::lookup::find;
use bstr::BString;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `getftargs`.
pub static GETFTARGS: OpDef = OpDef::new("getftargs", "The arguments of the GEN routine that made a table.")
    .sigs(&[sig("S", "ik", Make::Unit(unit::<Arguments>))])
    .outs(&[port("Sdst", "the numbers, separated by spaces")])
    .ins(&[
        port("iftno", "table number"),
        port("ktrig", "reads at init and whenever it changes, if positive"),
    ])
    .reads(Res::TABLES)
    .may_fail()
    .source("Manual: getftargs");

#[derive(Default)]
struct Arguments {
    trigger: f64,
}

fn read(io: &Io<'_>, world: &World) -> OpResult {
    let table = find(world, "getftargs", io.k(0))?;
    let mut text = BString::default();
    for (i, x) in table.args.iter().enumerate() {
        if i > 0 {
            text.push(b' ');
        }
        text.extend_from_slice(&float("%g", *x));
    }
    io.set_str(0, &text);
    Ok(())
}

impl Ugen for Arguments {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.trigger = cx.k(1);
        if self.trigger > 0.0 { read(&cx.io, cx.world) } else { Ok(()) }
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        if io.k(1) == self.trigger || io.k(1) <= 0.0 {
            return Ok(());
        }
        self.trigger = io.k(1);
        read(io, world)
    }
}
