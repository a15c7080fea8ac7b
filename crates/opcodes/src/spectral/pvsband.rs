//! `pvsbandp`, `pvsbandr`: bands by the frequencies of bins.

use super::effect::{Effect, Real, Source, effect};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{OpDef, Port, port, sig};
use orchestrion_dsp::math;

const OUTS: &[Port] = &[port("fsig", "spectral signal; the bin at the Nyquist frequency is silent")];
const INS: &[Port] = &[
    port("fsigin", "spectral signal"),
    port("xlowcut", "frequency in Hz at which the lower slope begins"),
    port("xlowfull", "frequency in Hz at which it ends"),
    port("xhighfull", "frequency in Hz at which the upper slope begins"),
    port("xhighcut", "frequency in Hz at which it ends"),
    port("ktype", "shape of the slopes: 0 straight, else as transeg's; default 0"),
];
const VERTICAL: &[&str] =
    &["Where a slope has no width its edge belongs to the band; the reference divides by 0."];

/// Definition of `pvsbandp`.
pub static PVSBANDP: OpDef = OpDef::new("pvsbandp", "Lets a band of frequencies pass.")
    .sigs(&[sig("f", "fxxxxO", effect::<Band<false>>())])
    .outs(OUTS)
    .ins(INS)
    .source("Manual: pvsbandp; slopes of negative frequencies measured on the reference")
    .differences(VERTICAL);

/// Definition of `pvsbandr`.
pub static PVSBANDR: OpDef = OpDef::new("pvsbandr", "Rejects a band of frequencies.")
    .sigs(&[sig("f", "fxxxxO", effect::<Band<true>>())])
    .outs(OUTS)
    .ins(INS)
    .source("Manual: pvsbandr; slopes of negative frequencies measured on the reference")
    .differences(VERTICAL);

/// Bins that are silenced say so with this frequency.
const SILENCED: f64 = -1.0;

#[derive(Default)]
struct Band<const REJECT: bool>;

impl<const REJECT: bool> Effect for Band<REJECT> {
    fn frame<T: Real>(&mut self, source: &Source<'_, T>, out: &mut [[T; 2]]) -> OpResult {
        let edges = Edges::new([1, 2, 3, 4].map(|i| source.x(i)), source.k(5), REJECT);
        let last = out.len() - 1;
        for (out, &[amp, frequency]) in out[..last].iter_mut().zip(source.first) {
            *out = match edges.factor(frequency.into()) {
                Some(factor) => [T::of(amp.into() * factor), frequency],
                None => [T::default(), T::of(SILENCED)],
            };
        }
        Ok(())
    }
}

/// The four corners of a band, in ascending order, and the shape of its slopes.
struct Edges {
    low_cut: f64,
    low: f64,
    high: f64,
    high_cut: f64,
    curve: f64,
    reject: bool,
}

impl Edges {
    fn new([low_cut, low, high, high_cut]: [f64; 4], curve: f64, reject: bool) -> Self {
        let low_cut = low_cut.max(0.0);
        let low = low.max(low_cut);
        let high = high.max(low);
        Self { low_cut, low, high, high_cut: high_cut.max(high), curve, reject }
    }

    /// Factor of the amplitude at a frequency; `None` where it is silenced.
    fn factor(&self, frequency: f64) -> Option<f64> {
        let size = frequency.abs();
        if size < self.low_cut || size > self.high_cut {
            return self.reject.then_some(1.0);
        }
        if size > self.low && size < self.high {
            return (!self.reject).then_some(1.0);
        }
        let rising = size > self.low_cut && size < self.low;
        let (from, to) = match (rising, self.reject) {
            (true, false) => (self.low_cut, self.low),
            (true, true) => (self.low, self.low_cut),
            (false, false) => (self.high_cut, self.high),
            (false, true) => (self.high, self.high_cut),
        };
        if from == to {
            return (!self.reject).then_some(1.0);
        }
        Some(self.slope(frequency, from, to))
    }

    /// From 0 at `from` to 1 at `to`. Straight slopes take frequencies with their sign, curved ones are
    /// computed in single precision, as in the reference.
    fn slope(&self, frequency: f64, from: f64, to: f64) -> f64 {
        if self.curve == 0.0 {
            return (frequency - from) / (to - from);
        }
        let x = self.curve * (frequency.abs() - from) / (to - from);
        f64::from(1.0 - math::exp(f64::from(x as f32)) as f32) / (1.0 - math::exp(self.curve))
    }
}
