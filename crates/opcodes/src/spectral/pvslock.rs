//! `pvslock`: bins around a peak take its frequency.

use super::effect::{Effect, Real, Source, effect};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{OpDef, port, sig};
use orchestrion_base::spectrum::SpectrumFormat;

/// Definition of `pvslock`.
pub static PVSLOCK: OpDef = OpDef::new("pvslock", "Locks the frequencies around peaks to theirs.")
    .sigs(&[sig("f", "fk", effect::<Pvslock>())])
    .outs(&[port("fsig", "spectral signal")])
    .ins(&[port("fsigin", "spectral signal"), port("klock", "0 leaves frequencies as they are")])
    .source("Manual: pvslock; a peak is louder than two bins on either side, which follow it within 1 %, measured on the reference");

/// Bins on either side of a peak.
const SIDE: usize = 2;
/// How far, as a part of the peak's frequency, a neighbour may be to follow.
const NEAR: f64 = 0.01;

#[derive(Default)]
struct Pvslock;

impl Effect for Pvslock {
    const SLIDES: bool = false;
    const FORMATS: &'static [SpectrumFormat] = &[SpectrumFormat::AmpFreq];

    fn frame<T: Real>(&mut self, source: &Source<'_, T>, out: &mut [[T; 2]]) -> OpResult {
        out.copy_from_slice(source.first);
        if source.k(1) == 0.0 {
            return Ok(());
        }
        for (m, around) in source.first.windows(2 * SIDE + 1).enumerate() {
            let [amp, frequency] = around[SIDE].map(Into::into);
            if around.iter().enumerate().any(|(i, bin)| i != SIDE && bin[0].into() >= amp) {
                continue;
            }
            for out in &mut out[m..m + 2 * SIDE + 1] {
                if (out[1].into() - frequency).abs() < f64::from((NEAR * frequency) as f32) {
                    out[1] = around[SIDE][1];
                }
            }
        }
        Ok(())
    }
}
