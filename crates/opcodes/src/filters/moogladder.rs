//! `moogladder`, `moogladder2`: Moog's ladder filter, the second with a cheaper tanh.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Sig, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::TAU;

const OUTS: &[Port] = &[port("ares", "filtered signal")];
const INS: &[Port] = &[
    port("asig", "signal to filter"),
    port("xcf", "cutoff frequency in Hz"),
    port("xres", "resonance, 0 up to about 1, where it oscillates"),
    port("istor", "nonzero keeps the state of the previous note; default 0"),
];
const SOURCE: &str =
    "Huovilainen, Non-linear digital implementation of the Moog ladder filter, DAFx 2004; twice oversampled";

/// Definition of `moogladder`.
pub static MOOGLADDER: OpDef = define("moogladder", "Moog's ladder low-pass filter.", &SIGS);

/// Definition of `moogladder2`.
pub static MOOGLADDER2: OpDef =
    define("moogladder2", "Moog's ladder low-pass filter with an approximate tanh.", &SIGS2);

const SIGS: [Sig; 4] = sigs::<false>();
const SIGS2: [Sig; 4] = sigs::<true>();

const fn sigs<const CHEAP: bool>() -> [Sig; 4] {
    let make = Make::Unit(unit::<Ladder<CHEAP>>);
    [sig("a", "akko", make), sig("a", "aaao", make), sig("a", "aako", make), sig("a", "akao", make)]
}

const fn define(name: &'static str, summary: &'static str, sigs: &'static [Sig]) -> OpDef {
    OpDef::new(name, summary).sigs(sigs).outs(OUTS).ins(INS).source(SOURCE).quiet_init()
}

/// Twice the thermal voltage of the paper's transistors, relative to full scale.
const VOLTAGE: f64 = 1.22070315;

/// Coefficients with the settings they are for.
#[derive(Clone, Copy, Default)]
struct Tuning {
    cutoff: f64,
    resonance: f64,
    gain: f64,
    feedback: f64,
}

impl Tuning {
    fn new(cutoff: f64, resonance: f64, sr: f64, voltage: f64) -> Self {
        let f = cutoff / sr;
        let (f2, f3) = (f * f, f * f * f);
        // Polynomials of the paper: cutoff and resonance corrections.
        let correction = 1.8730 * f3 + 0.4955 * f2 - 0.6490 * f + 0.9988;
        let compensation = -3.9364 * f2 + 1.8409 * f + 0.9968;
        Self {
            cutoff,
            resonance,
            gain: (1.0 - math::exp(-(TAU * (0.5 * f) * correction))) / voltage,
            feedback: 4.0 * resonance * compensation,
        }
    }
}

#[derive(Clone, Copy, Default)]
struct State {
    stage: [f64; 4],
    tanh: [f64; 3],
    last: f64,
    out: f64,
}

/// Hyperbolic tangent, or the reference's approximation: a straight line below 0.5, a quotient of
/// polynomials below 4, and constant beyond.
#[inline(always)]
fn tanh<const CHEAP: bool>(x: f64) -> f64 {
    if !CHEAP {
        return math::tanh(x);
    }
    let size = x.abs();
    if size < 0.5 {
        return x;
    }
    if size >= 4.0 {
        return 1f64.copysign(x);
    }
    let x2 = x * x;
    let above = x * (135135.0 + x2 * (17325.0 + x2 * (378.0 + x2)));
    above / (135135.0 + x2 * (62370.0 + x2 * (3150.0 + x2 * 28.0)))
}

impl State {
    /// Half a sample: the filter runs at twice the rate.
    #[inline(always)]
    fn half<const CHEAP: bool>(&mut self, x: f64, t: &Tuning, voltage: f64) {
        let [mut s0, mut s1, mut s2, mut s3] = self.stage;
        let [h0, h1, h2] = self.tanh;
        let input = x - t.feedback * self.out;
        s0 += t.gain * (tanh::<CHEAP>(input * voltage) - h0);
        let t0 = tanh::<CHEAP>(s0 * voltage);
        s1 += t.gain * (t0 - h1);
        let t1 = tanh::<CHEAP>(s1 * voltage);
        s2 += t.gain * (t1 - h2);
        let t2 = tanh::<CHEAP>(s2 * voltage);
        s3 += t.gain * (t2 - tanh::<CHEAP>(s3 * voltage));
        self.out = (s3 + self.last) * 0.5;
        self.last = s3;
        self.stage = [s0, s1, s2, s3];
        self.tanh = [t0, t1, t2];
    }
}

#[derive(Default)]
struct Ladder<const CHEAP: bool> {
    tuning: Tuning,
    state: State,
}

impl<const CHEAP: bool> Ugen for Ladder<CHEAP> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(3) == 0.0 {
            self.state = State::default();
            self.tuning = Tuning { resonance: f64::NAN, ..Tuning::default() };
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let (x, cutoff, resonance) = (io.x(0), io.x(1), io.x(2));
        let moving = cutoff.is_audio() || resonance.is_audio();
        // Both at audio rate: the reference lets the resonance be negative (measured).
        let lowest = if cutoff.is_audio() && resonance.is_audio() { f64::NEG_INFINITY } else { 0.0 };
        let voltage = 1.0 / (VOLTAGE * world.header.zero_dbfs);
        let (mut t, mut state) = (self.tuning, self.state);
        for (n, out) in io.out(0).iter().enumerate() {
            if n == 0 || moving {
                let (f, r) = (cutoff.at(n), resonance.at(n).max(lowest));
                if f != t.cutoff || r != t.resonance {
                    t = Tuning::new(f, r, io.clock.sr, voltage);
                }
            }
            let x = x.at(n);
            state.half::<CHEAP>(x, &t, voltage);
            state.half::<CHEAP>(x, &t, voltage);
            out.set(state.out);
        }
        (self.tuning, self.state) = (t, state);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn passes_low_and_damps_high() {
        let level = |period: fn(usize) -> f64| {
            let mut bench = Bench::new(&MOOGLADDER, 0);
            bench.world.header.zero_dbfs = 1.0;
            bench.audio_in(0, period);
            bench.set(1, 1000.0);
            bench.render(4410)[3000..].iter().fold(0.0f64, |m, y| m.max(y.abs()))
        };
        let low = level(|n| 0.1 * math::sin(TAU * n as f64 / 441.0));
        let high = level(|n| 0.1 * math::sin(TAU * n as f64 / 8.0));
        assert!(low > 0.08 && high < 0.005, "{low} {high}");
    }
}
