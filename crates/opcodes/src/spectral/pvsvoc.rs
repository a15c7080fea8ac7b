//! `pvsvoc`: the envelope of one spectrum on another.

use super::effect::{Effect, Real, Source, effect};
use super::formants::{Formants, Lifter};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, OpDef, port, sig};
use orchestrion_base::spectrum::SpectrumLayout;

/// Definition of `pvsvoc`.
pub static PVSVOC: OpDef = OpDef::new("pvsvoc", "Gives one spectral signal the envelope of another.")
    .sigs(&[sig("f", "ffkkO", effect::<Pvsvoc>())])
    .outs(&[port("fsig", "spectral signal")])
    .ins(&[
        port("famp", "spectral signal whose envelope is taken"),
        port("fexc", "spectral signal that gets it, of the same sizes"),
        port("kdepth", "0 the first signal itself to 1 the second with the envelope of the first"),
        port("kgain", "factor of the amplitudes"),
        port("kcoefs", "cepstral coefficients of the envelopes; default 80"),
    ])
    .source("Manual: pvsvoc; maxima and the silent highest bin measured on the reference");

#[derive(Default)]
struct Pvsvoc {
    formants: Formants,
    flat: Vec<f32>,
}

impl Effect for Pvsvoc {
    const SLIDES: bool = false;

    fn init(&mut self, _: &mut Init<'_>, layout: &SpectrumLayout) -> OpResult {
        *self = Self { formants: Formants::new(layout, Lifter::Complex), flat: vec![0.0; layout.bins()] };
        Ok(())
    }

    fn frame<T: Real>(&mut self, source: &Source<'_, T>, out: &mut [[T; 2]]) -> OpResult {
        let (depth, coefficients) = (source.k(2).clamp(0.0, 1.0), source.k(4));
        let gain = f64::from(source.k(3) as f32);
        let last = out.len() - 1;
        let most = self.formants.follow(source.second, 1.0, coefficients);
        for ((flat, bin), envelope) in self.flat.iter_mut().zip(source.second).zip(&self.formants.envelope) {
            let envelope = if *envelope > 0.0 { envelope / most } else { 1.0 };
            *flat = (f64::from(bin[0].into() as f32) / envelope) as f32;
        }
        let most = self.formants.follow(source.first, 1.0, coefficients);
        let loudest = source.first[..last].iter().map(|bin| bin[0].into()).fold(0.0, f64::max);
        let level = if most > 0.0 { loudest / most } else { 1.0 };
        for (i, out) in out.iter_mut().enumerate() {
            let ([amp, frequency], flat) = (source.first[i].map(Into::into), f64::from(self.flat[i]));
            let envelope = if i < last { self.formants.envelope[i] * level } else { 0.0 };
            *out = [
                T::of(envelope * (flat * depth + amp * (1.0 - depth)) * gain),
                T::of(source.second[i][1].into() * depth + frequency * (1.0 - depth)),
            ];
        }
        Ok(())
    }
}
