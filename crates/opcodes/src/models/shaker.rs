//! `shaker`: a maraca, shaken a number of times (P. Cook's PhISM, see `shaken.rs`).

use crate::physical::{Adsr, BiQuad, Countdown, rate_scale};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `shaker`.
pub static SHAKER: OpDef = OpDef::new("shaker", "Shaker, beans in a shell.")
    .sigs(&[sig("a", "kkkkko", Make::Unit(world_unit::<Shaker>))])
    .outs(&[port("ares", "signal")])
    .ins(&[
        port("kamp", "amplitude"),
        port("kfreq", "resonance of the shell in Hz"),
        port("kbeans", "number of beans, at least 1"),
        port("kdamp", "how much of the energy stays from sample to sample, 0.98 to 1"),
        port("ktimes", "number of shakes; 64 and more for no end; its value at init"),
        port("idecay", "time in seconds before the end of the note at which shaking stops; default 0"),
    ])
    .source("Manual: shaker; PhISM (P. Cook 1997), constants of its published examples")
    .reads(Res::RANDOM)
    .writes(Res::RANDOM);

/// From this number on shakes do not end.
const ENDLESS: i32 = 64;

#[derive(Default)]
struct Shaker {
    envelope: Adsr,
    speed: f64,
    filter: BiQuad,
    frequency: f64,
    energy: f64,
    level: f64,
    shakes: i32,
    decay: Countdown,
}

impl WorldUgen for Shaker {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let speed = 0.0008 + cx.k(0) / cx.world.header.zero_dbfs * 0.0004;
        let rate = speed.abs() * rate_scale(cx.clock.sr);
        *self = Self {
            envelope: Adsr::from_rates(rate, rate, 0.0, rate),
            speed,
            filter: BiQuad::new(1.0, [0.0, -1.0]),
            frequency: -1.0,
            shakes: cx.k(4) as i32,
            decay: Countdown::before_end(cx, cx.k(5)),
            ..Self::default()
        };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let (full, sr) = (world.header.zero_dbfs, io.clock.sr);
        let amp = io.k(0) / full;
        if self.frequency != io.k(1) {
            self.frequency = io.k(1);
            self.filter.resonance(self.frequency, 0.96, sr);
        }
        let speed = 0.0008 + amp * 0.0004;
        if speed != self.speed {
            self.speed = speed;
            let rate = speed.abs() * rate_scale(sr);
            (self.envelope.attack, self.envelope.decay) = (rate, rate);
        }
        if self.decay.ends(io.note.releasing.get()) {
            self.shakes = 0;
        }
        let beans = (io.k(2) as i32).max(1);
        let (damp, gain, collides) = (io.k(3), 0.0005 * f64::from(beans), 0x7FFF_FFFE / beans as u32);
        let random = &mut world.random.rand31;
        for out in io.out(0) {
            let shaken = self.envelope.next() * (amp + amp);
            if self.shakes > 0 && self.envelope.is_sustained() {
                if self.shakes < ENDLESS {
                    self.shakes -= 1;
                }
                self.envelope.start();
            }
            self.energy = self.energy.max(shaken) * damp;
            if random.step() <= collides {
                self.level += gain * self.energy;
            }
            let sound = self.level * crate::physical::noise(random);
            self.level *= 0.95;
            out.set(self.filter.next(sound) * full * 7.0);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn shaking_sounds() {
        let mut bench = Bench::new(&SHAKER, 0);
        bench.world.header.zero_dbfs = 1.0;
        for (i, x) in [1.0, 3200.0, 8.0, 0.999, 10.0].into_iter().enumerate() {
            bench.set(i, x);
        }
        assert!(bench.render(10000).iter().any(|y| y.abs() > 1e-3));
    }
}
