//! Plain samples in RIFF, RF64 and BW64, for what symphonia does not read: 64-bit sizes, more
//! channels than there are speaker positions, and headers whose sizes are wrong.

use super::pcm::Order;
use super::{Limits, SoundData, SoundError};
use crate::options::SampleFormat;

/// Reads a file that starts with `RIFF`, `RF64` or `BW64` (EBU Tech 3306).
pub fn read_riff(bytes: &[u8], limits: &Limits) -> Result<SoundData, SoundError> {
    let mut at = 12;
    let (mut long_size, mut format) = (None, None);
    while let Some(head) = bytes.get(at..at + 8) {
        let size = le32(&head[4..]) as usize;
        let body = bytes.get(at + 8..).unwrap_or(&[]);
        match &head[..4] {
            b"ds64" => long_size = body.get(8..16).and_then(|w| w.try_into().ok()).map(u64::from_le_bytes),
            b"fmt " => format = Some(read_format(body.get(..size.min(40)).unwrap_or(&[]))?),
            b"data" => {
                let size =
                    if size == u32::MAX as usize { long_size.unwrap_or(u64::MAX) } else { size as u64 };
                let data = &body[..body.len().min(usize::try_from(size).unwrap_or(usize::MAX))];
                let (format, sr, channels) = format.ok_or_else(|| damaged("data before format"))?;
                return SoundData::from_plain(data, format, Order::Little, sr, channels, limits);
            }
            _ => {}
        }
        at = at.saturating_add(8).saturating_add(size).saturating_add(size % 2);
    }
    Err(damaged("no data chunk"))
}

fn read_format(body: &[u8]) -> Result<(SampleFormat, f64, u32), SoundError> {
    if body.len() < 16 {
        return Err(damaged("short format chunk"));
    }
    let half = |at: usize| u16::from_le_bytes([body[at], body[at + 1]]);
    let tag = if half(0) == 0xfffe && body.len() >= 26 { half(24) } else { half(0) };
    let format = match (tag, half(14)) {
        (1, 8) => SampleFormat::U8,
        (1, 16) => SampleFormat::I16,
        (1, 24) => SampleFormat::I24,
        (1, 32) => SampleFormat::I32,
        (3, 32) => SampleFormat::F32,
        (3, 64) => SampleFormat::F64,
        (tag, bits) => {
            return Err(SoundError::Unsupported(format!("WAV format {tag} with {bits} bits is not read")));
        }
    };
    let (sr, channels) = (le32(&body[4..]), u32::from(half(2)));
    if sr == 0 || channels == 0 {
        return Err(damaged("no rate or no channels"));
    }
    Ok((format, f64::from(sr), channels))
}

fn damaged(what: &str) -> SoundError {
    SoundError::Damaged(format!("WAV: {what}"))
}

fn le32(bytes: &[u8]) -> u32 {
    bytes.get(..4).and_then(|w| w.try_into().ok()).map_or(0, u32::from_le_bytes)
}
