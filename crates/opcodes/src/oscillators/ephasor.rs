//! `ephasor`: a moving phase with an exponential that it starts anew.

use super::phasor::start_phase;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

/// Definition of `ephasor`.
pub static EPHASOR: OpDef = OpDef::new("ephasor", "Moving phase with an exponential decay per period.")
    .quiet_init()
    .sigs(&[sig("aa", "xko", Make::Unit(unit::<Ephasor>))])
    .outs(&[port("aexp", "decay, starting anew with every period"), port("aph", "phase, 0 to 1")])
    .ins(&[
        port("xfreq", "frequency in Hz"),
        port("kR", "factor of the decay per sample"),
        port("iphs", "start phase; negative keeps that of the previous note; default 0"),
    ])
    .source("Manual: ephasor");

#[derive(Default)]
struct Ephasor {
    phase: f64,
    decay: f64,
}

impl Ugen for Ephasor {
    const SEAMLESS: Option<&'static [usize]> = Some(&[0, 1]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if let Some(start) = start_phase(cx, 2) {
            self.phase = start;
        }
        self.decay = 1.0;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (cps, factor, period) = (io.x(0), io.x(1), 1.0 / io.clock.sr);
        for (n, (decay, phase)) in io.out(0).iter().zip(io.out(1)).enumerate() {
            let (step, factor) = (cps.at(n) * period, factor.at(n));
            decay.set(self.decay);
            phase.set(self.phase);
            self.phase += step;
            self.decay *= factor;
            if self.phase >= 1.0 || self.phase < 0.0 {
                self.phase += if self.phase < 0.0 { 1.0 } else { -1.0 };
                self.decay = math::pow(factor, 1.0 + self.phase);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn decays_by_the_factor() {
        let mut bench = Bench::new(&EPHASOR, 0);
        bench.set(0, 44100.0 / 8.0);
        bench.set(1, 0.5);
        assert_eq!(bench.render(16)[..4], [1.0, 0.5, 0.25, 0.125]);
    }
}
