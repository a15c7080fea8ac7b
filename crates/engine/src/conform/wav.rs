//! A WAV reader of its own for comparisons, so that a render is not judged by the code that wrote it.
//!
//! Reads RIFF and RF64 with PCM of 8 to 32 bits and floats of 32 and 64; a data chunk whose size was
//! never filled in (a render that was killed) extends to the end of the file.

use super::Sound;
use thiserror::Error;

/// Why bytes are no WAV file that can be compared.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WavError {
    /// It does not start as a WAV file does.
    #[error("not a WAV file")]
    NotWav,
    /// It has no format chunk before its samples, or no samples.
    #[error("the WAV file has no {0} chunk")]
    Missing(&'static str),
    /// Samples of a kind that csound does not write.
    #[error("samples of format {tag} with {bits} bits are not supported")]
    Format {
        /// The format tag, 1 for PCM, 3 for float.
        tag: u16,
        /// Bits of a sample.
        bits: u16,
    },
}

struct Format {
    tag: u16,
    channels: u16,
    rate: u32,
    bits: u16,
}

/// Reads a whole WAV file.
///
/// # Errors
///
/// If `bytes` are no WAV file or hold samples in a format not listed above.
pub fn parse(bytes: &[u8]) -> Result<Sound, WavError> {
    let magic = bytes.get(..4).unwrap_or_default();
    if !(magic == b"RIFF" || magic == b"RF64") || bytes.get(8..12) != Some(b"WAVE") {
        return Err(WavError::NotWav);
    }
    let mut format = None;
    let mut at = 12;
    while let (Some(id), Some(size)) = (bytes.get(at..at + 4), u32_at(bytes, at + 4)) {
        let start = at + 8;
        let end = start.saturating_add(size as usize);
        match id {
            b"fmt " => format = read_format(bytes, start),
            b"data" => {
                let format = format.ok_or(WavError::Missing("format"))?;
                let unfinished = size == 0 || size == u32::MAX || end > bytes.len();
                let end = if unfinished { bytes.len() } else { end };
                return decode(bytes.get(start..end).unwrap_or_default(), &format);
            }
            _ => {}
        }
        at = end.saturating_add(size as usize % 2);
    }
    Err(WavError::Missing("data"))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

fn read_format(bytes: &[u8], at: usize) -> Option<Format> {
    /// Tag of the extensible format, whose real tag opens the identifier at byte 24.
    const EXTENSIBLE: u16 = 0xFFFE;
    let tag = match u16_at(bytes, at)? {
        EXTENSIBLE => u16_at(bytes, at + 24)?,
        tag => tag,
    };
    Some(Format {
        tag,
        channels: u16_at(bytes, at + 2)?,
        rate: u32_at(bytes, at + 4)?,
        bits: u16_at(bytes, at + 14)?,
    })
}

fn decode(data: &[u8], format: &Format) -> Result<Sound, WavError> {
    let samples = match (format.tag, format.bits) {
        (3, 64) => each(data, f64::from_le_bytes),
        (3, 32) => each(data, |b| f64::from(f32::from_le_bytes(b))),
        (1, 32) => each(data, |b| f64::from(i32::from_le_bytes(b)) / 2_147_483_648.0),
        (1, 24) => each(data, |[a, b, c]| f64::from(i32::from_le_bytes([0, a, b, c])) / 2_147_483_648.0),
        (1, 16) => each(data, |b| f64::from(i16::from_le_bytes(b)) / 32_768.0),
        (1, 8) => each(data, |[b]| (f64::from(b) - 128.0) / 128.0),
        (tag, bits) => return Err(WavError::Format { tag, bits }),
    };
    Ok(Sound { rate: f64::from(format.rate), channels: usize::from(format.channels).max(1), samples })
}

fn each<const N: usize>(data: &[u8], read: impl Fn([u8; N]) -> f64) -> Vec<f64> {
    data.as_chunks::<N>().0.iter().map(|&bytes| read(bytes)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A WAV file with the given format chunk and data.
    fn wav(tag: u16, bits: u16, data: &[u8], size: u32) -> Vec<u8> {
        let mut bytes = b"RIFF\0\0\0\0WAVEjunk\x03\0\0\0abc\0fmt \x10\0\0\0".to_vec();
        bytes.extend(tag.to_le_bytes());
        bytes.extend([2, 0, 0xE8, 3, 0, 0, 0, 0, 0, 0, 0, 0]);
        bytes.extend(bits.to_le_bytes());
        bytes.extend(b"data");
        bytes.extend(size.to_le_bytes());
        bytes.extend(data);
        bytes
    }

    #[test]
    fn reads_what_csound_writes() {
        let data: Vec<u8> = [0.5f64, -0.25].iter().flat_map(|x| x.to_le_bytes()).collect();
        let sound = parse(&wav(3, 64, &data, 16)).unwrap();
        assert_eq!(sound, Sound { rate: 1000.0, channels: 2, samples: vec![0.5, -0.25] });
        assert_eq!(parse(&wav(1, 24, &[0, 0, 0xC0, 0, 0, 0x20], 6)).unwrap().samples, [-0.5, 0.25]);
        assert_eq!(parse(&wav(1, 16, &[0, 0xC0, 0, 0x20], 4)).unwrap().samples, [-0.5, 0.25]);
    }

    #[test]
    fn reads_an_unfinished_file_to_its_end() {
        assert_eq!(parse(&wav(1, 16, &[0, 0xC0, 0, 0x20], 0)).unwrap().samples.len(), 2);
        assert_eq!(parse(&wav(1, 16, &[0, 0xC0, 0, 0x20], 4000)).unwrap().samples.len(), 2);
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        assert_eq!(parse(b"FORM"), Err(WavError::NotWav));
        assert_eq!(parse(b"RIFF\0\0\0\0WAVE"), Err(WavError::Missing("data")));
        assert_eq!(parse(&wav(2, 4, &[0; 4], 4)), Err(WavError::Format { tag: 2, bits: 4 }));
    }
}
