//! `trscale`, `trshift`, `trfilter`: partial tracks with other frequencies or amplitudes.

use super::frames::Seen;
use super::tracks::{END, Track, layout, prepare, put, with_end};
use crate::lookup::any_table;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use std::marker::PhantomData;

const OUTS: &[Port] = &[port("fsig", "partial tracks")];
const TRACKS: Port = port("fin", "partial tracks");
const GAIN: Port = port("kgain", "factor of the amplitudes; default 1");

/// Definition of `trscale`.
pub static TRSCALE: OpDef = OpDef::new("trscale", "Multiplies the frequencies of tracks.")
    .sigs(&[sig("f", "fz", Make::Unit(unit::<EachTrack<Scale>>))])
    .outs(OUTS)
    .ins(&[TRACKS, port("kpitch", "factor of the frequencies"), GAIN])
    .source("Manual: trscale")
    .quiet_init();

/// Definition of `trshift`.
pub static TRSHIFT: OpDef = OpDef::new("trshift", "Adds to the frequencies of tracks.")
    .sigs(&[sig("f", "fz", Make::Unit(unit::<EachTrack<Shift>>))])
    .outs(OUTS)
    .ins(&[TRACKS, port("kpshift", "what is added, in Hz"), GAIN])
    .source("Manual: trshift")
    .quiet_init();

/// Definition of `trfilter`.
pub static TRFILTER: OpDef =
    OpDef::new("trfilter", "Multiplies the amplitudes of tracks by a table over frequency.")
        .quiet_init()
        .sigs(&[sig("f", "fki", Make::Unit(unit::<EachTrack<Filter>>))])
        .outs(OUTS)
        .ins(&[
            TRACKS,
            port("kamnt", "0 no filtering to 1 full"),
            port("ifn", "table of factors from 0 Hz to half the sample rate"),
        ])
        .reads(Res::TABLES)
        .source("Manual: trfilter");

/// What happens to a track.
trait Change: Send + 'static {
    /// The changed track. Frequencies stay up to `nyquist` Hz.
    fn change(t: Track, nyquist: f64, io: &Io<'_>, world: &World) -> Track;
    /// Checks the inputs.
    fn check(_: &Init<'_>) -> OpResult {
        Ok(())
    }
}

fn louder(amp: f32, io: &Io<'_>) -> f32 {
    let gain = if io.n_ins() > 2 { io.k(2) } else { 1.0 };
    (f64::from(amp) * gain) as f32
}

struct Scale;

impl Change for Scale {
    fn change(t: Track, nyquist: f64, io: &Io<'_>, _: &World) -> Track {
        let frequency = (f64::from(t.frequency) * io.k(1)).min(nyquist) as f32;
        Track { amp: louder(t.amp, io), frequency, ..t }
    }
}

struct Shift;

impl Change for Shift {
    fn change(t: Track, nyquist: f64, io: &Io<'_>, _: &World) -> Track {
        let frequency = (f64::from(t.frequency) + io.k(1)).min(nyquist) as f32;
        Track { amp: louder(t.amp, io), frequency, ..t }
    }
}

struct Filter;

impl Change for Filter {
    fn check(cx: &Init<'_>) -> OpResult {
        any_table(cx.world, cx.k(2)).map(drop)
    }

    fn change(t: Track, nyquist: f64, io: &Io<'_>, world: &World) -> Track {
        let Some(table) = world.tables.get(io.k(2)) else { return t };
        let frequency = f64::from(t.frequency).min(nyquist).abs();
        let place = frequency * table.len as f64 / nyquist;
        let at = |i: usize| table.data.get(i).copied().unwrap_or(0.0);
        let i = place as usize;
        let factor = at(i) + (place - i as f64) * (at(i + 1) - at(i));
        let amount = io.k(1).clamp(0.0, 1.0);
        let amp = f64::from(t.amp) * (1.0 - amount + factor * amount);
        Track { amp: amp as f32, frequency: frequency as f32, ..t }
    }
}

/// Changes every track of new frames.
struct EachTrack<C> {
    seen: Seen,
    change: PhantomData<C>,
}

impl<C> Default for EachTrack<C> {
    fn default() -> Self {
        Self { seen: Seen::default(), change: PhantomData }
    }
}

impl<C: Change> Ugen for EachTrack<C> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        C::check(cx)?;
        self.seen = Seen::default();
        prepare(cx, 0, layout(cx, 0)?)
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let (Some(from), Some(mut out)) = (io.spectrum(0), io.spectrum_out(0)) else { return Ok(()) };
        if self.seen.is_news(from.frame_count) {
            for (i, t) in with_end(&from.frame).enumerate() {
                let number = if t.ends() { END } else { t.number.trunc() };
                let t = C::change(t, 0.5 * io.clock.sr, io, world);
                put(&mut out.frame, i, Track { number, ..t });
            }
            out.frame_count = from.frame_count;
        }
        Ok(())
    }
}
