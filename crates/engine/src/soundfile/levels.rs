//! How loud the output was.

/// Peak and number of samples beyond full scale, per channel.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Levels {
    /// Largest absolute value of each channel; NaN does not count, as in the reference.
    pub peaks: Vec<f64>,
    /// Samples of each channel whose absolute value is above 1.0, infinities included.
    pub out_of_range: Vec<u64>,
    /// Frames seen.
    pub frames: u64,
}

impl Levels {
    /// Silence on this many channels.
    pub fn new(channels: u32) -> Self {
        let n = channels as usize;
        Self { peaks: vec![0.0; n], out_of_range: vec![0; n], frames: 0 }
    }

    /// Takes whole frames, interleaved, full scale 1.0.
    pub fn measure(&mut self, interleaved: &[f64]) {
        let n = self.peaks.len().max(1);
        for frame in interleaved.chunks_exact(n) {
            for ((x, peak), out) in frame.iter().zip(&mut self.peaks).zip(&mut self.out_of_range) {
                let size = x.abs();
                if size > *peak {
                    *peak = size;
                }
                *out += u64::from(size > 1.0);
            }
        }
        self.frames += (interleaved.len() / n) as u64;
    }

    /// The largest peak of all channels.
    pub fn peak(&self) -> f64 {
        self.peaks.iter().copied().fold(0.0, f64::max)
    }

    /// Takes the larger peaks and the sums of counts, for totals over sections.
    pub fn merge(&mut self, other: &Levels) {
        for (a, b) in self.peaks.iter_mut().zip(&other.peaks) {
            *a = a.max(*b);
        }
        for (a, b) in self.out_of_range.iter_mut().zip(&other.out_of_range) {
            *a += b;
        }
        self.frames += other.frames;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_scale_itself_is_in_range() {
        let mut levels = Levels::new(2);
        levels.measure(&[1.0, -1.0, -1.5, f64::NAN, 0.2, f64::NEG_INFINITY]);
        assert_eq!(levels.peaks, [1.5, f64::INFINITY]);
        assert_eq!(levels.out_of_range, [1, 1]);
        assert_eq!(levels.frames, 3);
        let mut total = Levels::new(2);
        total.merge(&levels);
        total.merge(&levels);
        assert_eq!(total.out_of_range, [2, 2]);
        assert_eq!(total.peak(), f64::INFINITY);
    }
}
