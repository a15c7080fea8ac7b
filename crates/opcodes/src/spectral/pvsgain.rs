//! `pvsgain`: louder or softer.

use super::effect::{Effect, Real, Source, effect};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{OpDef, port, sig};

/// Definition of `pvsgain`.
pub static PVSGAIN: OpDef = OpDef::new("pvsgain", "Multiplies the amplitudes of a spectral signal.")
    .sigs(&[sig("f", "fk", effect::<Pvsgain>())])
    .outs(&[port("fsig", "spectral signal")])
    .ins(&[port("fsigin", "spectral signal"), port("kgain", "factor")])
    .source("Manual: pvsgain");

#[derive(Default)]
struct Pvsgain;

impl Effect for Pvsgain {
    fn frame<T: Real>(&mut self, source: &Source<'_, T>, out: &mut [[T; 2]]) -> OpResult {
        let gain = source.k(1);
        for (out, &[amp, frequency]) in out.iter_mut().zip(source.first) {
            *out = [T::of(amp.into() * gain), frequency];
        }
        Ok(())
    }
}
