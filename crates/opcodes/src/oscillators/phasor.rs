//! `phasor`: a moving phase from 0 to 1.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `phasor`.
pub static PHASOR: OpDef = OpDef::new("phasor", "Moving phase value.")
    .quiet_init()
    .sigs(&[sig("a", "xo", Make::Unit(unit::<Phasor>)), sig("k", "ko", Make::Unit(unit::<Phasor>))])
    .outs(&[port("ares", "phase, 0 up to but not including 1")])
    .ins(&[
        port("xcps", "frequency in Hz; negative runs backwards"),
        port("iphs", "start phase, 0 to 1; negative keeps the phase of the previous note; default 0"),
    ])
    .source("Manual: phasor; one wrap per step at most, measured on the reference");

#[derive(Default)]
struct Phasor {
    phase: f64,
    period: f64,
}

/// The start phase that input `i` asks for; `None` keeps the phase of the previous note.
pub(super) fn start_phase(cx: &mut Init<'_>, i: usize) -> Option<f64> {
    let start = cx.k(i);
    if start >= 1.0 {
        cx.world.warn("init phase truncation");
    }
    (start >= 0.0).then(|| start.fract())
}

/// The next phase; wraps once, so that frequencies above the rate run away as in the reference.
#[inline(always)]
pub(super) fn advance(phase: f64, step: f64) -> f64 {
    let phase = phase + step;
    if phase >= 1.0 {
        phase - 1.0
    } else if phase < 0.0 {
        phase + 1.0
    } else {
        phase
    }
}

impl Ugen for Phasor {
    const SEAMLESS: Option<&'static [usize]> = Some(&[0]);
    const SEAMLESS_CONTROL: bool = true;

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.period = 1.0 / cx.rate();
        if let Some(start) = start_phase(cx, 1) {
            self.phase = start;
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (period, mut phase) = (self.period, self.phase);
        let step = io.x(0).map(|cps| cps * period);
        for (n, out) in io.out(0).iter().enumerate() {
            let now = phase;
            phase = advance(now, step(n));
            out.set(now);
        }
        self.phase = phase;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn counts_up_and_wraps() {
        let mut bench = Bench::new(&PHASOR, 0);
        bench.set(0, 44100.0 / 4.0);
        let out = bench.render(16);
        for (n, y) in out.iter().enumerate() {
            assert!((y - (n % 4) as f64 / 4.0).abs() < 1e-12);
        }
    }
}
