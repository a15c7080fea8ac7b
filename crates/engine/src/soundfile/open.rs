//! Choosing the writer.

use super::flac::FlacWriter;
use super::header::Header;
use super::hound_wav::HoundWav;
use super::writer::{Target, Writer};
use super::{AudioSink, SoundError, SoundSpec};
use crate::options::{Container, SampleFormat};
use orchestrion_base::host::{Host, OpenMode, Purpose};
use std::io::Write;

/// Above this many expected bytes a WAV keeps room for becoming RF64.
const SURELY_SMALL: u64 = 2 << 30;

/// Opens a sound file for writing. `expected` is the number of frames if it is known, for instance
/// from the score's end; a WAV of unknown length keeps room for growing past 4 GB.
pub fn open(
    host: &dyn Host,
    name: &str,
    spec: SoundSpec,
    expected: Option<u64>,
) -> Result<Box<dyn AudioSink>, SoundError> {
    check(&spec)?;
    let file = host.create(name, Purpose::SoundOut, OpenMode::Replace)?;
    let small = expected.is_some_and(|frames| frames.saturating_mul(spec.frame_bytes()) < SURELY_SMALL);
    // Hound writes no padding byte behind odd data, so 8 bits are not for it.
    let hound = matches!(spec.format, SampleFormat::I16 | SampleFormat::I24 | SampleFormat::I32);
    if spec.container == Container::Wav && hound && small {
        return Ok(Box::new(HoundWav::new(file, &spec)?));
    }
    sink(Target::File(file), spec, expected, !small)
}

/// Sends a sound file down a stream that cannot seek (`-o stdout`).
pub fn open_stream(
    stream: Box<dyn Write + Send>,
    spec: SoundSpec,
    expected: Option<u64>,
) -> Result<Box<dyn AudioSink>, SoundError> {
    check(&spec)?;
    sink(Target::Stream(stream), spec, expected, true)
}

fn sink(
    target: Target,
    spec: SoundSpec,
    expected: Option<u64>,
    room: bool,
) -> Result<Box<dyn AudioSink>, SoundError> {
    match spec.container {
        Container::Flac => Ok(Box::new(FlacWriter::new(target, &spec)?)),
        _ => Ok(Box::new(Writer::new(target, Header { spec, room }, expected)?)),
    }
}

fn check(spec: &SoundSpec) -> Result<(), SoundError> {
    let refuse = |text: String| Err(SoundError::Unsupported(text));
    let signed_byte = spec.format == SampleFormat::S8;
    match spec.container {
        Container::Wav | Container::WavEx | Container::Rf64 if signed_byte => {
            refuse("WAV files hold unsigned bytes; use -8 instead of -c".to_string())
        }
        Container::Au if spec.format == SampleFormat::U8 => {
            refuse("AU files hold signed bytes; use -c instead of -8".to_string())
        }
        Container::Flac if spec.channels > 8 => refuse("FLAC holds at most 8 channels".to_string()),
        _ if spec.channels == 0 || spec.frame_bytes() > u64::from(u16::MAX) => refuse(format!(
            "{} channels of {} samples do not fit into a sound file",
            spec.channels, spec.format
        )),
        _ => Ok(()),
    }
}
