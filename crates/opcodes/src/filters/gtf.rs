//! `gtf`: gammatone filter, a cascade of complex one-pole filters.

use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::TAU;

/// Definition of `gtf`.
pub static GTF: OpDef = OpDef::new("gtf", "Gammatone filter.").quiet_init()
    .sigs(&[sig("a", "akioo", Make::Unit(unit::<Gtf>))])
    .outs(&[port("ares", "filtered signal")])
    .ins(&[
        port("asig", "signal to filter"),
        port("kfreq", "centre frequency in Hz"),
        port("idecay", "decay, in 1/samples of the envelope exp(-2 pi idecay n)"),
        port("iorder", "order, up to 10; 0 means the default, 4"),
        port("iphase", "phase in radians; default 0"),
    ])
    .source("Manual: gtf; Patterson and Holdsworth 1996; that stages pass on their imaginary part, measured on the reference");

/// Greatest order.
const MOST: i32 = 10;

#[derive(Default)]
struct Gtf {
    decay: f64,
    stages: Vec<[f64; 2]>,
}

impl Ugen for Gtf {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let order = match cx.int(3) {
            0 => 4,
            n @ 1..=MOST => n as usize,
            n => return Err(OpError::new(format!("Invalid order {n}; it may be 0 to {MOST}"))),
        };
        self.decay = math::exp(-TAU * cx.k(2));
        self.stages.clear();
        self.stages.resize(order, [0.0; 2]);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let x = io.x(0);
        let (sin, cos) = math::sin_cos(TAU * io.k(1) / io.clock.sr);
        let decay = self.decay;
        let phase = io.k(4);
        let gain = if phase == 0.0 { 2.0 } else { 2.0 * (math::cos(phase) - math::sin(phase)) };
        for (n, out) in io.out(0).iter().enumerate() {
            let (mut re, mut im) = (x.at(n), 0.0);
            for stage in &mut self.stages {
                let [r, i] = *stage;
                *stage = [
                    decay * (cos * r - sin * i) + (1.0 - decay) * re,
                    decay * (sin * r + cos * i) + (1.0 - decay) * im,
                ];
                (re, im) = (stage[1], stage[1]);
            }
            out.set(gain * im);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn rings_and_dies() {
        let mut bench = Bench::new(&GTF, 0);
        bench.audio_in(0, |n| if n == 0 { 1.0 } else { 0.0 });
        bench.set(1, 1000.0);
        bench.set(2, 0.002);
        let out = bench.render(4000);
        let peak = |range: &[f64]| range.iter().fold(0.0f64, |m, y| m.max(y.abs()));
        assert!(peak(&out[..1000]) > 0.0 && peak(&out[3000..]) < 1e-3 * peak(&out[..1000]));
    }
}
