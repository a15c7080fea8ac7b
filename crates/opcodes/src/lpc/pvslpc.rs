//! `pvslpc`: spectral envelope of a signal by linear prediction, as a spectral signal.

use super::frame::{Analysis, ORDER, Stream, WINDOW};
use crate::lookup::truncated;
use crate::spectral::frames::output;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::spectrum::{SpectrumFormat, SpectrumLayout};
use orchestrion_base::world::World;
use orchestrion_dsp::fft::{Bin, RealFft};

/// Definition of `pvslpc`.
pub static PVSLPC: OpDef = OpDef::new("pvslpc", "Spectral envelope of a signal by linear prediction.")
    .sigs(&[sig("f", "aiiio", Make::Unit(unit::<Pvslpc>))])
    .outs(&[port(
        "fsig",
        "amplitudes of the envelope, and near the bins multiples of the fundamental by autocorrelation",
    )])
    .ins(&[
        port("asrc", "signal that is analysed"),
        port("idftsiz", "length of the frames in samples, a power of two from 4 on"),
        port("ihop", "samples from frame to frame"),
        ORDER,
        WINDOW,
    ])
    .reads(Res::TABLES)
    .source("Makhoul 1975; manual: pvslpc; level, edges and frequencies measured on the reference")
    .differences(&[
        "An order that does not fit into the frame is an error, and a fundamental below the first bin leaves the \
         frequencies as they were; the reference writes to foreign memory or crashes.",
    ]);

/// Type number of the Hann window, which the signal claims.
const HANN: i32 = 1;

struct Pvslpc {
    analysis: Analysis,
    stream: Stream,
    fft: RealFft,
    /// The predictor's inverse filter, and its spectrum.
    filter: Vec<f64>,
    bins: Vec<Bin>,
}

impl Default for Pvslpc {
    fn default() -> Self {
        Self {
            analysis: Analysis::default(),
            stream: Stream::default(),
            fft: RealFft::new(1),
            filter: Vec::new(),
            bins: Vec::new(),
        }
    }
}

impl Ugen for Pvslpc {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.analysis.prepare(cx, [1, 3, 4], usize::MAX)?;
        let size = self.analysis.len;
        if !size.is_power_of_two() || size < 4 || self.analysis.order >= size {
            return Err("pvslpc: idftsiz must be a power of two, 4 at least, and above iord".into());
        }
        let hop = u32::try_from(truncated(cx.k(2))).unwrap_or(0).max(1);
        let layout = SpectrumLayout {
            size: u32::try_from(size).unwrap_or(u32::MAX),
            hop,
            window: u32::try_from(size).unwrap_or(u32::MAX),
            window_type: HANN,
            format: SpectrumFormat::AmpFreq,
            sliding: false,
        };
        // An instance that is used again goes on from its last frame, whose frequencies may stay (measured).
        if cx.spectrum_out(0).is_none_or(|out| out.layout != layout) {
            output(cx, 0, layout)?.frame_count = 0;
        }
        self.stream.restart(size);
        self.fft = RealFft::new(size);
        self.filter = vec![0.0; size];
        self.bins = vec![Bin::default(); self.fft.bins()];
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let x = io.x(0);
        for n in 0..io.samples_len() {
            if self.stream.take(x.at(n), true, io.k(2), &mut self.analysis, world) {
                self.show(io);
            }
        }
        Ok(())
    }
}

impl Pvslpc {
    /// Puts out the envelope of the frame that was just analysed.
    fn show(&mut self, io: &Io<'_>) {
        let (Some(mut out), Some(predictor)) = (io.spectrum_out(0), &self.analysis.predictor) else { return };
        self.filter.fill(0.0);
        self.filter[0] = 1.0;
        for (slot, factor) in self.filter[1..].iter_mut().zip(predictor.coefficients()) {
            *slot = *factor;
        }
        self.fft.forward(&self.filter, &mut self.bins);
        let gain = predictor.error().sqrt() * predictor.rms();
        let last = self.bins.len() - 1;
        for (n, (pair, bin)) in out.frame.iter_mut().zip(&self.bins).enumerate() {
            // At the edges a response below 0 counts as none.
            let response = if n == 0 || n == last { bin.re } else { bin.norm_sqr().sqrt() };
            pair[0] = if response > 0.0 { gain / response } else { gain } as f32;
        }
        let fundamental = io.clock.sr / predictor.period();
        frequencies(fundamental, self.filter.len(), io.clock.sr, &mut out.frame);
        out.frame_count = out.frame_count.wrapping_add(1);
    }
}

/// Writes multiples of a fundamental to bins: the share that each bin has of the fundamental's, moved by one where the
/// division truncates to 0 (measured on the reference).
fn frequencies(fundamental: f64, size: usize, sr: f64, frame: &mut [[f32; 2]]) {
    let bin_of = (fundamental * size as f64 / sr) as i64;
    if bin_of == 0 {
        return;
    }
    for (n, pair) in (0_i64..).zip(frame) {
        let moved = [(n, n), (n + 1, n - 1), (n - 1, n + 1)];
        if let Some((_, taken)) = moved.iter().find(|(tried, _)| tried / bin_of != 0) {
            pair[1] = (fundamental * *taken as f64 / bin_of as f64) as f32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_below_the_fundamental_keep_their_frequencies() {
        let mut frame = [[0.0; 2]; 9];
        frequencies(4000.0, 16, 16000.0, &mut frame);
        let got: Vec<f32> = frame.iter().map(|pair| pair[1]).collect();
        assert_eq!(got, [0.0, 0.0, 0.0, 2000.0, 4000.0, 5000.0, 6000.0, 7000.0, 8000.0]);
    }
}
