//! Tables made in the frequency domain: GEN30, GEN31, GEN32, GEN33, padsynth.

use super::{Context, Draft, GenError, Request};
use crate::fft::{Bin, RealFft};
use crate::math;
use orchestrion_base::random::ParkMiller;
use std::f64::consts::{PI, SQRT_2, TAU};

/// Spectrum of a table without its Nyquist bin moved: `len/2 + 1` bins.
fn spectrum(points: &[f64]) -> Vec<Bin> {
    let mut fft = RealFft::new(points.len());
    let mut bins = vec![Bin::default(); fft.bins()];
    fft.forward(points, &mut bins);
    bins
}

/// Signal of a spectrum into a table, the guard point repeating the first.
fn resynthesise(bins: &[Bin], data: &mut [f64]) {
    let len = data.len() - 1;
    RealFft::new(len).inverse(bins, &mut data[..len]);
    data[len] = data[0];
}

/// GEN30: a range of harmonics of a table; source, lowest and highest harmonic, sample rate for which
/// the highest is meant (0 the orchestra's), whether the edges are faded by the fractions of the range.
pub(super) fn gen30(d: &mut Draft<'_>, cx: &mut Context<'_>, _: &Request<'_>) -> Result<(), GenError> {
    if d.args.len() < 3 {
        return Err(GenError::Arguments("GEN30 needs at least three arguments"));
    }
    let ratio = if d.arg(3) > 0.0 { cx.sr / d.arg(3) } else { 1.0 };
    let source = cx.table(d.args[0])?;
    let most = d.len.min(source.len) / 2;
    let (low, high) = (d.args[1], d.args[2] * ratio);
    if high < 0.0 || low > most as f64 || low.is_nan() || high.is_nan() {
        return Ok(());
    }
    let (low, high) = (low.max(0.0), high.min(most as f64));
    let (first, last, low_gain, high_gain) = if d.arg(4) != 0.0 {
        let last = high as usize + 1;
        let edge = if last > most { (most, 1.0) } else { (last, high - high.trunc()) };
        (low as usize, edge.0, 1.0 - (low - low.trunc()), edge.1)
    } else {
        // Rounding of the edges as the reference does it; coarser for long tables.
        let slack = if most < 10000 { 0.01 } else { 0.1 };
        ((low + (1.0 - slack)) as usize, (high + slack) as usize, 1.0, 1.0)
    };
    if first > last {
        return Ok(());
    }
    let mut bins = spectrum(&source.data[..source.len]);
    let scale = d.len as f64 / source.len as f64;
    bins.iter_mut().for_each(|b| *b *= scale);
    bins.resize(d.len / 2 + 1, Bin::default());
    for (k, bin) in bins.iter_mut().enumerate() {
        if k < first || k > last {
            *bin = Bin::default();
        }
        if k == first {
            *bin *= low_gain;
        }
        if k == last {
            *bin *= high_gain;
        }
    }
    resynthesise(&bins, &mut d.data);
    Ok(())
}

/// Adds a spectrum whose bins lie `stretch` apart, turned by `phase` cycles a bin.
fn add_stretched(target: &mut [Bin], source: &[Bin], stretch: usize, amp: f64, phase: f64) {
    let whole = phase - phase.trunc();
    let (s, c) = math::sin_cos(TAU * if whole < 0.0 { whole + 1.0 } else { whole });
    let turn = Bin::new(c, s);
    let mut rotor = Bin::new(1.0, 0.0);
    for (bin, x) in target.iter_mut().step_by(stretch).zip(source) {
        *bin += x * rotor * amp;
        rotor *= turn;
    }
}

fn stretch_of(frequency: f64) -> usize {
    ((0.5 + frequency) as i32).max(1) as usize
}

/// GEN31: one table mixed with itself; source, then triples of whole frequency ratio, amplitude and
/// phase in cycles.
pub(super) fn gen31(d: &mut Draft<'_>, cx: &mut Context<'_>, _: &Request<'_>) -> Result<(), GenError> {
    if d.args.len() < 4 {
        return Err(GenError::Arguments("GEN31 needs at least four arguments"));
    }
    let source = cx.table(d.args[0])?;
    let mut bins = spectrum(&source.data[..source.len]);
    // The source's Nyquist bin is not used.
    bins.pop();
    let scale = d.len as f64 / source.len as f64;
    let mut target = vec![Bin::default(); d.len / 2];
    for part in d.args[1..].chunks_exact(3) {
        add_stretched(&mut target, &bins, stretch_of(part[0]), part[1] * scale, part[2]);
    }
    resynthesise(&target, &mut d.data);
    Ok(())
}

/// GEN32: several tables mixed; quadruples of source, frequency ratio, amplitude and phase in cycles. A
/// negative source number resamples by linear interpolation, any frequency ratio allowed; a positive one
/// works on the spectrum.
pub(super) fn gen32(d: &mut Draft<'_>, cx: &mut Context<'_>, _: &Request<'_>) -> Result<(), GenError> {
    if d.args.len() < 4 {
        return Err(GenError::Arguments("GEN32 needs at least four arguments"));
    }
    let mut parts: Vec<&[f64]> = d.args.chunks_exact(4).collect();
    // Mixed in the order of table numbers, as in the reference.
    parts.sort_by(|a, b| a[0].partial_cmp(&b[0]).unwrap_or(std::cmp::Ordering::Equal));
    let mut target: Option<Vec<Bin>> = None;
    let mut analysed: Option<(i64, Vec<Bin>)> = None;
    for part in parts {
        let number = part[0].round_ties_even();
        let source = cx.table(number.abs())?;
        let points = &source.data[..=source.len];
        if number < 0.0 {
            add_resampled(&mut d.data, points, part[1], part[2], part[3]);
            continue;
        }
        if analysed.as_ref().is_none_or(|(n, _)| *n != number as i64) {
            analysed = Some((number as i64, spectrum(&points[..source.len])));
        }
        let Some((_, bins)) = &analysed else { continue };
        let amp = part[2] * d.len as f64 / source.len as f64;
        let target = target.get_or_insert_with(|| vec![Bin::default(); d.len / 2 + 1]);
        add_stretched(target, bins, stretch_of(part[1]), amp, part[3]);
    }
    if let Some(target) = target {
        let mut wave = vec![0.0; d.len + 1];
        resynthesise(&target, &mut wave);
        for (y, x) in d.data.iter_mut().zip(wave) {
            *y += x;
        }
    }
    Ok(())
}

fn add_resampled(data: &mut [f64], points: &[f64], frequency: f64, amp: f64, phase: f64) {
    let len = points.len() - 1;
    let fraction = phase - phase.trunc();
    let mut at = if fraction < 0.0 { fraction + 1.0 } else { fraction } * len as f64;
    let step = frequency * len as f64 / (data.len() - 1) as f64;
    for y in data {
        let k = (at as usize).min(len - 1);
        let f = at - at.trunc();
        *y += points[k] * amp * (1.0 - f);
        *y += points[k + 1] * amp * f;
        at = (at + step).rem_euclid(len as f64);
    }
}

/// GEN33: sines from a table of triples of amplitude, frequency and phase (in cycles), frequencies
/// rounded to harmonics; source, number of partials, amplitude scale, frequency unit (0 partial numbers,
/// negative Hz with that factor, positive relative to that sample rate). As in the reference the cosine
/// part of harmonic 0 goes to half the sample rate and the harmonic at half the sample rate is lost.
pub(super) fn gen33(d: &mut Draft<'_>, cx: &mut Context<'_>, _: &Request<'_>) -> Result<(), GenError> {
    if d.args.len() < 3 {
        return Err(GenError::Arguments("GEN33 needs at least three arguments"));
    }
    let len = d.len as f64;
    let unit = match d.arg(3) {
        mode if mode < 0.0 => len / (cx.sr * -mode),
        mode if mode > 0.0 => len / mode,
        _ => 1.0,
    };
    let source = cx.table(d.args[0])?;
    let count = ((d.args[1] + 0.5) as i32).max(0) as usize;
    let scale = 0.5 * len * d.args[2];
    let most = (d.len / 2) as i64;
    let mut bins = vec![Bin::default(); d.len / 2 + 1];
    for partial in source.data[..source.len].chunks_exact(3).take(count) {
        let harmonic = math::lrint(unit * partial[1]);
        if harmonic < -most || harmonic > most {
            continue;
        }
        let phase = if harmonic < 0 { PI - TAU * partial[2] } else { TAU * partial[2] };
        let (s, c) = math::sin_cos(phase);
        let amp = scale * partial[0];
        bins[harmonic.unsigned_abs() as usize] += Bin::new(amp * s, -amp * c);
    }
    if d.len.is_multiple_of(2) {
        bins[d.len / 2] = Bin::new(bins[0].im, 0.0);
    }
    resynthesise(&bins, &mut d.data);
    Ok(())
}

/// Range of padsynth's phases in the digits that the reference uses.
#[expect(clippy::approx_constant, reason = "the reference's digits decide")]
const FULL_TURN: f64 = 6.28318530718;

/// padsynth (Nasca Octavian Paul, "PADsynth", 2005): harmonics widened into bands of random phase;
/// fundamental in Hz, bandwidth in cents, exponent of bandwidth over frequency, stretch of the harmonics,
/// kind of profile (1 Gaussian, 2 square, 3 exponential), its parameter, amplitudes of the harmonics.
pub(super) fn padsynth(d: &mut Draft<'_>, cx: &mut Context<'_>, _: &Request<'_>) -> Result<(), GenError> {
    if d.args.len() < 6 {
        return Err(GenError::Arguments("padsynth needs at least six arguments"));
    }
    let (base, cents, growth) = (d.args[0], d.args[1], d.args[2]);
    let (stretch, kind, parameter) = (d.args[3], d.args[4] as i32, d.args[5]);
    let amps = &d.args[6..];
    let len = d.len as f64;
    if (amps.len() as u64).saturating_mul(d.len as u64) > 1 << 34 {
        return Err(GenError::Arguments("padsynth: too many harmonics for a table of this size"));
    }
    let mut levels = vec![0.0; d.len / 2];
    for (i, amp) in amps.iter().enumerate() {
        let n = (i + 1) as f64;
        let frequency = base * stretch * n / cx.sr;
        let width =
            (math::exp2(cents / 1200.0) - 1.0) * base * math::pow(stretch * n, growth) / (2.0 * cx.sr);
        for (k, level) in levels.iter_mut().enumerate() {
            *level += profile(kind, (k as f64 / len - frequency) / width, parameter) / width * amp;
        }
    }
    let mut phases = StandardRandom::default();
    let mut bins: Vec<Bin> = levels
        .iter()
        .map(|level| {
            let (s, c) = math::sin_cos(phases.unit() * FULL_TURN);
            Bin::new(level * c, level * s)
        })
        .collect();
    if let Some(first) = bins.first_mut() {
        first.im = 0.0;
    }
    resynthesise(&bins, &mut d.data);
    let greatest = d.data[..d.len].iter().fold(0.0, |m: f64, x| m.max(x.abs()));
    d.data.iter_mut().for_each(|x| *x /= greatest * SQRT_2);
    Ok(())
}

fn profile(kind: i32, x: f64, a: f64) -> f64 {
    match kind {
        1 => math::exp(-(x * x * a)),
        2 => f64::from(u8::from(math::exp(-(x * x * a)) >= a.clamp(0.00001, 0.99999))),
        3 => math::exp(-(x.abs() * a.sqrt())),
        _ => 0.0,
    }
}

/// The default engine of the GNU C++ library with its conversion to 53 bits, from which the reference
/// draws phases: Park and Miller's generator from 1, two draws a number ([rand.util.canonical]).
struct StandardRandom(ParkMiller);

impl Default for StandardRandom {
    fn default() -> Self {
        Self(ParkMiller { state: 1 })
    }
}

impl StandardRandom {
    fn unit(&mut self) -> f64 {
        const RANGE: f64 = 2147483646.0;
        let low = f64::from(self.0.step() - 1);
        let high = f64::from(self.0.step() - 1);
        (low + high * RANGE) / (RANGE * RANGE)
    }
}
