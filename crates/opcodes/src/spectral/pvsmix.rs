//! `pvsmix`, `pvscross`, `pvsmorph`: one spectrum from two.

use super::effect::{Effect, Real, Source, effect};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{OpDef, Port, port, sig};

const OUTS: &[Port] = &[port("fsig", "spectral signal")];

/// Definition of `pvsmix`.
pub static PVSMIX: OpDef = OpDef::new("pvsmix", "Of two spectral signals the louder one, bin by bin.")
    .sigs(&[sig("f", "ff", effect::<Pvsmix>())])
    .outs(OUTS)
    .ins(&[port("fsigin1", "spectral signal"), port("fsigin2", "spectral signal of the same sizes")])
    .source("Manual: pvsmix");

/// Definition of `pvscross`.
pub static PVSCROSS: OpDef =
    OpDef::new("pvscross", "Amplitudes of two spectral signals on the frequencies of the first.")
        .sigs(&[sig("f", "ffkk", effect::<Pvscross>())])
        .outs(OUTS)
        .ins(&[
            port("fsrc", "spectral signal whose frequencies are kept"),
            port("fdest", "spectral signal of the same sizes"),
            port("kamp1", "factor of the first one's amplitudes; the sign does not matter"),
            port("kamp2", "factor of the second one's amplitudes; the sign does not matter"),
        ])
        .source("Manual: pvscross")
        .differences(&["Sliding analyses work; the reference crashes."]);

/// Definition of `pvsmorph`.
pub static PVSMORPH: OpDef = OpDef::new("pvsmorph", "Between two spectral signals.")
    .sigs(&[sig("f", "ffkk", effect::<Pvsmorph>())])
    .outs(OUTS)
    .ins(&[
        port("fsig1", "spectral signal"),
        port("fsig2", "spectral signal of the same sizes"),
        port("kampint", "amplitudes: 0 those of the first to 1 those of the second"),
        port("kfrqint", "frequencies: 0 those of the first to 1 those of the second"),
    ])
    .source("Manual: pvsmorph");

#[derive(Default)]
struct Pvsmix;

impl Effect for Pvsmix {
    fn frame<T: Real>(&mut self, source: &Source<'_, T>, out: &mut [[T; 2]]) -> OpResult {
        for ((out, a), b) in out.iter_mut().zip(source.first).zip(source.second) {
            *out = if a[0].into() >= b[0].into() { *a } else { *b };
        }
        Ok(())
    }
}

#[derive(Default)]
struct Pvscross;

impl Effect for Pvscross {
    fn frame<T: Real>(&mut self, source: &Source<'_, T>, out: &mut [[T; 2]]) -> OpResult {
        let (first, second) = (source.k(2).abs(), source.k(3).abs());
        for ((out, a), b) in out.iter_mut().zip(source.first).zip(source.second) {
            *out = [T::of(a[0].into() * first + b[0].into() * second), a[1]];
        }
        Ok(())
    }
}

#[derive(Default)]
struct Pvsmorph;

impl Effect for Pvsmorph {
    const SLIDES: bool = false;

    fn frame<T: Real>(&mut self, source: &Source<'_, T>, out: &mut [[T; 2]]) -> OpResult {
        // Single precision, as in the reference.
        let share = [2, 3].map(|i| f64::from(source.k(i).clamp(0.0, 1.0) as f32));
        for ((out, a), b) in out.iter_mut().zip(source.first).zip(source.second) {
            for part in 0..2 {
                let other: f64 = T::of(b[part].into() * share[part]).into();
                out[part] = T::of(a[part].into() * (1.0 - share[part]) + other);
            }
        }
        Ok(())
    }
}
