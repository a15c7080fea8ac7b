//! `atstop`: a note as the last action of a note.

use crate::events::target::instrument_p1;
use orchestrion_base::error::OpResult;
use orchestrion_base::event::PField;
use orchestrion_base::note::{AtEnd, EndAction};
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `atstop`.
pub static ATSTOP: OpDef = OpDef::new("atstop", "Starts a note when this one is over, its release included.")
    .sigs(&[
        sig("", "Soj", Make::Unit(unit::<AtStop>)),
        sig("", "Siim", Make::Unit(unit::<AtStop>)),
        sig("", "SiiN", Make::Unit(unit::<AtStop>)),
        sig("", "ioj", Make::Unit(unit::<AtStop>)),
        sig("", "iiim", Make::Unit(unit::<AtStop>)),
        sig("", "iiiN", Make::Unit(unit::<AtStop>)),
    ])
    .ins(&[
        port("insnum", "number, with fraction, or name of the instrument"),
        port("idelay", "seconds from the end of this note; default 0"),
        port("idur", "duration in seconds, negative to hold the note; default -1"),
        port("xp4...", "further p-fields; k-variables count with their last value"),
    ])
    .extension()
    .source("Manual of csound-plugins: atstop");

/// Inputs before the further p-fields.
const FIXED: usize = 3;

#[derive(Default)]
struct AtStop {
    action: EndAction,
}

impl Ugen for AtStop {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let mut p = vec![PField::Num(instrument_p1(&cx.io, 0, cx.world)?)];
        p.extend((1..cx.n_ins()).map(|i| match cx.is_str(i) {
            true => PField::Str(cx.str(i).to_owned()),
            false => PField::Num(cx.k(i)),
        }));
        self.action.set(cx.note, AtEnd::Event(p));
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        self.action.change(io.note, |action| {
            let AtEnd::Event(p) = action else { return };
            for (i, field) in p.iter_mut().enumerate().skip(FIXED) {
                if let PField::Num(x) = field {
                    *x = io.k(i);
                }
            }
        });
        Ok(())
    }
}
