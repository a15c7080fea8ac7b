//! `pvsfilter`: the amplitudes of one spectrum as a filter for another.

use super::effect::{Effect, Real, Source, effect};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{OpDef, port, sig};

/// Definition of `pvsfilter`.
pub static PVSFILTER: OpDef =
    OpDef::new("pvsfilter", "Multiplies amplitudes by those of another spectral signal.")
        .sigs(&[
            sig("f", "ffxp", effect::<Pvsfilter>()),
            sig("f", "fffp", effect::<Pvsfilter>()),
            sig("f", "ffxp", effect::<Pvsfilter>()),
        ])
        .outs(&[port("fsig", "spectral signal")])
        .ins(&[
            port("fsigin", "spectral signal"),
            port("fsigfil", "spectral signal of the same sizes, the filter"),
            port("kdepth", "0 no filtering to 1 full; a spectral signal counts as 0"),
            port("igain", "factor of the result; default 1"),
        ])
        .source("Manual: pvsfilter")
        .differences(&["In sliding analyses the gain is a factor of everything, as in others."]);

#[derive(Default)]
struct Pvsfilter;

impl Effect for Pvsfilter {
    fn frame<T: Real>(&mut self, source: &Source<'_, T>, out: &mut [[T; 2]]) -> OpResult {
        let depth = source.x(2);
        let depth = if depth >= 0.0 { depth.min(1.0) } else { 0.0 };
        let gain: f64 = T::of(source.k(3)).into();
        for ((out, bin), filter) in out.iter_mut().zip(source.first).zip(source.second) {
            let factor = (1.0 - depth) + filter[0].into() * depth;
            *out = [T::of(bin[0].into() * factor * gain), bin[1]];
        }
        Ok(())
    }
}
