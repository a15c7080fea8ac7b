//! `plltrack`: follows a frequency with a phase-locked loop.

use crate::section::Section;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::{PI, SQRT_2};

/// Definition of `plltrack`.
pub static PLLTRACK: OpDef = OpDef::new("plltrack", "Tracks a pitch with a phase-locked loop.")
    .sigs(&[sig("aa", "akOOOOO", Make::Unit(unit::<Plltrack>))])
    .outs(&[
        port("acps", "estimated frequency in Hz"),
        port("alock", "phase-lock indicator: nearer to 0 is better locked"),
    ])
    .ins(&[
        port("asig", "signal"),
        port("kd", "feedback gain of the loop, which sets its range in Hz"),
        port("kloopf", "cutoff of the loop's low-pass in Hz; default 20"),
        port("kloopq", "its resonance; default 1/3"),
        port("klf", "lowest frequency in Hz; default 20"),
        port("khf", "highest frequency in Hz; default 1500"),
        port("kthresh", "level below which nothing is tracked; default 0.001"),
    ])
    .source("Zoelzer, Sankarababu and Moeller, PLL-based pitch detection (2012); manual: plltrack");

impl Section {
    /// Butterworth low-pass.
    fn low(&mut self, frequency: f64, sr: f64) {
        let k = 1.0 / math::tan(PI / sr * frequency);
        let b = 1.0 / (1.0 + SQRT_2 * k + k * k);
        self.b = [b, 2.0 * b, b];
        self.a = [2.0 * (1.0 - k * k) * b, (1.0 - SQRT_2 * k + k * k) * b];
    }

    /// Butterworth high-pass.
    fn high(&mut self, frequency: f64, sr: f64) {
        let k = math::tan(PI / sr * frequency);
        let b = 1.0 / (1.0 + SQRT_2 * k + k * k);
        self.b = [b, -2.0 * b, b];
        self.a = [2.0 * (k * k - 1.0) * b, (1.0 - SQRT_2 * k + k * k) * b];
    }

    /// Low-pass with resonance.
    fn resonant(&mut self, frequency: f64, q: f64, sr: f64) {
        let k = math::tan(PI / sr * frequency);
        let square = k * k;
        let divisor = square * q + k + q;
        let b = square * q / divisor;
        self.b = [b, 2.0 * b, b];
        self.a = [2.0 * q * (square - 1.0) / divisor, (square * q - k + q) / divisor];
    }
}

/// Smoothing after the envelope is taken out.
const SMOOTHING: f64 = 0.99;
/// Cutoff of the envelope's low-pass in Hz.
const ENVELOPE: f64 = 10.0;

#[derive(Default)]
struct Plltrack {
    /// Low-passes and the high-pass for the range, for the envelope, and for the loop.
    range: [Section; 4],
    envelope: Section,
    loop_filter: Section,
    smooth: f64,
    level: f64,
    /// Oscillator: what the loop uses, and its next state.
    cos: f64,
    sin: f64,
    next: [f64; 2],
    /// Outputs of the last cycle that was not muted.
    held: Vec<[f64; 2]>,
}

/// An argument with the default for 0.
fn or(value: f64, default: f64) -> f64 {
    if value == 0.0 { default } else { value }
}

impl Plltrack {
    fn tune(&mut self, io: &Io<'_>) {
        let sr = io.clock.sr;
        for section in &mut self.range[..3] {
            section.low(or(io.k(5), 1500.0), sr);
        }
        self.range[3].high(or(io.k(4), 20.0), sr);
        self.loop_filter.resonant(or(io.k(2), 20.0), or(io.k(3), 1.0 / 3.0), sr);
    }

    fn step(&mut self, x: f64, feedback: f64, threshold: f64, sr: f64) -> [f64; 2] {
        let x = self.range.iter_mut().fold(x, |x, section| section.next(x));
        let envelope = self.envelope.next(x.abs());
        let levelled = if envelope > threshold { x / envelope } else { 0.0 };
        self.smooth = (1.0 - SMOOTHING) * (levelled + self.level) / 2.0 + self.smooth * SMOOTHING;
        self.level = levelled;
        let difference = self.cos * self.smooth * feedback * sr;
        let y = self.loop_filter.next(difference);
        let result = [(2.0 * y).abs(), self.smooth * self.sin];
        [self.sin, self.cos] = self.next;
        let (s, c) = math::sin_cos((y + difference) * (2.0 * PI / sr));
        self.next = [self.sin * c + self.cos * s, -self.sin * s + self.cos * c];
        result
    }
}

/// Whether an input is silent or constant, which the reference takes for muted.
fn muted(io: &Io<'_>) -> bool {
    let x = io.x(0);
    let len = io.samples_len();
    if len == 1 {
        return x.at(0) == 0.0;
    }
    (1..len).all(|n| x.at(n) == 0.0 || x.at(n) == x.at(n - 1))
}

impl Ugen for Plltrack {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        *self = Self { next: [0.0, 1.0], ..Self::default() };
        self.envelope.low(ENVELOPE, cx.clock.sr);
        self.held.resize(cx.clock.ksmps, [0.0; 2]);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        if !muted(io) {
            self.tune(io);
            let (x, full) = (io.x(0), world.header.zero_dbfs);
            let (feedback, threshold) = (io.k(1), or(io.k(6), 0.001));
            for n in 0..io.samples_len().min(self.held.len()) {
                self.held[n] = self.step(x.at(n) / full, feedback, threshold, io.clock.sr);
            }
        }
        for ((frequency, lock), held) in io.out(0).iter().zip(io.out(1)).zip(&self.held) {
            frequency.set(held[0]);
            lock.set(held[1]);
        }
        Ok(())
    }
}
