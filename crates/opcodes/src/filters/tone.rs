//! `tone`, `atone`, `tonek`, `atonek`: first-order low-pass and high-pass filters.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::TAU;

const OUTS: &[Port] = &[port("xres", "filtered signal")];
const INS: &[Port] = &[
    port("xsig", "signal to filter"),
    port("xhp", "half-power point in Hz, 0 to half the rate"),
    port("iskip", "nonzero keeps the state of the instance's previous note; default 0"),
];
const LOW: &str =
    "Manual: tone; y[n] = c1 x[n] + c2 y[n-1], c2 = b - sqrt(b^2 - 1), b = 2 - cos(2 pi hp / rate)";
const HIGH: &str = "Manual: atone; the signal minus what tone makes of it";

/// Definition of `tone`.
pub static TONE: OpDef = OpDef::new("tone", "First-order recursive low-pass filter.")
    .sigs(&[sig("a", "ako", Make::Unit(unit::<Low>)), sig("a", "aao", Make::Unit(unit::<Low>))])
    .outs(OUTS)
    .ins(INS)
    .source(LOW)
    .quiet_init();

/// Definition of `tonek`.
pub static TONEK: OpDef = OpDef::new("tonek", "First-order recursive low-pass filter at control rate.")
    .sigs(&[sig("k", "kko", Make::Unit(unit::<Low>))])
    .outs(OUTS)
    .ins(INS)
    .source(LOW)
    .quiet_init();

/// Definition of `atone`.
pub static ATONE: OpDef = OpDef::new("atone", "First-order recursive high-pass filter.")
    .sigs(&[sig("a", "ako", Make::Unit(unit::<High>)), sig("a", "ako", Make::Unit(unit::<High>))])
    .outs(OUTS)
    .ins(INS)
    .source(HIGH)
    .quiet_init();

/// Definition of `atonek`.
pub static ATONEK: OpDef = OpDef::new("atonek", "First-order recursive high-pass filter at control rate.")
    .sigs(&[sig("k", "kko", Make::Unit(unit::<High>))])
    .outs(OUTS)
    .ins(INS)
    .source(HIGH)
    .quiet_init();

/// Coefficients for a half-power point.
#[derive(Clone, Copy, Default)]
pub(super) struct Pole {
    /// Half-power point in Hz.
    pub half_power: f64,
    /// Factor of the input; the factors add up to 1.
    pub c1: f64,
    /// Factor of the last output.
    pub c2: f64,
}

impl Pole {
    /// For a half-power point in Hz at `rate` steps per second.
    #[inline(always)]
    pub fn new(half_power: f64, rate: f64) -> Self {
        let b = 2.0 - math::cos(half_power * (TAU / rate));
        let c2 = b - (b * b - 1.0).sqrt();
        Self { half_power, c1: 1.0 - c2, c2 }
    }
}

#[derive(Default)]
struct Low {
    pole: Pole,
    y: f64,
}

impl Ugen for Low {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.pole = Pole::new(cx.k(1), cx.rate());
        if cx.k(2) == 0.0 {
            self.y = 0.0;
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, half_power, moving) = (io.x(0), io.x(1), io.is_audio_in(1));
        let (mut pole, mut y) = (self.pole, self.y);
        if !moving && half_power.at(0) != pole.half_power {
            pole = Pole::new(half_power.at(0), io.rate());
        }
        for (n, out) in io.out(0).iter().enumerate() {
            if moving && half_power.at(n) != pole.half_power {
                pole = Pole::new(half_power.at(n), io.clock.sr);
            }
            y = pole.c1 * x.at(n) + pole.c2 * y;
            out.set(y);
        }
        (self.pole, self.y) = (pole, y);
        Ok(())
    }
}

#[derive(Default)]
struct High {
    pole: Pole,
    /// Last output less last input.
    y: f64,
}

impl Ugen for High {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.pole = Pole::new(cx.k(1), cx.rate());
        if cx.k(2) == 0.0 {
            self.y = 0.0;
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, half_power) = (io.x(0), io.k(1));
        if half_power != self.pole.half_power {
            self.pole = Pole::new(half_power, io.rate());
        }
        let (c2, mut y) = (self.pole.c2, self.y);
        for (n, out) in io.out(0).iter().enumerate() {
            let x = x.at(n);
            let high = c2 * (y + x);
            out.set(high);
            y = high - x;
        }
        self.y = y;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    fn last(op: &'static OpDef, source: fn(usize) -> f64, half_power: f64) -> f64 {
        let mut bench = Bench::new(op, 0);
        bench.audio_in(0, source);
        bench.set(1, half_power);
        bench.render(4000).last().copied().unwrap_or(0.0)
    }

    #[test]
    fn low_passes_a_constant_and_damps_the_highest_frequency() {
        assert!((last(&TONE, |_| 1.0, 1000.0) - 1.0).abs() < 1e-9);
        assert!(last(&TONE, |n| if n % 2 == 0 { 1.0 } else { -1.0 }, 100.0).abs() < 0.01);
    }

    #[test]
    fn high_damps_a_constant_and_passes_the_highest_frequency() {
        assert!(last(&ATONE, |_| 1.0, 1000.0).abs() < 1e-9);
        assert!((last(&ATONE, |n| if n % 2 == 0 { 1.0 } else { -1.0 }, 100.0) + 1.0).abs() < 0.02);
    }
}
