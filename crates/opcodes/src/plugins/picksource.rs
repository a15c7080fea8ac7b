//! `picksource`: one of several signals.

use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `picksource`.
pub static PICKSOURCE: OpDef = OpDef::new("picksource", "One of several signals.")
    .quiet_init()
    .sigs(&[sig("a", "ky", Make::Unit(unit::<Pick>))])
    .outs(&[port("asig", "the signal chosen")])
    .ins(&[
        port("kwhich", "0 for the first signal; an error beyond the last one"),
        port("asource...", "signals"),
    ])
    .may_fail()
    .extension()
    .source("Manual of csound-plugins: picksource");

#[derive(Default)]
struct Pick;

impl Ugen for Pick {
    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let which = io.k(0).trunc();
        let sources = io.n_ins() - 1;
        if !(which >= 0.0 && which < sources as f64) {
            return Err(OpError::new(format!("picksource: there is no signal {which} among {sources}")));
        }
        for (out, x) in io.out(0).iter().zip(io.a(1 + which as usize)) {
            out.set(x.get());
        }
        Ok(())
    }
}
