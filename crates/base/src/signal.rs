//! Inputs of any rate.

use std::cell::Cell;

/// What a loop over samples reads: a [`Signal`], or the [`Number`] that it holds for all samples. A kernel that is
/// generic over its inputs is compiled for both, and looks at no rates in the loop over numbers.
pub trait Input: Copy {
    /// Value at sample `n` of the range that the unit has to produce.
    fn at(&self, n: usize) -> f64;

    /// What `f` makes of the value at a sample; of a number it is made once, before the loop over samples.
    fn map<T: Copy>(self, f: impl Fn(f64) -> T) -> impl Fn(usize) -> T;
}

/// An input with the same value for all samples.
#[derive(Clone, Copy)]
pub struct Number(pub f64);

impl Input for Number {
    #[inline(always)]
    fn at(&self, _: usize) -> f64 {
        self.0
    }

    #[inline(always)]
    fn map<T: Copy>(self, f: impl Fn(f64) -> T) -> impl Fn(usize) -> T {
        let fixed = f(self.0);
        move |_| fixed
    }
}

impl Input for Signal<'_> {
    #[inline(always)]
    fn at(&self, n: usize) -> f64 {
        Signal::at(self, n)
    }

    #[inline(always)]
    fn map<T: Copy>(self, f: impl Fn(f64) -> T) -> impl Fn(usize) -> T {
        Signal::map(self, f)
    }
}

/// An input of any rate, read sample by sample: audio has one value per sample, anything slower the
/// same value for all of them.
#[derive(Clone, Copy)]
pub struct Signal<'a> {
    samples: &'a [Cell<f64>],
    /// Value where there is no sample, so that one comparison tells both rates apart and checks the bounds.
    value: f64,
    audio: bool,
}

impl<'a> Signal<'a> {
    /// One value for all samples.
    #[inline(always)]
    #[must_use]
    pub fn number(value: f64) -> Self {
        Self { samples: &[], value, audio: false }
    }

    /// One value per sample.
    #[inline(always)]
    #[must_use]
    pub fn samples(samples: &'a [Cell<f64>]) -> Self {
        Self { samples, value: 0.0, audio: true }
    }

    /// Value at sample `n` of the range that the unit has to produce.
    #[inline(always)]
    pub fn at(&self, n: usize) -> f64 {
        self.samples.get(n).map_or(self.value, Cell::get)
    }

    /// Whether there is a value per sample.
    #[inline(always)]
    pub fn is_audio(&self) -> bool {
        self.audio
    }

    /// The value, if it is the same for all samples.
    #[inline(always)]
    pub fn fixed(&self) -> Option<Number> {
        if self.audio { None } else { Some(Number(self.value)) }
    }

    /// What `f` makes of the value at a sample; of a number it is made once, before the loop over samples.
    #[inline(always)]
    pub fn map<T: Copy>(self, f: impl Fn(f64) -> T) -> impl Fn(usize) -> T {
        let fixed = f(self.value);
        move |n| if self.audio { f(self.at(n)) } else { fixed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_hold_for_all_samples_and_samples_end_in_silence() {
        let samples = [1.0, 2.0].map(Cell::new);
        let (number, audio) = (Signal::number(10.0), Signal::samples(&samples));
        assert_eq!([0, 1, 2].map(|n| number.at(n) + audio.at(n)), [11.0, 12.0, 10.0]);
        let (number, audio) = (number.map(|x| x as i32 / 3), audio.map(|x| x as i32 * 3));
        assert_eq!([0, 1, 2].map(|n| (number(n), audio(n))), [(3, 3), (3, 6), (3, 0)]);
    }
}
