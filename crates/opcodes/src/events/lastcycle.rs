//! `lastcycle`: the last k-cycle of a note.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `lastcycle`.
pub static LASTCYCLE: OpDef = OpDef::new("lastcycle", "Tells the last k-cycle of a note.")
    .sigs(&[sig("k", "", Make::Unit(unit::<LastCycle>))])
    .outs(&[port(
        "kflag",
        "1 in the last k-cycle, else 0; gives the note a k-cycle of release if it has none",
    )])
    .reads(Res::LIFE)
    .source("Manual: lastcycle");

#[derive(Default)]
struct LastCycle {
    /// k-cycles to come until the release is over; `None` for held notes.
    to_end: Option<i64>,
    /// k-cycles of release to come.
    release: i64,
    fired: bool,
}

impl Ugen for LastCycle {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        cx.io.note.ask_extra_cycles(1);
        self.release = i64::from(cx.io.note.extra_cycles.get());
        let p3 = cx.io.pfield(3);
        self.to_end = (p3 >= 0.0).then(|| ((p3 * cx.io.clock.kr + 0.5) as i64).saturating_add(self.release));
        self.fired = false;
        cx.io.set(0, 0.0);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        if self.fired {
            io.set(0, 0.0);
            return Ok(());
        }
        self.to_end = self.to_end.map(|cycles| cycles - 1);
        self.release -= i64::from(io.note.releasing.get());
        self.fired = self.to_end == Some(0) || self.release == 0;
        io.set(0, f64::from(self.fired));
        Ok(())
    }
}
