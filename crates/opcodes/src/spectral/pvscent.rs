//! `pvscent`, `pvsbandwidth`: where the middle of a spectrum lies, and how far it spreads.

use super::effect::Real;
use super::frames::{Seen, WITH_AMPLITUDES, check_format, input};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const INS: &[Port] = &[port("fsig", "spectral signal")];

/// Definition of `pvscent`.
pub static PVSCENT: OpDef = OpDef::new("pvscent", "Spectral centroid.")
    .quiet_init()
    .sigs(&[sig("k", "f", Make::Unit(unit::<Centroid>)), sig("a", "f", Make::Unit(unit::<CentroidSignal>))])
    .outs(&[port("kcent", "centroid in Hz; at control rate 0 in k-cycles without a new frame")])
    .ins(INS)
    .source("Manual: pvscent; bins counted half a bin above their middle, zeros measured on the reference")
    .differences(&[SLIDING]);

/// Definition of `pvsbandwidth`.
pub static PVSBANDWIDTH: OpDef = OpDef::new("pvsbandwidth", "Spread of a spectrum about its centroid.")
    .quiet_init()
    .sigs(&[sig("k", "f", Make::Unit(unit::<Bandwidth>))])
    .outs(&[port(
        "kband",
        "square root of the sum of amplitude times squared distance in Hz; 0 in k-cycles without a new frame",
    )])
    .ins(INS)
    .source("Manual: pvsbandwidth; formula measured on the reference")
    .differences(&[SLIDING]);

const SLIDING: &str =
    "Sliding analyses: the reference's spread, and its centroid at audio rate, take bins of other frames in.";

/// Frequencies that bins are counted at, with their amplitudes.
fn weights<T: Real>(frame: &[[T; 2]], width: f64) -> impl Iterator<Item = (f64, f64)> + '_ {
    frame.iter().enumerate().map(move |(i, bin)| ((i as f64 + 0.5) * width, bin[0].into()))
}

/// Centroid of bins that are `width` Hz apart; 0 of silence.
fn centroid<T: Real>(frame: &[[T; 2]], width: f64) -> f64 {
    let (mut moment, mut mass) = (0.0, 0.0);
    for (frequency, amp) in weights(frame, width) {
        moment += amp * frequency;
        mass += amp;
    }
    if mass == 0.0 { 0.0 } else { moment / mass }
}

fn bandwidth<T: Real>(frame: &[[T; 2]], width: f64) -> f64 {
    let middle = centroid(frame, width);
    weights(frame, width).map(|(f, amp)| amp * (f - middle) * (f - middle)).sum::<f64>().sqrt()
}

/// A measure of single frames at control rate; of sliding analyses the first frame of a k-cycle counts.
#[derive(Default)]
struct Measure<const SPREAD: bool>(Seen);
type Centroid = Measure<false>;
type Bandwidth = Measure<true>;

impl<const SPREAD: bool> Measure<SPREAD> {
    fn of<T: Real>(frame: &[[T; 2]], width: f64) -> f64 {
        if SPREAD { bandwidth(frame, width) } else { centroid(frame, width) }
    }
}

impl<const SPREAD: bool> Ugen for Measure<SPREAD> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        check_format(&input(cx, 0)?.layout, WITH_AMPLITUDES)?;
        self.0 = Seen::default();
        cx.set(0, 0.0);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let s = input(io, 0)?;
        let width = io.clock.sr / f64::from(s.layout.size);
        let value = if s.layout.sliding {
            Self::of(s.slice(io.first), width)
        } else if self.0.is_news(s.frame_count) {
            Self::of(&s.frame, width)
        } else {
            0.0
        };
        io.set(0, value);
        Ok(())
    }
}

/// The centroid as a signal: it stays until the next frame.
#[derive(Default)]
struct CentroidSignal {
    seen: Seen,
    last: f64,
}

impl Ugen for CentroidSignal {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        check_format(&input(cx, 0)?.layout, WITH_AMPLITUDES)?;
        self.seen = Seen::default();
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let s = input(io, 0)?;
        let width = io.clock.sr / f64::from(s.layout.size);
        if s.layout.sliding {
            for (n, y) in io.out(0).iter().enumerate() {
                y.set(centroid(s.slice(io.first + n), width));
            }
            return Ok(());
        }
        if self.seen.is_news(s.frame_count) {
            self.last = centroid(&s.frame, width);
        }
        io.set(0, self.last);
        Ok(())
    }
}
