//! `monitor`: reading the sum of the outputs so far.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use std::cell::Cell;

/// Definition of `monitor`.
pub static MONITOR: OpDef = OpDef::new("monitor", "Reads what notes have put out so far in this k-cycle.")
    .quiet_init()
    .sigs(&[
        sig("mmmmmmmmmmmmmmmmmmmmmmmm", "", Make::Unit(unit::<Monitor>)),
        sig("a[]", "", Make::Unit(unit::<MonitorArray>)),
    ])
    .outs(&[port("aout...", "one signal per output channel, or an array of them")])
    .reads(Res::SPOUT)
    .source("Manual: monitor; measured on the reference (semantics F19)");

#[derive(Default)]
struct Monitor;

impl Ugen for Monitor {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.io.n_outs() != cx.io.bus.nchnls {
            return Err("monitor needs one output per output channel".into());
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        for o in 0..io.n_outs() {
            let sum = io.spout(o).unwrap_or(&[]);
            for (n, out) in io.out(o).iter().enumerate() {
                out.set(sum.get(n).map_or(0.0, Cell::get));
            }
        }
        Ok(())
    }
}

#[derive(Default)]
struct MonitorArray;

impl Ugen for MonitorArray {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if let Some(mut array) = cx.io.array_out(0) {
            array.resize(&[cx.io.bus.nchnls as u32], cx.io.clock.ksmps);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let Some(mut array) = io.array_out(0) else { return Ok(()) };
        for c in 0..io.bus.nchnls {
            let to = array.audio_mut(c, io.clock.ksmps);
            to.fill(0.0);
            for (to, from) in to.iter_mut().skip(io.first).zip(io.spout(c).unwrap_or(&[])) {
                *to = from.get();
            }
        }
        Ok(())
    }
}
