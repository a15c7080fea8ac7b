//! `hilbert2`: analytic signal by overlapping transforms.

use crate::lookup::truncated;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::fft::{Bin, ComplexFft};
use orchestrion_dsp::math;
use std::f64::consts::TAU;

/// Definition of `hilbert2`.
pub static HILBERT2: OpDef = OpDef::new("hilbert2", "Hilbert transformer by overlapping transforms.")
    .quiet_init()
    .sigs(&[sig("aa", "aii", Make::Unit(unit::<Hilbert2>))])
    .outs(&[port("are", "real part"), port("aim", "imaginary part, a quarter of a period apart")])
    .ins(&[
        port("asig", "signal"),
        port("ifftsize", "length of the transforms, lowered to a power of two"),
        port("ihopsize", "samples between transforms, lowered to a power of two"),
    ])
    .source("Manual: hilbert2; sine-squared window before and after, measured on the reference");

/// Longest transform.
const MOST: i32 = 1 << 24;

struct Transformer {
    fft: ComplexFft,
    window: Vec<f64>,
    hop: usize,
    /// The last samples, a ring as long as the window.
    past: Vec<f64>,
    /// Sums of overlapping frames, a ring.
    sums: Vec<Bin>,
    frame: Vec<Bin>,
    at: usize,
    /// Samples since the last transform.
    count: usize,
}

impl Transformer {
    fn new(size: usize, hop: usize) -> Self {
        let window = (0..size).map(|i| 0.5 - 0.5 * math::cos(i as f64 * (TAU / size as f64))).collect();
        Self {
            fft: ComplexFft::new(size),
            window,
            hop,
            past: vec![0.0; size],
            sums: vec![Bin::default(); size],
            frame: vec![Bin::default(); size],
            at: 0,
            count: 0,
        }
    }

    /// Adds the analytic signal of the last samples to the sums, from the next sample on.
    fn transform(&mut self) {
        let size = self.window.len();
        for (i, bin) in self.frame.iter_mut().enumerate() {
            *bin = Bin::new(self.past[(self.at + i) % size] * self.window[i], 0.0);
        }
        self.fft.forward(&mut self.frame);
        self.frame[0] *= 0.5;
        self.frame[size / 2..].fill(Bin::default());
        self.fft.inverse(&mut self.frame);
        let overlap = size / self.hop;
        let scale = if overlap < 4 { 1.0 } else { 16.0 / (3 * overlap) as f64 };
        for (i, bin) in self.frame.iter().enumerate() {
            let sum = &mut self.sums[(self.at + i) % size];
            *sum += *bin * (self.window[i] * scale);
        }
    }

    fn next(&mut self, x: f64) -> Bin {
        if self.count == self.hop {
            self.count = 0;
            self.transform();
        }
        self.count += 1;
        self.past[self.at] = x;
        let y = std::mem::take(&mut self.sums[self.at]);
        self.at = if self.at + 1 < self.past.len() { self.at + 1 } else { 0 };
        y
    }
}

#[derive(Default)]
struct Hilbert2(Option<Transformer>);

/// The greatest power of two up to `n`.
fn power_below(n: i32) -> usize {
    1 << n.ilog2()
}

impl Ugen for Hilbert2 {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let (size, hop) = (truncated(cx.k(1)).min(MOST), truncated(cx.k(2)));
        if size < 2 || hop < 1 {
            return Err("ifftsize must be at least 2, ihopsize at least 1".into());
        }
        cx.world.ask_memory(size as usize * 64, "hilbert2")?;
        self.0 = Some(Transformer::new(power_below(size), power_below(hop.min(size))));
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let Some(transformer) = &mut self.0 else { return Ok(()) };
        let x = io.x(0);
        for (n, (real, imaginary)) in io.out(0).iter().zip(io.out(1)).enumerate() {
            let y = transformer.next(x.at(n));
            real.set(y.re);
            imaginary.set(y.im);
        }
        Ok(())
    }
}
