//! Transforms of arrays: `rfft`, `rifft`, `fft`, `fftinv`, `dct`, `dctinv`, `autocorr`, `ceps`, `cepsinv`.
//!
//! Real spectra are packed: element 0 is DC, element 1 Nyquist, then real and imaginary parts in turn.

use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::fft::{Bin, ComplexFft, RealFft, pack};
use orchestrion_dsp::math;

use super::common::{fit, not_initialised};

const SIGNAL: &[Port] = &[port("kIn[]", "signal, one dimension")];
const PACKED: &[Port] = &[port("kIn[]", "packed spectrum")];
const ODD: &[&str] =
    &["Even lengths that are no power of two work; the reference crashes or reads past the array."];

/// Definition of `rfft`.
pub static RFFT: OpDef = OpDef::new("rfft", "Spectrum of a real signal.")
    .sigs(&[sig("k[]", "k[]", Make::Unit(unit::<Array<Rfft>>)), sig("i[]", "i[]", Make::Init(once::<Rfft>))])
    .outs(&[port("kOut[]", "packed spectrum, as long as the signal")])
    .ins(SIGNAL)
    .may_fail()
    .source("Manual: rfft; scale measured on the reference")
    .differences(ODD);

/// Definition of `rifft`.
pub static RIFFT: OpDef = OpDef::new("rifft", "Real signal of a spectrum.")
    .sigs(&[
        sig("k[]", "k[]", Make::Unit(unit::<Array<Rifft>>)),
        sig("i[]", "i[]", Make::Init(once::<Rifft>)),
    ])
    .outs(&[port("kOut[]", "signal, divided by its length")])
    .ins(PACKED)
    .may_fail()
    .source("Manual: rifft; scale measured on the reference")
    .differences(ODD);

/// Definition of `fft`.
pub static FFT: OpDef = OpDef::new("fft", "Spectrum of a complex signal.")
    .sigs(&[
        sig("k[]", "k[]", Make::Unit(unit::<Array<Complex<false>>>)),
        sig("i[]", "i[]", Make::Init(once::<Complex<false>>)),
    ])
    .outs(&[port("kOut[]", "real and imaginary parts in turn")])
    .ins(&[port("kIn[]", "real and imaginary parts in turn")])
    .may_fail()
    .source("Manual: fft; scale measured on the reference");

/// Definition of `fftinv`.
pub static FFTINV: OpDef = OpDef::new("fftinv", "Complex signal of a spectrum.")
    .sigs(&[
        sig("k[]", "k[]", Make::Unit(unit::<Array<Complex<true>>>)),
        sig("i[]", "i[]", Make::Init(once::<Complex<true>>)),
    ])
    .outs(&[port("kOut[]", "real and imaginary parts in turn, divided by the number of points")])
    .ins(&[port("kIn[]", "real and imaginary parts in turn")])
    .may_fail()
    .source("Manual: fftinv; scale measured on the reference");

/// Definition of `dct`.
pub static DCT: OpDef = OpDef::new("dct", "Discrete cosine transform, type II.")
    .sigs(&[sig("k[]", "k[]", Make::Unit(unit::<Array<Dct>>)), sig("i[]", "i[]", Make::Init(once::<Dct>))])
    .outs(&[port("kOut[]", "2 sum x[n] cos(pi k (2n + 1) / 2N)")])
    .ins(&[port("kIn[]", "signal, its length a power of two")])
    .may_fail()
    .source("Manual: dct; scale measured on the reference");

/// Definition of `dctinv`.
pub static DCTINV: OpDef = OpDef::new("dctinv", "Inverse of the discrete cosine transform.")
    .sigs(&[
        sig("k[]", "k[]", Make::Unit(unit::<Array<DctInv>>)),
        sig("i[]", "i[]", Make::Init(once::<DctInv>)),
    ])
    .outs(&[port("kOut[]", "signal")])
    .ins(&[port("kIn[]", "transform, its length a power of two")])
    .may_fail()
    .source("Manual: dctinv; scale measured on the reference");

/// Definition of `autocorr`.
pub static AUTOCORR: OpDef = OpDef::new("autocorr", "Autocorrelation of a signal.")
    .sigs(&[sig("k[]", "k[]", Make::Unit(unit::<Array<Autocorr>>))])
    .outs(&[port("kOut[]", "sum x[n] x[n + lag] for lag 0, 1, ...")])
    .ins(SIGNAL)
    .may_fail()
    .source("Manual: autocorr; by the power spectrum of the signal padded to twice its length");

/// Definition of `ceps`.
pub static CEPS: OpDef = OpDef::new("ceps", "Cepstrum of magnitudes.")
    .sigs(&[sig("k[]", "k[]k", Make::Unit(unit::<Array<Ceps>>))])
    .outs(&[port("keps[]", "cepstrum, as long as the input")])
    .ins(&[
        port("kmags[]", "magnitudes, a power of two and one, at least 65"),
        port("kcoefs", "coefficients that are kept; 0 keeps all"),
    ])
    .may_fail()
    .source("Manual: ceps");

/// Definition of `cepsinv`.
pub static CEPSINV: OpDef = OpDef::new("cepsinv", "Magnitudes of a cepstrum.")
    .sigs(&[sig("k[]", "k[]", Make::Unit(unit::<Array<CepsInv>>))])
    .outs(&[port("kenv[]", "magnitudes")])
    .ins(&[port("keps[]", "cepstrum, a power of two and one")])
    .may_fail()
    .source("Manual: cepsinv");

/// A transform of arrays of one length.
trait Transform: Default + Send + 'static {
    /// Prepares for inputs of `n` elements; the length of the output.
    fn plan(&mut self, n: usize) -> OpResult<usize>;
    /// Transforms. `out` is as long as planned; `param` is the opcode's second input.
    fn run(&mut self, input: &[f64], param: f64, out: &mut [f64]);
}

/// The unit of a transform.
#[derive(Default)]
struct Array<T> {
    transform: T,
    planned: Option<(usize, usize)>,
}

impl<T: Transform> Array<T> {
    /// Plans for the present length of the input and gives the output its size.
    fn prepare(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let Some(input) = io.array(0).filter(|a| a.is_sized()) else { return Err(not_initialised()) };
        if input.dims.len() > 1 {
            return Err(OpError::new("only one-dimensional arrays allowed"));
        }
        let n = input.len();
        let len = match self.planned {
            Some((planned, len)) if planned == n => len,
            _ => self.transform.plan(n)?,
        };
        self.planned = Some((n, len));
        io.array_out(0).map_or(Ok(()), |mut out| fit(&mut out, len, io, world))
    }

    fn run(&mut self, io: &Io<'_>) {
        let param = if io.n_ins() > 1 { io.k(1) } else { 0.0 };
        let len = self.planned.map_or(0, |(_, len)| len);
        let (Some(input), Some(mut out)) = (io.array(0), io.array_out(0)) else { return };
        if let Some(out) = out.nums_mut().get_mut(..len) {
            self.transform.run(input.nums(), param, out);
        }
    }
}

impl<T: Transform> Ugen for Array<T> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.prepare(&cx.io, cx.world)
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        self.prepare(io, world)?;
        self.run(io);
        Ok(())
    }
}

fn once<T: Transform>(cx: &mut Init<'_>) -> OpResult {
    let mut unit = Array::<T>::default();
    unit.init(cx)?;
    unit.run(&cx.io);
    Ok(())
}

/// A transform of real signals with room for its spectrum.
struct Real {
    fft: RealFft,
    bins: Vec<Bin>,
    samples: Vec<f64>,
}

impl Default for Real {
    fn default() -> Self {
        Self::new(1)
    }
}

impl Real {
    fn new(n: usize) -> Self {
        let fft = RealFft::new(n);
        let bins = vec![Bin::default(); fft.bins()];
        Self { fft, bins, samples: vec![0.0; n] }
    }

    fn forward_packed(&mut self, input: &[f64], out: &mut [f64]) {
        if let [only] = out {
            *only = input.first().copied().unwrap_or(0.0);
            return;
        }
        self.fft.forward(input, &mut self.bins);
        pack(&self.bins, out);
    }

    fn inverse_packed(&mut self, input: &[f64], out: &mut [f64]) {
        if let [only] = out {
            *only = input.first().copied().unwrap_or(0.0);
            return;
        }
        for (bin, pair) in self.bins.iter_mut().zip(input.chunks_exact(2)) {
            *bin = Bin::new(pair[0], pair[1]);
        }
        if let (Some(last), [_, nyquist, ..]) = (self.bins.last_mut(), input) {
            *last = Bin::new(*nyquist, 0.0);
        }
        self.fft.inverse(&self.bins, out);
    }
}

fn even(n: usize) -> OpResult<usize> {
    if n.is_multiple_of(2) || n == 1 { Ok(n) } else { Err(OpError::new(format!("the length {n} is odd"))) }
}

fn power_of_two(n: usize) -> OpResult<usize> {
    if n.is_power_of_two() { Ok(n) } else { Err(OpError::new("non-pow-of-two sizes not yet implemented")) }
}

#[derive(Default)]
struct Rfft(Real);

impl Transform for Rfft {
    fn plan(&mut self, n: usize) -> OpResult<usize> {
        self.0 = Real::new(even(n)?);
        Ok(n)
    }

    fn run(&mut self, input: &[f64], _: f64, out: &mut [f64]) {
        self.0.forward_packed(input, out);
        for x in out {
            // No negative zeros, which would show when printed.
            *x += 0.0;
        }
    }
}

#[derive(Default)]
struct Rifft(Real);

impl Transform for Rifft {
    fn plan(&mut self, n: usize) -> OpResult<usize> {
        self.0 = Real::new(even(n)?);
        Ok(n)
    }

    fn run(&mut self, input: &[f64], _: f64, out: &mut [f64]) {
        self.0.inverse_packed(input, out);
    }
}

/// A complex transform, forward or inverse.
struct Complex<const INVERSE: bool> {
    fft: ComplexFft,
    points: Vec<Bin>,
}

impl<const INVERSE: bool> Default for Complex<INVERSE> {
    fn default() -> Self {
        Self { fft: ComplexFft::new(1), points: Vec::new() }
    }
}

impl<const INVERSE: bool> Transform for Complex<INVERSE> {
    fn plan(&mut self, n: usize) -> OpResult<usize> {
        let points = even(n)? / 2;
        self.fft = ComplexFft::new(points);
        self.points = vec![Bin::default(); points];
        Ok(n)
    }

    fn run(&mut self, input: &[f64], _: f64, out: &mut [f64]) {
        for (point, pair) in self.points.iter_mut().zip(input.chunks_exact(2)) {
            *point = Bin::new(pair[0], pair[1]);
        }
        if INVERSE {
            self.fft.inverse(&mut self.points);
        } else {
            self.fft.forward(&mut self.points);
        }
        for (point, pair) in self.points.iter().zip(out.chunks_exact_mut(2)) {
            (pair[0], pair[1]) = (point.re, point.im);
        }
    }
}

/// Cosine transform by a real transform of the signal and its mirror image.
#[derive(Default)]
struct Dct {
    real: Real,
    /// exp(-i pi k / 2N).
    turns: Vec<Bin>,
}

fn turns(n: usize) -> Vec<Bin> {
    let turn = |k: usize| {
        let (s, c) = math::sin_cos(-std::f64::consts::PI * k as f64 / (2 * n) as f64);
        Bin::new(c, s)
    };
    (0..n).map(turn).collect()
}

impl Transform for Dct {
    fn plan(&mut self, n: usize) -> OpResult<usize> {
        *self = Self { real: Real::new(2 * power_of_two(n)?), turns: turns(n) };
        Ok(n)
    }

    fn run(&mut self, input: &[f64], _: f64, out: &mut [f64]) {
        let Real { fft, bins, samples } = &mut self.real;
        let last = samples.len() - 1;
        for (n, &x) in input.iter().enumerate().take(out.len()) {
            samples[n] = x;
            samples[last - n] = x;
        }
        fft.forward(samples, bins);
        for ((out, bin), turn) in out.iter_mut().zip(bins).zip(&self.turns) {
            *out = (*bin * turn).re;
        }
    }
}

#[derive(Default)]
struct DctInv(Dct);

impl Transform for DctInv {
    fn plan(&mut self, n: usize) -> OpResult<usize> {
        self.0.plan(n)
    }

    fn run(&mut self, input: &[f64], _: f64, out: &mut [f64]) {
        let Real { fft, bins, samples } = &mut self.0.real;
        bins.fill(Bin::default());
        for ((bin, &x), turn) in bins.iter_mut().zip(input).zip(&self.0.turns) {
            *bin = turn.conj() * x;
        }
        fft.inverse(bins, samples);
        super::common::copy_numbers(samples, out);
    }
}

#[derive(Default)]
struct Autocorr(Real);

impl Transform for Autocorr {
    fn plan(&mut self, n: usize) -> OpResult<usize> {
        self.0 = Real::new((2 * n).saturating_sub(1).next_power_of_two().max(2));
        Ok(n)
    }

    fn run(&mut self, input: &[f64], _: f64, out: &mut [f64]) {
        let Real { fft, bins, samples } = &mut self.0;
        fft.forward(input, bins);
        for bin in bins.iter_mut() {
            *bin = Bin::new(bin.re * bin.re + bin.im * bin.im, 0.0);
        }
        fft.inverse(bins, samples);
        super::common::copy_numbers(samples, out);
    }
}

/// What stands for the logarithm's argument where a magnitude is not positive.
const NEXT_TO_NOTHING: f64 = 1e-20;
/// Shortest spectrum of `ceps`, without its last element.
const SHORTEST: usize = 64;

#[derive(Default)]
struct Ceps(Real);

impl Transform for Ceps {
    fn plan(&mut self, n: usize) -> OpResult<usize> {
        if n <= SHORTEST {
            return Err(OpError::new("FFT size too small (min 64 samples)"));
        }
        self.0 = Real::new(power_of_two(n - 1)?);
        Ok(n)
    }

    fn run(&mut self, input: &[f64], kept: f64, out: &mut [f64]) {
        let Real { fft, bins, samples } = &mut self.0;
        for (log, &x) in samples.iter_mut().zip(input) {
            *log = math::ln(if x > 0.0 { x } else { NEXT_TO_NOTHING });
        }
        fft.forward(samples, bins);
        let n = samples.len();
        pack(bins, &mut out[..n]);
        out[n] = if kept == 0.0 { input[n] } else { 0.0 };
        if kept != 0.0 {
            let from = ((kept * 2.0) as usize).min(n);
            out[from..n].fill(0.0);
        }
    }
}

#[derive(Default)]
struct CepsInv(Real);

impl Transform for CepsInv {
    fn plan(&mut self, n: usize) -> OpResult<usize> {
        self.0 = Real::new(power_of_two(n.saturating_sub(1))?);
        Ok(n)
    }

    fn run(&mut self, input: &[f64], _: f64, out: &mut [f64]) {
        let n = out.len() - 1;
        self.0.inverse_packed(&input[..n], &mut out[..n]);
        for x in &mut out[..n] {
            *x = math::exp(*x);
        }
        out[n] = input[n];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apply<T: Transform>(input: &[f64]) -> Vec<f64> {
        let mut transform = T::default();
        let mut out = vec![0.0; transform.plan(input.len()).expect("the length is right")];
        transform.run(input, 0.0, &mut out);
        out
    }

    fn close(a: &[f64], b: &[f64]) {
        assert_eq!(a.len(), b.len());
        for (x, y) in a.iter().zip(b) {
            assert!((x - y).abs() < 1e-9, "{a:?} is not {b:?}");
        }
    }

    const X: [f64; 8] = [1.0, 2.0, 4.0, 3.0, 5.0, 1.0, 2.0, 7.0];

    #[test]
    fn transforms_as_the_reference_prints_them() {
        close(&apply::<Rfft>(&X[..4]), &[10.0, 0.0, -3.0, 1.0]);
        close(&apply::<Complex<false>>(&X[..4]), &[5.0, 5.0, -3.0, -1.0]);
        close(
            &apply::<Dct>(&X),
            &[
                50.0,
                -9.2163632548,
                -0.7653668647,
                -13.6400660980,
                9.8994949366,
                -8.8221793133,
                1.8477590650,
                6.5708749312,
            ],
        );
        close(&apply::<Autocorr>(&X), &[109.0, 58.0, 50.0, 58.0, 36.0, 33.0, 16.0, 7.0]);
    }

    #[test]
    fn there_and_back() {
        close(&apply::<Rifft>(&apply::<Rfft>(&X)), &X);
        close(&apply::<Rifft>(&apply::<Rfft>(&X[..6])), &X[..6]);
        close(&apply::<Complex<true>>(&apply::<Complex<false>>(&X[..6])), &X[..6]);
        close(&apply::<DctInv>(&apply::<Dct>(&X)), &X);
        close(&apply::<Rfft>(&[3.0]), &[3.0]);
        let magnitudes: Vec<f64> = (0..65).map(|i| 1.0 + f64::from(i % 7)).collect();
        close(&apply::<CepsInv>(&apply::<Ceps>(&magnitudes))[..64], &magnitudes[..64]);
    }

    #[test]
    fn lengths_that_do_not_work() {
        assert!(Rfft::default().plan(5).is_err() && Dct::default().plan(6).is_err());
        assert!(Ceps::default().plan(33).is_err() && CepsInv::default().plan(0).is_err());
    }
}
