//! `wgbrass`: a brass instrument, lips on a bore.

use crate::lookup::any_table;
use crate::physical::{Adsr, AllpassDelay, BiQuad, Countdown, DcBlock, Loop, line_for, rate_scale};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

/// Definition of `wgbrass`.
pub static WGBRASS: OpDef = OpDef::new("wgbrass", "Waveguide brass instrument.")
    .sigs(&[sig("a", "kkkikkjo", Make::Unit(unit::<Brass>))])
    .outs(&[port("ares", "signal")])
    .ins(&[
        port("kamp", "amplitude"),
        port("kfreq", "frequency in Hz, held above iminfreq"),
        port("ktens", "tension of the lips, about 0.4"),
        port("iatt", "time in seconds to stop blowing"),
        port("kvibf", "rate of vibrato in Hz"),
        port("kvamp", "depth of vibrato"),
        port("ifn", "table of the vibrato; default -1, a sine"),
        port("iminfreq", "lowest frequency in Hz; 0 for the first kfreq, negative skips init; default 0"),
    ])
    .source("Manual: wgbrass; STK (Cook and Scavone 1999), P. Cook's TBone")
    .reads(Res::TABLES);

#[derive(Default)]
struct Brass {
    table: f64,
    bore: AllpassDelay,
    lips: BiQuad,
    dc: DcBlock,
    breath: Adsr,
    vibrato: Loop,
    decay: Countdown,
    lowest: f64,
    /// Frequency and tension that the model is set for.
    frequency: f64,
    tension: f64,
}

impl Brass {
    fn follow(&mut self, frequency: f64, tension: f64, sr: f64) {
        if self.frequency != frequency {
            self.frequency = frequency.max(self.lowest);
            // The model plays the second harmonic; plus the delay of the filters.
            self.bore.set_delay(sr / self.frequency * 2.0 + 3.0);
            self.tension = 0.0;
        }
        if self.tension != tension {
            self.tension = tension;
            self.lips.resonance(self.frequency * math::pow(4.0, 2.0 * tension - 1.0), 0.997, sr);
            self.lips.gain = 0.03;
        }
    }

    /// What goes into the bore for a pressure in the mouth (STK).
    #[inline]
    fn through_lips(&mut self, mouth: f64, bore: f64) -> f64 {
        let open = self.lips.next(mouth - bore);
        let area = (open * open).min(1.0);
        area * mouth + (1.0 - area) * bore
    }
}

impl Ugen for Brass {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let table = any_table(cx.world, cx.k(6))?;
        (self.table, self.frequency) = (table, cx.k(1));
        if cx.k(7) < 0.0 {
            return Ok(());
        }
        let sr = cx.clock.sr;
        let (len, lowest) = line_for(cx.k(7), cx.k(1), sr);
        cx.world.ask_memory(len.saturating_mul(8), "wgbrass")?;
        cx.note.ask_extra_cycles((cx.world.header.kr * 0.1) as u32);
        let mut breath = Adsr::new(0.005, 0.001, 1.0, 0.01, sr);
        breath.attack = (cx.k(0) / cx.world.header.zero_dbfs * 0.001).abs() * rate_scale(sr);
        breath.start();
        *self = Self {
            table,
            bore: AllpassDelay::new(len),
            lips: BiQuad::new(1.0, [0.0; 2]),
            breath,
            decay: Countdown::before_end(cx, cx.k(3)),
            lowest,
            // Vibrato goes on from the instance's previous note.
            vibrato: self.vibrato,
            ..Self::default()
        };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let (full, sr) = (world.header.zero_dbfs, io.clock.sr);
        let amp = io.k(0) / full;
        if self.decay.ends(io.note.releasing.get()) {
            self.breath.release = (amp * 0.005).abs() * rate_scale(sr);
            self.breath.release();
        }
        self.follow(io.k(1), io.k(2), sr);
        let Some(vibrato) = world.tables.get(self.table) else {
            io.set(0, 0.0);
            return Ok(());
        };
        let (depth, step) = (io.k(5), io.k(4) * vibrato.len as f64 / sr);
        for out in io.out(0) {
            let breath = amp * self.breath.next() + depth * self.vibrato.next(vibrato, step, 0.0);
            let blown = self.through_lips(0.3 * breath, 0.85 * self.bore.last);
            let blown = self.dc.next(blown);
            out.set(self.bore.next(blown) * full * 3.5);
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
        let mut bench = Bench::new(&WGBRASS, 0);
        bench.world.header.zero_dbfs = 1.0;
        bench.world.tables.set_builtin_sine(math::sin);
        for (i, x) in [0.8, 440.0, 0.4, 0.1, 5.0, 0.05, -1.0, 0.0].into_iter().enumerate() {
            bench.set(i, x);
        }
        let peak = bench.render(8000).iter().fold(0.0f64, |m, y| m.max(y.abs()));
        assert!((0.01..20.0).contains(&peak), "{peak}");
    }
}
