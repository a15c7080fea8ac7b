//! `lorenz`: the Lorenz system of differential equations.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `lorenz`.
pub static LORENZ: OpDef = OpDef::new("lorenz", "Lorenz system.")
    .quiet_init()
    .sigs(&[sig("aaa", "kkkkiiiio", Make::Unit(unit::<Lorenz>))])
    .outs(&[port("ax", "first coordinate"), port("ay", "second coordinate"), port("az", "third coordinate")])
    .ins(&[
        port("ksv", "Prandtl number, about 10"),
        port("krv", "Rayleigh number, about 28"),
        port("kbv", "ratio of the sides of the box, about 8/3"),
        port("kh", "step, 0.01 to 0.0001"),
        port("ix", "first value of the first coordinate"),
        port("iy", "first value of the second coordinate"),
        port("iz", "first value of the third coordinate"),
        port("iskip", "steps in the first sample of a k-cycle; all others take one"),
        port("iskipinit", "nonzero keeps the state of the instance's previous note; default 0"),
    ])
    .source("Manual: lorenz; E. Lorenz, J. Atmos. Sci. 20, 1963; iskip as the reference takes it");

/// Most steps of a sample.
const MOST_STEPS: i32 = 1 << 20;

#[derive(Default)]
struct Lorenz {
    at: [f64; 3],
}

impl Ugen for Lorenz {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(8) == 0.0 {
            self.at = [cx.k(4), cx.k(5), cx.k(6)];
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (s, r, b, h) = (io.k(0), io.k(1), io.k(2), io.k(3));
        let mut steps = (io.k(7) as i32).clamp(1, MOST_STEPS);
        let [mut x, mut y, mut z] = self.at;
        for (n, out) in io.out(0).iter().enumerate() {
            for _ in 0..steps {
                let next_x = x + h * s * (y - x);
                let next_y = y + h * (-x * z + r * x - y);
                z += h * (x * y - b * z);
                (x, y) = (next_x, next_y);
            }
            steps = 1;
            out.set(x);
            io.out(1)[n].set(y);
            io.out(2)[n].set(z);
        }
        self.at = [x, y, z];
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn its_fixed_point_stays() {
        let mut bench = Bench::new(&LORENZ, 0);
        for (i, x) in [10.0, 28.0, 3.0, 0.01, 9.0, 9.0, 27.0, 1.0].into_iter().enumerate() {
            bench.set(i, x);
        }
        assert!(bench.render(100).iter().all(|&y| y == 9.0));
    }
}
