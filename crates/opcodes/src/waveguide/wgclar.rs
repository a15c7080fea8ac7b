//! `wgclar`: a clarinet, a reed on a cylindrical bore.

use crate::lookup::any_table;
use crate::physical::{Countdown, LinearDelay, Loop, OneZero, Ramp, line_for, noise};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `wgclar`.
pub static WGCLAR: OpDef = OpDef::new("wgclar", "Waveguide clarinet.")
    .sigs(&[sig("a", "kkkiikkkjo", Make::Unit(world_unit::<Clarinet>))])
    .outs(&[port("ares", "signal")])
    .ins(&[
        port("kamp", "amplitude"),
        port("kfreq", "frequency in Hz"),
        port("kstiff", "stiffness of the reed; has no effect, as in the reference"),
        port("iatt", "time in seconds to reach full blowing pressure"),
        port("idetk", "time in seconds to stop blowing"),
        port("kngain", "strength of the noise, 0 to about 0.5"),
        port("kvibf", "rate of vibrato in Hz"),
        port("kvamp", "depth of vibrato"),
        port("ifn", "table of the vibrato; default -1, a sine"),
        port("iminfreq", "lowest frequency in Hz; 0 for the first kfreq, negative skips init; default 0"),
    ])
    .source("Manual: wgclar; STK (Cook and Scavone 1999) after McIntyre, Schumacher and Woodhouse 1983")
    .reads(Res::TABLES.and(Res::RANDOM))
    .writes(Res::RANDOM);

#[derive(Default)]
struct Clarinet {
    table: f64,
    bore: LinearDelay,
    reflection: OneZero,
    breath: Ramp,
    vibrato: Loop,
    decay: Countdown,
}

/// Reflection at the reed for a difference of pressures (STK).
#[inline]
fn reed(pressure: f64) -> f64 {
    (0.7 - 0.3 * pressure).clamp(-1.0, 1.0)
}

impl WorldUgen for Clarinet {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let table = any_table(cx.world, cx.k(8))?;
        self.table = table;
        if cx.k(9) < 0.0 {
            return Ok(());
        }
        let (len, _) = line_for(cx.k(9), cx.k(1), cx.clock.sr);
        cx.world.ask_memory(len.saturating_mul(8), "wgclar")?;
        cx.note.ask_extra_cycles((cx.world.header.kr * 0.1) as u32);
        let decay = Countdown::before_end(cx, cx.k(3));
        *self = Self { table, bore: LinearDelay::new(len), decay, ..Self::default() };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let (full, sr) = (world.header.zero_dbfs, io.clock.sr);
        let amp = io.k(0) / full;
        let Some(vibrato) = world.tables.get(self.table) else {
            io.set(0, 0.0);
            return Ok(());
        };
        if self.breath.rate == 0.0 {
            let pressure = 0.55 + amp * 0.3;
            self.breath = Ramp { value: pressure, target: pressure, rate: amp / (io.k(3) * sr) };
        }
        // Less the delay of the filter.
        self.bore.set_delay(sr / io.k(1) * 0.5 - 1.5);
        if self.decay.ends(io.note.releasing.get()) {
            self.breath.target = 0.0;
            self.breath.rate = self.breath.value / (io.k(4) * sr);
        }
        let (noise_gain, depth) = (io.k(5), io.k(7));
        let step = io.k(6) * vibrato.len as f64 / sr;
        let random = &mut world.random.rand31;
        for out in io.out(0) {
            let mut breath = self.breath.next();
            breath += breath * noise_gain * noise(random);
            breath += breath * depth * self.vibrato.next(vibrato, step, 0.0);
            let difference = -0.95 * self.reflection.next(self.bore.last) - breath;
            let y = self.bore.next(breath + difference * reed(difference));
            out.set(y * (amp + 0.001) * full);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn blowing_sounds() {
        let mut bench = Bench::new(&WGCLAR, 0);
        bench.world.header.zero_dbfs = 1.0;
        bench.world.tables.set_builtin_sine(orchestrion_dsp::math::sin);
        for (i, x) in [0.8, 440.0, -0.3, 0.1, 0.1, 0.2, 5.0, 0.1, -1.0, 0.0].into_iter().enumerate() {
            bench.set(i, x);
        }
        let peak = bench.render(8000).iter().fold(0.0f64, |m, y| m.max(y.abs()));
        assert!((0.1..2.0).contains(&peak), "{peak}");
    }
}
