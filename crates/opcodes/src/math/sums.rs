//! Sums, products and polynomials of several signals.

use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

use crate::step::{Step, at_both, at_init, at_perf, in_chunks};

/// Definition of `sum`.
pub static SUM: OpDef = OpDef::new("sum", "Sum of signals or of an array's elements.")
    .quiet_init()
    .sigs(&[
        sig("a", "y", at_perf::<Sum>()),
        sig("k", "k[]", at_perf::<ArraySum>()),
        sig("i", "i[]", at_init::<ArraySum>()),
    ])
    .outs(&[port("res", "sum")])
    .ins(&[port("x1, x2, ...", "signals, or one array")])
    .source("Manual: sum; four signals are added up before they join the rest, as in the reference");

/// Definition of `product`.
pub static PRODUCT: OpDef = OpDef::new("product", "Product of signals or of an array's elements.")
    .quiet_init()
    .sigs(&[
        sig("a", "y", at_perf::<Product>()),
        sig("k", "k[]", at_perf::<ArrayProduct>()),
        sig("i", "i[]", at_init::<ArrayProduct>()),
    ])
    .outs(&[port("res", "product")])
    .ins(&[port("x1, x2, ...", "signals, or one array")])
    .source("Manual: product");

/// Definition of `mac`.
pub static MAC: OpDef = OpDef::new("mac", "Sum of products of control and audio signals.")
    .sigs(&[sig("a", "Z", Make::Unit(unit::<Mac>))])
    .outs(&[port("ares", "ksig1 * asig1 + ksig2 * asig2 + ...")])
    .ins(&[port("ksig1, asig1, ...", "pairs of a control and an audio signal")])
    .source("Manual: mac")
    .quiet_init();

/// Definition of `maca`.
pub static MACA: OpDef = OpDef::new("maca", "Sum of products of audio signals.")
    .sigs(&[sig("a", "y", Make::Unit(unit::<Mac>))])
    .outs(&[port("ares", "asig1 * asig2 + asig3 * asig4 + ...")])
    .ins(&[port("asig1, asig2, ...", "pairs of audio signals")])
    .source("Manual: maca")
    .quiet_init();

/// Definition of `polynomial`.
pub static POLYNOMIAL: OpDef = OpDef::new("polynomial", "Polynomial of an audio signal.")
    .sigs(&[sig("a", "az", at_perf::<Polynomial>())])
    .outs(&[port("aout", "k0 + k1 * ain + k2 * ain^2 + ...")])
    .ins(&[port("ain", "signal"), port("k0, k1, ...", "coefficients, lowest power first")])
    .source("Manual: polynomial; Horner's scheme")
    .quiet_init();

/// Definition of `vincr`.
pub static VINCR: OpDef = OpDef::new("vincr", "Adds a signal to a variable.")
    .sigs(&[sig("", "aa", at_perf::<Increment>())])
    .ins(&[port("accum", "variable that is changed"), port("aincr", "signal to add")])
    .changes(1)
    .source("Manual: vincr")
    .quiet_init();

/// Definition of `clear`.
pub static CLEAR: OpDef = OpDef::new("clear", "Sets audio variables or an array to 0.")
    .quiet_init()
    .sigs(&[
        sig("", "a[]", at_both::<ClearArray>()),
        sig("", "k[]", at_both::<ClearArray>()),
        sig("", "y", at_perf::<Clear>()),
    ])
    .ins(&[port("avar1, ...", "variables that are changed, or one array")])
    .changes(u32::MAX)
    .source("Manual: clear");

/// Definition of `ntrpol`.
pub static NTRPOL: OpDef = OpDef::new("ntrpol", "Weighted mean of two signals.")
    .quiet_init()
    .sigs(&[
        sig("i", "iiiop", at_init::<Between>()),
        sig("k", "kkkop", Make::Unit(unit::<Blend>)),
        sig("a", "aakop", Make::Unit(unit::<Blend>)),
    ])
    .outs(&[port("res", "x1 at imin, x2 at imax, on a line between and beyond")])
    .ins(&[
        port("x1", "first signal"),
        port("x2", "second signal"),
        port("kpoint", "position between them"),
        port("imin", "position of the first; default 0"),
        port("imax", "position of the second; default 1"),
    ])
    .source("Manual: ntrpol");

struct Sum;

impl Step for Sum {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        let whole = io.n_ins() / 4 * 4;
        in_chunks(io.out(0), |at, sum| {
            sum.fill(0.0);
            for i in (0..whole).step_by(4) {
                let [a, b, c, d] = [io.x(i), io.x(i + 1), io.x(i + 2), io.x(i + 3)];
                for (n, sum) in (at..).zip(sum.iter_mut()) {
                    *sum += a.at(n) + b.at(n) + c.at(n) + d.at(n);
                }
            }
            for i in whole..io.n_ins() {
                let x = io.x(i);
                for (n, sum) in (at..).zip(sum.iter_mut()) {
                    *sum += x.at(n);
                }
            }
        });
        Ok(())
    }
}

struct Product;

impl Step for Product {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        in_chunks(io.out(0), |at, product| {
            product.fill(1.0);
            for i in 0..io.n_ins() {
                let x = io.x(i);
                for (n, product) in (at..).zip(product.iter_mut()) {
                    *product *= x.at(n);
                }
            }
        });
        Ok(())
    }
}

struct ArraySum;

impl Step for ArraySum {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        io.set(0, io.array(0).map_or(0.0, |a| a.nums().iter().fold(0.0, |sum, x| sum + x)));
        Ok(())
    }
}

struct ArrayProduct;

impl Step for ArrayProduct {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        io.set(0, io.array(0).map_or(0.0, |a| a.nums().iter().fold(1.0, |product, x| product * x)));
        Ok(())
    }
}

#[derive(Default)]
struct Mac;

impl Ugen for Mac {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.n_ins() % 2 == 1 { Err(OpError::new("the arguments must come in pairs")) } else { Ok(()) }
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        in_chunks(io.out(0), |at, sum| {
            sum.fill(0.0);
            for i in (0..io.n_ins()).step_by(2) {
                let (x, y) = (io.x(i), io.x(i + 1));
                for (n, sum) in (at..).zip(sum.iter_mut()) {
                    *sum += x.at(n) * y.at(n);
                }
            }
        });
        Ok(())
    }
}

struct Polynomial;

impl Step for Polynomial {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        let x = io.x(0);
        in_chunks(io.out(0), |at, y| {
            let last = io.n_ins() - 1;
            y.fill(io.k(last));
            for i in (1..last).rev() {
                let coefficient = io.k(i);
                for (n, y) in (at..).zip(y.iter_mut()) {
                    *y = *y * x.at(n) + coefficient;
                }
            }
        });
        Ok(())
    }
}

struct Increment;

impl Step for Increment {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        for (sum, x) in io.a(0).iter().zip(io.a(1)) {
            sum.set(sum.get() + x.get());
        }
        Ok(())
    }
}

struct Clear;

impl Step for Clear {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        for i in 0..io.n_ins() {
            for cell in io.a(i) {
                cell.set(0.0);
            }
        }
        Ok(())
    }
}

struct ClearArray;

impl Step for ClearArray {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        use orchestrion_base::value::ArrayData;
        if let Some(mut array) = io.array_in_mut(0)
            && let ArrayData::Num(v) | ArrayData::Audio(v) = &mut array.data
        {
            v.fill(0.0);
        }
        Ok(())
    }
}

struct Between;

impl Step for Between {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        let point = (io.k(2) - io.k(3)) / (io.k(4) - io.k(3));
        io.set(0, point * (io.k(1) - io.k(0)) + io.k(0));
        Ok(())
    }
}

/// `ntrpol` at performance: multiplies by the reciprocal where the i-rate form divides.
#[derive(Default)]
struct Blend {
    factor: f64,
}

impl Ugen for Blend {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let (min, max) = (cx.k(3), cx.k(4));
        if min == max {
            return Err(OpError::new("the positions of the two signals are the same"));
        }
        self.factor = 1.0 / (max - min);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let point = (io.k(2) - io.k(3)) * self.factor;
        let (x1, x2) = (io.x(0), io.x(1));
        for (n, out) in io.out(0).iter().enumerate() {
            let from = x1.at(n);
            out.set(point * (x2.at(n) - from) + from);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn ntrpol_follows_a_line() {
        let mut bench = Bench::new(&NTRPOL, 2);
        bench.audio_in(0, |_| 1.0);
        bench.audio_in(1, |_| 3.0);
        bench.set(2, 5.0);
        bench.set(3, 0.0);
        bench.set(4, 10.0);
        assert_eq!(bench.render(1)[0], 2.0);
    }
}
