//! `linseg`, `linsegb`, `adsr`: straight segments that start with the note.

use super::segments::{BREAKPOINT_INS, OUTS, SEGMENT_INS, Segment, cycles, segments, steps};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `linseg`.
pub static LINSEG: OpDef = OpDef::new("linseg", "Series of line segments.")
    .sigs(&[sig("k", "iim", Make::Unit(unit::<Linseg>)), sig("a", "iim", Make::Unit(unit::<Linseg>))])
    .outs(OUTS)
    .ins(SEGMENT_INS)
    .source("Manual: linseg; semantics K4")
    .quiet_init();

/// Definition of `linsegb`.
pub static LINSEGB: OpDef = OpDef::new("linsegb", "Series of line segments between breakpoints.")
    .sigs(&[sig("k", "iim", Make::Unit(unit::<Linsegb>)), sig("a", "iim", Make::Unit(unit::<Linsegb>))])
    .outs(OUTS)
    .ins(BREAKPOINT_INS)
    .source("Manual: linsegb; at audio rate the reference takes the times for durations (measured)")
    .quiet_init();

/// Inputs of the envelopes of four parts.
pub(super) const ADSR_INS: &[Port] = &[
    port("iatt", "attack in seconds; 0 or less leaves the envelope as it was"),
    port("idec", "decay in seconds"),
    port("islev", "level of the sustain"),
    port("irel", "release in seconds"),
    port("idel", "delay before the attack in seconds; default 0"),
];

/// Definition of `adsr`.
pub static ADSR: OpDef = OpDef::new("adsr", "Attack, decay, sustain and release within the note's length.")
    .sigs(&[sig("k", "iiiio", Make::Unit(unit::<Adsr>)), sig("a", "iiiio", Make::Unit(unit::<Adsr>))])
    .outs(OUTS)
    .ins(ADSR_INS)
    .source("Manual: adsr; semantics K6; at audio rate the reference skips the delay (measured)")
    .quiet_init();

/// A walk through segments from the start of the note.
#[derive(Default)]
struct Walk {
    segments: Vec<Segment>,
    entered: usize,
    /// Segments to come, and one.
    left: usize,
    count: i32,
    value: f64,
    step: f64,
}

impl Walk {
    fn start(&mut self, value: f64, segments: Vec<Segment>) {
        *self = Self { left: segments.len() + 1, segments, value, ..Self::default() };
    }

    /// Target of the segment that runs.
    fn target(&self) -> f64 {
        self.entered.checked_sub(1).and_then(|i| self.segments.get(i)).map_or(self.value, |s| s.next)
    }

    /// Goes to the next segment; false at the end.
    fn enter(&mut self) -> bool {
        self.left -= 1;
        if self.left == 0 {
            self.value = self.target();
            return false;
        }
        let segment = self.segments.get(self.entered).copied().unwrap_or_default();
        self.entered += 1;
        self.count = segment.count;
        if self.count == 0 {
            self.value = segment.next;
        } else {
            self.step = (segment.next - self.value) / f64::from(self.count);
        }
        true
    }

    #[inline(always)]
    fn perform(&mut self, io: &Io<'_>) {
        if io.is_audio_out() {
            self.audio(io);
        } else {
            for out in io.out(0) {
                out.set(self.value);
                self.control();
            }
        }
    }

    #[inline(always)]
    fn audio(&mut self, io: &Io<'_>) {
        let out = io.out(0);
        let mut n = 0;
        while n < out.len() {
            if self.left == 0 {
                return out[n..].iter().for_each(|o| o.set(self.value));
            }
            let run = (self.count.saturating_sub(1).max(0) as usize).min(out.len() - n);
            let (mut value, step) = (self.value, self.step);
            for out in &out[n..n + run] {
                out.set(value);
                value += step;
            }
            self.value = value;
            self.count = self.count.saturating_sub(run as i32);
            n += run;
            if let Some(out) = out.get(n) {
                let moving = self.boundary();
                out.set(self.value);
                if moving {
                    self.value += self.step;
                }
                n += 1;
            }
        }
    }

    /// The sample between two segments; segments without length are jumped over.
    fn boundary(&mut self) -> bool {
        loop {
            if !self.enter() {
                return false;
            }
            if self.count != 0 {
                return true;
            }
        }
    }

    /// The step after a k-cycle. Unlike at audio rate, a segment without length takes a cycle, and the
    /// slope is corrected in the last ten cycles (semantics K4).
    fn control(&mut self) {
        if self.left == 0 {
            return;
        }
        self.count = self.count.saturating_sub(1);
        if self.count <= 0 {
            if !self.enter() || self.count == 0 {
                return;
            }
        } else if self.count < 10 {
            self.step = (self.target() - self.value) / f64::from(self.count);
        }
        self.value += self.step;
    }
}

/// Segments from arguments value, duration, value, ...; `None` if the first duration is not positive,
/// which leaves the envelope as it was.
fn read(cx: &Init<'_>) -> OpResult<Option<Vec<Segment>>> {
    let count = segments(cx)?;
    if cx.k(1) <= 0.0 {
        return Ok(None);
    }
    Ok(Some(
        (0..count)
            .map(|i| Segment { count: steps(cx, cx.k(2 * i + 1)).max(0), next: cx.k(2 * i + 2) })
            .collect(),
    ))
}

#[derive(Default)]
struct Linseg(Walk);

impl Ugen for Linseg {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);
    const SEAMLESS_CONTROL: bool = true;

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if let Some(segments) = read(cx)? {
            self.0.start(cx.k(0), segments);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        self.0.perform(io);
        Ok(())
    }
}

#[derive(Default)]
struct Linsegb(Walk);

impl Ugen for Linsegb {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);
    const SEAMLESS_CONTROL: bool = true;

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let Some(mut list) = read(cx)? else { return Ok(()) };
        let mut before = 0;
        for (i, segment) in list.iter_mut().enumerate() {
            let count = cycles(cx, cx.k(2 * i + 1)).max(0);
            if count < before {
                return Err(format!("Breakpoint {} not valid", i + 1).into());
            }
            if !cx.is_audio_out() {
                segment.count = count - before;
            }
            before = count;
        }
        self.0.start(cx.k(0), list);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        self.0.perform(io);
        Ok(())
    }
}

#[derive(Default)]
struct Adsr(Walk);

/// The five segments of `adsr` and `madsr`: delay, attack, decay, sustain, release.
pub(super) fn adsr_segments(cx: &mut Init<'_>, midi: bool) -> Vec<Segment> {
    let (attack, decay, level, release, delay) = (cx.k(0), cx.k(1), cx.k(2), cx.k(3), cx.k(4));
    let mut length = cx.pfield(3);
    if length <= 0.0 {
        length = (f64::from(i32::MAX) / cx.clock.sr).trunc();
    }
    // In this order (measured on the reference): a duration that ends in half a step depends on it.
    let sustain = length - release - (delay + decay) - attack;
    if !midi && sustain < 0.0 {
        cx.world.warn("length of ADSR note too short");
    }
    let audio = cx.is_audio_out();
    let part = |seconds: f64, next: f64| {
        let count = steps(cx, seconds);
        Segment { count: if audio { count.max(0) } else { count }, next }
    };
    let wait = if audio { Segment::default() } else { part(delay, 0.0) };
    vec![wait, part(attack, 1.0), part(decay, level), part(sustain, level), part(release, 0.0)]
}

impl Ugen for Adsr {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);
    const SEAMLESS_CONTROL: bool = true;

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let segments = adsr_segments(cx, false);
        if cx.k(0) > 0.0 {
            self.0.start(0.0, segments);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        self.0.perform(io);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn stays_at_the_last_value() {
        for sig in [0, 1] {
            let mut bench = Bench::new(&LINSEG, sig);
            let rate = if sig == 0 { bench.clock.kr } else { bench.clock.sr };
            bench.set(0, 1.0);
            bench.set(1, 4.0 / rate);
            bench.set(2, 3.0);
            let out = bench.render(16);
            assert_eq!(out[..7], [1.0, 1.5, 2.0, 2.5, 3.0, 3.0, 3.0], "sig {sig}");
        }
    }
}
