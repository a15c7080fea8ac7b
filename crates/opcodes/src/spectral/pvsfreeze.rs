//! `pvsfreeze`: holds amplitudes or frequencies.

use super::effect::{Effect, Real, Source, effect};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, OpDef, port, sig};
use orchestrion_base::spectrum::SpectrumLayout;

/// Definition of `pvsfreeze`.
pub static PVSFREEZE: OpDef = OpDef::new("pvsfreeze", "Holds amplitudes, frequencies, or both.")
    .sigs(&[sig("f", "fkk", effect::<Pvsfreeze>())])
    .outs(&[port("fsig", "spectral signal")])
    .ins(&[
        port("fsigin", "spectral signal"),
        port("kfreeza", "1 and more holds the amplitudes"),
        port("kfreezf", "1 and more holds the frequencies"),
    ])
    .source("Manual: pvsfreeze");

#[derive(Default)]
struct Pvsfreeze {
    held: Vec<[f64; 2]>,
}

impl Effect for Pvsfreeze {
    fn init(&mut self, _: &mut Init<'_>, layout: &SpectrumLayout) -> OpResult {
        // A note that reuses the instance begins with what the one before held.
        self.held.resize(layout.bins(), [0.0; 2]);
        Ok(())
    }

    fn frame<T: Real>(&mut self, source: &Source<'_, T>, out: &mut [[T; 2]]) -> OpResult {
        let frozen = [1, 2].map(|i| source.k(i) >= 1.0);
        for ((out, bin), held) in out.iter_mut().zip(source.first).zip(&mut self.held) {
            for part in 0..2 {
                if !frozen[part] {
                    held[part] = bin[part].into();
                }
                out[part] = T::of(held[part]);
            }
        }
        Ok(())
    }
}
