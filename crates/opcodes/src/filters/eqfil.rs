//! `eqfil`: a peak or notch made of a second-order all-pass.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::{PI, TAU};

/// Definition of `eqfil`.
pub static EQFIL: OpDef = OpDef::new("eqfil", "Equalizer for one band.")
    .quiet_init()
    .sigs(&[sig("a", "akkko", Make::Unit(unit::<Eqfil>))])
    .outs(&[port("asig", "filtered signal")])
    .ins(&[
        port("ain", "signal to filter"),
        port("kcf", "centre frequency in Hz"),
        port("kbw", "bandwidth in Hz"),
        port("kgain", "gain at the centre, 0 or more; 1 leaves the signal as it is"),
        port("istor", "nonzero keeps the state of the previous note; default 0"),
    ])
    .source("Regalia and Mitra 1987; manual: eqfil");

#[derive(Default)]
struct Eqfil {
    z1: f64,
    z2: f64,
}

impl Ugen for Eqfil {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(4) == 0.0 {
            *self = Self::default();
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, sr, gain) = (io.x(0), io.clock.sr, io.k(3));
        let c = math::tan(PI * io.k(2) / sr);
        let a = (1.0 - c) / (1.0 + c);
        let b = math::cos(TAU * io.k(1) / sr) * (1.0 + a);
        let (mut z1, mut z2) = (self.z1, self.z2);
        for (n, out) in io.out(0).iter().enumerate() {
            let x = x.at(n);
            let w = x + b * z1 - a * z2;
            let all_pass = w * a - b * z1 + z2;
            (z2, z1) = (z1, w);
            out.set(0.5 * (all_pass + x + gain * (x - all_pass)));
        }
        (self.z1, self.z2) = (z1, z2);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn unity_gain_changes_nothing() {
        let mut bench = Bench::new(&EQFIL, 0);
        bench.audio_in(0, |n| math::sin(n as f64 * 0.3));
        for (i, x) in [(1, 1000.0), (2, 200.0), (3, 1.0)] {
            bench.set(i, x);
        }
        let out = bench.render(100);
        assert!((0..100).all(|n| (out[n] - math::sin(n as f64 * 0.3)).abs() < 1e-12));
    }
}
