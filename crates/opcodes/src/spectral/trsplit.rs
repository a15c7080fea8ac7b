//! `trsplit`, `trmix`, `trcross`: partial tracks apart and together.

use super::frames::Seen;
use super::tracks::{Track, end, layout, prepare, put, tracks, with_end};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use std::marker::PhantomData;

const TRACKS: Port = port("fin1", "partial tracks");
const OTHERS: Port = port("fin2", "partial tracks");

/// Definition of `trsplit`.
pub static TRSPLIT: OpDef = OpDef::new("trsplit", "Splits tracks by frequency.").quiet_init()
    .sigs(&[sig("ff", "fz", Make::Unit(unit::<Trsplit>))])
    .outs(&[port("fsiglow", "tracks below the limit"), port("fsighi", "the others")])
    .ins(&[
        TRACKS,
        port("ksplit", "limit in Hz"),
        port("kgainlow", "factor of the lower amplitudes; default 1"),
        port("kgainhigh", "factor of the higher amplitudes; default 1"),
    ])
    .source("Manual: trsplit; that a last track is lost, and that a side without any keeps its frame, measured on the reference");

/// Definition of `trmix`.
pub static TRMIX: OpDef = OpDef::new("trmix", "Tracks of two signals together.")
    .sigs(&[sig("f", "ff", Make::Unit(unit::<Joined<Trmix>>))])
    .outs(&[port("fsig", "the tracks of both, as far as there is room")])
    .ins(&[TRACKS, OTHERS])
    .source("Manual: trmix")
    .quiet_init();

/// Definition of `trcross`.
pub static TRCROSS: OpDef = OpDef::new("trcross", "Gives tracks the amplitudes of others near them.").quiet_init()
    .sigs(&[sig("f", "ffkz", Make::Unit(unit::<Joined<Trcross>>))])
    .outs(&[port("fsig", "partial tracks")])
    .ins(&[
        TRACKS,
        OTHERS,
        port("ksearch", "interval within which the other track is looked for, as a ratio above 1"),
        port("kdepth", "0 no effect to 1 full; default 0"),
        port("kmode", "below 1 multiplies by the other's amplitude over that of the loudest, else takes its amplitude; default 0"),
    ])
    .source("Manual: trcross");

fn optional(io: &Io<'_>, i: usize, default: f64) -> f64 {
    if io.n_ins() > i { io.k(i) } else { default }
}

#[derive(Default)]
struct Trsplit(Seen);

impl Ugen for Trsplit {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.0 = Seen::default();
        let layout = layout(cx, 0)?;
        prepare(cx, 0, layout)?;
        prepare(cx, 1, layout)
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let Some(from) = io.spectrum(0) else { return Ok(()) };
        if !self.0.is_news(from.frame_count) {
            return Ok(());
        }
        for side in 0..2 {
            let Some(mut out) = io.spectrum_out(side) else { continue };
            let gain = optional(io, 2 + side, 1.0);
            let low = |t: &Track| f64::from(t.frequency) < io.k(1);
            let mut count = 0;
            for t in with_end(&from.frame).filter(|t| low(t) == (side == 0)) {
                let amp = (f64::from(t.amp) * gain) as f32;
                put(&mut out.frame, count, Track { amp, number: t.number.trunc(), ..t });
                count += 1;
            }
            // The last one ends the frame, whether it did before or not.
            if count > 0 {
                end(&mut out.frame, count - 1);
            }
            out.frame_count = from.frame_count;
        }
        Ok(())
    }
}

/// What becomes of a new frame of tracks and the latest one of others.
trait Join: Default + Send + 'static {
    fn join(io: &Io<'_>, first: &[[f32; 2]], others: &[[f32; 2]], out: &mut [[f32; 2]]);
}

#[derive(Default)]
struct Joined<J> {
    seen: Seen,
    join: PhantomData<J>,
}

impl<J: Join> Ugen for Joined<J> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.seen = Seen::default();
        layout(cx, 1)?;
        prepare(cx, 0, layout(cx, 0)?)
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (Some(a), Some(b), Some(mut out)) = (io.spectrum(0), io.spectrum(1), io.spectrum_out(0)) else {
            return Ok(());
        };
        if self.seen.is_news(a.frame_count) {
            J::join(io, &a.frame, &b.frame, &mut out.frame);
            out.frame_count = a.frame_count;
        }
        Ok(())
    }
}

#[derive(Default)]
struct Trmix;

impl Join for Trmix {
    fn join(_: &Io<'_>, first: &[[f32; 2]], others: &[[f32; 2]], out: &mut [[f32; 2]]) {
        let mut count = 0;
        for t in tracks(first).chain(tracks(others)) {
            put(out, count, Track { number: t.number.trunc(), ..t });
            count += 1;
        }
        end(out, count);
    }
}

#[derive(Default)]
struct Trcross;

impl Join for Trcross {
    fn join(io: &Io<'_>, first: &[[f32; 2]], others: &[[f32; 2]], out: &mut [[f32; 2]]) {
        let (depth, takes) = (optional(io, 3, 0.0).clamp(0.0, 1.0), optional(io, 4, 0.0) >= 1.0);
        let loudest = tracks(others).map(|t| t.amp).fold(0.0f32, f32::max);
        let mut count = 0;
        for t in tracks(first) {
            let amp = f64::from(t.amp);
            let other = match loudest_near(others, f64::from(t.frequency), io.k(2)) {
                None => 0.0,
                Some(other) if takes => f64::from(other),
                Some(other) if loudest > 0.0 => f64::from(t.amp * (other / loudest)),
                Some(_) => amp,
            };
            let amp = (other * depth + amp * (1.0 - depth)) as f32;
            put(out, count, Track { amp, number: t.number.trunc(), ..t });
            count += 1;
        }
        end(out, count);
    }
}

/// Amplitude of the loudest track within an interval of a frequency.
fn loudest_near(frame: &[[f32; 2]], frequency: f64, interval: f64) -> Option<f32> {
    let (above, below) = (frequency * interval, frequency * (1.0 / interval));
    let near = tracks(frame).filter(|t| f64::from(t.frequency) > below && f64::from(t.frequency) <= above);
    near.map(|t| t.amp).reduce(f32::max)
}

#[cfg(test)]
mod tests {
    use super::super::tracks::END;
    use super::*;

    #[test]
    fn frames_end_before_what_earlier_ones_left() {
        let mut frame = [[0.5, 440.0], [0.0, 3.0], [0.1, 500.0], [0.0, END], [0.7, 600.0], [0.0, 9.0]];
        assert_eq!((tracks(&frame).count(), with_end(&frame).count()), (1, 2));
        assert_eq!(loudest_near(&frame, 430.0, 1.1), Some(0.5));
        assert_eq!(loudest_near(&frame, 430.0, 1.01), None);
        end(&mut frame, 0);
        assert_eq!(tracks(&frame).count(), 0);
    }
}
