//! The 28-bit phase that the random generators with a rate share (semantics J3, K1).

/// One period.
pub(crate) const PERIOD: f64 = 268_435_456.0;
const WRAP: i64 = 1 << 28;

/// Phase of a generator that draws a new number once a period.
#[derive(Clone, Copy, Default)]
pub(crate) struct Phase(i64);

impl Phase {
    /// Where the period stands, 0 to 2^28.
    #[inline(always)]
    pub fn get(self) -> f64 {
        self.0 as f64
    }

    /// Goes on by `cps * scale` units of 2^-28, where `scale` is 2^28 over the rate; whether a new period
    /// begins. Negative frequencies run down and never begin one, as in the reference.
    #[inline(always)]
    pub fn advance(&mut self, cps: f64, scale: f64) -> bool {
        self.0 = self.0.saturating_add((cps * scale) as i64);
        let wraps = self.0 >= WRAP;
        if wraps {
            self.0 &= WRAP - 1;
        }
        wraps
    }
}

/// Units of phase per Hz at a rate.
#[inline]
pub(crate) fn scale(rate: f64) -> f64 {
    PERIOD / rate
}

/// A straight line from one number to the next over a period.
#[derive(Clone, Copy, Default)]
pub(crate) struct Line {
    pub from: f64,
    pub to: f64,
    pub(crate) slope: f64,
}

impl Line {
    pub fn new(from: f64, to: f64) -> Self {
        Self { from, to, slope: (to - from) / PERIOD }
    }

    /// Goes on to another number.
    pub fn next(&mut self, to: f64) {
        *self = Self::new(self.to, to);
    }

    #[inline(always)]
    pub fn at(&self, phase: Phase) -> f64 {
        self.from + phase.get() * self.slope
    }
}
