//! `exciter`: adds overtones to the high part of a signal.

use crate::section::Section;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::TAU;

/// Definition of `exciter`.
pub static EXCITER: OpDef = OpDef::new("exciter", "Harmonic exciter.")
    .quiet_init()
    .sigs(&[sig("a", "akkkk", Make::Unit(unit::<Exciter>))])
    .outs(&[port("ares", "overtones, to be mixed with the signal")])
    .ins(&[
        port("asig", "signal, full scale 0dbfs"),
        port("kfreq", "frequency in Hz from which on the signal is used"),
        port("kceil", "highest frequency in Hz of the result"),
        port("kharms", "amount of overtones, 0.1 to 10"),
        port("kblend", "balance between second and third order, -10 to 10"),
    ])
    .source("Schmidt (Calf studio gear, distortion of TAP plugins by Szilagyi); manual: exciter");

impl Section {
    /// Low-pass or high-pass (Bristow-Johnson's cookbook).
    fn tune(&mut self, high: bool, frequency: f64, q: f64, sr: f64) {
        let (sin, cos) = math::sin_cos(TAU * frequency / sr);
        let alpha = sin / (2.0 * q);
        let scale = 1.0 / (1.0 + alpha);
        let b = if high { scale * (1.0 + cos) * 0.5 } else { scale * (1.0 - cos) * 0.5 };
        self.b = [b, if high { -2.0 * b } else { 2.0 * b }, b];
        self.a = [-2.0 * cos * scale, (1.0 - alpha) * scale];
    }
}

/// Square root of the size of a number; nothing for what is nearly nothing.
fn root(x: f64) -> f64 {
    let x = x.abs();
    if x > TINY { x.sqrt() } else { 0.0 }
}

fn flushed(x: f64) -> f64 {
    if x.abs() > TINY { x } else { 0.0 }
}

/// Below this a number counts as 0.
const TINY: f64 = 0.00000001;
/// Quality of the filters around the distortion.
const Q: f64 = 0.707;

/// The curve of the distortion: roots of parabolas, one for each sign.
#[derive(Clone, Copy, Default)]
struct Curve {
    positive: [f64; 3],
    negative: [f64; 3],
    scale: f64,
}

impl Curve {
    fn new(drive: f64, blend: f64) -> Self {
        let drive = 12.0 / drive;
        let bias = drive / (10.5 - blend) * 780.0 / 33.0;
        let square = drive * drive;
        let kpa = root(2.0 * square - 1.0) + 1.0;
        let kc = kpa / root(2.0 * root(2.0 * square - 1.0) - 2.0 * square);
        let sq = kc * kc + 1.0;
        let knb = -bias / root(sq);
        let kna = 2.0 * kc * bias / root(sq);
        let an = bias * bias / sq;
        let range = 2.0 * knb + root(2.0 * kna + 4.0 * an - 1.0);
        Self {
            positive: [(square - kpa + 1.0) / 2.0, kpa, (2.0 - kpa) / 2.0],
            negative: [an, kna, knb],
            scale: 2.0 / (range + 1.0),
        }
    }

    fn at(&self, x: f64) -> f64 {
        let bent = |[a, b, c]: [f64; 3], x: f64| (root(a + x * (b - x)) + c) * self.scale;
        if x >= 0.0 { bent(self.positive, x) } else { -bent(self.negative, -x) }
    }
}

#[derive(Default)]
struct Exciter {
    before: [Section; 2],
    after: [Section; 2],
    ceiling: [Section; 2],
    up: [Section; 2],
    down: [Section; 2],
    last: f64,
    out: f64,
}

impl Exciter {
    /// Distorts at twice the sample rate.
    fn distort(&mut self, x: f64, curve: &Curve, sr: f64) -> f64 {
        let leak = 0.1 * sr / (0.1 * sr + 1.0);
        // Where twice the rate is above 96 kHz, the reference leaves the sample in between undistorted.
        let distorted = if sr * 2.0 > 96000.0 { 1 } else { 2 };
        let mut first = 0.0;
        for i in 0..2 {
            let mut y = if i == 0 { x } else { 0.0 };
            for section in &mut self.up {
                y = section.next(y);
            }
            if i < distorted {
                let bent = curve.at(y);
                y = leak * (bent - self.last + self.out);
                (self.last, self.out) = (flushed(bent), flushed(y));
            }
            for section in &mut self.down {
                y = section.next(y);
            }
            if i == 0 {
                first = y;
            }
        }
        first
    }
}

impl Ugen for Exciter {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        *self = Self::default();
        let sr = cx.clock.sr;
        let limit = if sr > 50000.0 { sr * 0.5 } else { 25000.0 };
        for section in self.up.iter_mut().chain(&mut self.down) {
            section.tune(false, limit, 0.8, sr * 2.0);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let (x, sr, full) = (io.x(0), io.clock.sr, world.header.zero_dbfs);
        for section in self.before.iter_mut().chain(&mut self.after) {
            section.tune(true, io.k(1), Q, sr);
        }
        for section in &mut self.ceiling {
            section.tune(false, io.k(2), Q, sr);
        }
        let curve = Curve::new(io.k(3), io.k(4));
        for (n, out) in io.out(0).iter().enumerate() {
            let mut y = x.at(n) / full;
            for section in &mut self.before {
                y = section.next(y);
            }
            y = self.distort(y, &curve, sr);
            for section in self.after.iter_mut().chain(&mut self.ceiling) {
                y = section.next(y);
            }
            out.set(y * full);
        }
        Ok(())
    }
}
