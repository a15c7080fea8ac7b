//! `envlpxr`: rise from a table, a pseudo-steady state, and exponential decay from the release of the note.

use super::envlpx::{ends, rise, steady_state};
use super::segments::{OUTS, ask_release, cycles};
use crate::lookup::{PERIOD, Wave, power_of_two_table, truncated};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

/// Definition of `envlpxr`.
pub static ENVLPXR: OpDef =
    OpDef::new("envlpxr", "Rise from a table, pseudo-steady state, decay when the note is released.")
        .quiet_init()
        .sigs(&[
            sig("k", "kiiiiioo", Make::Unit(unit::<Envlpxr>)),
            sig("a", "aiiiiioo", Make::Unit(unit::<Envlpxr>)),
            sig("a", "kiiiiioo", Make::Unit(unit::<Envlpxr>)),
        ])
        .outs(OUTS)
        .ins(&[
            port("xamp", "signal"),
            port("irise", "rise in seconds; 0 or less for none"),
            port("idec", "decay in seconds after the release; 0 or less for none"),
            port("ifn", "table of the rise, a power of two long; its last point may not be 0"),
            port("iatss", "factor of the steady state per second"),
            port("iatdec", "factor of the decay, above 0"),
            port("ixmod", "bends the steady state, -0.9 to 0.9; default 0"),
            port("irind", "0 makes the note last through the decay, nonzero does not; default 0"),
        ])
        .source("Manual: envlpxr; at audio rate the table is read backwards between points (measured)")
        .reads(Res::TABLES);

#[derive(Default)]
struct Envlpxr {
    table: f64,
    /// Phase of the rise; negative after it.
    phase: i32,
    step: i32,
    value: f64,
    steady_factor: f64,
    decay_factor: f64,
    asymptote: f64,
    /// Factor of the whole decay, and its length in k-cycles where the note does not wait for it.
    decay: f64,
    own_cycles: Option<i32>,
    releasing: bool,
}

impl Envlpxr {
    /// Notices the release of the note and sets the factor of the decay.
    fn release(&mut self, io: &Io<'_>) {
        if self.releasing || !io.note.releasing.get() {
            return;
        }
        self.releasing = true;
        let cycles = self.own_cycles.map_or(f64::from(io.note.release_cycles.get()), f64::from);
        let steps = if io.is_audio_out() { cycles * io.clock.ksmps as f64 } else { cycles };
        self.decay_factor = if steps == 0.0 { 1.0 } else { math::pow(self.decay, 1.0 / steps) };
    }

    /// The next factor; `decays` is false in the step in which the release begins.
    fn next(&mut self, wave: &Wave<'_>, audio: bool, decays: bool) -> f64 {
        if decays {
            self.value *= self.decay_factor;
            return self.value;
        }
        if self.phase < 0 {
            let factor = self.value + self.asymptote;
            self.value *= self.steady_factor;
            if self.releasing {
                self.value += self.asymptote;
            }
            return factor;
        }
        let factor = rise(wave, self.phase, audio);
        self.phase = self.phase.saturating_add(self.step);
        self.value = factor;
        let risen = self.phase >= 1 << 28;
        if risen && (audio || !self.releasing) {
            self.value = wave.point(wave.len) - self.asymptote;
            self.phase = -1;
        }
        factor
    }
}

impl Ugen for Envlpxr {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let (seconds, decay, rate) = (cx.k(1), cx.k(2), cx.rate());
        self.table = power_of_two_table(cx.world, cx.k(3))?;
        let (level, far) = steady_state(cx.k(4), cx.k(6))?;
        let (first, last) = ends(cx.world, self.table)?;
        self.asymptote = far * last;
        if seconds > 0.0 {
            (self.phase, self.value) = (0, first);
            self.step = truncated(PERIOD / rate / seconds);
        } else {
            (self.phase, self.value) = (-1, last - self.asymptote);
        }
        self.steady_factor = math::pow(level, 1.0 / rate);
        if decay > 0.0 {
            let length = cycles(cx, decay);
            self.own_cycles = (cx.k(7) as i32 != 0).then_some(length);
            if self.own_cycles.is_none() {
                ask_release(cx, length);
            }
            self.decay = cx.k(5);
            if self.decay <= 0.0 {
                return Err("non-positive iatdec".into());
            }
        }
        self.releasing = false;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let Some(wave) = world.tables.get(self.table).and_then(Wave::of) else {
            io.set(0, 0.0);
            return Ok(());
        };
        let (x, audio) = (io.x(0), io.is_audio_out());
        let mut decays = self.releasing;
        self.release(io);
        for (n, out) in io.out(0).iter().enumerate() {
            let factor = self.next(&wave, audio, decays);
            out.set(x.at(n) * factor);
            decays = self.releasing;
        }
        Ok(())
    }
}
