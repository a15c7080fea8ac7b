//! `trhighest`, `trlowest`: one partial track.

use super::frames::Seen;
use super::tracks::{END, Track, end, layout, prepare, put, with_end};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const OUTS: &[Port] =
    &[port("fsig", "the track"), port("kfr", "its frequency in Hz"), port("kamp", "its amplitude")];
const INS: &[Port] = &[port("fin1", "partial tracks"), port("kscal", "factor of the amplitude")];

/// Definition of `trhighest`.
pub static TRHIGHEST: OpDef = OpDef::new("trhighest", "The highest of tracks.")
    .sigs(&[sig("fkk", "fk", Make::Unit(unit::<Outermost<true>>))])
    .outs(OUTS)
    .ins(INS)
    .source("Manual: trhighest")
    .quiet_init();

/// Definition of `trlowest`.
pub static TRLOWEST: OpDef = OpDef::new("trlowest", "The lowest of tracks.")
    .sigs(&[sig("fkk", "fk", Make::Unit(unit::<Outermost<false>>))])
    .outs(OUTS)
    .ins(INS)
    .source("Manual: trlowest")
    .quiet_init();

#[derive(Default)]
struct Outermost<const HIGHEST: bool>(Seen);

impl<const HIGHEST: bool> Ugen for Outermost<HIGHEST> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.0 = Seen::default();
        prepare(cx, 0, layout(cx, 0)?)
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (Some(from), Some(mut out)) = (io.spectrum(0), io.spectrum_out(0)) else { return Ok(()) };
        if !self.0.is_news(from.frame_count) {
            return Ok(());
        }
        let limit = if HIGHEST { 0.0 } else { (0.5 * io.clock.sr) as f32 };
        let none = Track { frequency: limit, number: END, ..Track::default() };
        let further = |a: &Track, b: &Track| {
            if HIGHEST { a.frequency > b.frequency } else { a.frequency < b.frequency }
        };
        let audible = with_end(&from.frame).filter(|t| t.amp > 0.0);
        let mut found = audible.fold(none, |best, t| if further(&t, &best) { t } else { best });
        found.amp = (f64::from(found.amp) * io.k(1)) as f32;
        put(&mut out.frame, 0, found);
        end(&mut out.frame, 1);
        out.frame_count = from.frame_count;
        io.set(1, f64::from(found.frequency));
        io.set(2, f64::from(found.amp));
        Ok(())
    }
}
