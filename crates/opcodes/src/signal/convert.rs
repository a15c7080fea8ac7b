//! Between rates: `upsamp`, `downsamp`, `interp`, `samphold`.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `upsamp`.
pub static UPSAMP: OpDef = OpDef::new("upsamp", "A control value as a constant audio signal.")
    .sigs(&[sig("a", "k", Make::Unit(unit::<Upsamp>))])
    .outs(&[port("ares", "the value of this k-cycle in every sample")])
    .ins(&[port("ksig", "control value")])
    .source("Manual: upsamp");
/// Definition of `downsamp`.
pub static DOWNSAMP: OpDef = OpDef::new("downsamp", "An audio signal as a control value.")
    .sigs(&[sig("k", "ao", Make::Unit(unit::<Downsamp>))])
    .outs(&[port("kres", "first sample of the k-cycle, or the mean of the first iwlen")])
    .ins(&[
        port("asig", "signal"),
        port("iwlen", "samples to average, at most ksmps; 0 or 1 for none; default 0"),
    ])
    .source("Manual: downsamp; semantics B9");
/// Definition of `interp`.
pub static INTERP: OpDef = OpDef::new("interp", "A control signal as audio, by straight lines.")
    .sigs(&[sig("a", "kooo", Make::Unit(unit::<Interp>))])
    .outs(&[port("ares", "reaches the control value at the last sample of the k-cycle")])
    .ins(&[
        port("ksig", "control signal"),
        port("iskip", "not 0 goes on from the instance's previous note; default 0"),
        port("imode", "0 starts from ivalue, otherwise from the first control value; default 0"),
        port("ivalue", "start; default 0"),
    ])
    .source("Manual: interp; semantics B9");
/// Definition of `samphold`.
pub static SAMPHOLD: OpDef = OpDef::new("samphold", "Follows a signal or holds its last value.")
    .sigs(&[sig("a", "xxoo", Make::Unit(unit::<Samphold>)), sig("k", "xxoo", Make::Unit(unit::<Samphold>))])
    .outs(&[port("xres", "followed or held value")])
    .ins(&[
        port("xsig", "signal"),
        port("xgate", "above 0 follows, otherwise holds"),
        port("ival", "value held at the start; default 0"),
        port("ivstor", "not 0 keeps the value of the instance's previous note; default 0"),
    ])
    .source("Manual: samphold");

#[derive(Default)]
struct Upsamp;

impl Ugen for Upsamp {
    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        io.set(0, io.k(0));
        Ok(())
    }
}

#[derive(Default)]
struct Downsamp {
    window: usize,
}

impl Ugen for Downsamp {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.window = cx.k(1).max(0.0) as usize;
        if self.window > cx.clock.ksmps {
            return Err("downsamp: the window is longer than ksmps".into());
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        if self.window <= 1 {
            io.set(0, io.k(0));
            return Ok(());
        }
        let part = self.window.saturating_sub(io.first);
        let sum: f64 = io.a(0).iter().take(part).fold(0.0, |sum, x| sum + x.get());
        io.set(0, sum / self.window as f64);
        Ok(())
    }
}

#[derive(Default)]
struct Interp {
    last: f64,
    jump: bool,
}

impl Ugen for Interp {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(1) == 0.0 {
            self.jump = cx.k(2) != 0.0;
            self.last = if self.jump { 0.0 } else { cx.k(3) };
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (target, out) = (io.k(0), io.out(0));
        if std::mem::take(&mut self.jump) {
            self.last = target;
        }
        let step = (target - self.last) / out.len() as f64;
        for y in out {
            self.last += step;
            y.set(self.last);
        }
        Ok(())
    }
}

#[derive(Default)]
struct Samphold {
    held: f64,
}

impl Ugen for Samphold {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(3) == 0.0 {
            self.held = cx.k(2);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (signal, gate) = (io.x(0), io.x(1));
        for (n, out) in io.out(0).iter().enumerate() {
            if gate.at(n) > 0.0 {
                self.held = signal.at(n);
            }
            out.set(self.held);
        }
        Ok(())
    }
}
