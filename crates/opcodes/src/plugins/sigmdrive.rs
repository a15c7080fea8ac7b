//! `sigmdrive`: soft clipping.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

/// Definition of `sigmdrive`.
pub static SIGMDRIVE: OpDef = OpDef::new("sigmdrive", "Distorts a signal with a sigmoid.")
    .quiet_init()
    .sigs(&[sig("a", "akO", Make::Unit(unit::<Drive>)), sig("a", "aaO", Make::Unit(unit::<Drive>))])
    .outs(&[port("aout", "distorted signal")])
    .ins(&[
        port("ain", "signal; -1 to 1 in mode 1"),
        port("xdrive", "factor or exponent, above 1 for more distortion"),
        port("kmode", "0: tanh(in * drive); 1: 1 - (1 - |in|)^drive with the sign of in; default 0"),
    ])
    .extension()
    .source("Manual of csound-plugins: sigmdrive");

#[derive(Default)]
struct Drive;

impl Ugen for Drive {
    const SEAMLESS: Option<&'static [usize]> = Some(&[0, 1]);

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (input, drive, power) = (io.x(0), io.x(1), io.k(2) != 0.0);
        for (n, out) in io.out(0).iter().enumerate() {
            let (x, drive) = (input.at(n), drive.at(n));
            out.set(if power {
                (1.0 - math::pow((1.0 - x.abs()).max(0.0), drive)).copysign(x)
            } else {
                math::tanh(x * drive)
            });
        }
        Ok(())
    }
}
