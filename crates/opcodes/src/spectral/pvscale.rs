//! `pvscale`, `pvshift`, `pvswarp`: frequencies, or formants, to other places.

use super::effect::{Effect, Real, Source, effect};
use super::formants::{Formants, Lifter};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, OpDef, Port, port, sig};
use orchestrion_base::spectrum::SpectrumLayout;

const OUTS: &[Port] = &[port("fsig", "spectral signal")];
const SIGNAL: Port = port("fsigin", "spectral signal");
const KEEP: Port = port(
    "kkeepform",
    "formants stay in place: 0 no, 1 by cepstral smoothing, 2 by true envelopes, 3 by a running mean",
);
const GAIN: Port = port("kgain", "factor of the amplitudes; default 1");
const COEFFICIENTS: Port = port("kcoefs", "cepstral coefficients of the envelope; default 80");
const LOWEST: Port = port("klowest", "frequency in Hz below which nothing changes");

/// Definition of `pvscale`.
pub static PVSCALE: OpDef = OpDef::new("pvscale", "Multiplies the frequencies of a spectral signal.")
    .sigs(&[sig("f", "fxOPO", effect::<Pvscale>()), sig("f", "fkOPO", effect::<Pvscale>())])
    .outs(OUTS)
    .ins(&[
        SIGNAL,
        port("kscal", "factor of frequencies; the sign does not matter"),
        KEEP,
        GAIN,
        COEFFICIENTS,
    ])
    .source("Manual: pvscale; places of bins and envelopes measured on the reference");

/// Definition of `pvshift`.
pub static PVSHIFT: OpDef = OpDef::new("pvshift", "Adds to the frequencies of a spectral signal.")
    .sigs(&[sig("f", "fxkOPO", effect::<Pvshift>()), sig("f", "fkkOPO", effect::<Pvshift>())])
    .outs(OUTS)
    .ins(&[SIGNAL, port("kshift", "what is added, in Hz"), LOWEST, KEEP, GAIN, COEFFICIENTS])
    .source("Manual: pvshift; places of bins and envelopes measured on the reference");

/// Definition of `pvswarp`.
pub static PVSWARP: OpDef = OpDef::new("pvswarp", "Scales and shifts the formants of a spectral signal.")
    .sigs(&[sig("f", "fkkOPPO", effect::<Pvswarp>())])
    .outs(OUTS)
    .ins(&[
        SIGNAL,
        port("kscal", "factor of the envelope's frequencies; the sign does not matter"),
        port("kshift", "what is added to them, in Hz"),
        LOWEST,
        port("kmeth", "method: 1 cepstral smoothing, 2 true envelopes, 3 a running mean"),
        GAIN,
        COEFFICIENTS,
    ])
    .source("Manual: pvswarp; places of bins and envelopes measured on the reference")
    .differences(&["The input stays as it is; the reference leaves rounded amplitudes in it."]);

/// A bin that nothing was moved to.
const EMPTY: [f32; 2] = [0.0, -1.0];

/// What the three share: envelopes, and amplitudes divided by them.
#[derive(Default)]
struct Place {
    formants: Formants,
    flat: Vec<f32>,
}

impl Place {
    fn new(layout: &SpectrumLayout, lifter: Lifter) -> Self {
        Self { formants: Formants::new(layout, lifter), flat: vec![0.0; layout.bins()] }
    }

    /// Takes the amplitudes of a frame and silences the output but for the two ends, whose frequencies
    /// stay.
    fn begin<T: Real>(&mut self, frame: &[[T; 2]], out: &mut [[T; 2]]) {
        for (flat, bin) in self.flat.iter_mut().zip(frame) {
            *flat = bin[0].into() as f32;
        }
        let last = out.len() - 1;
        (out[0][0], out[last][0]) = (frame[0][0], frame[last][0]);
        for out in &mut out[1..last] {
            *out = EMPTY.map(|x| T::of(f64::from(x)));
        }
    }

    /// Divides the amplitudes of bins from `first` on by the envelope, whose maximum is `most`, at bins from
    /// `first + ahead` on, as far as `limit` Hz. The reference counts the two differently.
    fn flatten(
        &mut self,
        layout: &SpectrumLayout,
        sr: f64,
        first: usize,
        ahead: usize,
        most: f64,
        limit: f64,
    ) {
        if most == 0.0 {
            return;
        }
        let width = sr / f64::from(layout.size);
        for (i, envelope) in self.formants.envelope.iter_mut().enumerate().skip(first + ahead) {
            *envelope /= most;
            if *envelope != 0.0 && (i as f64 * width) < limit {
                let flat = &mut self.flat[i - ahead];
                *flat = (f64::from(*flat) / *envelope) as f32;
            }
        }
    }

    fn envelope(&self, bin: usize) -> f64 {
        self.formants.envelope.get(bin).copied().unwrap_or(0.0)
    }
}

/// Silences empty bins from `first` on and scales the others.
fn finish<T: Real>(out: &mut [[T; 2]], first: usize, gain: f64) {
    let gain = f64::from(gain as f32);
    let last = out.len() - 1;
    for out in out.get_mut(first..last).unwrap_or(&mut []) {
        let amp: f64 = out[0].into();
        let empty = amp.is_nan() || out[1].into() == f64::from(EMPTY[1]);
        out[0] = T::of(if empty { 0.0 } else { amp * gain });
    }
}

/// A bin of a sliding analysis that was moved to another frequency: silent beyond the Nyquist frequency,
/// with formants kept its amplitude times that over the loudest.
fn moved<T: Real>(bin: &[T; 2], frequency: f64, sr: f64, gain: f64, loudest: f64) -> [T; 2] {
    let amp: f64 = bin[0].into();
    let amp = if loudest > 0.0 { amp * (amp / loudest) } else { amp };
    let audible = frequency.abs() < 0.5 * sr;
    [T::of(if audible { amp * gain } else { 0.0 }), T::of(frequency)]
}

/// The loudest bin but for the ends, if formants are kept in sliding analyses; else 0.
fn loudest<T: Real>(frame: &[[T; 2]], keepform: f64) -> f64 {
    if keepform < 2.0 {
        return 0.0;
    }
    frame[1..frame.len() - 1].iter().map(|bin| bin[0].into()).fold(0.0, f64::max)
}

#[derive(Default)]
struct Pvscale(Place);

impl Effect for Pvscale {
    fn init(&mut self, _: &mut Init<'_>, layout: &SpectrumLayout) -> OpResult {
        self.0 = Place::new(layout, Lifter::Real);
        Ok(())
    }

    fn frame<T: Real>(&mut self, source: &Source<'_, T>, out: &mut [[T; 2]]) -> OpResult {
        let (factor, keepform, gain) = (source.x(1).abs(), source.k(2).trunc(), source.k(3));
        let (frame, sr, place) = (source.first, source.io.clock.sr, &mut self.0);
        let last = out.len() - 1;
        if source.layout.sliding {
            let loudest = loudest(frame, keepform);
            out[0] = frame[0];
            out[last] = [T::of(frame[last][0].into() * gain), frame[last][1]];
            for (out, bin) in out[1..last].iter_mut().zip(&frame[1..]) {
                *out = moved(bin, bin[1].into() * factor, sr, gain, loudest);
            }
            return Ok(());
        }
        place.begin(frame, out);
        if keepform != 0.0 {
            let most = place.formants.follow(frame, keepform, source.k(4));
            let (first, ahead) = if keepform > 2.0 { (0, 0) } else { (1, 1) };
            place.flatten(source.layout, sr, first, ahead, most, factor * sr / 2.0);
        }
        for (bin, pair) in frame[..last].iter().enumerate().skip(1) {
            let new = (bin as f64 * factor + 0.5) as usize;
            if (1..last).contains(&new) {
                let formant = if keepform == 0.0 { 1.0 } else { place.envelope(new) };
                out[new] = [T::of(f64::from(place.flat[bin]) * formant), T::of(pair[1].into() * factor)];
            }
        }
        finish(out, 1, gain);
        Ok(())
    }
}

/// Bins that a frequency in Hz is away, truncated.
fn bins_away(frequency: f64, layout: &SpectrumLayout, sr: f64) -> i64 {
    (frequency * f64::from(layout.size) * (1.0 / sr)) as i64
}

/// The first bin that changes for a lowest frequency, at least 1.
fn first_bin(lowest: f64, layout: &SpectrumLayout, sr: f64) -> usize {
    let half = layout.size as usize / 2;
    match bins_away(lowest, layout, sr).unsigned_abs() as usize {
        0 => 1,
        bin if bin > half => half / 2,
        bin => bin,
    }
}

#[derive(Default)]
struct Pvshift(Place);

impl Effect for Pvshift {
    fn init(&mut self, _: &mut Init<'_>, layout: &SpectrumLayout) -> OpResult {
        self.0 = Place::new(layout, Lifter::Complex);
        Ok(())
    }

    fn frame<T: Real>(&mut self, source: &Source<'_, T>, out: &mut [[T; 2]]) -> OpResult {
        let (shift, keepform, gain) = (source.x(1), source.k(3).trunc(), source.k(4));
        let (frame, sr, place) = (source.first, source.io.clock.sr, &mut self.0);
        let first = first_bin(source.k(2), source.layout, sr);
        let last = out.len() - 1;
        if source.layout.sliding {
            let loudest = loudest(frame, keepform);
            for (i, (out, bin)) in out.iter_mut().zip(frame).enumerate() {
                let stays = i < first;
                *out = if stays { *bin } else { moved(bin, bin[1].into() + shift, sr, gain, loudest) };
            }
            return Ok(());
        }
        place.begin(frame, out);
        let unchanged = first.min(last).max(1);
        out[1..unchanged].copy_from_slice(&frame[1..unchanged]);
        if keepform != 0.0 {
            let mut most = place.formants.follow(frame, keepform.min(2.0), source.k(5));
            if keepform > 1.0 {
                most = place.formants.take_raised();
            }
            place.flatten(source.layout, sr, first, first, most, sr / 2.0 + shift);
        }
        let step = bins_away(shift, source.layout, sr);
        for (bin, pair) in frame[..last].iter().enumerate().skip(first) {
            let new = usize::try_from((bin as i64).saturating_add(step)).unwrap_or(0);
            if new < last && new > first {
                let formant = if keepform == 0.0 { 1.0 } else { place.envelope(new) };
                out[new] = [T::of(f64::from(place.flat[bin]) * formant), T::of(pair[1].into() + shift)];
            }
        }
        finish(out, first, gain);
        Ok(())
    }
}

#[derive(Default)]
struct Pvswarp(Place);

impl Effect for Pvswarp {
    const SLIDES: bool = false;

    fn init(&mut self, _: &mut Init<'_>, layout: &SpectrumLayout) -> OpResult {
        self.0 = Place::new(layout, Lifter::Complex);
        Ok(())
    }

    fn frame<T: Real>(&mut self, source: &Source<'_, T>, out: &mut [[T; 2]]) -> OpResult {
        let (factor, shift) = (source.k(1).abs(), source.k(2));
        let (frame, sr, place) = (source.first, source.io.clock.sr, &mut self.0);
        let first = first_bin(source.k(3), source.layout, sr);
        let last = out.len() - 1;
        place.begin(frame, out);
        let most = place.formants.follow(frame, source.k(4), source.k(6));
        // Except for running means the reference limits by the bin, not by the place in the envelope.
        let ahead = if source.k(4) < 3.0 { first as f64 * sr / f64::from(source.layout.size) } else { 0.0 };
        place.flatten(source.layout, sr, first, first, most, factor * sr / 2.0 + shift + ahead);
        let step = bins_away(shift, source.layout, sr) as f64;
        for bin in 1..last {
            out[bin][1] = frame[bin][1];
            if bin < first {
                out[bin][0] = T::of(f64::from(place.flat[bin]));
                continue;
            }
            let new = (bin as f64 * factor + step + 0.5) as usize;
            if (1..last).contains(&new) {
                out[new][0] = T::of(f64::from(place.flat[new]) * place.envelope(bin + 1));
            }
        }
        finish(out, first, source.k(5));
        Ok(())
    }
}
