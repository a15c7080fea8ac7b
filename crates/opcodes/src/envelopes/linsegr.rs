//! `linsegr`, `madsr`: straight segments, the last one from the release of the note.

use super::linseg::{ADSR_INS, adsr_segments};
use super::segments::{Linear, OUTS, Released, SEGMENT_INS, Segment, cycles, segments, steps};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `linsegr`.
pub static LINSEGR: OpDef = OpDef::new("linsegr", "Series of line segments with a release segment.")
    .sigs(&[sig("k", "iim", Make::Unit(unit::<Linsegr>)), sig("a", "iim", Make::Unit(unit::<Linsegr>))])
    .outs(OUTS)
    .ins(SEGMENT_INS)
    .source("Manual: linsegr; semantics K6")
    .quiet_init();

/// Definition of `madsr`.
pub static MADSR: OpDef = OpDef::new("madsr", "Attack, decay, sustain, and release after the note's end.")
    .sigs(&[sig("k", "iiiioj", Make::Unit(unit::<Madsr>)), sig("a", "iiiioj", Make::Unit(unit::<Madsr>))])
    .outs(OUTS)
    .ins(ADSR_INS)
    .source("Manual: madsr; semantics K6; the sixth argument is unused (measured)")
    .quiet_init();

#[derive(Default)]
struct Linsegr(Released);

impl Ugen for Linsegr {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);
    const SEAMLESS_CONTROL: bool = true;

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let count = segments(cx)?;
        if cx.k(1) <= 0.0 {
            return Ok(());
        }
        let list = (0..count)
            .map(|i| Segment { count: steps(cx, cx.k(2 * i + 1)).max(0), next: cx.k(2 * i + 2) })
            .collect();
        let release = cycles(cx, cx.k(2 * count - 1)).max(0);
        self.0.start(cx, cx.k(0), list, release);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        self.0.perform::<Linear>(io);
        Ok(())
    }
}

#[derive(Default)]
struct Madsr(Released);

impl Ugen for Madsr {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);
    const SEAMLESS_CONTROL: bool = true;

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let list = adsr_segments(cx, true);
        if cx.k(0) > 0.0 {
            let release = cycles(cx, cx.k(3));
            self.0.start(cx, 0.0, list, release);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        self.0.perform::<Linear>(io);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn waits_for_the_release() {
        let mut bench = Bench::new(&MADSR, 0);
        let kr = bench.clock.kr;
        for (i, x) in [2.0 / kr, 2.0 / kr, 0.5, 4.0 / kr].into_iter().enumerate() {
            bench.set(i, x);
        }
        assert_eq!(bench.render(7), [0.0, 0.5, 1.0, 0.75, 0.5, 0.5, 0.5]);
    }
}
