//! `expsegr`, `mxadsr`: exponential segments, the last one from the release of the note.

use super::expseg::check_signs;
use super::linseg::ADSR_INS;
use super::segments::{Exponential, OUTS, Released, SEGMENT_INS, Segment, cycles, segments, steps};
use crate::lookup::truncated;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `expsegr`.
pub static EXPSEGR: OpDef = OpDef::new("expsegr", "Series of exponential segments with a release segment.")
    .sigs(&[sig("k", "iim", Make::Unit(unit::<Expsegr>)), sig("a", "iim", Make::Unit(unit::<Expsegr>))])
    .outs(OUTS)
    .ins(SEGMENT_INS)
    .source("Manual: expsegr; lengths truncated to samples at audio rate, measured on the reference")
    .quiet_init();

/// Definition of `mxadsr`.
pub static MXADSR: OpDef =
    OpDef::new("mxadsr", "Exponential attack, decay, sustain, and release after the note's end.")
        .quiet_init()
        .sigs(&[
            sig("k", "iiiioj", Make::Unit(unit::<Mxadsr>)),
            sig("a", "iiiioj", Make::Unit(unit::<Mxadsr>)),
        ])
        .outs(OUTS)
        .ins(ADSR_INS)
        .source("Manual: mxadsr; floor and extra attack time of 0.001, measured on the reference");

#[derive(Default)]
struct Expsegr(Released);

impl Ugen for Expsegr {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let count = segments(cx)?;
        if cx.k(1) < 0.0 {
            return Ok(());
        }
        let mut list = Vec::with_capacity(count);
        let mut release = 0;
        for i in 0..count {
            let (value, duration, next) = (cx.k(2 * i), cx.k(2 * i + 1), cx.k(2 * i + 2));
            release = cycles(cx, duration).max(0);
            if release > 0 {
                check_signs(value, next, i + 1)?;
            }
            let count = if cx.is_audio_out() { truncated(duration * cx.clock.sr).max(0) } else { release };
            list.push(Segment { count, next });
        }
        self.0.start(cx, cx.k(0), list, release);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        self.0.perform::<Exponential>(io);
        Ok(())
    }
}

#[derive(Default)]
struct Mxadsr(Released);

/// Level that stands for silence.
const FLOOR: f64 = 0.001;

impl Ugen for Mxadsr {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(0) <= 0.0 {
            return Ok(());
        }
        let part = |seconds: f64, next: f64| Segment { count: steps(cx, seconds), next };
        let list = vec![
            part(cx.k(4) + 0.001, FLOOR),
            part(cx.k(0) - 0.001, 1.0),
            part(cx.k(1), cx.k(2)),
            part(cx.k(3), FLOOR),
        ];
        self.0.start(cx, FLOOR, list, cycles(cx, cx.k(3)));
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        self.0.perform::<Exponential>(io);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn waits_before_the_release() {
        let mut bench = Bench::new(&MXADSR, 0);
        let kr = bench.clock.kr;
        for (i, x) in [0.001 + 3.0 / kr, 1.0 / kr, 0.5, 1.0].into_iter().enumerate() {
            bench.set(i, x);
        }
        let out = bench.render(20);
        assert!((out.iter().fold(0.0f64, |m, &y| m.max(y)) - 1.0).abs() < 1e-9);
        assert!((out[19] - 0.5).abs() < 1e-9);
    }
}
