//! Waveshaping by powers and Chebyshev polynomials.

use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

use crate::step::in_chunks;

/// Definition of `powershape`.
pub static POWERSHAPE: OpDef = OpDef::new("powershape", "Raises a signal to a power, keeping its sign.")
    .quiet_init()
    .sigs(&[sig("a", "akp", Make::Unit(unit::<PowerShape>))])
    .outs(&[port("aout", "(|ain| / ifullscale)^kShapeAmount * ifullscale with the sign of ain")])
    .ins(&[
        port("ain", "signal"),
        port("kShapeAmount", "exponent"),
        port("ifullscale", "amplitude that stays as it is, above 0; default 1"),
    ])
    .source("Manual: powershape");

/// Definition of `chebyshevpoly`.
pub static CHEBYSHEVPOLY: OpDef =
    OpDef::new("chebyshevpoly", "Weighted sum of Chebyshev polynomials of a signal.")
        .sigs(&[sig("a", "az", Make::Unit(unit::<Chebyshev>))])
        .outs(&[port("aout", "k0 T0(ain) + k1 T1(ain) + ...")])
        .ins(&[port("ain", "signal, -1 to 1"), port("k0, k1, ...", "weights of the polynomials")])
        .source("Manual: chebyshevpoly; summed to one polynomial, then Horner's scheme")
        .quiet_init();

/// State of `powershape`: full scale at init.
#[derive(Default)]
struct PowerShape {
    full_scale: f64,
}

impl Ugen for PowerShape {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.full_scale = cx.k(2);
        if self.full_scale <= 0.0 {
            return Err(OpError::new("ifullscale must be strictly positive"));
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (amount, full_scale) = (io.k(1), self.full_scale);
        let inverse = 1.0 / full_scale;
        for (out, x) in io.out(0).iter().zip(io.a(0)) {
            let x = x.get();
            out.set(if amount == 0.0 {
                // 0 to the power of 0 counts as 0 here; the sign is lost, as in the reference.
                if x == 0.0 { 0.0 } else { 1.0 / inverse }
            } else if x * inverse < 0.0 {
                -math::pow(-(x * inverse), amount) * full_scale
            } else {
                math::pow(x * inverse, amount) * full_scale
            });
        }
        Ok(())
    }
}

/// State of `chebyshevpoly`: coefficients of the sum, and of the two latest Chebyshev polynomials, the
/// even one in the even places and the odd one in the odd places.
#[derive(Default)]
struct Chebyshev {
    sum: Vec<f64>,
    latest: Vec<f64>,
}

impl Chebyshev {
    /// Adds up the polynomials by `T[n+1] = 2x T[n] - T[n-1]`.
    fn add_up(&mut self, weight: impl Fn(usize) -> f64) {
        let Self { sum, latest } = self;
        let count = sum.len();
        for i in 0..count {
            latest[i] = if i < 2 { 1.0 } else { 0.0 };
            sum[i] = if i < 2 { weight(i) } else { 0.0 };
        }
        for degree in 2..count {
            let weight = weight(degree);
            let odd = degree % 2;
            if odd == 0 {
                latest[0] = -latest[0];
                sum[0] += latest[0] * weight;
            }
            for j in (2 - odd..count).step_by(2) {
                latest[j] = 2.0 * latest[j - 1] - latest[j];
                sum[j] += latest[j] * weight;
            }
        }
    }
}

impl Ugen for Chebyshev {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let count = cx.n_ins().saturating_sub(1);
        self.sum = vec![0.0; count];
        self.latest = vec![0.0; count];
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        self.add_up(|i| io.k(i + 1));
        let Some((&highest, lower)) = self.sum.split_last() else { return Ok(()) };
        let x = io.x(0);
        in_chunks(io.out(0), |at, y| {
            for (n, y) in (at..).zip(y.iter_mut()) {
                *y = lower.iter().rev().fold(highest, |sum, c| sum * x.at(n) + c);
            }
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_chebyshev_polynomials() {
        let mut cheb = Chebyshev { sum: vec![0.0; 6], latest: vec![0.0; 6] };
        for (degree, expected) in [
            (0, [1.0, 0.0, 0.0, 0.0, 0.0, 0.0]),
            (3, [0.0, -3.0, 0.0, 4.0, 0.0, 0.0]),
            (4, [1.0, 0.0, -8.0, 0.0, 8.0, 0.0]),
            (5, [0.0, 5.0, 0.0, -20.0, 0.0, 16.0]),
        ] {
            cheb.add_up(|i| if i == degree { 1.0 } else { 0.0 });
            assert_eq!(cheb.sum, expected, "T{degree}");
        }
    }
}
