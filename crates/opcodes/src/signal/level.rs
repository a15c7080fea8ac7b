//! Measuring and matching loudness: `rms`, `gain`, `balance`, `balance2`.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::cell::Cell;
use std::f64::consts::TAU;

const SIG: Port = port("asig", "signal");
const HP: Port = port("ihp", "half-power point of the smoothing filter in Hz; default 10");
const SKIP: Port = port("iskip", "not 0 keeps the state of the instance's previous note; default 0");

/// Definition of `rms`.
pub static RMS: OpDef = OpDef::new("rms", "Root mean square of a signal.")
    .sigs(&[sig("k", "aqo", Make::Unit(unit::<Rms>))])
    .outs(&[port("kres", "level")])
    .ins(&[SIG, HP, SKIP])
    .source("Manual: rms")
    .quiet_init();
/// Definition of `gain`.
pub static GAIN: OpDef = OpDef::new("gain", "Brings a signal to a level.")
    .sigs(&[sig("a", "akqo", Make::Unit(unit::<Gain>))])
    .outs(&[port("ares", "signal with the level krms")])
    .ins(&[SIG, port("krms", "root mean square to reach"), HP, SKIP])
    .source("Manual: gain")
    .quiet_init();
/// Definition of `balance`.
pub static BALANCE: OpDef =
    OpDef::new("balance", "Brings a signal to the level of another, k-cycle by k-cycle.")
        .sigs(&[sig("a", "aaqo", Make::Unit(unit::<Balance>))])
        .outs(&[port("ares", "signal with the level of acomp")])
        .ins(&[SIG, port("acomp", "signal whose level counts"), HP, SKIP])
        .source("Manual: balance")
        .quiet_init();
/// Definition of `balance2`.
pub static BALANCE2: OpDef =
    OpDef::new("balance2", "Brings a signal to the level of another, sample by sample.")
        .sigs(&[sig("a", "aaqo", Make::Unit(unit::<Balance2>))])
        .outs(&[port("ares", "signal with the level of acomp")])
        .ins(&[SIG, port("acomp", "signal whose level counts"), HP, SKIP])
        .source("Manual: balance2")
        .quiet_init();

/// A first-order low-pass filter of squares, tuned as `tone`.
#[derive(Clone, Copy, Default)]
struct Power {
    c1: f64,
    c2: f64,
}

impl Power {
    fn tune(half_power: f64, sr: f64) -> Self {
        let b = 2.0 - math::cos(half_power * (TAU / sr));
        let c2 = b - (b * b - 1.0).sqrt();
        Self { c1: 1.0 - c2, c2 }
    }

    #[inline(always)]
    fn step(self, state: &mut f64, x: f64) {
        *state = self.c1 * x * x + self.c2 * *state;
    }
}

/// Multiplies a signal by a gain that goes from the last one to a new one in a straight line.
fn ramp(out: &[Cell<f64>], signal: &[Cell<f64>], last: &mut f64, gain: f64) {
    let difference = gain - *last;
    if difference != 0.0 {
        let step = difference / out.len() as f64;
        let mut g = *last;
        for (y, x) in out.iter().zip(signal) {
            y.set(x.get() * g);
            g += step;
        }
        *last = gain;
    } else {
        for (y, x) in out.iter().zip(signal) {
            y.set(x.get() * gain);
        }
    }
}

#[derive(Default)]
struct Rms {
    power: Power,
    square: f64,
}

impl Ugen for Rms {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.power = Power::tune(cx.k(1), cx.clock.sr);
        if cx.k(2) == 0.0 {
            self.square = 0.0;
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        for x in io.a(0) {
            self.power.step(&mut self.square, x.get());
        }
        io.set(0, self.square.sqrt());
        Ok(())
    }
}

#[derive(Default)]
struct Gain {
    power: Power,
    square: f64,
    last: f64,
}

impl Ugen for Gain {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.power = Power::tune(cx.k(2), cx.clock.sr);
        if cx.k(3) == 0.0 {
            (self.square, self.last) = (0.0, 0.0);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        for x in io.a(0) {
            self.power.step(&mut self.square, x.get());
        }
        let target = io.k(1);
        let gain = if self.square > 0.0 { target / self.square.sqrt() } else { target };
        ramp(io.out(0), io.a(0), &mut self.last, gain);
        Ok(())
    }
}

#[derive(Default)]
struct Levels {
    power: Power,
    signal: f64,
    other: f64,
}

impl Levels {
    fn init(&mut self, cx: &Init<'_>) -> bool {
        self.power = Power::tune(cx.k(2), cx.clock.sr);
        let fresh = cx.k(3) == 0.0;
        if fresh {
            (self.signal, self.other) = (0.0, 0.0);
        }
        fresh
    }

    #[inline(always)]
    fn step(&mut self, x: f64, other: f64) {
        self.power.step(&mut self.signal, x);
        self.power.step(&mut self.other, other);
    }

    fn gain(&self) -> f64 {
        if self.signal != 0.0 { (self.other / self.signal).sqrt() } else { self.other.sqrt() }
    }
}

#[derive(Default)]
struct Balance {
    levels: Levels,
    last: f64,
}

impl Ugen for Balance {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if self.levels.init(cx) {
            self.last = 0.0;
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        for (x, other) in io.a(0).iter().zip(io.a(1)) {
            self.levels.step(x.get(), other.get());
        }
        ramp(io.out(0), io.a(0), &mut self.last, self.levels.gain());
        Ok(())
    }
}

#[derive(Default)]
struct Balance2 {
    levels: Levels,
}

impl Ugen for Balance2 {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.levels.init(cx);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        for ((out, x), other) in io.out(0).iter().zip(io.a(0)).zip(io.a(1)) {
            let x = x.get();
            self.levels.step(x, other.get());
            out.set(x * self.levels.gain());
        }
        Ok(())
    }
}
