//! `detectsilence`: whether a signal has been quiet for a while.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `detectsilence`.
pub static DETECTSILENCE: OpDef = OpDef::new("detectsilence", "Whether a signal has been quiet for a while.")
    .quiet_init()
    .sigs(&[sig("k", "aJJ", Make::Unit(unit::<Detect>))])
    .outs(&[port("ksilent", "1 while the signal has stayed below the threshold for the time, else 0")])
    .ins(&[
        port("asig", "signal"),
        port("kthreshold", "greatest amplitude that counts as silence; below 0 means 0.0001; default -1"),
        port("ktime", "seconds; below 0 means 0.1; default -1"),
    ])
    .extension()
    .source("Manual of csound-plugins: detectsilence, after SuperCollider's DetectSilence");

const THRESHOLD: f64 = 0.0001;
const TIME: f64 = 0.1;

/// Quiet samples in a row; the first sample of a note is not counted.
#[derive(Default)]
struct Detect {
    quiet: i64,
}

impl Ugen for Detect {
    fn init(&mut self, _: &mut Init<'_>) -> OpResult {
        self.quiet = -1;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let or_default = |x: f64, default: f64| if x < 0.0 { default } else { x };
        let threshold = or_default(io.k(1), THRESHOLD);
        let enough = (io.clock.sr * or_default(io.k(2), TIME)) as i64;
        for x in io.a(0) {
            self.quiet = if x.get().abs() > threshold { 0 } else { self.quiet + 1 };
        }
        io.set(0, f64::from(u8::from(self.quiet >= enough)));
        Ok(())
    }
}
