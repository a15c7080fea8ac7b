//! AIFF and AIFF-C with plain samples: symphonia stops short of the end of a file whose chunks are not as it
//! expects them, which old ones are not.

use super::pcm::Order;
use super::{Limits, SoundData, SoundError};
use crate::options::SampleFormat;

/// What the `COMM` chunk says.
struct Common {
    channels: u32,
    frames: usize,
    sr: f64,
    format: SampleFormat,
    order: Order,
}

/// Reads a file that starts with `FORM`; `Unsupported` if its samples are compressed.
pub fn read_aiff(bytes: &[u8], limits: &Limits) -> Result<SoundData, SoundError> {
    let mut common = None;
    let mut at = 12;
    while let Some((id, size)) = chunk(bytes, at) {
        let body = bytes.get(at + 8..).unwrap_or_default();
        match id {
            b"COMM" => common = Some(read_common(&body[..body.len().min(size)])?),
            b"SSND" => {
                let Common { channels, frames, sr, format, order } =
                    common.ok_or_else(|| damaged("samples before their description"))?;
                // The samples start behind two words: an offset, and a block size that nobody uses.
                let start = be32(body, 0).ok_or_else(|| damaged("short sound chunk"))? as usize + 8;
                let data = body.get(start..).unwrap_or_default();
                let size = frames.saturating_mul(channels as usize).saturating_mul(format.bytes());
                // A stream's header cannot know the number of frames and says 0.
                let data = if frames == 0 { data } else { &data[..data.len().min(size)] };
                return SoundData::from_plain(data, format, order, sr, channels, limits);
            }
            _ => {}
        }
        at = at.saturating_add(8).saturating_add(size).saturating_add(size % 2);
    }
    Err(damaged("no sound chunk"))
}

fn chunk(bytes: &[u8], at: usize) -> Option<(&[u8; 4], usize)> {
    Some((bytes.get(at..at.checked_add(4)?)?.try_into().ok()?, be32(bytes, at + 4)? as usize))
}

fn read_common(body: &[u8]) -> Result<Common, SoundError> {
    let short = || damaged("short description");
    let half = |at: usize| body.get(at..at + 2).and_then(|w| w.try_into().ok()).map(u16::from_be_bytes);
    let channels = u32::from(half(0).ok_or_else(short)?);
    let frames = be32(body, 2).ok_or_else(short)? as usize;
    let bits = half(6).ok_or_else(short)?;
    let sr = extended(body.get(8..18).ok_or_else(short)?);
    let kind = body.get(18..22).unwrap_or(b"NONE");
    let format = match (kind, bits) {
        (b"NONE" | b"twos" | b"sowt", 1..=8) => SampleFormat::S8,
        (b"NONE" | b"twos" | b"sowt", 9..=16) => SampleFormat::I16,
        (b"NONE" | b"twos" | b"in24", 17..=24) => SampleFormat::I24,
        (b"NONE" | b"twos" | b"in32", 25..=32) => SampleFormat::I32,
        (b"raw ", 8) => SampleFormat::U8,
        (b"fl32" | b"FL32", _) => SampleFormat::F32,
        (b"fl64" | b"FL64", _) => SampleFormat::F64,
        _ => {
            let kind = String::from_utf8_lossy(kind);
            return Err(SoundError::Unsupported(format!(
                "AIFF of kind `{kind}` with {bits} bits is not read"
            )));
        }
    };
    if channels == 0 || !(sr > 0.0) {
        return Err(damaged("no rate or no channels"));
    }
    let order = if kind == b"sowt" { Order::Little } else { Order::Big };
    Ok(Common { channels, frames, sr, format, order })
}

/// An 80-bit float (IEEE 754 extended, big-endian) of 10 bytes; 0 if it is no rate.
fn extended(bytes: &[u8]) -> f64 {
    /// What the exponent of 2^0 reads as, with the 63 bits behind the first one of the mantissa.
    const BIAS: i32 = 16_383 + 63;
    let (head, mantissa) = bytes.split_at(2);
    let exponent = i32::from(u16::from_be_bytes([head[0], head[1]])) - BIAS;
    let mantissa = mantissa.try_into().map_or(0, u64::from_be_bytes);
    // A power of two from its bits; those of rates lie far within the range.
    let power = u64::try_from(exponent + 1023).ok().filter(|power| (1..2047).contains(power));
    power.map_or(0.0, |power| mantissa as f64 * f64::from_bits(power << 52))
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(4)?).and_then(|w| w.try_into().ok()).map(u32::from_be_bytes)
}

fn damaged(what: &str) -> SoundError {
    SoundError::Damaged(format!("AIFF: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file with a copyright chunk of odd kind, a size that promises too much, and three frames.
    fn old_file() -> Vec<u8> {
        let mut file = b"FORM\0\0\xff\xffAIFF(c) \0\0\0\x04abcdCOMM\0\0\0\x12\0\x01\0\0\0\x03\0\x10".to_vec();
        file.extend([0x40, 0x0d, 0xac, 0x44, 0, 0, 0, 0, 0, 0]);
        file.extend(b"SSND\0\0\0\x0e\0\0\0\0\0\0\0\0\x40\0\xc0\0\x20\0");
        file
    }

    #[test]
    fn old_files_are_read_to_their_end() {
        let sound = read_aiff(&old_file(), &Limits::default()).unwrap();
        assert_eq!((sound.sr, sound.channels, sound.frames), (22_050.0, 1, vec![0.5, -0.5, 0.25]));
    }

    #[test]
    fn no_beginning_of_a_file_panics() {
        let file = old_file();
        for end in 0..file.len() {
            let _ = read_aiff(&file[..end], &Limits::default());
        }
    }
}
