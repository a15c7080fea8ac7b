//! Impulse responses: GEN53.

use super::{Context, Draft, GenError, Request};
use crate::fft::{Bin, RealFft};
use crate::math;

/// GEN53: impulse response of linear or least phase; source table, mode, window table (0 for none). Mode
/// adds up 1 for least phase, 2 where the source is an impulse response (else the magnitudes from 0 to half
/// the sample rate), 4 to leave the linear response without window, 8 the one of least phase. Least
/// phase by the Hilbert transform of the logarithmic spectrum (Oppenheim and Schafer, Discrete-Time
/// Signal Processing, section 12.1).
pub(super) fn gen53(d: &mut Draft<'_>, cx: &mut Context<'_>, _: &Request<'_>) -> Result<(), GenError> {
    let mode = math::lrint(d.arg(1));
    if d.args.len() > 3 {
        return Err(GenError::Arguments("GEN53 has at most three arguments"));
    }
    if d.len < 8 || !d.len.is_power_of_two() {
        return Err(GenError::Arguments("GEN53: the size must be a power of 2 of at least 8"));
    }
    if !(0..16).contains(&mode) {
        return Err(GenError::Arguments("GEN53: the mode must be 0 to 15"));
    }
    let source = cx.table(d.args[0])?;
    let window = if d.arg(2) == 0.0 { None } else { Some(cx.table(d.arg(2))?) };
    if window.is_some_and(|w| !w.len.is_power_of_two()) {
        return Err(GenError::Arguments("GEN53: the size of the window must be a power of 2"));
    }
    let from_response = mode & 2 == 2;
    if source.len != if from_response { d.len } else { d.len / 2 } {
        return Err(GenError::Arguments("GEN53: the source does not have the size that the mode needs"));
    }
    let magnitudes = if from_response {
        response_magnitudes(&source.data[..source.len])
    } else {
        source.data[..=source.len].to_vec()
    };
    linear_phase(&magnitudes, &mut d.data);
    if let Some(window) = window.filter(|_| mode & 4 == 0) {
        apply(&mut d.data, &window.data, 0.0, 1.0);
    }
    if mode & 1 == 1 {
        least_phase(&mut d.data);
        if let Some(window) = window.filter(|_| mode & 8 == 0) {
            apply(&mut d.data, &window.data, 0.5, 0.5);
        }
    }
    Ok(())
}

fn response_magnitudes(response: &[f64]) -> Vec<f64> {
    let mut fft = RealFft::new(response.len());
    let mut bins = vec![Bin::default(); fft.bins()];
    fft.forward(response, &mut bins);
    let last = bins.len() - 1;
    bins.iter()
        .enumerate()
        .map(|(k, b)| if k == 0 || k == last { b.re } else { math::hypot(b.re, b.im) })
        .collect()
}

/// Response of these magnitudes, centred in the table.
fn linear_phase(magnitudes: &[f64], data: &mut [f64]) {
    let (len, last) = (data.len() - 1, magnitudes.len() - 1);
    let bin = |(k, m): (usize, &f64)| {
        let m = if k == last { *m } else { m.abs() };
        Bin::new(if k.is_multiple_of(2) { m } else { -m }, 0.0)
    };
    let bins: Vec<Bin> = magnitudes.iter().enumerate().map(bin).collect();
    RealFft::new(len).inverse(&bins, &mut data[..len]);
    data[len] = 0.0;
}

/// Multiplies with a window read linearly from `start` on, `span` of it over the whole table.
fn apply(data: &mut [f64], window: &[f64], start: f64, span: f64) {
    let (len, points) = (data.len() - 1, (window.len() - 1) as f64);
    for (i, y) in data.iter_mut().enumerate() {
        let at = (start + span * i as f64 / len as f64) * points;
        *y *= crate::interp::table_linear(window, at);
    }
}

/// Turns a centred response of linear phase into one of least phase.
fn least_phase(data: &mut [f64]) {
    let len = data.len() - 1;
    let mut fft = RealFft::new(2 * len);
    let mut wide = vec![0.0; 2 * len];
    wide[len / 2..len / 2 + len].copy_from_slice(&data[..len]);
    let mut bins = vec![Bin::default(); len + 1];
    fft.forward(&wide, &mut bins);
    // Floor of -200 dB, as the reference has it. The response is centred, so its spectrum is real.
    let levels: Vec<f64> = bins.iter().map(|b| (b.re * b.re + 1.0e-20).sqrt()).collect();
    for (i, x) in wide.iter_mut().enumerate() {
        *x = math::ln(levels[if i <= len { i } else { 2 * len - i }]);
    }
    fft.forward(&wide, &mut bins);
    for (k, bin) in bins.iter_mut().enumerate() {
        let weight = if k == 0 || k == len { 0.0 } else { (len - k) as f64 / len as f64 };
        *bin *= Bin::new(0.0, weight);
    }
    fft.inverse(&bins, &mut wide);
    for (k, (bin, level)) in bins.iter_mut().zip(&levels).enumerate() {
        let (s, c) = if k == 0 || k == len { (0.0, 1.0) } else { math::sin_cos(wide[k]) };
        *bin = Bin::new(level * c, level * s);
    }
    fft.inverse(&bins, &mut wide);
    data.copy_from_slice(&wide[..=len]);
}
