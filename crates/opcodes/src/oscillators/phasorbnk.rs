//! `phasorbnk`: a bank of phasors, chosen by index.

use super::phasor::advance;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `phasorbnk`.
pub static PHASORBNK: OpDef = OpDef::new("phasorbnk", "One of a bank of phasors, chosen at control rate.")
    .sigs(&[sig("a", "xkio", Make::Unit(unit::<Bank>)), sig("k", "xkio", Make::Unit(unit::<Bank>))])
    .outs(&[port("ares", "phase, 0 up to but not including 1")])
    .ins(&[
        port("xcps", "frequency in Hz"),
        port("kndx", "which phasor runs in this k-cycle, from 0"),
        port("icnt", "number of phasors, at least 2"),
        port("iphs", "start phase of all; above 1 each has a random one; negative keeps them; default 0"),
    ])
    .source("Manual: phasorbnk")
    .may_fail();

#[derive(Default)]
struct Bank {
    phases: Vec<f64>,
    period: f64,
}

impl Ugen for Bank {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let count = cx.int(2).max(2) as usize;
        cx.world.ask_memory(count * 8, "phasorbnk")?;
        if self.phases.len() < count {
            self.phases.clear();
            self.phases.resize(count, 0.0);
        }
        self.period = 1.0 / cx.rate();
        let start = cx.k(3);
        if start > 1.0 {
            for phase in &mut self.phases[..count] {
                *phase = f64::from(cx.world.random.rand31.step() as i32 - 1) / 2_147_483_645.0;
            }
        } else if start >= 0.0 {
            self.phases[..count].fill(start);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let index = io.k(1);
        let Some(phase) = (index > -1.0).then(|| self.phases.get_mut(index as usize)).flatten() else {
            io.set(0, 0.0);
            return Ok(());
        };
        let cps = io.x(0);
        for (n, out) in io.out(0).iter().enumerate() {
            let step = cps.at(n) * self.period;
            out.set(*phase);
            *phase = advance(*phase, step);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn each_member_keeps_its_own_phase() {
        let mut bench = Bench::new(&PHASORBNK, 1);
        bench.set(0, 44100.0 / 16.0 / 4.0);
        bench.set(2, 3.0);
        assert_eq!(bench.render(3), [0.0, 0.25, 0.5]);
        bench.set(1, 2.0);
        assert_eq!(bench.render(2), [0.0, 0.25]);
        bench.set(1, 7.0);
        assert_eq!(bench.render(1), [0.0]);
    }
}
