//! Uniformly partitioned convolution: the spectra of past blocks of input, each multiplied by the spectrum
//! of one partition of a response, summed and transformed back (Stockham 1966; Wefers 2015).

use orchestrion_dsp::fft::{Bin, RealFft};

/// Blocks of one input, to be convolved with any number of responses.
pub(super) struct Partitioned {
    size: usize,
    fft: RealFft,
    /// Spectra of the last blocks, a ring of as many as there are partitions.
    spectra: Vec<Bin>,
    /// Index of the newest block.
    newest: usize,
    /// The block of input that is not complete, and how much of it there is.
    input: Vec<f64>,
    at: usize,
    block: Vec<f64>,
    sum: Vec<Bin>,
}

impl Partitioned {
    /// Blocks of `size` samples, for responses of `partitions` blocks.
    pub fn new(size: usize, partitions: usize) -> Self {
        let fft = RealFft::new(2 * size);
        let bins = fft.bins();
        Self {
            size,
            fft,
            spectra: vec![Bin::default(); bins * partitions],
            newest: 0,
            input: vec![0.0; size],
            at: 0,
            block: vec![0.0; 2 * size],
            sum: vec![Bin::default(); bins],
        }
    }

    /// Bytes that an instance with some responses takes.
    pub fn bytes(size: usize, partitions: usize, responses: usize) -> usize {
        let spectrum = (size + 1).saturating_mul(size_of::<Bin>());
        spectrum.saturating_mul(partitions).saturating_mul(responses + 1)
    }

    /// Samples of a block.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Number of partitions.
    pub fn partitions(&self) -> usize {
        self.spectra.len() / self.fft.bins()
    }

    /// Forgets all input.
    pub fn clear(&mut self) {
        self.spectra.fill(Bin::default());
        self.restart();
    }

    /// Goes back to the first place of the ring, where past input stays.
    pub fn restart(&mut self) {
        (self.newest, self.at) = (0, 0);
    }

    /// Room for the spectra of a response, silent.
    pub fn silence(&self) -> Vec<Bin> {
        vec![Bin::default(); self.spectra.len()]
    }

    /// Sets partition `number` of a response from its samples; missing ones count as 0.
    pub fn set_partition(&mut self, response: &mut [Bin], number: usize, samples: impl Iterator<Item = f64>) {
        self.block.fill(0.0);
        for (slot, sample) in self.block[..self.size].iter_mut().zip(samples) {
            *slot = sample;
        }
        let bins = self.fft.bins();
        if let Some(partition) = response.get_mut(number * bins..(number + 1) * bins) {
            self.fft.forward(&self.block, partition);
        }
    }

    /// Place of the next sample of input in its block.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Takes a sample of input. When it completes a block, that is fed, and the answer is true.
    pub fn push(&mut self, x: f64) -> bool {
        self.input[self.at] = x;
        self.at += 1;
        let complete = self.at == self.size;
        if complete {
            self.at = 0;
            self.block[..self.size].copy_from_slice(&self.input);
            self.feed_block();
        }
        complete
    }

    /// Takes the next block of input.
    pub fn feed(&mut self, input: &[f64]) {
        self.block[..self.size].copy_from_slice(&input[..self.size]);
        self.feed_block();
    }

    /// Takes the first half of `block` as the next block of input.
    fn feed_block(&mut self) {
        let bins = self.fft.bins();
        self.newest = (self.newest + self.partitions() - 1) % self.partitions();
        self.block[self.size..].fill(0.0);
        self.fft.forward(&self.block, &mut self.spectra[self.newest * bins..(self.newest + 1) * bins]);
    }

    /// Convolves what was fed with a response: the block that is complete goes to `out`, what will be added
    /// to the next one to `tail`.
    pub fn convolve(&mut self, response: &[Bin], tail: &mut [f64], out: &mut [f64]) {
        let bins = self.fft.bins();
        self.sum.fill(Bin::default());
        let (older, newer) = self.spectra.split_at(self.newest * bins);
        for (past, partition) in newer.chunks(bins).chain(older.chunks(bins)).zip(response.chunks(bins)) {
            for ((sum, x), h) in self.sum.iter_mut().zip(past).zip(partition) {
                *sum += *x * *h;
            }
        }
        self.fft.inverse(&self.sum, &mut self.block);
        let (now, later) = self.block.split_at(self.size);
        for (((out, tail), now), later) in out.iter_mut().zip(tail).zip(now).zip(later) {
            *out = now + *tail;
            *tail = *later;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_the_plain_convolution() {
        let response: Vec<f64> = (0..10).map(|i| 1.0 / f64::from(i + 1)).collect();
        let input: Vec<f64> = (0..32).map(|i| f64::from(i % 7) - 3.0).collect();
        let mut blocks = Partitioned::new(4, 3);
        let mut spectra = blocks.silence();
        for part in 0..3 {
            blocks.set_partition(&mut spectra, part, response.iter().skip(4 * part).copied());
        }
        let (mut tail, mut out) = ([0.0; 4], [0.0; 4]);
        for (b, block) in input.chunks(4).enumerate() {
            assert_eq!([0, 1, 2, 3].map(|i| blocks.push(block[i])), [false, false, false, true]);
            blocks.convolve(&spectra, &mut tail, &mut out);
            for (i, y) in out.iter().enumerate() {
                let n = 4 * b + i;
                let plain: f64 = (0..=n.min(9)).map(|k| response[k] * input[n - k]).sum();
                assert!((y - plain).abs() < 1e-12, "{n}");
            }
        }
    }
}
