//! `syncphasor`: a phasor that others can reset and that tells when it wraps.

use super::phasor::start_phase;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `syncphasor`.
pub static SYNCPHASOR: OpDef = OpDef::new("syncphasor", "Moving phase with sync input and output.")
    .quiet_init()
    .sigs(&[sig("aa", "xao", Make::Unit(unit::<SyncPhasor>))])
    .outs(&[
        port("aphase", "phase, 0 up to but not including 1"),
        port("asyncout", "1 for the sample in which the phase wraps or is reset, else 0"),
    ])
    .ins(&[
        port("xcps", "frequency in Hz; negative runs backwards"),
        port("asyncin", "any value but 0 sets the phase to 0"),
        port("iphs", "start phase, 0 to 1; negative keeps the phase of the previous note; default 0"),
    ])
    .source("Manual: syncphasor");

#[derive(Default)]
struct SyncPhasor {
    phase: f64,
    period: f64,
}

impl Ugen for SyncPhasor {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.period = 1.0 / cx.clock.sr;
        if let Some(start) = start_phase(cx, 2) {
            self.phase = start;
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (cps, sync, wrapped) = (io.x(0), io.x(1), io.out(1));
        let mut phase = self.phase;
        for (n, (out, wrap)) in io.out(0).iter().zip(wrapped).enumerate() {
            let step = cps.at(n) * self.period;
            if sync.at(n) != 0.0 {
                phase = 0.0;
                out.set(0.0);
                wrap.set(1.0);
                continue;
            }
            out.set(phase);
            phase += step;
            let mut mark = 1.0;
            if phase >= 1.0 {
                phase -= 1.0;
            } else if phase < 0.0 {
                phase += 1.0;
            } else {
                mark = 0.0;
            }
            wrap.set(mark);
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
    fn sync_resets() {
        let mut bench = Bench::new(&SYNCPHASOR, 0);
        bench.set(0, 44100.0 / 8.0);
        bench.audio_in(1, |n| if n == 3 { 1.0 } else { 0.0 });
        assert_eq!(bench.render(16)[..6], [0.0, 0.125, 0.25, 0.0, 0.0, 0.125]);
    }
}
