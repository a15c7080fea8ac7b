//! `dripwater`: drops whose resonances rise in pitch (P. Cook's PhISM, see `shaken.rs`).

use super::rattle::{INS, first_energy};
use crate::physical::{BiQuad, Countdown, noise};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

/// Definition of `dripwater`.
pub static DRIPWATER: OpDef = OpDef::new("dripwater", "Drops of water.")
    .sigs(&[sig("a", "kioooooo", Make::Unit(world_unit::<Dripwater>))])
    .outs(&[port("ares", "signal")])
    .ins(INS)
    .source("Manual: dripwater; PhISM (P. Cook 1997); drops take their pitch from ifreq1 (measured on the reference)")
    .reads(Res::RANDOM)
    .writes(Res::RANDOM);

/// Resonances in Hz before the first drop.
const FREQUENCIES: [f64; 3] = [450.0, 600.0, 750.0];
/// Middle of a drop's pitch relative to `ifreq1`, by resonance; half width of its range.
const PITCHES: [f64; 3] = [0.75, 1.0, 1.25];
const PITCH_SPREAD: f64 = 0.25;
/// Pole radius, also the decay of a drop from sample to sample.
const RADIUS: f64 = 0.9985;
/// Rise of a drop's frequency from sample to sample.
const RISE: f64 = 1.0001;
/// Drops below this do not rise any more.
const FAINT: f64 = 0.001;
/// A drop falls where a draw below this is less than the number of sources.
const CHANCES: u32 = 32768;

#[derive(Clone, Copy, Default)]
struct Drop {
    frequency: f64,
    gain: f64,
    resonance: BiQuad,
}

#[derive(Default)]
struct Dripwater {
    energy: f64,
    level: f64,
    sources: f64,
    system_decay: f64,
    pitch: f64,
    drops: [Drop; 3],
    past: [f64; 2],
    decay: Countdown,
}

impl WorldUgen for Dripwater {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let (sources, pitch) = (cx.k(2), cx.k(6));
        let mut drops = [Drop::default(); 3];
        for (i, drop) in drops.iter_mut().enumerate() {
            let given = cx.k(5 + i);
            *drop = Drop {
                frequency: FREQUENCIES[i],
                gain: math::ln(10.0) / 10.0,
                resonance: BiQuad::new(1.0, [0.0; 2]),
            };
            let start = if given == 0.0 { FREQUENCIES[i] } else { given };
            drop.resonance.resonance(start, RADIUS, cx.clock.sr);
        }
        *self = Self {
            energy: first_energy(cx),
            sources: if sources == 0.0 { 10.0 } else { sources.max(1.0) },
            system_decay: 0.996 + cx.k(3) * 0.002,
            pitch: if pitch == 0.0 { FREQUENCIES[1] } else { pitch },
            drops,
            decay: Countdown::before_end(cx, cx.k(1)),
            ..Self::default()
        };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        if self.decay.ends(false) {
            self.energy = 0.0;
        }
        let (random, scale, sr) = (&mut world.random.rand31, 0.005 * world.header.zero_dbfs, io.clock.sr);
        for out in io.out(0) {
            self.energy *= self.system_decay;
            if f64::from(random.step() % CHANCES) < self.sources {
                self.level = self.energy;
                let i = (random.step() % 4).min(2) as usize;
                self.drops[i].frequency = self.pitch * (PITCHES[i] + PITCH_SPREAD * noise(random));
                self.drops[i].gain = noise(random).abs();
            }
            for drop in &mut self.drops {
                drop.gain *= RADIUS;
                if drop.gain > FAINT {
                    drop.frequency *= RISE;
                    drop.resonance.resonance(drop.frequency, RADIUS, sr);
                }
            }
            self.level *= 0.95;
            let input = self.level * noise(random);
            let heard = self.drops.iter_mut().map(|d| d.gain * d.resonance.next(input * d.gain));
            let sum = heard.sum::<f64>() * 4.0;
            let before = self.past[1];
            self.past = [sum, self.past[0]];
            out.set((before - sum) * scale);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn drops_sound() {
        let mut bench = Bench::new(&DRIPWATER, 0);
        bench.world.header.zero_dbfs = 1.0;
        bench.set(0, 1.0);
        bench.set(2, 300.0);
        assert!(bench.render(10000).iter().any(|y| y.abs() > 1e-4));
    }
}
