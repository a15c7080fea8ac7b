//! `cosseg`, `cossegb`, `cossegr`: segments shaped like half a cosine.

use super::segments::{BREAKPOINT_INS, OUTS, SEGMENT_INS, Segment, ask_release, cycles, segments};
use crate::lookup::truncated;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::PI;

const SOURCE: &str = "Manual: cosseg, cossegb, cossegr; the first segment is one step short (measured)";

/// Definition of `cosseg`.
pub static COSSEG: OpDef = OpDef::new("cosseg", "Series of cosine-shaped segments.")
    .sigs(&[sig("k", "iim", Make::Unit(unit::<Plain>)), sig("a", "iim", Make::Unit(unit::<Plain>))])
    .outs(OUTS)
    .ins(SEGMENT_INS)
    .source(SOURCE)
    .quiet_init();

/// Definition of `cossegb`.
pub static COSSEGB: OpDef = OpDef::new("cossegb", "Series of cosine-shaped segments between breakpoints.")
    .quiet_init()
    .sigs(&[
        sig("k", "iim", Make::Unit(unit::<Breakpoints>)),
        sig("a", "iim", Make::Unit(unit::<Breakpoints>)),
    ])
    .outs(OUTS)
    .ins(BREAKPOINT_INS)
    .source(SOURCE);

/// Definition of `cossegr`.
pub static COSSEGR: OpDef = OpDef::new("cossegr", "Series of cosine-shaped segments with a release segment.")
    .sigs(&[sig("k", "iim", Make::Unit(unit::<Release>)), sig("a", "iim", Make::Unit(unit::<Release>))])
    .outs(OUTS)
    .ins(SEGMENT_INS)
    .source(SOURCE)
    .quiet_init();

#[derive(Default)]
struct Walk {
    segments: Vec<Segment>,
    /// Segment to enter next.
    next: usize,
    left: usize,
    count: i32,
    from: f64,
    to: f64,
    /// Place in the segment, 0 to 1.
    x: f64,
    step: f64,
    value: f64,
    release: i32,
}

impl Walk {
    /// False if the first duration is not positive, which leaves the envelope as it was.
    fn start(&mut self, cx: &Init<'_>) -> OpResult<bool> {
        let count = segments(cx)?;
        if cx.k(1) <= 0.0 {
            return Ok(false);
        }
        let steps = |seconds: f64| {
            if cx.is_audio_out() { truncated(seconds * cx.clock.sr) } else { cycles(cx, seconds) }
        };
        self.segments = (0..count)
            .map(|i| Segment { count: steps(cx.k(2 * i + 1)).max(0), next: cx.k(2 * i + 2) })
            .collect();
        self.left = count;
        self.next = 1;
        self.from = cx.k(0);
        self.to = cx.k(2);
        self.count = self.segments[0].count;
        self.step = if self.to != self.from { 1.0 / f64::from(self.count) } else { 0.0 };
        self.x = 0.0;
        self.value = self.from;
        Ok(true)
    }

    /// Enters `segment`; one without length ends the envelope.
    fn enter(&mut self, at: usize) {
        let segment = self.segments.get(at).copied().unwrap_or_default();
        self.next = at + 1;
        self.to = segment.next;
        self.x = 0.0;
        self.count = segment.count;
        if segment.count == 0 {
            self.from = segment.next;
            self.left = 0;
        } else {
            self.step = 1.0 / f64::from(segment.count);
        }
    }

    /// The next value.
    #[inline(always)]
    fn tick(&mut self) -> f64 {
        if self.left == 0 {
            return self.from;
        }
        self.count = self.count.saturating_sub(1);
        if self.count <= 0 {
            self.from = self.to;
            self.left -= 1;
            if self.left > 0 {
                self.enter(self.next);
            }
            if self.left == 0 {
                return self.from;
            }
        }
        self.shape()
    }

    #[inline(always)]
    fn shape(&mut self) -> f64 {
        let weight = (1.0 - math::cos(self.x * PI)) * 0.5;
        self.x += self.step;
        self.value = self.from * (1.0 - weight) + self.to * weight;
        self.value
    }

    #[inline(always)]
    fn tick_released(&mut self, releasing: bool) -> f64 {
        if self.left > 1 && releasing {
            self.left = 1;
            let last = self.segments.len().saturating_sub(1);
            if let Some(last) = self.segments.last_mut() {
                last.count = self.release;
            }
            self.from = self.value;
            self.enter(last);
            return if self.left == 0 { self.from } else { self.shape() };
        }
        if self.left == 1 && !releasing {
            return self.from;
        }
        self.tick()
    }
}

#[derive(Default)]
struct Plain(Walk);

impl Ugen for Plain {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.0.start(cx).map(|_| ())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        for out in io.out(0) {
            out.set(self.0.tick());
        }
        Ok(())
    }
}

#[derive(Default)]
struct Breakpoints(Walk);

impl Ugen for Breakpoints {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if !self.0.start(cx)? {
            return Ok(());
        }
        let mut before = self.0.count;
        for (i, segment) in self.0.segments.iter_mut().enumerate().skip(1) {
            if segment.count < before {
                return Err(format!("Breakpoint {} not valid", i - 1).into());
            }
            segment.count -= before;
            before += segment.count;
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        for out in io.out(0) {
            out.set(self.0.tick());
        }
        Ok(())
    }
}

#[derive(Default)]
struct Release(Walk);

impl Ugen for Release {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if self.0.start(cx)? {
            let release = cycles(cx, cx.k(cx.n_ins() - 2)).max(0);
            ask_release(cx, release);
            let per_cycle = if cx.is_audio_out() { cx.clock.ksmps as i32 } else { 1 };
            self.0.release = release.saturating_mul(per_cycle);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let releasing = io.note.releasing.get();
        for out in io.out(0) {
            out.set(self.0.tick_released(releasing));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn is_halfway_in_the_middle_and_stays_at_the_end() {
        let mut bench = Bench::new(&COSSEG, 0);
        let kr = bench.clock.kr;
        for (i, x) in [1.0, 4.0 / kr, 3.0].into_iter().enumerate() {
            bench.set(i, x);
        }
        let out = bench.render(6);
        assert!((out[2] - 2.0).abs() < 1e-12 && out[0] == 1.0 && out[5] == 3.0, "{out:?}");
    }
}
