//! Tables of added sines: GEN09, GEN10, GEN11, GEN19, GEN34.

use super::{Context, Draft, GenError, Request};
use crate::math;
use std::f64::consts::{PI, TAU};

/// pi/180 in the digits that the reference uses.
const DEGREE: f64 = 0.0174532925199433;

/// Adds one sine with a running phase, wrapped from above only, and an offset.
fn add_sine(data: &mut [f64], step: f64, amp: f64, mut phase: f64, offset: f64) {
    for y in data {
        *y += math::sin(phase) * amp + offset;
        phase += step;
        if phase >= TAU {
            phase -= TAU;
        }
    }
}

/// GEN09: sines; triples of partial number, amplitude and phase in degrees.
pub(super) fn gen09(d: &mut Draft<'_>, _: &mut Context<'_>, _: &Request<'_>) -> Result<(), GenError> {
    let unit = TAU / d.len as f64;
    for p in d.args.chunks_exact(3) {
        add_sine(&mut d.data, p[0] * unit, p[1], p[2] * DEGREE, 0.0);
    }
    Ok(())
}

/// GEN19: as GEN09 with an offset after each phase.
pub(super) fn gen19(d: &mut Draft<'_>, _: &mut Context<'_>, _: &Request<'_>) -> Result<(), GenError> {
    let unit = TAU / d.len as f64;
    for p in d.args.chunks_exact(4) {
        add_sine(&mut d.data, p[0] * unit, p[1], p[2] * DEGREE, p[3]);
    }
    Ok(())
}

/// GEN10: harmonics of amplitudes p5, p6, ..., added from the highest down.
pub(super) fn gen10(d: &mut Draft<'_>, _: &mut Context<'_>, _: &Request<'_>) -> Result<(), GenError> {
    let unit = TAU / d.len as f64;
    let cycle: Vec<f64> = (0..d.len).map(|i| math::sin(i as f64 * unit)).collect();
    for (i, &amp) in d.args.iter().enumerate().rev().filter(|(_, a)| **a != 0.0) {
        let (step, mut phase) = ((i + 1) % d.len, 0);
        for y in &mut d.data {
            *y += cycle[phase] * amp;
            phase += step;
            if phase >= d.len {
                phase -= d.len;
            }
        }
    }
    Ok(())
}

/// GEN11: cosine harmonics in closed form; number of harmonics, lowest harmonic (1), ratio of successive
/// amplitudes (1). Formulas: J. A. Moorer, "The Synthesis of Complex Audio Spectra by Means of Discrete
/// Summation Formulas", 1975.
pub(super) fn gen11(d: &mut Draft<'_>, _: &mut Context<'_>, _: &Request<'_>) -> Result<(), GenError> {
    let n = d.arg(0) as i32;
    if n < 1 {
        return Err(GenError::Arguments("GEN11 needs at least one harmonic"));
    }
    let lowest = if d.args.len() > 1 { d.arg(1) as i32 } else { 1 };
    let ratio = if d.args.len() > 2 { d.arg(2) } else { 1.0 };
    if lowest == 1 && ratio == 1.0 {
        buzz(&mut d.data, d.len, f64::from(n));
    } else {
        gbuzz(&mut d.data, d.len, n, f64::from(lowest), ratio);
    }
    Ok(())
}

fn buzz(data: &mut [f64], len: usize, n: f64) {
    let (odd, scale, unit) = (2.0 * n + 1.0, 0.5 / n, PI / len as f64);
    for (i, y) in data.iter_mut().enumerate() {
        let x = i as f64 * unit;
        let below = math::sin(x);
        // Threshold measured on the reference's point at the middle.
        *y = if below.abs() < 1e-10 { 1.0 } else { (math::sin(odd * x) / below - 1.0) * scale };
    }
}

fn gbuzz(data: &mut [f64], len: usize, n: i32, lowest: f64, ratio: f64) {
    let unit = TAU / len as f64;
    let after = lowest + f64::from(n);
    let power = math::powi(ratio, n);
    let magnitude = ratio.abs();
    let scale = if magnitude > 0.999 && magnitude < 1.001 {
        1.0 / f64::from(n)
    } else {
        (1.0 - magnitude) / (1.0 - power.abs())
    };
    for (i, y) in data.iter_mut().enumerate() {
        let x = i as f64 * unit;
        let above =
            math::cos(x * lowest) - ratio * math::cos(x * (lowest - 1.0)) - power * math::cos(x * after)
                + power * ratio * math::cos(x * (after - 1.0));
        let below = ratio * ratio + 1.0 - 2.0 * ratio * math::cos(x);
        *y = if below.abs() > 0.0001 { above / below * scale } else { 1.0 };
    }
}

/// GEN34: sines of any frequency, read from a table as triples of amplitude, frequency and phase (in
/// cycles); source table, number of partials, amplitude scale, frequency unit (0 partial numbers,
/// negative Hz with that factor, positive relative to that sample rate). Each sine runs by a recursion
/// of second order, whose drift is part of the result.
pub(super) fn gen34(d: &mut Draft<'_>, cx: &mut Context<'_>, _: &Request<'_>) -> Result<(), GenError> {
    if d.args.len() < 3 {
        return Err(GenError::Arguments("GEN34 needs at least three arguments"));
    }
    let source = cx.table(d.args[0])?;
    let count = ((d.args[1] + 0.5) as i32).max(0) as usize;
    let unit = match d.arg(3) {
        mode if mode < 0.0 => TAU / (cx.sr * -mode),
        mode if mode > 0.0 => TAU / mode,
        _ => TAU / d.len as f64,
    };
    for partial in source.data[..source.len].chunks_exact(3).take(count) {
        let (amp, step, phase) = (d.args[2] * partial[0], unit * partial[1], TAU * partial[2]);
        if step.abs() > PI {
            continue;
        }
        let (y0, y1) = (math::sin(phase), math::sin(phase + step));
        let curvature = 2.0 * math::cos(step) - 2.0;
        let (mut x, mut slope) = (y0 * amp, (y1 - curvature * y0 - y0) * amp);
        for y in &mut d.data {
            *y += x;
            slope += curvature * x;
            x += slope;
        }
    }
    Ok(())
}
