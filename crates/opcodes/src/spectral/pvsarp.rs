//! `pvsarp`: one bin louder than the others.

use super::effect::{Effect, Real, Source, effect};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{OpDef, port, sig};

/// Definition of `pvsarp`.
pub static PVSARP: OpDef = OpDef::new("pvsarp", "Makes one bin louder and the others softer.")
    .sigs(&[sig("f", "fkkk", effect::<Pvsarp>())])
    .outs(&[port("fsig", "spectral signal")])
    .ins(&[
        port("fsigin", "spectral signal"),
        port("kbin", "the bin, 0 to 1 of half the sample rate"),
        port("kdepth", "how much softer the others are: 0 not at all to 1 silent"),
        port("kgain", "factor of the bin's amplitude"),
    ])
    .source("Manual: pvsarp");

#[derive(Default)]
struct Pvsarp;

impl Effect for Pvsarp {
    const SLIDES: bool = false;

    fn frame<T: Real>(&mut self, source: &Source<'_, T>, out: &mut [[T; 2]]) -> OpResult {
        let bins = out.len() as f64;
        let place = match source.k(1) {
            x if !(x >= 0.0) => 0.0,
            x if x < bins => x * bins,
            _ => bins - 1.0,
        } as usize;
        let others = 1.0 - source.k(2).clamp(0.0, 1.0);
        let gain: f64 = T::of(source.k(3)).into();
        for (i, (out, bin)) in out.iter_mut().zip(source.first).enumerate() {
            *out = [T::of(bin[0].into() * if i == place { gain } else { others }), bin[1]];
        }
        Ok(())
    }
}
