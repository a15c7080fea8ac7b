//! `nlalp`: a non-linear all-pass filter.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `nlalp`.
pub static NLALP: OpDef = OpDef::new("nlalp", "Non-linear all-pass filter of first order.")
    .quiet_init()
    .sigs(&[sig("a", "akkoo", Make::Unit(unit::<Nlalp>))])
    .outs(&[port("ares", "filtered signal")])
    .ins(&[
        port("asig", "signal to filter"),
        port("klfact", "linear feedback, -1 to 1"),
        port("knfact", "non-linear feedback, -1 to 1"),
        port("istor", "nonzero keeps the state of the previous note; default 0"),
        port("ioff", "unused"),
    ])
    .source("Manual: nlalp; Välimäki, Tolonen and Karjalainen 1998");

#[derive(Default)]
struct Nlalp {
    past: f64,
    fed_back: f64,
}

impl Ugen for Nlalp {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(3) == 0.0 {
            *self = Self::default();
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, linear, folded) = (io.x(0), io.k(1), io.k(2));
        for (n, out) in io.out(0).iter().enumerate() {
            let now = x.at(n) - self.fed_back;
            let back = now * linear + now.abs() * folded;
            out.set(self.past + back);
            (self.past, self.fed_back) = (now, back);
        }
        Ok(())
    }
}
