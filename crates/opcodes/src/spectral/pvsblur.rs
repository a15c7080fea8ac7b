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
        self.at = 0;
        Ok(())
    }

    fn frame<T: Real>(&mut self, source: &Source<'_, T>, out: &mut [[T; 2]]) -> OpResult {
        let bins = out.len();
        let frames = self.past.len() / bins;
        let wanted = (source.k(1) * self.rate) as i32;
        let count = usize::try_from(wanted).unwrap_or(0).min(frames - 1);
        for (i, (out, bin)) in out.iter_mut().zip(source.first).enumerate() {
            let bin = bin.map(|x| x.into() as f32);
            if let Some(place) = self.past.get_mut(self.at * bins + i) {
                *place = bin;
            }
            if count == 0 {
                *out = bin.map(|x| T::of(f64::from(x)));
                continue;
            }
            let mut sum = [0.0; 2];
            for back in (1..=count).rev() {
                let frame = (self.at + frames - back) % frames;
                let [amp, frequency] = self.past[frame * bins + i];
                sum[0] += f64::from(amp);
                sum[1] += f64::from(frequency);
            }
            *out = sum.map(|x| T::of(x / f64::from(wanted)));
        }
        self.at = (self.at + 1) % frames;
        Ok(())
    }
}
