//! Sound files, written and read.
//!
//! Samples cross this boundary interleaved, as `f64` with full scale at 1.0. Writers are
//! [`AudioSink`]s made by [`open()`]; readers turn the bytes of a file into [`SoundData`].
//! Nothing here writes a time of day: the same samples give the same bytes.

mod aiff;
mod au;
mod condition;
mod flac;
mod header;
mod hound_wav;
mod levels;
mod limiter;
mod memory;
mod open;
mod output;
mod pcm;
mod raw_reader;
mod read;
mod resample;
mod riff;
mod riff_info;
mod sounds;
mod writer;

pub use condition::condition;
pub use levels::Levels;
pub use limiter::limit;
pub use memory::{MemorySink, NullSink};
pub use open::{open, open_stream};
pub use output::{default_name, output};
pub use pcm::quantise;
pub use raw_reader::read_raw;
pub use read::{Limits, Loop, SoundData, read};
pub use resample::resample;
pub use sounds::HostSounds;

use crate::options::{Container, SampleFormat};
use orchestrion_base::host::HostError;
use orchestrion_base::limits::Limit;

/// What a sound file holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SoundSpec {
    /// Frames per second. Headers hold whole numbers; the nearest is written.
    pub sr: f64,
    /// Channels, at least 1.
    pub channels: u32,
    /// Kind of file.
    pub container: Container,
    /// Sample format.
    pub format: SampleFormat,
}

impl SoundSpec {
    /// The rate as headers hold it: nearest whole number, ties to even (measured on the reference).
    pub fn whole_rate(&self) -> u32 {
        self.sr.round_ties_even().clamp(1.0, f64::from(u32::MAX)) as u32
    }

    /// Bytes of one frame.
    pub fn frame_bytes(&self) -> u64 {
        u64::from(self.channels) * self.format.bytes() as u64
    }
}

/// Why a sound file could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum SoundError {
    /// The host could not open the file.
    #[error(transparent)]
    Host(#[from] HostError),
    /// Writing failed, for instance because the disk is full.
    #[error("writing sound failed: {0}")]
    Io(#[from] std::io::Error),
    /// The combination of file and sample format does not exist or is not written.
    #[error("{0}")]
    Unsupported(String),
    /// The bytes are no sound file we know, or are damaged.
    #[error("not a readable sound file: {0}")]
    Damaged(String),
    /// Reading would take more memory than allowed.
    #[error("{}", Limit::SoundSamples.reached(format_args!("the sound file has more than {} samples", .0)))]
    TooLong(u64),
}

/// Somewhere sound goes, block by block.
pub trait AudioSink: Send {
    /// Takes whole frames, interleaved, full scale 1.0.
    fn write(&mut self, interleaved: &[f64]) -> Result<(), SoundError>;

    /// Brings what was written so far into a readable state (`-R`).
    fn flush(&mut self) -> Result<(), SoundError> {
        Ok(())
    }

    /// Completes the output. Dropping a sink completes it too, but cannot report errors.
    fn finish(self: Box<Self>) -> Result<(), SoundError>;
}
