//! The phase vocoder: short-time spectra of a signal as amplitude and frequency per bin, and back
//! (Dolson, "The Phase Vocoder: A Tutorial", Computer Music Journal 10(4), 1986).
//!
//! - [`Analysis`] and [`Synthesis`] take and give samples one at a time and work once per hop;
//! - [`SlidingAnalysis`] and [`SlidingSynthesis`] have a spectrum for every sample (Bradford, Dobson,
//!   ffitch, "The Sliding Phase Vocoder", ICMC 2007).
//!
//! Frames are pairs of amplitude and frequency in Hz. Those made once per hop are kept in single
//! precision, as the reference keeps them.

mod analysis;
mod shape;
mod sliding;
mod synthesis;

pub use analysis::{Analysis, wrap};
pub use shape::Shape;
pub use sliding::{SlidingAnalysis, SlidingSynthesis, SlidingWindow};
pub use synthesis::Synthesis;

/// Sizes of an analysis in samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// FFT size, even.
    pub fft: usize,
    /// Hop from frame to frame, at least 1.
    pub hop: usize,
    /// Window length.
    pub window: usize,
}

impl Sizes {
    /// Half the window, rounded down.
    fn half(&self) -> usize {
        self.window / 2
    }

    /// Time of the first window's first sample: its centre lies on the last hop within half a window
    /// before the signal begins.
    fn first(&self) -> i64 {
        let lead = self.half() / self.hop * self.hop;
        -((lead + self.half()) as i64)
    }

    /// Bytes that an analysis or a synthesis takes, at most.
    pub fn bytes(&self) -> usize {
        (self.fft + self.window + self.hop).saturating_mul(8 * size_of::<f64>())
    }
}

/// Where a time falls in a buffer that repeats every `n` samples.
fn fold(time: i64, n: usize) -> usize {
    time.rem_euclid(n.max(1) as i64) as usize
}
