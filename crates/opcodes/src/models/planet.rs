//! `planet`: a planet that orbits in a system of two stars.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `planet`.
pub static PLANET: OpDef = OpDef::new("planet", "Planet orbiting two stars.")
    .quiet_init()
    .sigs(&[sig("aaa", "kkkiiiiiiioo", Make::Unit(unit::<Planet>))])
    .outs(&[port("ax", "first coordinate"), port("ay", "second coordinate"), port("az", "third coordinate")])
    .ins(&[
        port("kmass1", "mass of the first star"),
        port("kmass2", "mass of the second star"),
        port("ksep", "distance of the stars along the third coordinate"),
        port("ix", "first coordinate at the start"),
        port("iy", "second coordinate at the start"),
        port("iz", "third coordinate at the start"),
        port("ivx", "velocity along the first coordinate at the start"),
        port("ivy", "velocity along the second coordinate at the start"),
        port("ivz", "velocity along the third coordinate at the start"),
        port("idelta", "time step per sample"),
        port("ifriction", "loss of velocity per sample, in units of 1/10000; default 0"),
        port("iskip", "nonzero keeps the state of the instance's previous note; default 0"),
    ])
    .source("Manual: planet (H. Mikelson); gravity softened by 1 in the square of the distance");

#[derive(Default)]
struct Planet {
    at: [f64; 3],
    velocity: [f64; 3],
    step: f64,
    kept: f64,
}

/// Acceleration at a place by a star of a mass at `z` on the third axis.
#[inline]
fn pull([x, y, z]: [f64; 3], mass: f64, star: f64) -> [f64; 3] {
    let dz = star - z;
    let square = x * x + y * y + dz * dz + 1.0;
    let strength = mass / square / square.sqrt();
    [-strength * x, -strength * y, strength * dz]
}

impl Ugen for Planet {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(11) == 0.0 {
            *self = Self {
                at: [cx.k(3), cx.k(4), cx.k(5)],
                velocity: [cx.k(6), cx.k(7), cx.k(8)],
                step: cx.k(9),
                kept: 1.0 - cx.k(10) / 10000.0,
            };
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (mass1, mass2, star) = (io.k(0), io.k(1), io.k(2) * 0.5);
        for n in 0..io.samples_len() {
            let (first, second) = (pull(self.at, mass1, star), pull(self.at, mass2, -star));
            for i in 0..3 {
                self.velocity[i] = self.kept * self.velocity[i] + self.step * (first[i] + second[i]);
                self.at[i] += self.step * self.velocity[i];
                io.out(i)[n].set(self.at[i]);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn without_stars_it_flies_straight() {
        let mut bench = Bench::new(&PLANET, 0);
        for (i, x) in [(6, 2.0), (9, 0.5)] {
            bench.set(i, x);
        }
        let out = bench.render(16);
        assert_eq!(out[..4], [1.0, 2.0, 3.0, 4.0]);
    }
}
