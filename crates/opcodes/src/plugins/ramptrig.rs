//! `ramptrig`: a ramp that a trigger starts.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `ramptrig`.
pub static RAMPTRIG: OpDef = OpDef::new("ramptrig", "A ramp from 0 to 1 that a trigger starts.")
    .quiet_init()
    .sigs(&[
        sig("k", "kkPO", Make::Unit(unit::<Ramp>)),
        sig("a", "kkPO", Make::Unit(unit::<Ramp>)),
        sig("kk", "kkPO", Make::Unit(unit::<Ramp>)),
    ])
    .outs(&[
        port("xout", "the ramp; before the first trigger kbefore, after the end kafter"),
        port("kfinished", "1 in the first k-cycle after the end, else 0"),
    ])
    .ins(&[
        port("ktrigger", "starts the ramp anew when it is above 0 and above its last value"),
        port("kdur", "seconds from 0 to 1"),
        port("kafter", "value after the end; default 1"),
        port("kbefore", "value before the first trigger; default 0"),
    ])
    .extension()
    .source("Manual of csound-plugins: ramptrig")
    .differences(&[
        "The ramp lasts kdur seconds at control rate, too, and is 0 in the k-cycle of the trigger.",
    ]);

#[derive(Default)]
struct Ramp {
    trigger: f64,
    /// Where the ramp is; `None` before the first trigger.
    at: Option<f64>,
    finished: bool,
}

impl Ugen for Ramp {
    fn init(&mut self, _: &mut Init<'_>) -> OpResult {
        *self = Self::default();
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (trigger, after, before) = (io.k(0), io.k(2), io.k(3));
        let step = 1.0 / (io.k(1) * io.rate());
        if trigger > 0.0 && trigger > self.trigger {
            self.at = Some(0.0);
            self.finished = false;
        }
        self.trigger = trigger;
        let mut ended = false;
        for out in io.out(0) {
            out.set(match self.at {
                None => before,
                Some(at) if at < 1.0 => {
                    self.at = Some(at + step);
                    at
                }
                Some(_) => {
                    ended |= !std::mem::replace(&mut self.finished, true);
                    after
                }
            });
        }
        io.set(1, f64::from(u8::from(ended)));
        Ok(())
    }
}
