//! Spectra in arrays: forms of complex numbers, magnitudes, windows, filter banks.

use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

use super::common::{ArrayFn, array_init, array_perf, first_dim, fit};

const PACKED: &[Port] = &[port("kIn[]", "packed spectrum: DC, Nyquist, then pairs")];

/// Definition of `r2c`.
pub static R2C: OpDef = OpDef::new("r2c", "Real numbers to complex numbers.")
    .sigs(&[
        sig("i[]", "i[]", array_init::<RealToComplex>()),
        sig("k[]", "k[]", array_perf::<RealToComplex>()),
    ])
    .outs(&[port("kOut[]", "real and imaginary parts in turn")])
    .ins(&[port("kIn[]", "numbers")])
    .source("Manual: r2c");

/// Definition of `c2r`.
pub static C2R: OpDef = OpDef::new("c2r", "Real parts of complex numbers.")
    .sigs(&[
        sig("i[]", "i[]", array_init::<ComplexToReal>()),
        sig("k[]", "k[]", array_perf::<ComplexToReal>()),
    ])
    .outs(&[port("kOut[]", "real parts")])
    .ins(&[port("kIn[]", "real and imaginary parts in turn")])
    .source("Manual: c2r");

const EDGES: &[&str] =
    &["DC and Nyquist of the input reach an array of its own, too; in the reference only the same array"];

/// Definition of `rect2pol`.
pub static RECT2POL: OpDef = OpDef::new("rect2pol", "Real and imaginary parts to magnitudes and phases.")
    .sigs(&[sig("k[]", "k[]", array_perf::<Polar>())])
    .outs(&[port("kOut[]", "magnitudes and phases in turn; elements 0 and 1 stay as they are")])
    .ins(PACKED)
    .differences(EDGES)
    .source("Manual: rect2pol");

/// Definition of `pol2rect`.
pub static POL2RECT: OpDef = OpDef::new("pol2rect", "Magnitudes and phases to real and imaginary parts.")
    .sigs(&[sig("k[]", "k[]", array_perf::<Rectangular>()), sig("k[]", "k[]k[]", array_perf::<Joined>())])
    .outs(&[port("kOut[]", "packed spectrum; of one input, elements 0 and 1 stay as they are")])
    .ins(&[port("kIn[]", "magnitudes and phases in turn, or magnitudes"), port("kphs[]", "phases, as many")])
    .may_fail()
    .differences(EDGES)
    .source("Manual: pol2rect");

/// Definition of `mags`.
pub static MAGS: OpDef = OpDef::new("mags", "Magnitudes of a spectrum.")
    .sigs(&[sig("k[]", "k[]", array_perf::<Magnitudes<false>>())])
    .outs(&[port("kOut[]", "magnitudes; of DC and Nyquist the signed value")])
    .ins(PACKED)
    .source("Manual: mags");

/// Definition of `pows`.
pub static POWS: OpDef = OpDef::new("pows", "Squared magnitudes of a spectrum.")
    .sigs(&[sig("k[]", "k[]", array_perf::<Magnitudes<true>>())])
    .outs(&[port("kOut[]", "squared magnitudes")])
    .ins(PACKED)
    .source("Manual: pows");

/// Definition of `phs`.
pub static PHS: OpDef = OpDef::new("phs", "Phases of a spectrum.")
    .sigs(&[sig("k[]", "k[]", array_perf::<Phases>())])
    .outs(&[port("kOut[]", "phases in radians; first and last element stay as they are")])
    .ins(PACKED)
    .source("Manual: phs");

/// Definition of `cmplxprod`.
pub static CMPLXPROD: OpDef = OpDef::new("cmplxprod", "Product of two spectra.")
    .sigs(&[sig("k[]", "k[]k[]", array_perf::<Product>())])
    .outs(&[port("kOut[]", "packed spectrum")])
    .ins(&[port("kIn1[]", "packed spectrum"), port("kIn2[]", "packed spectrum of equal length")])
    .may_fail()
    .source("Manual: cmplxprod");

/// Definition of `window`.
pub static WINDOW: OpDef = OpDef::new("window", "Multiplies an array by a window.")
    .sigs(&[sig("k[]", "k[]Op", Make::Unit(unit::<Window>))])
    .outs(&[port("kOut[]", "windowed signal")])
    .ins(&[
        port("kIn[]", "signal"),
        port("koff", "element where the window begins; default 0"),
        port("itype", "0 Hamming, else von Hann; default 1"),
    ])
    .source("Manual: window");

/// Definition of `mfb`.
pub static MFB: OpDef = OpDef::new("mfb", "Bank of triangular filters on the mel scale.")
    .sigs(&[sig("k[]", "k[]kki", array_perf::<Mel>()), sig("i[]", "i[]iii", array_init::<Mel>())])
    .outs(&[port("kbands[]", "mean of each band")])
    .ins(&[
        port("kmags[]", "magnitudes from 0 Hz to sr/2"),
        port("klow", "lowest frequency in Hz"),
        port("khigh", "highest frequency in Hz"),
        port("ibands", "number of bands, fewer than magnitudes"),
    ])
    .may_fail()
    .source("Manual: mfb; mel(f) = 1125 ln(1 + f / 700)");

struct RealToComplex;

impl ArrayFn for RealToComplex {
    fn len(io: &Io<'_>, _: &World) -> OpResult<usize> {
        Ok(first_dim(io, 0) * 2)
    }

    fn fill(io: &Io<'_>, _: &World, out: &mut [f64]) -> OpResult {
        let Some(x) = io.array(0) else { return Ok(()) };
        for (pair, &x) in out.chunks_exact_mut(2).zip(x.nums()) {
            (pair[0], pair[1]) = (x, 0.0);
        }
        Ok(())
    }
}

struct ComplexToReal;

impl ArrayFn for ComplexToReal {
    fn len(io: &Io<'_>, _: &World) -> OpResult<usize> {
        Ok(first_dim(io, 0) / 2)
    }

    fn fill(io: &Io<'_>, _: &World, out: &mut [f64]) -> OpResult {
        let Some(x) = io.array(0) else { return Ok(()) };
        for (out, pair) in out.iter_mut().zip(x.nums().chunks_exact(2)) {
            *out = pair[0];
        }
        Ok(())
    }
}

/// Applies `f` to all pairs but the first, which holds DC and Nyquist.
fn pairs(io: &Io<'_>, out: &mut [f64], f: impl Fn(f64, f64) -> (f64, f64)) {
    let Some(x) = io.array(0) else { return };
    for (out, edge) in out.iter_mut().zip(x.nums()).take(2) {
        *out = *edge;
    }
    for (out, pair) in out.chunks_exact_mut(2).zip(x.nums().chunks_exact(2)).skip(1) {
        (out[0], out[1]) = f(pair[0], pair[1]);
    }
}

struct Polar;

impl ArrayFn for Polar {
    fn len(io: &Io<'_>, _: &World) -> OpResult<usize> {
        Ok(first_dim(io, 0))
    }

    fn fill(io: &Io<'_>, _: &World, out: &mut [f64]) -> OpResult {
        pairs(io, out, |re, im| (math::hypot(re, im), math::atan2(im, re)));
        Ok(())
    }
}

fn rectangular(magnitude: f64, phase: f64) -> (f64, f64) {
    (magnitude * math::cos(phase), magnitude * math::sin(phase))
}

struct Rectangular;

impl ArrayFn for Rectangular {
    fn len(io: &Io<'_>, _: &World) -> OpResult<usize> {
        Ok(first_dim(io, 0))
    }

    fn fill(io: &Io<'_>, _: &World, out: &mut [f64]) -> OpResult {
        pairs(io, out, rectangular);
        Ok(())
    }
}

/// `pol2rect` of magnitudes and phases in two arrays.
struct Joined;

impl ArrayFn for Joined {
    fn len(io: &Io<'_>, _: &World) -> OpResult<usize> {
        let (n, phases) = (first_dim(io, 0), first_dim(io, 1));
        if n != phases {
            return Err(OpError::new(format!("in array sizes do not match: {phases} and {n}")));
        }
        Ok((2 * n).saturating_sub(2))
    }

    fn fill(io: &Io<'_>, _: &World, out: &mut [f64]) -> OpResult {
        let (Some(magnitudes), Some(phases)) = (io.array(0), io.array(1)) else { return Ok(()) };
        let mut points = magnitudes.nums().iter().zip(phases.nums()).map(|(&m, &p)| rectangular(m, p));
        let (first, last) = (points.next(), points.next_back());
        if let [dc, nyquist, rest @ ..] = out {
            *dc = first.map_or(0.0, |p| p.0);
            *nyquist = last.map_or(0.0, |p| p.0);
            for (pair, point) in rest.chunks_exact_mut(2).zip(points) {
                (pair[0], pair[1]) = point;
            }
        }
        Ok(())
    }
}

/// `mags`, or squared `pows`.
struct Magnitudes<const SQUARED: bool>;

impl<const SQUARED: bool> ArrayFn for Magnitudes<SQUARED> {
    fn len(io: &Io<'_>, _: &World) -> OpResult<usize> {
        Ok(first_dim(io, 0) / 2 + 1)
    }

    fn fill(io: &Io<'_>, _: &World, out: &mut [f64]) -> OpResult {
        let Some(x) = io.array(0) else { return Ok(()) };
        let ([dc, nyquist, rest @ ..], [first, middle @ .., last]) = (x.nums(), out) else { return Ok(()) };
        let edge = |x: f64| if SQUARED { x * x } else { x };
        (*first, *last) = (edge(*dc), edge(*nyquist));
        for (out, pair) in middle.iter_mut().zip(rest.chunks_exact(2)) {
            *out =
                if SQUARED { pair[0] * pair[0] + pair[1] * pair[1] } else { math::hypot(pair[0], pair[1]) };
        }
        Ok(())
    }
}

struct Phases;

impl ArrayFn for Phases {
    fn len(io: &Io<'_>, _: &World) -> OpResult<usize> {
        Ok(first_dim(io, 0) / 2 + 1)
    }

    fn fill(io: &Io<'_>, _: &World, out: &mut [f64]) -> OpResult {
        let Some(x) = io.array(0) else { return Ok(()) };
        if let [_, middle @ .., _] = out {
            for (out, pair) in middle.iter_mut().zip(x.nums().chunks_exact(2).skip(1)) {
                *out = math::atan2(pair[1], pair[0]);
            }
        }
        Ok(())
    }
}

struct Product;

impl ArrayFn for Product {
    fn len(io: &Io<'_>, _: &World) -> OpResult<usize> {
        let n = first_dim(io, 0);
        if n == first_dim(io, 1) { Ok(n) } else { Err(OpError::new("array sizes do not match")) }
    }

    fn fill(io: &Io<'_>, _: &World, out: &mut [f64]) -> OpResult {
        let (Some(a), Some(b)) = (io.array(0), io.array(1)) else { return Ok(()) };
        for (out, (a, b)) in out.iter_mut().zip(a.nums().iter().zip(b.nums())).take(2) {
            *out = a * b;
        }
        let points = a.nums().chunks_exact(2).zip(b.nums().chunks_exact(2));
        for (out, (a, b)) in out.chunks_exact_mut(2).zip(points).skip(1) {
            out[0] = a[0] * b[0] - a[1] * b[1];
            out[1] = a[0] * b[1] + b[0] * a[1];
        }
        Ok(())
    }
}

/// State of `window`: the window, made at init.
#[derive(Default)]
struct Window {
    shape: Vec<f64>,
}

impl Ugen for Window {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let io = &cx.io;
        let n = first_dim(io, 0);
        io.array_out(0).map_or(Ok(()), |mut out| fit(&mut out, n, io, cx.world))?;
        let (a, b) = if io.k(2) as i32 == 0 { (0.54, 0.46) } else { (0.5, 0.5) };
        let angle = |i: usize| i as f64 * std::f64::consts::TAU / n as f64;
        self.shape = (0..n).map(|i| a - b * math::cos(angle(i))).collect();
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (Some(x), Some(mut out)) = (io.array(0), io.array_out(0)) else { return Ok(()) };
        let n = self.shape.len() as i64;
        let offset = io.k(1) as i64;
        for (i, (out, &x)) in (0..n).zip(out.nums_mut().iter_mut().zip(x.nums())) {
            *out = x * self.shape[i.wrapping_sub(offset).rem_euclid(n) as usize];
        }
        Ok(())
    }
}

struct Mel;

fn mel(frequency: f64) -> f64 {
    1125.0 * math::ln(1.0 + frequency / 700.0)
}

/// Number of the magnitude nearest below a mel value; `n` counts them from 0 Hz to sr/2.
fn bin(mel: f64, n: usize, sr: f64) -> usize {
    let frequency = 700.0 * (math::exp(mel / 1125.0) - 1.0);
    ((frequency / (sr / (2 * (n - 1)) as f64)) as usize).min(n)
}

impl ArrayFn for Mel {
    fn len(io: &Io<'_>, _: &World) -> OpResult<usize> {
        let bands = io.k(3) as usize;
        if bands < first_dim(io, 0) {
            Ok(bands)
        } else {
            Err(OpError::new("filter bank size exceeds input array length"))
        }
    }

    fn fill(io: &Io<'_>, world: &World, out: &mut [f64]) -> OpResult {
        let Some(array) = io.array(0) else { return Ok(()) };
        let x = array.nums();
        if x.len() < 2 {
            return Ok(());
        }
        let (low, high) = (mel(io.k(1)), mel(io.k(2)));
        let step = (high - low) / (out.len() + 1) as f64;
        let mut at = low;
        let mut edge = || {
            let edge = bin(at, x.len(), world.header.sr);
            at += step;
            edge
        };
        let (mut start, mut top) = (edge(), edge());
        for out in out {
            let end = edge();
            *out = triangle(x, start, top, end) / (end as f64 - start as f64);
            (start, top) = (top, end);
        }
        Ok(())
    }
}

/// Sum of `x` under a triangle that rises from `start` to `top` and falls to `end`.
fn triangle(x: &[f64], start: usize, top: usize, end: usize) -> f64 {
    let (rise, fall) = (1.0 / (top as f64 - start as f64), 1.0 / (end as f64 - top as f64));
    let (mut sum, mut gain) = (0.0, 0.0);
    for x in x.iter().take(top).skip(start) {
        sum += x * gain;
        gain += rise;
    }
    gain = 1.0;
    for x in x.iter().take(end).skip(top) {
        sum += x * gain;
        gain -= fall;
    }
    sum
}
