//! `lpreson`, `lpfreson`: a sound through the filter of the `lpread` before.

use super::slots::{Pole, Predictor, get, unit_in};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::fft::Bin;
use orchestrion_dsp::math;

const OUTS: &[Port] = &[port("ares", "filtered sound")];
const ASIG: Port = port("asig", "sound that drives the filter");
const DIFFERENCES: &[&str] =
    &["Any number of filters may follow one lpread; in the reference the first spoils the others."];

/// Definition of `lpreson`.
pub static LPRESON: OpDef = OpDef::new("lpreson", "Filter of a linear predictive analysis.")
    .sigs(&[sig("a", "a", Make::Unit(unit::<Lpreson>))])
    .outs(OUTS)
    .ins(&[ASIG])
    .reads(Res::FAMILY)
    .source("Manual: lpreson; that poles outside the unit circle are turned in measured on the reference")
    .differences(DIFFERENCES);

/// Definition of `lpfreson`.
pub static LPFRESON: OpDef = OpDef::new(
    "lpfreson",
    "Filter of a linear predictive analysis with shifted formants.",
)
.sigs(&[sig("a", "ak", Make::Unit(unit::<Lpfreson>))])
.outs(OUTS)
.ins(&[ASIG, port("kfrqratio", "factor of the formants' frequencies, above 0")])
.reads(Res::FAMILY)
.may_fail()
.source(
    "Manual: lpfreson; delays as allpasses (P. Lansky, K. Steiglitz, \"Synthesis of timbral families by \
                 warped linear prediction\", 1981)",
)
.differences(DIFFERENCES);

/// Magnitude from which on a pole is turned into the unit circle (measured on the reference).
const STABLE: f64 = 0.999_999;

/// The coefficients of the filter with some poles, the oldest sample's first; `work` takes one number more.
fn coefficients(poles: &[Pole], work: &mut [Bin], out: &mut [f64]) {
    work.fill(Bin::default());
    work[0] = Bin::new(1.0, 0.0);
    for (n, [magnitude, phase]) in poles.iter().enumerate() {
        let magnitude = if magnitude.abs() > STABLE { 1.0 / magnitude } else { *magnitude };
        let pole = Bin::new(magnitude * math::cos(*phase), magnitude * math::sin(*phase));
        for k in (1..=n + 1).rev() {
            let before = work[k - 1];
            work[k] -= pole * before;
        }
    }
    for (out, factor) in out.iter_mut().rev().zip(&work[1..]) {
        *out = -factor.re;
    }
}

#[derive(Default)]
struct Lpreson {
    source: u64,
    factors: Vec<f64>,
    work: Vec<Bin>,
    /// The samples before, twice, so that those from `at` on are always in order.
    past: Vec<f64>,
    at: usize,
}

impl Ugen for Lpreson {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.source = unit_in(cx.world, None)?;
        let order = get(cx.world, self.source).map_or(1, Predictor::order);
        self.factors = vec![0.0; order];
        self.work = vec![Bin::default(); order + 1];
        self.past = vec![0.0; 2 * order];
        self.at = 0;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let order = self.factors.len();
        match get(world, self.source) {
            Some(Predictor::Coefficients(list)) if list.len() == order => self.factors.copy_from_slice(list),
            Some(Predictor::Poles(list)) if list.len() == order => {
                coefficients(list, &mut self.work, &mut self.factors);
            }
            _ => {}
        }
        let x = io.x(0);
        for (n, out) in io.out(0).iter().enumerate() {
            let mut y = x.at(n);
            for (factor, past) in self.factors.iter().zip(&self.past[self.at..]) {
                y += factor * past;
            }
            (self.past[self.at], self.past[self.at + order]) = (y, y);
            self.at = (self.at + 1) % order;
            out.set(y);
        }
        Ok(())
    }
}

#[derive(Default)]
struct Lpfreson {
    source: u64,
    factors: Vec<f64>,
    past: Vec<f64>,
    last: f64,
}

impl Ugen for Lpfreson {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.source = unit_in(cx.world, None)?;
        let order = match get(cx.world, self.source) {
            Some(Predictor::Coefficients(list)) if list.len() >= 2 => list.len(),
            _ => return Err("lpfreson needs a file with two or more coefficients, not with poles".into()),
        };
        *self = Self { source: self.source, factors: vec![0.0; order], past: vec![0.0; order], last: 0.0 };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let ratio = io.k(1);
        if ratio.is_nan() || ratio <= 0.0 {
            return Err("lpfreson: kfrqratio has to be above 0".into());
        }
        let warp = (ratio - 1.0) / (ratio + 1.0);
        if let Some(Predictor::Coefficients(list)) = get(world, self.source)
            && list.len() == self.factors.len()
        {
            self.factors.copy_from_slice(list);
            for k in 1..list.len() {
                self.factors[k] += warp * self.factors[k - 1];
            }
        }
        let gain = 1.0 / (1.0 - warp * self.factors[self.factors.len() - 1]);
        let x = io.x(0);
        for (n, out) in io.out(0).iter().enumerate() {
            self.delay((1.0 - warp * warp) * gain * self.last, warp);
            let sum = self.factors.iter().zip(&self.past).fold(x.at(n), |sum, (f, past)| sum + f * past);
            self.last = sum;
            out.set(sum * gain);
        }
        Ok(())
    }
}

impl Lpfreson {
    /// Takes a sample into the chain of allpasses, the newest of which is last.
    fn delay(&mut self, sample: f64, warp: f64) {
        let newest = self.past.len() - 1;
        let mut before = self.past[newest];
        self.past[newest] = sample - warp * before;
        for k in (0..newest).rev() {
            let old = self.past[k];
            self.past[k] = (self.past[k + 1] - old) * warp + before;
            before = old;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_of_poles_is_a_resonance() {
        let mut out = [0.0; 2];
        coefficients(&[[0.9, 1.0], [0.9, -1.0]], &mut [Bin::default(); 3], &mut out);
        assert!((out[0] + 0.81).abs() < 1e-12 && (out[1] - 1.8 * math::cos(1.0)).abs() < 1e-12, "{out:?}");
    }

    #[test]
    fn without_warp_the_allpasses_are_delays() {
        let mut filter = Lpfreson { past: vec![1.0, 2.0, 3.0], ..Lpfreson::default() };
        filter.delay(4.0, 0.0);
        assert_eq!(filter.past, [2.0, 3.0, 4.0]);
    }
}
