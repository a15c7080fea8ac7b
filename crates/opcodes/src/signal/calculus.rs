//! `diff`, `integ`: differences and running sums.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const IN: &[Port] = &[
    port("xsig", "signal"),
    port("iskip", "not 0 keeps the state of the instance's previous note; default 0"),
];

/// Definition of `diff`.
pub static DIFF: OpDef = OpDef::new("diff", "Difference of a signal from its value one step earlier.")
    .sigs(&[sig("a", "xo", Make::Unit(unit::<Diff>)), sig("k", "xo", Make::Unit(unit::<Diff>))])
    .outs(&[port("xres", "y[n] = x[n] - x[n-1]")])
    .ins(IN)
    .source("Manual: diff")
    .quiet_init();
/// Definition of `integ`.
pub static INTEG: OpDef = OpDef::new("integ", "Running sum of a signal.")
    .sigs(&[sig("a", "xo", Make::Unit(unit::<Integ>)), sig("k", "xo", Make::Unit(unit::<Integ>))])
    .outs(&[port("xres", "y[n] = y[n-1] + x[n]")])
    .ins(IN)
    .source("Manual: integ")
    .quiet_init();

#[derive(Default)]
struct Diff {
    last: f64,
}

impl Ugen for Diff {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(1) == 0.0 {
            self.last = 0.0;
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let signal = io.x(0);
        for (n, out) in io.out(0).iter().enumerate() {
            let x = signal.at(n);
            out.set(x - self.last);
            self.last = x;
        }
        Ok(())
    }
}

#[derive(Default)]
struct Integ {
    sum: f64,
}

impl Ugen for Integ {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(1) == 0.0 {
            self.sum = 0.0;
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let signal = io.x(0);
        for (n, out) in io.out(0).iter().enumerate() {
            self.sum += signal.at(n);
            out.set(self.sum);
        }
        Ok(())
    }
}
