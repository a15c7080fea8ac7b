//! `zerocrossing`: frequency from the distance of zero crossings.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `zerocrossing`.
pub static ZEROCROSSING: OpDef = OpDef::new("zerocrossing", "Frequency of a signal from its zero crossings.")
    .quiet_init()
    .sigs(&[sig("a", "a", Make::Unit(unit::<Crossing>))])
    .outs(&[port("afreq", "Hz; 0 before the first crossing")])
    .ins(&[port("asig", "signal")])
    .extension()
    .source("Manual of csound-plugins: zerocrossing, after SuperCollider's ZeroCrossing");

/// Crossings that follow closer than this many samples do not count.
const CLOSEST: u32 = 4;

#[derive(Default)]
struct Crossing {
    last: f64,
    /// How far between two samples the last crossing was.
    fraction: f64,
    samples: u32,
    frequency: f64,
}

impl Ugen for Crossing {
    fn init(&mut self, _: &mut Init<'_>) -> OpResult {
        *self = Self::default();
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        for (out, x) in io.out(0).iter().zip(io.a(0)) {
            let x = x.get();
            self.samples = self.samples.saturating_add(1);
            if self.samples > CLOSEST && self.last < 0.0 && x > 0.0 {
                let fraction = -self.last / (x - self.last);
                self.frequency = io.clock.sr / (fraction + f64::from(self.samples) - self.fraction);
                self.fraction = fraction;
                self.samples = 0;
            }
            self.last = x;
            out.set(self.frequency);
        }
        Ok(())
    }
}
