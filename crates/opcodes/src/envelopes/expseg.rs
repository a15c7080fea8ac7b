//! `expseg`, `expsegb`, `expsega`, `expsegba`, `xadsr`: exponential segments that start with the note;
//! the last one goes on for ever.

use super::linseg::ADSR_INS;
use super::segments::{BREAKPOINT_INS, OUTS, SEGMENT_INS, segments, steps};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

/// Definition of `expseg`.
pub static EXPSEG: OpDef = OpDef::new("expseg", "Series of exponential segments.")
    .quiet_init()
    .sigs(&[
        sig("k", "iim", Make::Unit(unit::<Expseg<false>>)),
        sig("a", "iim", Make::Unit(unit::<Expseg<false>>)),
    ])
    .outs(OUTS)
    .ins(SEGMENT_INS)
    .source("Manual: expseg; semantics K4");

/// Definition of `expsegb`.
pub static EXPSEGB: OpDef = OpDef::new("expsegb", "Series of exponential segments between breakpoints.")
    .quiet_init()
    .sigs(&[
        sig("k", "iim", Make::Unit(unit::<Expseg<true>>)),
        sig("a", "iim", Make::Unit(unit::<Expseg<true>>)),
    ])
    .outs(OUTS)
    .ins(BREAKPOINT_INS)
    .source("Manual: expsegb");

/// Definition of `expsega`.
pub static EXPSEGA: OpDef = OpDef::new("expsega", "Series of exponential segments at audio rate.")
    .sigs(&[sig("a", "iim", Make::Unit(unit::<Expseg<false>>))])
    .outs(OUTS)
    .ins(SEGMENT_INS)
    .source("Manual: expsega; equal to expseg (semantics K4)")
    .quiet_init();

/// Definition of `expsegba`.
pub static EXPSEGBA: OpDef =
    OpDef::new("expsegba", "Series of exponential segments between breakpoints, at audio rate.")
        .sigs(&[sig("a", "iim", Make::Unit(unit::<Expseg<true>>))])
        .outs(OUTS)
        .ins(BREAKPOINT_INS)
        .source("Manual: expsegba")
        .quiet_init();

/// Definition of `xadsr`.
pub static XADSR: OpDef =
    OpDef::new("xadsr", "Exponential attack, decay, sustain and release within the note's length.")
        .sigs(&[sig("k", "iiiio", Make::Unit(unit::<Xadsr>)), sig("a", "iiiio", Make::Unit(unit::<Xadsr>))])
        .outs(OUTS)
        .ins(ADSR_INS)
        .source("Manual: xadsr; floor and extra attack time of 0.001, measured on the reference")
        .quiet_init();

/// Start value, factor per step, and number of steps of a segment.
#[derive(Clone, Copy, Default)]
struct Part {
    value: f64,
    factor: f64,
    count: i32,
}

#[derive(Default)]
struct Walk {
    parts: Vec<Part>,
    next: usize,
    now: Part,
}

impl Walk {
    /// The last part goes on for ever.
    fn start(&mut self, parts: Vec<Part>) {
        *self = Self { parts, next: 0, now: Part::default() };
    }

    #[inline(always)]
    fn perform(&mut self, io: &Io<'_>) {
        let mut out = io.out(0);
        while !out.is_empty() {
            while self.now.count <= 0 && self.next < self.parts.len() {
                self.now = self.parts[self.next];
                self.next += 1;
            }
            let Part { mut value, factor, count } = self.now;
            let is_last = self.next >= self.parts.len();
            let steps = if is_last { out.len() } else { out.len().min(count.unsigned_abs() as usize) };
            let (now, later) = out.split_at(steps);
            for out in now {
                out.set(value);
                value *= factor;
            }
            self.now = Part { value, factor, count: count.saturating_sub(steps as i32) };
            out = later;
        }
    }
}

#[derive(Default)]
struct Expseg<const BREAKPOINTS: bool>(Walk);

impl<const BREAKPOINTS: bool> Ugen for Expseg<BREAKPOINTS> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let count = segments(cx)?;
        if cx.k(1) <= 0.0 {
            return Ok(());
        }
        let mut parts = Vec::with_capacity(count);
        let mut past = 0.0;
        for i in 0..count {
            let (value, mut duration, next) = (cx.k(2 * i), cx.k(2 * i + 1), cx.k(2 * i + 2));
            if BREAKPOINTS {
                if duration < past {
                    return Err(format!("Breakpoint time {duration:.6} not valid").into());
                }
                duration -= past;
                past += duration;
            }
            check_signs(value, next, i + 1)?;
            parts.push(Part {
                value,
                factor: math::pow(next / value, 1.0 / (duration * cx.rate())),
                count: steps(cx, duration),
            });
        }
        self.0.start(parts);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        self.0.perform(io);
        Ok(())
    }
}

/// Exponential curves neither touch nor cross zero.
pub(super) fn check_signs(value: f64, next: f64, i: usize) -> OpResult {
    if value * next > 0.0 {
        Ok(())
    } else if value == 0.0 {
        Err(format!("ival{i} is zero").into())
    } else if next == 0.0 {
        Err(format!("ival{} is zero", i + 1).into())
    } else {
        Err(format!("ival{} sign conflict", i + 1).into())
    }
}

#[derive(Default)]
struct Xadsr(Walk);

/// Level that stands for silence.
const FLOOR: f64 = 0.001;

impl Ugen for Xadsr {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let (mut attack, mut decay, level) = (cx.k(0), cx.k(1), cx.k(2));
        let (mut release, mut delay) = (cx.k(3), cx.k(4));
        let p3 = cx.pfield(3);
        let mut length = if p3 < 0.0 { 100000.0 } else { p3 };
        if p3 - delay - attack - decay < 0.0 {
            cx.world.warn("length of XADSR note too short");
        }
        length -= release;
        if length < 0.0 {
            release = p3;
            length = 0.0;
        }
        if attack <= 0.0 {
            return Ok(());
        }
        // Each part is cut to what is left, after which nothing is.
        let cut = |part: &mut f64, length: &mut f64| {
            if *part > *length {
                *part = *length;
                *length = 0.0;
            }
        };
        delay += 0.001;
        cut(&mut delay, &mut length);
        attack -= 0.001;
        cut(&mut attack, &mut length);
        cut(&mut decay, &mut length);
        let sustain = length - attack - decay;
        let rate = cx.rate();
        let part = |value: f64, ratio: f64, seconds: f64| Part {
            value,
            factor: if ratio == 1.0 { 1.0 } else { math::pow(ratio, 1.0 / (seconds * rate)) },
            count: steps(cx, seconds),
        };
        self.0.start(vec![
            part(FLOOR, 1.0, delay),
            part(FLOOR, 1.0 / FLOOR, attack),
            part(1.0, level, decay),
            part(level, 1.0, sustain),
            part(level, FLOOR / level, release),
        ]);
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
    fn halves_and_goes_on() {
        let mut bench = Bench::new(&EXPSEG, 0);
        let kr = bench.clock.kr;
        for (i, x) in [8.0, 2.0 / kr, 2.0].into_iter().enumerate() {
            bench.set(i, x);
        }
        for (y, want) in bench.render(5).iter().zip([8.0, 4.0, 2.0, 1.0, 0.5]) {
            assert!((y - want).abs() < 1e-12);
        }
    }
}
