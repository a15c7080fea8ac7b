//! Integer WAVs through `hound`.
//!
//! Hound serves 8, 16, 24 and 32 bit integers in files below 4 GB. For the rest there is
//! [`super::writer`]: hound writes neither doubles nor the fact chunk that RIFF demands for floats,
//! cannot grow into RF64, and needs to seek, which a pipe cannot.

use super::pcm::quantise;
use super::{AudioSink, SoundError, SoundSpec};
use hound::{SampleFormat, WavSpec, WavWriter};
use orchestrion_base::host::SeekWrite;
use std::io::BufWriter;

/// An integer WAV being written; hound completes the header when dropped.
pub struct HoundWav {
    writer: WavWriter<BufWriter<Box<dyn SeekWrite>>>,
    bits: u16,
    /// Bytes that still fit into the 32-bit sizes of the header.
    left: u64,
}

/// Room for the header and hound's sizes, generously.
const HEADER_ROOM: u64 = 4096;

impl HoundWav {
    /// Starts a file. `spec` has an integer format and at most 65,535 channels.
    pub fn new(file: Box<dyn SeekWrite>, spec: &SoundSpec) -> Result<Self, SoundError> {
        let bits = spec.format.bits();
        let wav = WavSpec {
            channels: spec.channels as u16,
            sample_rate: spec.whole_rate(),
            bits_per_sample: bits,
            sample_format: SampleFormat::Int,
        };
        // Own buffer: hound writes sample by sample, and a call through the box for each is slow.
        let file = BufWriter::with_capacity(1 << 16, file);
        let writer = WavWriter::new(file, wav).map_err(error)?;
        Ok(Self { writer, bits, left: u64::from(u32::MAX) - HEADER_ROOM })
    }
}

impl AudioSink for HoundWav {
    fn write(&mut self, interleaved: &[f64]) -> Result<(), SoundError> {
        let bytes = interleaved.len() as u64 * u64::from(self.bits / 8);
        self.left = self.left.checked_sub(bytes).ok_or_else(|| {
            SoundError::Unsupported("the WAV file outgrew 4 GB; use --format=rf64".to_string())
        })?;
        if self.bits == 16 {
            let mut samples = self.writer.get_i16_writer(interleaved.len() as u32);
            interleaved.iter().for_each(|&x| samples.write_sample(quantise(x, 16) as i16));
            return samples.flush().map_err(error);
        }
        interleaved.iter().try_for_each(|&x| self.writer.write_sample(quantise(x, self.bits))).map_err(error)
    }

    fn flush(&mut self) -> Result<(), SoundError> {
        self.writer.flush().map_err(error)
    }

    fn finish(self: Box<Self>) -> Result<(), SoundError> {
        self.writer.finalize().map_err(error)
    }
}

fn error(error: hound::Error) -> SoundError {
    match error {
        hound::Error::IoError(e) => SoundError::Io(e),
        other => SoundError::Unsupported(other.to_string()),
    }
}
