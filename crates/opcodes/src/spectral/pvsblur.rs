//! `pvsblur`: the mean of the last frames.

use super::effect::{Effect, Real, Source, effect};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, OpDef, port, sig};
use orchestrion_base::spectrum::SpectrumLayout;

/// Definition of `pvsblur`.
pub static PVSBLUR: OpDef = OpDef::new("pvsblur", "Averages amplitudes and frequencies over time.")
    .sigs(&[sig("f", "fki", effect::<Pvsblur>())])
    .outs(&[port("fsig", "spectral signal")])
    .ins(&[
        port("fsigin", "spectral signal"),
        port("kblurtime", "time in seconds over which to average; less than a hop leaves frames as they are"),
        port("imaxdel", "longest such time in seconds"),
    ])
    .source("Manual: pvsblur; frames counted, and what stands before the first, measured on the reference");

#[derive(Default)]
struct Pvsblur {
    /// The last frames, one after the other, and the place of the next.
    past: Vec<[f32; 2]>,
    at: usize,
    /// Sums of one frame.
    sums: Vec<[f64; 2]>,
    /// Frames a second.
    rate: f64,
}

impl Effect for Pvsblur {
    const SLIDES: bool = false;

    fn init(&mut self, cx: &mut Init<'_>, layout: &SpectrumLayout) -> OpResult {
        self.rate = cx.clock.sr / f64::from(layout.hop.max(1));
        let frames = cx.k(2) * self.rate;
        let bytes = frames.max(0.0) * layout.bytes(1) as f64;
        cx.world.ask_memory(bytes as usize, "pvsblur")?;
        let bins = layout.bins();
        if frames < 1.0 {
            return Err(OpError::new("pvsblur: imaxdel must be a hop at least"));
        }
        // Before the beginning the bins are silent, at twice their frequency.
        let width = 2.0 * cx.clock.sr / f64::from(layout.size);
        self.past.clear();
        self.past.extend((0..bins * frames as usize).map(|i| [0.0, ((i % bins) as f64 * width) as f32]));
        (self.at, self.sums) = (0, vec![[0.0; 2]; bins]);
        Ok(())
    }

    fn frame<T: Real>(&mut self, source: &Source<'_, T>, out: &mut [[T; 2]]) -> OpResult {
        let bins = out.len();
        let frames = self.past.len() / bins;
        let wanted = (source.k(1) * self.rate) as i32;
        let count = usize::try_from(wanted).unwrap_or(0).min(frames - 1);
        let frame = |i: usize| i * bins..(i + 1) * bins;
        for (place, bin) in self.past[frame(self.at)].iter_mut().zip(source.first) {
            *place = bin.map(|x| x.into() as f32);
        }
        if count == 0 {
            for (out, bin) in out.iter_mut().zip(&self.past[frame(self.at)]) {
                *out = bin.map(|x| T::of(f64::from(x)));
            }
        } else {
            self.sums.fill([0.0; 2]);
            for back in (1..=count).rev() {
                let past = &self.past[frame((self.at + frames - back) % frames)];
                for (sum, bin) in self.sums.iter_mut().zip(past) {
                    *sum = [sum[0] + f64::from(bin[0]), sum[1] + f64::from(bin[1])];
                }
            }
            for (out, sum) in out.iter_mut().zip(&self.sums) {
                *out = sum.map(|x| T::of(x / f64::from(wanted)));
            }
        }
        self.at = (self.at + 1) % frames;
        Ok(())
    }
}
