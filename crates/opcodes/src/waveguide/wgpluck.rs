//! `wgpluck`: a plucked string whose damping is set at the fundamental and at half the sample rate.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::TAU;

/// Definition of `wgpluck`.
pub static WGPLUCK: OpDef = OpDef::new("wgpluck", "Plucked string, also excited by a signal.")
    .quiet_init()
    .sigs(&[sig("a", "iikiiia", Make::Unit(unit::<Pluck>))])
    .outs(&[port("ares", "signal")])
    .ins(&[
        port("icps", "frequency in Hz"),
        port("iamp", "amplitude of the pluck"),
        port("kpick", "place of the pickup along the string, 0 to 1"),
        port("iplk", "place of the pluck along the string, 0 to 1"),
        port("idamp", "damping of the fundamental in dB per second"),
        port("ifilt", "damping at half the sample rate in dB per second"),
        port("axcite", "signal that excites the string at its bridge"),
    ])
    .source(
        "Manual: wgpluck (M. Casey); J. O. Smith, \"Physical modeling using digital waveguides\", \
             Computer Music Journal 16(4), 1992; bridge filter after C. Sullivan, ibid. 14(3), 1990",
    );

/// Fractions of a sample below this are left to the all-pass filter with one sample more.
const LEAST_FRACTION: f64 = 0.25;

/// One direction of travel: a ring whose place 0 is where the next sample goes.
#[derive(Default)]
struct Rail {
    ring: Vec<f64>,
    write: usize,
}

impl Rail {
    /// The sample `back` places before the next one's.
    #[inline]
    fn at(&self, back: usize) -> f64 {
        let len = self.ring.len();
        let i = (self.write + len - back.min(len)) % len;
        self.ring[i]
    }

    #[inline]
    fn push(&mut self, x: f64) {
        self.ring[self.write] = x;
        self.write = (self.write + 1) % self.ring.len();
    }
}

#[derive(Default)]
struct Pluck {
    /// To the nut and to the bridge.
    upper: Rail,
    lower: Rail,
    /// Coefficients of the symmetric bridge filter and its last inputs.
    bridge: [f64; 2],
    heard: [f64; 2],
    /// Coefficient and state of the all-pass filter that tunes the string.
    tuning: f64,
    tuned: f64,
}

/// Coefficients of a symmetric filter of three points with given gains at an angular frequency and at
/// half the sample rate; without the outer points where they could not fall.
fn bridge_filter(gain: f64, highest_gain: f64, angle: f64) -> [f64; 2] {
    let cos = math::cos(angle);
    let inner = (gain + cos * highest_gain) / (1.0 + cos);
    let outer = (inner - highest_gain) * 0.5;
    if outer < 0.0 || inner < 2.0 * outer { [0.0, gain] } else { [outer, inner] }
}

/// Coefficient of the all-pass filter for a delay of `fraction` samples; single precision, as in the
/// reference.
fn tuning(angle: f64, fraction: f64, sr: f64) -> f64 {
    let sine = |x: f64| math::sin(f64::from(x as f32)) as f32;
    let k = angle / sr;
    f64::from(-sine((k - k * fraction) / 2.0) / sine((k + k * fraction) / 2.0))
}

impl Ugen for Pluck {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let (sr, frequency, amp) = (cx.clock.sr, cx.k(0), cx.k(1) * 0.5);
        let mut period = sr / frequency - 1.0;
        let mut fraction = period - period.trunc();
        if fraction < LEAST_FRACTION {
            fraction = 1.0 + LEAST_FRACTION;
            period -= 1.0;
        }
        if !(2.0..1e12).contains(&period) {
            return Err("wgpluck: icps has to be above 0 and below a quarter of sr".into());
        }
        let len = (period * 0.5) as usize;
        cx.world.ask_memory(len.saturating_mul(16), "wgpluck")?;
        let pluck = ((len as f64 * cx.k(3)) as usize).clamp(1, len);
        let shape = |i: usize| {
            if i < pluck {
                amp * i as f64 / pluck as f64
            } else {
                amp - (i - pluck) as f64 * amp / (len - pluck) as f64
            }
        };
        let lower: Vec<f64> = (0..len).map(shape).collect();
        let upper = lower.iter().rev().copied().collect();
        let gain = |decibels: f64| math::pow(10.0, -decibels * 0.05 * (frequency / sr));
        let angle = TAU / sr * frequency;
        *self = Self {
            upper: Rail { ring: upper, write: 0 },
            lower: Rail { ring: lower, write: 0 },
            bridge: bridge_filter(gain(cx.k(4)), gain(cx.k(5)), angle),
            tuning: tuning(angle, fraction, sr),
            ..Self::default()
        };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let len = self.upper.ring.len();
        if len == 0 {
            io.set(0, 0.0);
            return Ok(());
        }
        let pickup = ((len as f64 * io.k(2)) as usize).clamp(1, len);
        let excitation = io.x(6);
        for (n, out) in io.out(0).iter().enumerate() {
            let fed = excitation.at(n);
            out.set(self.upper.at(pickup) + self.lower.at(len - pickup));
            let from_nut = -self.upper.at(len - 1);
            let heard = self.lower.at(0);
            let reflected = -(self.bridge[0] * (heard + self.heard[1]) + self.bridge[1] * self.heard[0]);
            self.heard = [heard, self.heard[0]];
            let inner = reflected + self.tuning * self.tuned;
            let tuned = self.tuned - self.tuning * inner;
            self.tuned = inner;
            self.upper.push(tuned + fed);
            self.lower.push(from_nut);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn a_pluck_sounds_and_decays() {
        let mut bench = Bench::new(&WGPLUCK, 0);
        bench.audio_in(6, |_| 0.0);
        for (i, x) in [440.0, 0.8, 0.5, 0.2, 100.0, 1000.0].into_iter().enumerate() {
            bench.set(i, x);
        }
        let out = bench.render(20000);
        let peak = |y: &[f64]| y.iter().fold(0.0f64, |m, y| m.max(y.abs()));
        assert!(peak(&out[..1000]) > 0.1 && peak(&out[19000..]) < 0.1 * peak(&out[..1000]));
    }
}
