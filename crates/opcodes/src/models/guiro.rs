//! `guiro`: a stick over the notches of a gourd (P. Cook's PhISM, see `shaken.rs`).

use super::shaken::collide;
use crate::physical::{BiQuad, Countdown, noise};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

/// Definition of `guiro`.
pub static GUIRO: OpDef = OpDef::new("guiro", "Guiro, a notched gourd.")
    .sigs(&[sig("a", "kiooooo", Make::Unit(world_unit::<Guiro>))])
    .outs(&[port("ares", "signal")])
    .ins(&[
        port("kamp", "amplitude"),
        port("idettack", "time in seconds before the end of the note at which scraping stops"),
        port("inum", "number of teeth, at least 1; 0 for 128; default 0"),
        port("idamp", "has no effect, as in the reference; default 0"),
        port("imaxshake", "has no effect, as in the reference; default 0"),
        port("ifreq", "first resonance of the gourd in Hz; 0 for 2500; default 0"),
        port("ifreq1", "second resonance of the gourd in Hz; 0 for 4000; default 0"),
    ])
    .source("Manual: guiro; PhISM (P. Cook 1997), constants of its published examples")
    .reads(Res::RANDOM)
    .writes(Res::RANDOM);

/// Pole radius of both resonances.
const RADIUS: f64 = 0.97;
/// Notches of a scrape.
const NOTCHES: u32 = 11;
/// Way of the stick per sample, without energy and for energy 1; a notch is 1 long.
const WAY: (f64, f64) = (0.0005, 0.002);

#[derive(Default)]
struct Guiro {
    teeth: f64,
    gain: f64,
    level: f64,
    /// Rest of the way to the next notch.
    ratchet: f64,
    energy: f64,
    notches: u32,
    resonances: [BiQuad; 2],
    heard: [f64; 2],
    past: [f64; 2],
    decay: Countdown,
}

impl WorldUgen for Guiro {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let or = |x: f64, default: f64| if x == 0.0 { default } else { x };
        let teeth = or(cx.k(2), 128.0).max(1.0);
        let resonances = [or(cx.k(5), 2500.0), or(cx.k(6), 4000.0)].map(|frequency| {
            let mut resonance = BiQuad::new(1.0, [0.0; 2]);
            resonance.resonance(frequency, RADIUS, cx.clock.sr);
            resonance
        });
        *self = Self {
            teeth,
            gain: math::ln(teeth) * 10.0 / teeth,
            notches: NOTCHES,
            resonances,
            decay: Countdown::before_end(cx, cx.k(1)),
            ..Self::default()
        };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        if self.decay.ends(io.note.releasing.get()) {
            self.notches = 0;
        }
        let (random, amp) = (&mut world.random.rand31, io.k(0) * world.header.zero_dbfs);
        for out in io.out(0) {
            if self.notches == 0 {
                out.set(0.0);
                continue;
            }
            self.ratchet -= WAY.0 + WAY.1 * self.energy;
            if self.ratchet < 0.0 {
                self.ratchet = 1.0;
                self.notches -= 1;
            }
            self.energy = self.ratchet;
            if collide(random, self.teeth) {
                self.level += 512.0 * self.ratchet * self.energy;
            }
            let input = self.level * noise(random) * self.ratchet;
            self.level *= 0.95;
            let sum = self.gain * self.heard[0] + self.gain * self.heard[1];
            for (heard, resonance) in self.heard.iter_mut().zip(&mut self.resonances) {
                *heard = resonance.next(input);
            }
            let before = self.past[1];
            self.past = [sum, self.past[0]];
            out.set(1.33 * (sum - before) * 0.0001 * amp);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn a_scrape_sounds_and_ends() {
        let mut bench = Bench::new(&GUIRO, 0);
        bench.world.header.zero_dbfs = 1.0;
        bench.set(0, 1.0);
        let out = bench.render(44100);
        assert!(out[..4000].iter().any(|y| y.abs() > 0.001) && out[43000..].iter().all(|&y| y == 0.0));
    }
}
