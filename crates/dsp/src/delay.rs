//! Delay lines.

use crate::interp;

/// A ring of the last samples. Delays count from 1, the sample written last; reading before anything was
/// written gives 0.
#[derive(Clone, Debug, Default)]
pub struct DelayLine {
    /// The samples; never empty except by default.
    ring: Vec<f64>,
    /// Where the next sample goes.
    next: usize,
}

impl DelayLine {
    /// A line of up to `len` samples of delay, at least 1, all 0.
    #[must_use]
    pub fn new(len: usize) -> Self {
        Self { ring: vec![0.0; len.max(1)], next: 0 }
    }

    /// Longest delay in samples.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ring.len()
    }

    /// Whether the line has no samples; only before [`Self::new`].
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ring.is_empty()
    }

    /// Forgets all samples.
    pub fn clear(&mut self) {
        self.ring.fill(0.0);
        self.next = 0;
    }

    /// Adds a sample, forgetting the oldest.
    #[inline]
    pub fn push(&mut self, x: f64) {
        if let Some(slot) = self.ring.get_mut(self.next) {
            *slot = x;
        }
        self.next += 1;
        if self.next >= self.ring.len() {
            self.next = 0;
        }
    }

    /// Adds a sample and returns the one that it replaces: a delay of [`Self::len`] samples.
    #[inline]
    pub fn exchange(&mut self, x: f64) -> f64 {
        let old = self.ring.get(self.next).copied().unwrap_or(0.0);
        self.push(x);
        old
    }

    /// The sample written `delay` pushes ago; 1 is the last. Held within 1 to [`Self::len`].
    #[inline]
    #[must_use]
    pub fn read(&self, delay: usize) -> f64 {
        let len = self.ring.len();
        let delay = delay.clamp(1, len.max(1));
        let at = if self.next >= delay { self.next } else { self.next + len };
        self.ring.get(at.saturating_sub(delay)).copied().unwrap_or(0.0)
    }

    /// Between the two samples next to a delay that need not be whole, linearly.
    #[inline]
    #[must_use]
    pub fn read_linear(&self, delay: f64) -> f64 {
        let (whole, x) = self.place(delay);
        interp::linear(self.read(whole), self.read(whole + 1), x)
    }

    /// Between the four samples next to a delay that need not be whole, by [`interp::cubic`].
    #[inline]
    #[must_use]
    pub fn read_cubic(&self, delay: f64) -> f64 {
        let (whole, x) = self.place(delay);
        let newer = self.read(whole.saturating_sub(1));
        interp::cubic(newer, self.read(whole), self.read(whole + 1), self.read(whole + 2), x)
    }

    fn place(&self, delay: f64) -> (usize, f64) {
        // `max` turns NaN into 1.
        let delay = delay.max(1.0).min(self.ring.len().max(1) as f64);
        (delay as usize, delay - delay.trunc())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_come_back_after_their_delay() {
        let mut line = DelayLine::new(4);
        for i in 1..=6 {
            assert_eq!(line.exchange(f64::from(i)), f64::from((i - 4).max(0)));
        }
        assert_eq!([1, 2, 3, 4].map(|d| line.read(d)), [6.0, 5.0, 4.0, 3.0]);
        assert_eq!((line.read(0), line.read(99)), (6.0, 3.0));
        assert_eq!((line.read_linear(1.25), line.read_linear(4.0)), (5.75, 3.0));
        assert!((line.read_cubic(2.5) - 4.5).abs() < 1e-12);
        line.clear();
        assert_eq!(line.read_linear(2.5), 0.0);
    }

    #[test]
    fn strange_delays_do_no_harm() {
        let mut line = DelayLine::new(0);
        line.push(7.0);
        for delay in [-5.0, 0.0, 1e300, f64::NAN, f64::INFINITY] {
            assert_eq!((line.read_linear(delay), line.read_cubic(delay).is_finite()), (7.0, true));
        }
        let mut none = DelayLine::default();
        none.push(1.0);
        assert_eq!((none.read(1), none.read_linear(3.0), none.exchange(1.0)), (0.0, 0.0, 0.0));
    }
}
