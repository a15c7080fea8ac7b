//! `centroid`: the centre of gravity of a spectrum, given as an array or taken of a signal.

use super::common::not_initialised;
use crate::step::{Step, at_init, at_perf};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::fft::{Bin, RealFft};
use orchestrion_dsp::math;
use std::f64::consts::TAU;

/// Definition of `centroid`.
pub static CENTROID: OpDef = OpDef::new("centroid", "Centre of gravity of a spectrum.")
    .sigs(&[
        sig("i", "i[]", at_init::<OfArray>()),
        sig("k", "aki", Make::Unit(unit::<OfSignal>)),
        sig("k", "k[]", at_perf::<OfArray>()),
    ])
    .outs(&[port("kcent", "centre in Hz; 0 of silence")])
    .ins(&[
        port(
            "asig",
            "signal; or an array of magnitudes from 0 Hz to half the sample rate, whose last one is left out",
        ),
        port("ktrig", "not 0 takes the spectrum of the last samples, otherwise the output stays"),
        port("ifftsize", "number of samples, rounded up to a power of two"),
    ])
    .may_fail()
    .source("Manual: centroid; frequencies of the bins measured on the reference");

struct OfArray;

impl Step for OfArray {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        let array = io.array(0).ok_or_else(not_initialised)?;
        let Some((_, magnitudes)) = array.nums().split_last() else { return Err(not_initialised()) };
        let width = io.clock.sr / (2 * magnitudes.len()) as f64;
        let (mut sum, mut moment, mut frequency) = (0.0, 0.0, 0.5 * width);
        for magnitude in magnitudes {
            sum += magnitude;
            moment += magnitude * frequency;
            frequency += width;
        }
        io.set(0, if sum > 0.0 { moment / sum } else { 0.0 });
        Ok(())
    }
}

struct Analyser {
    fft: RealFft,
    window: Vec<f64>,
    windowed: Vec<f64>,
    bins: Vec<Bin>,
}

#[derive(Default)]
struct OfSignal {
    analyser: Option<Analyser>,
    /// The last samples, a ring.
    frame: Vec<f64>,
    at: usize,
    last: f64,
}

impl OfSignal {
    fn centre(&mut self, sr: f64) -> f64 {
        let Some(analyser) = &mut self.analyser else { return 0.0 };
        let (newer, older) = self.frame.split_at(self.at);
        for ((y, x), w) in analyser.windowed.iter_mut().zip(older.iter().chain(newer)).zip(&analyser.window) {
            *y = x * w;
        }
        analyser.fft.forward(&analyser.windowed, &mut analyser.bins);
        let width = sr / self.frame.len() as f64;
        let (mut sum, mut moment, mut frequency) = (0.0, 0.0, 0.5 * width);
        for bin in &analyser.bins[..analyser.bins.len() - 1] {
            let magnitude = (bin.re * bin.re + bin.im * bin.im).sqrt();
            sum += magnitude;
            moment += magnitude * frequency;
            frequency += width;
        }
        if sum == 0.0 { 0.0 } else { moment / sum }
    }
}

impl Ugen for OfSignal {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let wanted = cx.k(2).max(2.0);
        cx.world.ask_memory((wanted * 64.0) as usize, "centroid")?;
        let n = (wanted as usize).next_power_of_two();
        if self.frame.len() != n {
            let window = (0..n).map(|i| 0.5 - 0.5 * math::cos(i as f64 * TAU / n as f64)).collect();
            let fft = RealFft::new(n);
            let bins = vec![Bin::default(); fft.bins()];
            self.analyser = Some(Analyser { fft, window, windowed: vec![0.0; n], bins });
        }
        self.frame.clear();
        self.frame.resize(n, 0.0);
        (self.at, self.last) = (0, 0.0);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        for x in io.a(0) {
            self.frame[self.at] = x.get();
            self.at = (self.at + 1) % self.frame.len();
        }
        if io.k(1) != 0.0 {
            self.last = self.centre(io.clock.sr);
        }
        io.set(0, self.last);
        Ok(())
    }
}
