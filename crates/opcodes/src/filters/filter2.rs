//! `filter2`: a filter of any order with fixed coefficients.

use crate::lookup::truncated;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `filter2`.
pub static FILTER2: OpDef = OpDef::new("filter2", "Filter of any order with fixed coefficients.")
    .quiet_init()
    .sigs(&[sig("a", "aiim", Make::Unit(unit::<Filter2>)), sig("k", "kiim", Make::Unit(unit::<Filter2>))])
    .outs(&[port("xres", "filtered signal")])
    .ins(&[
        port("xsig", "signal to filter"),
        port("iM", "number of the zeros' coefficients, 1 to 51"),
        port("iN", "number of the poles' coefficients, 0 to 50"),
        port("ib0 ... ia1 ...", "iM coefficients of the zeros, then iN of the poles"),
    ])
    .source("Manual: filter2; y[n] = sum of b[i] x[n-i] - sum of a[i] y[n-i]");

/// Greatest number of poles, and of zeros but one.
const MOST: i32 = 50;

/// A filter in direct form II.
#[derive(Default)]
pub(super) struct Direct {
    /// Factors of the past and present of the line, from the present on.
    pub b: Vec<f64>,
    /// Factors of the past of the line, from the last value on.
    pub a: Vec<f64>,
    /// The line, last value first.
    past: Vec<f64>,
}

impl Direct {
    /// Takes over the coefficients: inputs `at` and `at + 1` are their numbers, from `at + 2` on they stand.
    ///
    /// # Errors
    /// A number is out of range.
    pub fn prepare(&mut self, cx: &Init<'_>, at: usize) -> OpResult {
        let (zeros, poles) = (truncated(cx.k(at)), truncated(cx.k(at + 1)));
        if !(1..=MOST + 1).contains(&zeros) || !(0..=MOST).contains(&poles) {
            return Err(OpError::new("Filter order out of bounds: (1 <= nb < 51, 0 <= na <= 50)"));
        }
        let (zeros, poles) = (zeros as usize, poles as usize);
        let first = at + 2;
        self.b.clear();
        self.b.extend((first..first + zeros).map(|i| cx.k(i)));
        self.a.clear();
        self.a.extend((first + zeros..first + zeros + poles).map(|i| cx.k(i)));
        self.past.clear();
        self.past.resize(poles.max(zeros - 1), 0.0);
        Ok(())
    }

    #[inline(always)]
    pub fn next(&mut self, x: f64) -> f64 {
        let w = self.a.iter().zip(&self.past).fold(x, |w, (a, past)| w - a * past);
        let rest: f64 = self.b[1..].iter().zip(&self.past).map(|(b, past)| b * past).sum();
        let y = self.b[0] * w + rest;
        if !self.past.is_empty() {
            self.past.rotate_right(1);
            self.past[0] = w;
        }
        y
    }
}

#[derive(Default)]
struct Filter2(Direct);

impl Ugen for Filter2 {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.0.prepare(cx, 1)
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let x = io.x(0);
        for (n, out) in io.out(0).iter().enumerate() {
            out.set(self.0.next(x.at(n)));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn order_is_checked_and_one_coefficient_is_a_gain() {
        let mut bench = Bench::new(&FILTER2, 0);
        bench.audio_in(0, |n| n as f64);
        bench.set(1, 1.0);
        bench.set(3, 0.5);
        assert_eq!(bench.render(16)[..3], [0.0, 0.5, 1.0]);
    }
}
