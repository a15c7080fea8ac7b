//! `wgbow`: a bowed string.

use crate::lookup::any_table;
use crate::physical::{Adsr, BiQuad, LinearDelay, Loop, OnePole, bow_friction, line_for, rate_scale};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `wgbow`.
pub static WGBOW: OpDef = OpDef::new("wgbow", "Waveguide bowed string.")
    .quiet_init()
    .sigs(&[sig("a", "kkkkkkjo", Make::Unit(unit::<Bowed>))])
    .outs(&[port("ares", "signal")])
    .ins(&[
        port("kamp", "amplitude"),
        port("kfreq", "frequency in Hz, held above iminfreq"),
        port("kpres", "pressure of the bow, 1 to 5"),
        port("krat", "place of the bow along the string, 0.025 to 0.23"),
        port("kvibf", "rate of vibrato in Hz"),
        port("kvamp", "depth of vibrato"),
        port("ifn", "table of the vibrato; default -1, a sine"),
        port("iminfreq", "lowest frequency in Hz; 0 for the first kfreq, negative skips init; default 0"),
    ])
    .source("Manual: wgbow; STK (Cook and Scavone 1999) after McIntyre, Schumacher and Woodhouse 1983")
    .reads(Res::TABLES);

#[derive(Default)]
struct Bowed {
    table: f64,
    neck: LinearDelay,
    bridge: LinearDelay,
    reflection: OnePole,
    body: BiQuad,
    bow: Adsr,
    vibrato: Loop,
    lowest: f64,
    /// Length of the string and place of the bow that the delays are set for.
    seen: Option<(f64, f64)>,
}

impl Ugen for Bowed {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let table = any_table(cx.world, cx.k(6))?;
        self.table = table;
        if cx.k(7) < 0.0 {
            return Ok(());
        }
        let sr = cx.clock.sr;
        let (len, lowest) = line_for(cx.k(7), cx.k(1), sr);
        cx.world.ask_memory(len.saturating_mul(12), "wgbow")?;
        let mut body = BiQuad::new(0.2, [0.0, -1.0]);
        body.resonance(500.0, 0.85, sr);
        *self = Self {
            table,
            neck: LinearDelay::new(len),
            bridge: LinearDelay::new(len / 2),
            reflection: OnePole::new(0.6 - 0.1 * rate_scale(sr), 0.95),
            body,
            bow: Adsr::new(0.02, 0.005, 0.9, 0.01, sr),
            // Vibrato goes on from the instance's previous note.
            vibrato: self.vibrato,
            lowest,
            seen: None,
        };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let Some(vibrato) = world.tables.get(self.table) else {
            io.set(0, 0.0);
            return Ok(());
        };
        let (full, sr) = (world.header.zero_dbfs, io.clock.sr);
        let (amp, pressure, place, depth) = (io.k(0) / full, io.k(2), io.k(3), io.k(5));
        // Less the delay of the filter.
        let len = sr / io.k(1).max(self.lowest) - 4.0;
        let neck = len * (1.0 - place);
        // Below the lowest frequency the reference sets its delays anew in every cycle.
        if self.seen != Some((len, place)) || io.k(1) < self.lowest {
            self.seen = Some((len, place));
            self.bridge.set_delay(len * place);
            self.neck.set_delay(neck);
        }
        let velocity = 0.03 + 0.2 * amp;
        let step = io.k(4) * vibrato.len as f64 / sr;
        for out in io.out(0) {
            let bow = velocity * self.bow.next();
            let bridge = -self.reflection.next(self.bridge.last);
            let nut = -self.neck.last;
            let difference = bow - (bridge + nut);
            let pushed = difference * bow_friction(difference, pressure);
            self.neck.next(bridge + pushed);
            self.bridge.next(nut + pushed);
            let bend = if depth > 0.0 { len * depth * self.vibrato.next(vibrato, step, 0.0) } else { 0.0 };
            self.neck.set_delay(neck + bend);
            out.set(self.body.next(self.bridge.last) * full * amp * 1.8);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn bowing_sounds() {
        let mut bench = Bench::new(&WGBOW, 0);
        bench.world.header.zero_dbfs = 1.0;
        bench.world.tables.set_builtin_sine(orchestrion_dsp::math::sin);
        for (i, x) in [0.8, 440.0, 3.0, 0.127, 5.0, 0.005, -1.0, 0.0].into_iter().enumerate() {
            bench.set(i, x);
        }
        let peak = bench.render(8000).iter().fold(0.0f64, |m, y| m.max(y.abs()));
        assert!((0.01..2.0).contains(&peak), "{peak}");
    }
}
