//! `wgflute`: a flute, a jet of air on a bore.

use crate::lookup::any_table;
use crate::physical::{Adsr, Countdown, DcBlock, LinearDelay, Loop, OnePole, line_for, noise, rate_scale};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `wgflute`.
pub static WGFLUTE: OpDef = OpDef::new("wgflute", "Waveguide flute.")
    .sigs(&[sig("a", "kkkiikkkjovv", Make::Unit(world_unit::<Flute>))])
    .outs(&[port("ares", "signal")])
    .ins(&[
        port("kamp", "amplitude"),
        port("kfreq", "frequency in Hz, held above iminfreq"),
        port("kjet", "length of the air jet as a fraction of the bore, 0.08 to 0.56"),
        port("iatt", "time in seconds to reach full blowing pressure; has no effect, as in the reference"),
        port("idetk", "time in seconds to stop blowing"),
        port("kngain", "strength of the noise, 0 to about 0.5"),
        port("kvibf", "rate of vibrato in Hz"),
        port("kvamp", "depth of vibrato"),
        port("ifn", "table of the vibrato; default -1, a sine"),
        port("iminfreq", "lowest frequency in Hz; 0 for the first kfreq, negative skips init; default 0"),
        port("ijetrf", "reflection of the jet; default 0.5"),
        port("iendrf", "reflection at the end of the bore; default 0.5"),
    ])
    .source("Manual: wgflute; STK (Cook and Scavone 1999) after Karjalainen and Smith")
    .reads(Res::TABLES.and(Res::RANDOM))
    .writes(Res::RANDOM);

#[derive(Default)]
struct Flute {
    table: f64,
    bore: LinearDelay,
    jet: LinearDelay,
    reflection: OnePole,
    dc: DcBlock,
    breath: Adsr,
    vibrato: Loop,
    decay: Countdown,
    lowest: f64,
    /// Inputs that the model is set for; `None` before the first cycle.
    seen: Option<(f64, f64)>,
    amp: f64,
    pressure: f64,
    gain: f64,
}

/// What the jet makes of a pressure: a cubic that saturates (STK).
#[inline]
fn jet(x: f64) -> f64 {
    (x * (x * x - 1.0)).clamp(-1.0, 1.0)
}

impl Flute {
    /// Follows amplitude, frequency and length of the jet where they have changed.
    fn follow(&mut self, amp: f64, frequency: f64, ratio: f64, sr: f64) {
        if amp != self.amp {
            self.amp = amp;
            self.pressure = (1.1 + amp * 0.2) / 0.8;
            self.gain = amp + 0.001;
        }
        let frequency = frequency.max(self.lowest);
        if self.seen != Some((frequency, ratio)) {
            // The model overblows to 3/2 of its length; less the delay of the filter.
            let len = 1.5 * sr / frequency - 2.0;
            if self.seen.is_none_or(|(seen, _)| seen != frequency) {
                self.bore.set_delay(len);
            }
            self.jet.set_delay(len * ratio);
            self.seen = Some((frequency, ratio));
        }
    }
}

impl WorldUgen for Flute {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let table = any_table(cx.world, cx.k(8))?;
        self.table = table;
        if cx.k(9) < 0.0 {
            return Ok(());
        }
        let sr = cx.clock.sr;
        let (len, lowest) = line_for(cx.k(9), cx.k(1), sr);
        cx.world.ask_memory(len.saturating_mul(12), "wgflute")?;
        let mut breath = Adsr::new(0.005, 0.01, 0.8, 0.01, sr);
        breath.attack = 0.02 * rate_scale(sr);
        breath.start();
        *self = Self {
            table,
            bore: LinearDelay::new(len),
            jet: LinearDelay::new(len / 2),
            reflection: OnePole::new(0.7 - 0.1 * rate_scale(sr), -1.0),
            breath,
            decay: Countdown::before_end_at_once(cx, cx.k(4)),
            lowest,
            amp: 1.0,
            pressure: 2.3 / 0.8,
            gain: 1.001,
            // Vibrato goes on from the instance's previous note.
            vibrato: self.vibrato,
            ..Self::default()
        };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let (full, sr) = (world.header.zero_dbfs, io.clock.sr);
        self.follow(io.k(0) / full, io.k(1), io.k(2), sr);
        let Some(vibrato) = world.tables.get(self.table) else {
            io.set(0, 0.0);
            return Ok(());
        };
        if self.decay.ends(io.note.releasing.get()) {
            self.breath.release = self.breath.value / (io.k(4) * sr);
            self.breath.release();
        }
        let (noise_gain, depth, jet_reflection, end_reflection) = (io.k(5), io.k(7), io.k(10), io.k(11));
        let step = io.k(6) * vibrato.len as f64 / sr;
        let random = &mut world.random.rand31;
        for out in io.out(0) {
            let breath = self.pressure * self.breath.next();
            let mut deviation = noise_gain * noise(random);
            deviation += depth * self.vibrato.next(vibrato, step, 0.0);
            let reflected = self.dc.next(self.reflection.next(self.bore.last));
            let blown = self.jet.next(breath + deviation * breath - jet_reflection * reflected);
            let y = 0.3 * self.bore.next(jet(blown) + end_reflection * reflected);
            out.set(y * self.gain * full * 1.4);
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
        let mut bench = Bench::new(&WGFLUTE, 0);
        bench.world.header.zero_dbfs = 1.0;
        bench.world.tables.set_builtin_sine(orchestrion_dsp::math::sin);
        let inputs = [0.8, 440.0, 0.32, 0.1, 0.1, 0.15, 5.0, 0.05, -1.0, 0.0, 0.5, 0.5];
        for (i, x) in inputs.into_iter().enumerate() {
            bench.set(i, x);
        }
        let peak = bench.render(8000).iter().fold(0.0f64, |m, y| m.max(y.abs()));
        assert!((0.05..2.0).contains(&peak), "{peak}");
    }
}
