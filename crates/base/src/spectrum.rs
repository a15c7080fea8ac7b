//! Spectral signals (f-signals): a frame of bins, and the analysis it came from.

/// What the numbers of a [`Spectrum`] mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SpectrumFormat {
    /// Amplitude and frequency per bin (`PVS_AMP_FREQ`).
    #[default]
    AmpFreq,
    /// Amplitude and phase per bin.
    AmpPhase,
    /// Real and imaginary part per bin.
    Complex,
    /// Partial tracks, two pairs each: amplitude and frequency, phase and number (`PVS_TRACKS`).
    Tracks,
}

impl SpectrumFormat {
    /// By the number that opcodes give formats; unknown numbers count as amplitude and frequency.
    pub fn from_number(number: i32) -> Self {
        match number {
            1 => Self::AmpPhase,
            2 => Self::Complex,
            3 => Self::Tracks,
            _ => Self::AmpFreq,
        }
    }

    /// The number that opcodes give the format.
    pub fn number(self) -> i32 {
        self as i32
    }
}

/// How a spectral signal was analysed. Signals can be combined where this is equal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SpectrumLayout {
    /// FFT size in samples; 0 before the signal has a value.
    pub size: u32,
    /// Hop from frame to frame in samples.
    pub hop: u32,
    /// Window length in samples.
    pub window: u32,
    /// Window type as `pvsanal` numbers it; negative for the number of a table.
    pub window_type: i32,
    /// Meaning of the numbers.
    pub format: SpectrumFormat,
    /// Sliding analysis: one frame per sample instead of one per hop.
    pub sliding: bool,
}

impl SpectrumLayout {
    /// Bins of a frame.
    pub fn bins(&self) -> usize {
        self.size as usize / 2 + 1
    }

    /// Pairs of numbers of a frame: one per bin, or two per track with room for as many tracks as bins.
    pub fn pairs(&self) -> usize {
        self.bins() * if self.format == SpectrumFormat::Tracks { 2 } else { 1 }
    }

    /// Bytes that a signal of this layout takes.
    pub fn bytes(&self, ksmps: usize) -> usize {
        let frames = if self.sliding { ksmps * 2 } else { 1 };
        self.pairs().saturating_mul(frames).saturating_mul(size_of::<[f32; 2]>())
    }
}

/// A spectral signal with its present frame.
#[derive(Debug, Default, PartialEq)]
pub struct Spectrum {
    /// The analysis.
    pub layout: SpectrumLayout,
    /// Number of the frame; readers act when it grows.
    pub frame_count: u32,
    /// The frame, pairs of numbers; single precision as in the reference. Empty if sliding.
    pub frame: Vec<[f32; 2]>,
    /// If sliding, the frames of the k-cycle's samples, one after the other; else empty.
    pub slices: Vec<[f64; 2]>,
}

impl Clone for Spectrum {
    fn clone(&self) -> Self {
        let mut copy = Self::default();
        copy.clone_from(self);
        copy
    }

    /// Takes the value of another signal; allocates nothing where this one had room for it before.
    fn clone_from(&mut self, from: &Self) {
        self.layout = from.layout;
        self.frame_count = from.frame_count;
        self.frame.clone_from(&from.frame);
        self.slices.clone_from(&from.slices);
    }
}

impl Spectrum {
    /// Silence of a layout, with the frame count that analyses start from.
    pub fn reset(&mut self, layout: SpectrumLayout, ksmps: usize) {
        self.layout = layout;
        self.frame_count = 1;
        self.frame.clear();
        self.slices.clear();
        if layout.sliding {
            self.slices.resize(layout.bins() * ksmps, [0.0; 2]);
        } else {
            self.frame.resize(layout.pairs(), [0.0; 2]);
        }
    }

    /// The frame at sample `n` of the k-cycle of a sliding analysis; empty out of range.
    pub fn slice(&self, n: usize) -> &[[f64; 2]] {
        let bins = self.layout.bins();
        self.slices.get(n * bins..(n + 1) * bins).unwrap_or(&[])
    }

    /// The same, mutable.
    pub fn slice_mut(&mut self, n: usize) -> &mut [[f64; 2]] {
        let bins = self.layout.bins();
        self.slices.get_mut(n * bins..(n + 1) * bins).unwrap_or(&mut [])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_keeps_the_memory_of_its_target() {
        let layout = SpectrumLayout { size: 64, hop: 16, window: 64, ..SpectrumLayout::default() };
        let mut from = Spectrum::default();
        from.reset(layout, 16);
        from.frame[3] = [0.5, 440.0];
        let mut to = from.clone();
        assert_eq!(to, from);
        let memory = to.frame.as_ptr();
        from.frame[4] = [0.25, 550.0];
        to.clone_from(&from);
        assert_eq!((to.frame.as_ptr(), to.frame[4]), (memory, [0.25, 550.0]));
    }

    #[test]
    fn sliding_signals_have_a_frame_per_sample() {
        let layout = SpectrumLayout { size: 6, sliding: true, ..SpectrumLayout::default() };
        let mut s = Spectrum::default();
        s.reset(layout, 10);
        s.slice_mut(9)[3] = [1.0, 2.0];
        assert_eq!((s.slice(9).len(), s.slices[39], s.slice(10).len()), (4, [1.0, 2.0], 0));
        assert!(s.frame.is_empty() && layout.bytes(10) == 640);
    }

    #[test]
    fn formats_have_numbers() {
        for n in 0..4 {
            assert_eq!(SpectrumFormat::from_number(n).number(), n);
        }
        assert_eq!(SpectrumFormat::from_number(-7), SpectrumFormat::AmpFreq);
    }
}
