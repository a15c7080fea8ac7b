//! `vps`: vector phase shaping.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `vps`.
pub static VPS: OpDef = OpDef::new("vps", "Bends a phase at a point.")
    .quiet_init()
    .sigs(&[sig("a", "akk", Make::Unit(unit::<Vps>))])
    .outs(&[port("aout", "phase from 0 over kv at kd to 1")])
    .ins(&[
        port("aphase", "phase, 0 to 1"),
        port("kd", "where the phase is bent, 0 to 1"),
        port("kv", "value at that point"),
    ])
    .source("Kleimola, Lazzarini, Timoney and Välimäki, Vector phase shaping synthesis (2011); manual: vps");

#[derive(Default)]
struct Vps;

impl Ugen for Vps {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, bend, value) = (io.x(0), io.k(1).clamp(0.0, 1.0), io.k(2));
        for (n, out) in io.out(0).iter().enumerate() {
            let phase = x.at(n).clamp(0.0, 1.0);
            out.set(if phase < bend {
                phase * value / bend
            } else {
                value + (1.0 - value) * (phase - bend) / (1.0 - bend)
            });
        }
        Ok(())
    }
}
