//! `moog`: a Mini-Moog, an attack and a loop through two swept resonances.

use crate::lookup::any_table;
use crate::physical::{Adsr, Formant, Loop, OnePole, Sweep, TwoZero, between, rate_scale};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `moog`.
pub static MOOG: OpDef = OpDef::new("moog", "Mini-Moog synthesizer.")
    .quiet_init()
    .sigs(&[sig("a", "kkkkkkiii", Make::Unit(unit::<Moog>))])
    .outs(&[port("ares", "signal")])
    .ins(&[
        port("kamp", "amplitude"),
        port("kfreq", "frequency in Hz"),
        port("kfiltq", "Q of the filters, 0.8 to 0.9"),
        port("kfiltrate", "rate at which the filters sweep, 0 to 0.0002"),
        port("kvibf", "rate of vibrato in Hz"),
        port("kvamp", "depth of vibrato"),
        port("iafn", "table of the attack"),
        port("iwfn", "table of the loop"),
        port("ivfn", "table of the vibrato, usually a sine"),
    ])
    .source("Manual: moog; STK (Cook and Scavone 1999)")
    .reads(Res::TABLES);

/// Where the filters begin, in Hz.
const FIRST: f64 = 2000.0;

#[derive(Default)]
struct Moog {
    tables: [f64; 3],
    attack_at: f64,
    sound: Loop,
    vibrato: Loop,
    envelope: Adsr,
    damping: OnePole,
    zeros: [TwoZero; 2],
    filters: [Sweep; 2],
    /// Q and rate that the filters are set for.
    q: f64,
    rate: f64,
}

impl Moog {
    fn set_filters(&mut self, q: f64, rate: f64, sr: f64) {
        let formant = |frequency: f64, radius: f64| Formant { frequency, radius, gain: 2.0 * (1.0 - radius) };
        for filter in &mut self.filters {
            if q != self.q {
                filter.set(formant(FIRST, q + 0.05));
                filter.go_to(formant(0.0, q + 0.099));
            }
            if rate != self.rate {
                filter.rate = rate * rate_scale(sr);
            }
        }
        (self.q, self.rate) = (q, rate);
    }
}

impl Ugen for Moog {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let find = |i: usize| any_table(cx.world, cx.k(i));
        let scale = rate_scale(cx.clock.sr);
        *self = Self {
            tables: [find(6)?, find(7)?, find(8)?],
            envelope: Adsr::from_rates(0.05 * scale, 0.00003 * scale, 0.6, 0.0002 * scale),
            damping: OnePole::new(0.9, 1.0),
            zeros: [TwoZero::new(1.0); 2],
            filters: [Sweep::new(0.002); 2],
            ..Self::default()
        };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let [Some(attack), Some(sound), Some(vibrato)] = self.tables.map(|t| world.tables.get(t)) else {
            io.set(0, 0.0);
            return Ok(());
        };
        let (full, sr) = (world.header.zero_dbfs, io.clock.sr);
        let (amp, period, depth) = (io.k(0) / full, io.k(1) / sr, io.k(5));
        self.set_filters(io.k(2), io.k(3), sr);
        let attack_step = period * 0.01 * attack.len as f64;
        let vibrato_step = io.k(4) * vibrato.len as f64 / sr;
        for out in io.out(0) {
            let mut step = period * sound.len as f64;
            if depth != 0.0 {
                step *= 1.0 + depth * self.vibrato.next(vibrato, vibrato_step, 0.0);
            }
            self.attack_at += attack_step;
            let mut y = 0.0;
            if self.attack_at < attack.len as f64 {
                y = between(attack, self.attack_at) * (amp * 0.5);
            }
            y += amp * self.sound.next(sound, step, 0.0);
            y = self.damping.next(y) * self.envelope.next();
            for (zeros, filter) in self.zeros.iter_mut().zip(&mut self.filters) {
                y = filter.next(zeros.next(y), sr);
            }
            out.set(y * full * 8.0);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn a_note_sounds() {
        let mut bench = Bench::new(&MOOG, 0);
        bench.world.header.zero_dbfs = 1.0;
        bench.world.tables.set_builtin_sine(orchestrion_dsp::math::sin);
        for (i, x) in [0.9, 220.0, 0.85, 0.0002, 6.0, 0.01, -1.0, -1.0, -1.0].into_iter().enumerate() {
            bench.set(i, x);
        }
        assert!(bench.render(4000).iter().any(|y| y.abs() > 1e-3));
    }
}
