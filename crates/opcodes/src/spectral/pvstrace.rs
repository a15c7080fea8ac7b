//! `pvstrace`: only the loudest bins.

use super::effect::{Effect, Real, Source, effect};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, OpDef, port, sig};
use orchestrion_base::spectrum::SpectrumLayout;

/// Definition of `pvstrace`.
pub static PVSTRACE: OpDef = OpDef::new("pvstrace", "Keeps the loudest bins.")
    .sigs(&[sig("f", "fk", effect::<Pvstrace>()), sig("fk[]", "fkooo", effect::<Pvstrace>())])
    .outs(&[
        port("fsig", "spectral signal; bins that are not kept have amplitude and frequency 0"),
        port("kbins[]", "numbers of the bins kept, followed by zeros"),
    ])
    .ins(&[
        port("fsigin", "spectral signal"),
        port("kn", "number of bins to keep, at least 1"),
        port("isort", "1 sorts the numbers by falling amplitude; default 0"),
        port("imin", "first bin whose amplitude counts for the threshold; default 0"),
        port("imax", "one past the last such bin; default 0, all"),
    ])
    .source("Manual: pvstrace")
    .differences(&["Bins outside imin and imax count as silent; the reference counts amplitudes of earlier frames for them."]);

#[derive(Default)]
struct Pvstrace {
    amps: Vec<f64>,
    kept: Vec<(usize, f64)>,
}

impl Effect for Pvstrace {
    const SLIDES: bool = false;

    fn init(&mut self, cx: &mut Init<'_>, layout: &SpectrumLayout) -> OpResult {
        let bins = layout.bins();
        self.amps = vec![0.0; bins];
        self.kept = Vec::with_capacity(bins);
        if let Some(mut numbers) = cx.array_out(1) {
            let n = u32::try_from(bins).map_err(|_| OpError::new("too many bins"))?;
            numbers.resize(&[n], cx.clock.ksmps);
        }
        Ok(())
    }

    fn frame<T: Real>(&mut self, source: &Source<'_, T>, out: &mut [[T; 2]]) -> OpResult {
        let threshold = self.threshold(source);
        self.kept.clear();
        for (i, (out, bin)) in out.iter_mut().zip(source.first).enumerate() {
            let amp: f64 = bin[0].into();
            *out = [T::default(); 2];
            if amp >= threshold {
                *out = *bin;
                self.kept.push((i, amp));
            }
        }
        if source.k(2) > 0.0 {
            self.kept.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        }
        if let Some(mut numbers) = source.io.array_out(1) {
            let kept = self.kept.iter().map(|k| k.0 as f64).chain(std::iter::repeat(0.0));
            numbers.nums_mut().iter_mut().zip(kept).for_each(|(to, from)| *to = from);
        }
        Ok(())
    }
}

impl Pvstrace {
    /// The amplitude of the softest bin to keep.
    fn threshold<T: Real>(&mut self, source: &Source<'_, T>) -> f64 {
        let (first, end) = (source.k(3) as usize, source.k(4) as usize);
        let counts = |i: usize| i >= first && (end == 0 || i < end);
        for (i, (amp, bin)) in self.amps.iter_mut().zip(source.first).enumerate() {
            *amp = if counts(i) { bin[0].into() } else { 0.0 };
        }
        let n = self.amps.len().saturating_sub(source.k(1).max(1.0) as usize);
        *self.amps.select_nth_unstable_by(n, f64::total_cmp).1
    }
}
