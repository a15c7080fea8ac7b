//! `cross2`: the spectrum of one signal with the envelope of another's.

use crate::lookup::{any_table, truncated};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::fft::{Bin, RealFft};
use orchestrion_dsp::math;

/// Definition of `cross2`.
pub static CROSS2: OpDef = OpDef::new("cross2", "Cross synthesis by transforms.")
    .quiet_init()
    .sigs(&[sig("a", "aaiiik", Make::Unit(unit::<Cross2>))])
    .outs(&[port("ares", "the first signal with the envelope of the second")])
    .ins(&[
        port("ain1", "signal whose spectrum is shaped"),
        port("ain2", "signal whose envelope shapes it"),
        port("isize", "length of the transforms, a power of two from 16"),
        port("ioverlap", "transforms at a time, a power of two from 2"),
        port("iwin", "table with a window"),
        port("kbias", "amount of cross synthesis; 0 is none"),
    ])
    .source("Smaragdis 1994; manual: cross2; the handling of imaginary parts measured on the reference")
    .reads(Res::TABLES)
    .differences(&["Sizes that are no power of two from 16 are refused; the reference makes noise of them."]);

/// Bins over which the envelope is a straight line.
const BLOCK: usize = 16;
/// Gain of the sum of overlapping frames.
const GAIN: f64 = 5.0;
/// Longest transform.
const MOST: usize = 1 << 24;

struct Morpher {
    fft: RealFft,
    /// The last samples of both signals and the sums of frames, rings.
    first: Vec<f64>,
    second: Vec<f64>,
    sums: Vec<f64>,
    at: usize,
    frame: Vec<f64>,
    bins: Vec<Bin>,
    envelope: Vec<f64>,
    overlap: usize,
}

impl Morpher {
    fn new(size: usize, overlap: usize) -> Self {
        let fft = RealFft::new(2 * size);
        Self {
            first: vec![0.0; size],
            second: vec![0.0; size],
            sums: vec![0.0; size],
            at: 0,
            frame: vec![0.0; 2 * size],
            bins: vec![Bin::default(); fft.bins()],
            envelope: vec![0.0; fft.bins()],
            overlap,
            fft,
        }
    }

    /// Puts the windowed last samples of a signal into the frame.
    fn load(&mut self, second: bool, window: &[f64], points: usize) {
        let ring = if second { &self.second } else { &self.first };
        let size = ring.len();
        let step = points as f64 / size as f64;
        self.frame[size..].fill(0.0);
        for (i, slot) in self.frame[..size].iter_mut().enumerate() {
            let weight = window.get((i as f64 * step) as usize).copied().unwrap_or(0.0);
            *slot = ring[(i + self.at) % size] * weight;
        }
    }

    /// Magnitudes of the bins relative to the greatest, in straight lines from block to block.
    fn find_envelope(&mut self) {
        let last = self.bins.len() - 1;
        for (i, (slot, bin)) in self.envelope.iter_mut().zip(&self.bins).enumerate() {
            *slot = if i == 0 || i == last { bin.re } else { math::hypot(bin.re, bin.im) };
        }
        let greatest = self.envelope[1..last].iter().copied().fold(0.0, f64::max);
        if greatest != 0.0 {
            for slot in &mut self.envelope {
                *slot /= greatest;
            }
        }
        let mut from = self.envelope[0];
        for (number, block) in self.envelope[..last].chunks_mut(BLOCK).enumerate() {
            let peak = block.iter().fold(0.0, |peak, &y| if peak < y.abs() { y } else { peak });
            let way = if number == 0 { peak + from } else { peak - from };
            for (c, slot) in block.iter_mut().enumerate() {
                *slot = way / BLOCK as f64 * c as f64 + from;
            }
            from = block[BLOCK - 1];
        }
        self.envelope[last] = from;
    }

    /// Shapes the bins; imaginary parts take the factor of the bin below, and the last two real parts both
    /// of each other's.
    fn shape(&mut self, bias: f64) {
        let last = self.bins.len() - 1;
        let factor = |i: usize| bias * self.envelope[i];
        for (i, bin) in self.bins.iter_mut().enumerate() {
            bin.re *= factor(i);
            if i > 0 {
                bin.im *= factor(i - 1);
            }
        }
        self.bins[last].re *= factor(last - 1);
        self.bins[last - 1].re *= factor(last);
    }

    fn transform(&mut self, window: &[f64], points: usize, bias: f64) {
        let size = self.first.len();
        if bias != 0.0 {
            self.load(true, window, points);
            self.fft.forward(&self.frame, &mut self.bins);
            self.find_envelope();
        }
        self.load(false, window, points);
        if bias != 0.0 {
            self.fft.forward(&self.frame, &mut self.bins);
            self.shape(bias);
            self.fft.inverse(&self.bins, &mut self.frame);
        }
        let hop = size / self.overlap;
        for i in size - hop..size {
            self.sums[(self.at + i) % size] = 0.0;
        }
        for i in 0..size {
            self.sums[(self.at + i) % size] += self.frame[i] * (GAIN / self.overlap as f64);
        }
    }
}

#[derive(Default)]
struct Cross2 {
    morpher: Option<Morpher>,
    window: f64,
}

impl Ugen for Cross2 {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let size = usize::try_from(truncated(cx.k(2))).unwrap_or(0);
        if !size.is_power_of_two() || !(BLOCK..=MOST).contains(&size) {
            return Err(format!("isize must be a power of two from {BLOCK} to {MOST}, not {size}").into());
        }
        self.window = any_table(cx.world, cx.k(4))?;
        cx.world.ask_memory(size * 128, "cross2")?;
        let overlap = truncated(cx.k(3)).clamp(2, size as i32) as usize;
        self.morpher = Some(Morpher::new(size, overlap.next_power_of_two()));
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let (Some(m), Some(window)) = (&mut self.morpher, world.tables.get(self.window)) else {
            return Ok(());
        };
        let (first, second, bias) = (io.x(0), io.x(1), io.k(5));
        let size = m.first.len();
        for (n, out) in io.out(0).iter().enumerate() {
            m.first[m.at] = first.at(n);
            m.second[m.at] = second.at(n);
            out.set(m.sums[m.at]);
            m.at = if m.at + 1 < size { m.at + 1 } else { 0 };
            if m.at % (size / m.overlap) == 0 {
                m.transform(&window.data, window.len, bias);
            }
        }
        Ok(())
    }
}
