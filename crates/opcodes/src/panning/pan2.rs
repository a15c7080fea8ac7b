//! `pan2`: a signal between two loudspeakers.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::{FRAC_PI_2, SQRT_2};

/// Definition of `pan2`.
pub static PAN2: OpDef = OpDef::new("pan2", "Distributes a signal to two channels.")
    .quiet_init()
    .sigs(&[sig("aa", "axo", Make::Unit(unit::<Pan2>))])
    .outs(&[port("a1", "left channel"), port("a2", "right channel")])
    .ins(&[
        port("asig", "signal"),
        port("xp", "place, 0 left to 1 right"),
        port(
            "imode",
            "0 equal power by sine, 1 by square root, 2 linear, 3 equal power by another formula; default 0",
        ),
    ])
    .source("Manual: pan2");

#[derive(Default)]
struct Pan2 {
    mode: i32,
    place: f64,
    gains: [f64; 2],
}

/// Gains of left and right.
fn gains(mode: i32, place: f64) -> [f64; 2] {
    match mode {
        1 => [(1.0 - place).sqrt(), place.sqrt()],
        2 => [1.0 - place, place],
        _ => {
            let (sin, cos) = math::sin_cos(FRAC_PI_2 * place);
            if mode == 0 { [cos, sin] } else { [SQRT_2 * (cos + sin) * 0.5, SQRT_2 * (cos - sin) * 0.5] }
        }
    }
}

impl Ugen for Pan2 {
    const SEAMLESS: Option<&'static [usize]> = Some(&[1]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let mode = cx.int(2);
        if !(0..=3).contains(&mode) {
            return Err(format!("Unknown panning type {mode}; it may be 0 to 3").into());
        }
        (self.mode, self.place) = (mode, f64::NAN);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, place) = (io.x(0), io.x(1));
        for (n, (left, right)) in io.out(0).iter().zip(io.out(1)).enumerate() {
            if place.at(n) != self.place {
                self.place = place.at(n);
                self.gains = gains(self.mode, self.place);
            }
            let x = x.at(n);
            left.set(x * self.gains[0]);
            right.set(x * self.gains[1]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_agree_about_the_middle() {
        for mode in 0..3 {
            let [left, right] = gains(mode, 0.5);
            assert!((left - right).abs() < 1e-15 && (gains(mode, 0.0)[0] - 1.0).abs() < 1e-15);
        }
    }
}
