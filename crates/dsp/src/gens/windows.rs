//! Windows: GEN20.

use super::{Context, Draft, GenError, Request};
use crate::math;
use crate::window::bessel_i0;
use std::f64::consts::{PI, TAU};

/// GEN20: window functions; kind, greatest value (for a negative GEN number only), and a parameter for
/// Gaussian, Kaiser and sinc. All have the period of the table's size.
pub(super) fn gen20(d: &mut Draft<'_>, _: &mut Context<'_>, _: &Request<'_>) -> Result<(), GenError> {
    let top = if d.normalise || d.args.len() < 2 { 1.0 } else { d.arg(1) };
    let shape = (d.args.len() > 2).then(|| d.arg(2));
    let (len, data) = (d.len, &mut d.data);
    match d.args[0] as i32 {
        // Hamming; Hann; Blackman; Blackman-Harris of four terms (Harris 1978, with the last
        // digits of the reference).
        1 => cosines(data, len, top, [0.54, 0.46, 0.0, 0.0]),
        2 => cosines(data, len, top, [0.5, 0.5, 0.0, 0.0]),
        3 => bartlett(data, len, top),
        4 => cosines(data, len, top, [0.42, 0.5, 0.08, 0.0]),
        5 => cosines(data, len, top, [0.35878, 0.48829, 0.14128, 0.01168]),
        6 => gaussian(data, len, top, shape.unwrap_or(1.0)),
        7 => kaiser(data, len, top, shape.unwrap_or(0.0)),
        8 => data.fill(top),
        9 => sinc(data, len, top, shape.unwrap_or(1.0)),
        _ => return Err(GenError::Arguments("GEN20: there is no such window; kinds are 1 to 9")),
    }
    Ok(())
}

fn cosines(data: &mut [f64], len: usize, top: f64, c: [f64; 4]) {
    let step = TAU / len as f64;
    let mut x = 0.0;
    for y in data {
        *y = top * (c[0] - c[1] * math::cos(x) + c[2] * math::cos(2.0 * x) - c[3] * math::cos(3.0 * x));
        x += step;
    }
}

/// Triangle; the guard point stays 0.
fn bartlett(data: &mut [f64], len: usize, top: f64) {
    let slope = 2.0 / len as f64;
    for (i, y) in data.iter_mut().enumerate().take(len) {
        let x = i as f64 * slope;
        *y = if i < len / 2 { x * top } else { (2.0 - x) * top };
    }
}

/// e in the digits that the reference uses.
#[expect(clippy::approx_constant, reason = "the reference's digits decide")]
const BASE: f64 = 2.718281828459;

fn gaussian(data: &mut [f64], len: usize, top: f64, deviation: f64) {
    // The window ends at six deviations of 1.
    let step = 12.0 / len as f64;
    let mut x = -6.0;
    for (i, y) in data.iter_mut().enumerate() {
        if i == len / 2 {
            x = 0.0;
        }
        *y = top * math::pow(BASE, -(x * x) / (2.0 * deviation * deviation));
        x += step;
    }
}

fn kaiser(data: &mut [f64], len: usize, top: f64, beta: f64) {
    let inverse = 1.0 / bessel_i0(beta);
    let curvature = 4.0 / (len as f64 * len as f64);
    data.fill(top * inverse);
    for i in 1..len {
        let x = i as f64 - len as f64 * 0.5;
        data[i] = top * bessel_i0(beta * (1.0 - x * x * curvature).sqrt()) * inverse;
    }
}

fn sinc(data: &mut [f64], len: usize, top: f64, lobes: f64) {
    let step = TAU * lobes / len as f64;
    let mut x = -PI * lobes;
    for (i, y) in data.iter_mut().enumerate() {
        if i == len / 2 {
            *y = top;
            x = step;
            continue;
        }
        *y = top * math::sin(x) / x;
        x += step;
    }
}
