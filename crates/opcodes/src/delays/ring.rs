//! A ring of samples that is read and written in one place: the heart of combs and all-passes.

/// Samples that are run through one ring after the other, so that what a ring needs stays in registers.
pub(super) const BLOCK: usize = 32;

/// A delay line as long as its delay.
#[derive(Default)]
pub(super) struct Ring {
    samples: Vec<f64>,
    at: usize,
}

impl Ring {
    /// A silent ring with a delay of `len` samples.
    pub fn new(len: usize) -> Self {
        Self { samples: vec![0.0; len], at: 0 }
    }

    /// Its delay in samples.
    pub fn len(&self) -> usize {
        self.samples.len()
    }

    /// Whether it has none yet.
    pub fn is_empty(&self) -> bool {
        self.samples.is_empty()
    }

    /// Up to `most` samples in a row, the oldest first; they count as replaced from now on.
    #[inline(always)]
    fn take(&mut self, most: usize) -> &mut [f64] {
        let (start, len) = (self.at, self.samples.len());
        let end = len.min(start + most);
        self.at = if end == len { 0 } else { end };
        &mut self.samples[start..end]
    }

    /// Calls `f` for `len` samples with the number of each and the oldest one in the ring, to replace.
    #[inline(always)]
    pub fn run(&mut self, len: usize, mut f: impl FnMut(usize, &mut f64)) {
        let mut n = 0;
        while n < len && !self.is_empty() {
            for slot in self.take(len - n) {
                f(n, slot);
                n += 1;
            }
        }
    }

    /// [`Self::run`] for two rings at a time: the processor works on one while it waits for sums of the other.
    #[inline(always)]
    pub fn run_both(a: &mut Self, b: &mut Self, len: usize, mut f: impl FnMut(usize, [&mut f64; 2])) {
        let mut n = 0;
        while n < len && !a.is_empty() && !b.is_empty() {
            let most = (len - n).min(a.len() - a.at).min(b.len() - b.at);
            for (p, q) in a.take(most).iter_mut().zip(b.take(most)) {
                f(n, [p, q]);
                n += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_come_back_after_the_delay() {
        let (mut a, mut b, mut heard) = (Ring::new(3), Ring::new(5), Vec::new());
        a.run(4, |n, slot| heard.push(std::mem::replace(slot, n as f64)));
        assert_eq!(heard, [0.0, 0.0, 0.0, 0.0]);
        heard.clear();
        Ring::run_both(&mut a, &mut b, 7, |n, [p, q]| {
            heard.push(std::mem::replace(p, n as f64 + 10.0) + 100.0 * std::mem::replace(q, 1.0));
        });
        assert_eq!(heard, [1.0, 2.0, 3.0, 10.0, 11.0, 112.0, 113.0]);
        Ring::default().run(5, |_, _| unreachable!("there is nothing to replace"));
    }
}
