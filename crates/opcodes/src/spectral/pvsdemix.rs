//! `pvsdemix`: what comes from one direction of a stereo signal.

use super::effect::{Effect, Real, Source, effect};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, OpDef, port, sig};
use orchestrion_base::spectrum::SpectrumLayout;

/// Definition of `pvsdemix`.
pub static PVSDEMIX: OpDef = OpDef::new("pvsdemix", "Extracts a source from a stereo signal by its direction.")
    .sigs(&[sig("f", "ffkki", effect::<Pvsdemix>())])
    .outs(&[port("fsig", "spectral signal")])
    .ins(&[
        port("fleft", "spectral signal of the left channel"),
        port("fright", "spectral signal of the right channel, of the same sizes"),
        port("kpos", "direction: -1 left, 0 middle, 1 right"),
        port("kwidth", "width in azimuth points, 1 to ipoints"),
        port("ipoints", "number of azimuth points a channel is divided into"),
    ])
    .source("Manual: pvsdemix; Barry, Lawlor, Coyle, \"Sound Source Separation: Azimuth Discrimination and Resynthesis\", DAFx 2004; single precision measured on the reference");

/// Most azimuth points; more would take for ever.
const MOST_POINTS: f64 = 65536.0;

#[derive(Default)]
struct Pvsdemix {
    /// What is left of a bin's amplitude when the other channel, weighted with a point's gain, is
    /// subtracted.
    points: Vec<f32>,
    /// Gain of each point, from the last one on.
    gains: Vec<f32>,
}

impl Effect for Pvsdemix {
    const SLIDES: bool = false;

    fn init(&mut self, cx: &mut Init<'_>, layout: &SpectrumLayout) -> OpResult {
        let points = cx.k(4);
        if !(1.0..=MOST_POINTS).contains(&points) {
            return Err(OpError::new(format!("pvsdemix: ipoints is {points}, not 1 to {MOST_POINTS}")));
        }
        self.points = vec![0.0; points as usize];
        // The roundings decide where two points cancel alike: the reference counts values of whole frames
        // and multiplies by the inverse of their number (measured).
        let frame = layout.size as f32 + 2.0;
        let inverse = 1.0 / (frame * points.trunc() as f32);
        self.gains = (1..=points as usize).map(|i| i as f32 * frame * inverse).collect();
        Ok(())
    }

    fn frame<T: Real>(&mut self, source: &Source<'_, T>, out: &mut [[T; 2]]) -> OpResult {
        let count = self.points.len() as f64;
        let direction = source.k(2).clamp(-1.0, 1.0);
        let half = source.k(3).min(count).max(1.0) / 2.0;
        let middle = (direction.abs() * count).trunc();
        let range = (middle - half) as i64..(middle + half).ceil() as i64;
        for ((out, left), right) in out.iter_mut().zip(source.first).zip(source.second) {
            let (near, far) = if direction > 0.0 { (left, right) } else { (right, left) };
            self.nulls_to_peaks(near[0].into() as f32, far[0].into() as f32);
            let sum = range.clone().map(|i| self.point(i)).fold(0.0, |sum, x| sum + x);
            *out = [T::of(f64::from(sum)), if direction < 0.0 { left[1] } else { right[1] }];
        }
        Ok(())
    }
}

impl Pvsdemix {
    /// Subtracts the far channel with every gain; only the point that cancels most keeps an amplitude:
    /// how much it cancels.
    fn nulls_to_peaks(&mut self, near: f32, far: f32) {
        let (mut least, mut most) = (f32::MAX, 0.0f32);
        for (point, gain) in self.points.iter_mut().rev().zip(&self.gains) {
            *point = (near - gain * far).abs();
            least = least.min(*point);
            most = most.max(*point);
        }
        for point in &mut self.points {
            *point = if *point == least { most - least } else { 0.0 };
        }
    }

    /// Points below 0 are those of the upper end.
    fn point(&self, i: i64) -> f32 {
        let i = if i < 0 { i + self.points.len() as i64 } else { i };
        usize::try_from(i).ok().and_then(|i| self.points.get(i)).copied().unwrap_or(0.0)
    }
}
