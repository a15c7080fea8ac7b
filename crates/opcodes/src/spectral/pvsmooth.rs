//! `pvsmooth`: amplitudes and frequencies through low-pass filters.

use super::effect::{Effect, Real, Source, effect};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, OpDef, port, sig};
use orchestrion_base::spectrum::SpectrumLayout;
use orchestrion_dsp::math;
use std::f64::consts::PI;

/// Definition of `pvsmooth`.
pub static PVSMOOTH: OpDef =
    OpDef::new("pvsmooth", "Smooths amplitudes and frequencies from frame to frame.")
        .sigs(&[sig("f", "fxx", effect::<Pvsmooth>())])
        .outs(&[port("fsig", "spectral signal")])
        .ins(&[
            port("fsigin", "spectral signal"),
            port("kacf", "cutoff for amplitudes, 0 to 1, of half the frame rate"),
            port("kfcf", "cutoff for frequencies, 0 to 1, of half the frame rate"),
        ])
        .source("Manual: pvsmooth; first-order low-pass filters as of tone")
        .differences(&[
            "a sliding analysis of another pitch in the memory of an earlier note is off by 0.1 % of the peak at first",
        ]);

#[derive(Default)]
struct Pvsmooth {
    last: Vec<[f64; 2]>,
}

impl Effect for Pvsmooth {
    fn init(&mut self, cx: &mut Init<'_>, layout: &SpectrumLayout) -> OpResult {
        let frames = if layout.sliding { cx.clock.ksmps } else { 1 };
        if !layout.sliding {
            self.last.clear();
        }
        self.last.resize(layout.bins() * frames, [0.0; 2]);
        // Of what an earlier note has left, a sliding analysis forgets no more than half a frame (measured).
        for number in self.last.iter_mut().flatten().take(layout.bins()) {
            *number = 0.0;
        }
        Ok(())
    }

    fn frame<T: Real>(&mut self, source: &Source<'_, T>, out: &mut [[T; 2]]) -> OpResult {
        // A sliding analysis is smoothed from k-cycle to k-cycle.
        let last = self.last.chunks_mut(out.len()).nth(source.slice).unwrap_or(&mut []);
        let feedback = [1, 2].map(|i| feedback(source.x(i)));
        for ((out, bin), last) in out.iter_mut().zip(source.first).zip(last) {
            for part in 0..2 {
                let x: f64 = bin[part].into();
                out[part] = T::of(x * (1.0 + feedback[part]) - last[part] * feedback[part]);
                last[part] = out[part].into();
            }
        }
        Ok(())
    }
}

/// Minus the factor of the last output for a cutoff.
fn feedback(cutoff: f64) -> f64 {
    let b = 2.0 - math::cos(PI * cutoff.clamp(0.0, 1.0));
    (b * b - 1.0).sqrt() - b
}
