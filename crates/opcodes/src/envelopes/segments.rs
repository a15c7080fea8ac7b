//! What the envelopes made of segments share: reading breakpoints, and the walk through them.

use crate::lookup::truncated;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Port, port};
use orchestrion_base::port::Io;
use orchestrion_dsp::math;

/// Output of every envelope.
pub(super) const OUTS: &[Port] = &[port("xres", "envelope, at audio or control rate")];
/// Inputs of the envelopes made of values and durations.
pub(super) const SEGMENT_INS: &[Port] = &[
    port("ia", "start value"),
    port("idur1", "duration of the first segment in seconds"),
    port("ib", "value after idur1 seconds"),
    port("...", "further durations and values"),
];
/// Inputs of the envelopes made of values and times since the start.
pub(super) const BREAKPOINT_INS: &[Port] = &[
    port("ia", "start value"),
    port("itime1", "time of the second value in seconds since the start"),
    port("ib", "value at itime1"),
    port("...", "further times and values"),
];

/// The way from one value to the next.
#[derive(Clone, Copy, Default)]
pub(super) struct Segment {
    /// Steps that it takes.
    pub count: i32,
    /// Value at its end.
    pub next: f64,
}

/// Number of segments of an opcode with arguments value, duration, value, ...
///
/// # Errors
/// A duration without a value.
pub(super) fn segments(cx: &Init<'_>) -> OpResult<usize> {
    if cx.n_ins().is_multiple_of(2) || cx.n_ins() < 3 {
        return Err("incomplete number of input arguments".into());
    }
    Ok(cx.n_ins() / 2)
}

/// Control cycles of a duration, rounded.
pub(super) fn cycles(io: &Io<'_>, seconds: f64) -> i32 {
    truncated(seconds * io.clock.kr + 0.5)
}

/// Steps of a duration at the rate of the output, rounded.
pub(super) fn steps(io: &Io<'_>, seconds: f64) -> i32 {
    truncated(seconds * io.rate() + 0.5)
}

/// Asks for `cycles` k-cycles of release, counted in the local k-cycles of the unit.
pub(super) fn ask_release(io: &Io<'_>, cycles: i32) {
    if let Ok(n) = u32::try_from(cycles) {
        io.note.ask_extra_cycles(n.div_ceil(io.subdivision.max(1)));
    }
}

/// How a value moves within a segment.
pub(super) trait Curve: Default + Send + 'static {
    /// The constant of a segment from `from` to `to` in `count` steps.
    fn step(from: f64, to: f64, count: i32) -> f64;
    /// One step.
    fn apply(value: f64, step: f64) -> f64;
}

/// Equal differences.
#[derive(Default)]
pub(super) struct Linear;
/// Equal ratios.
#[derive(Default)]
pub(super) struct Exponential;

impl Curve for Linear {
    fn step(from: f64, to: f64, count: i32) -> f64 {
        (to - from) / f64::from(count)
    }
    #[inline(always)]
    fn apply(value: f64, step: f64) -> f64 {
        value + step
    }
}

impl Curve for Exponential {
    fn step(from: f64, to: f64, count: i32) -> f64 {
        if from == to { 1.0 } else { math::pow(to / from, 1.0 / f64::from(count)) }
    }
    #[inline(always)]
    fn apply(value: f64, step: f64) -> f64 {
        value * step
    }
}

/// A walk through segments that waits before the last one until the note is released.
#[derive(Default)]
pub(super) struct Released {
    segments: Vec<Segment>,
    /// One past the segment that runs.
    entered: usize,
    /// Segments to come, and one.
    left: usize,
    count: i32,
    value: f64,
    step: f64,
    /// Steps of the release.
    release: i32,
}

impl Released {
    /// Starts at `value`; `release` is the length of the last segment in k-cycles.
    pub fn start(&mut self, io: &Io<'_>, value: f64, segments: Vec<Segment>, release: i32) {
        ask_release(io, release);
        let per_cycle = if io.is_audio_out() { io.clock.ksmps as i32 } else { 1 };
        *self = Self {
            left: segments.len() + 1,
            segments,
            value,
            release: release.saturating_mul(per_cycle),
            ..Self::default()
        };
    }

    /// Enters segments until one has a length; false if the value has to stay.
    fn advance<C: Curve>(&mut self) -> bool {
        loop {
            if self.left <= 2 {
                self.left = if self.left == 2 { 2 } else { 0 };
                return false;
            }
            self.left -= 1;
            if self.enter::<C>() {
                return true;
            }
        }
    }

    fn enter<C: Curve>(&mut self) -> bool {
        let Some(&segment) = self.segments.get(self.entered) else { return false };
        self.entered += 1;
        self.count = segment.count;
        if self.count == 0 {
            self.value = segment.next;
            return false;
        }
        self.step = C::step(self.value, segment.next, self.count);
        true
    }

    /// Goes to the last segment; false if it has no length.
    fn let_go<C: Curve>(&mut self) -> bool {
        self.left = 1;
        self.entered = self.segments.len().saturating_sub(1);
        if let Some(last) = self.segments.last_mut() {
            last.count = self.release;
        }
        let moving = self.enter::<C>();
        if !moving {
            self.left = 0;
        }
        moving
    }

    /// Whether the value moves in this step.
    #[inline(always)]
    fn tick<C: Curve>(&mut self, releasing: bool) -> bool {
        if self.left == 0 {
            return false;
        }
        if releasing && self.left > 1 {
            return self.let_go::<C>();
        }
        self.count = self.count.saturating_sub(1);
        self.count > 0 || self.advance::<C>()
    }

    /// One k-cycle, or several of one sample.
    #[inline(always)]
    pub fn perform<C: Curve>(&mut self, io: &Io<'_>) {
        let releasing = io.note.releasing.get();
        if !io.is_audio_out() {
            for out in io.out(0) {
                out.set(self.value);
                if self.tick::<C>(releasing) {
                    self.value = C::apply(self.value, self.step);
                }
            }
            return;
        }
        for out in io.out(0) {
            let moving = self.tick::<C>(releasing);
            out.set(self.value);
            if moving {
                self.value = C::apply(self.value, self.step);
            }
        }
    }
}
