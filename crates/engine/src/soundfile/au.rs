//! Sun/NeXT `.au`, which symphonia does not read.

use super::pcm::Order;
use super::{Limits, SoundData, SoundError};
use crate::options::SampleFormat;

/// Reads a file that starts with `.snd`.
pub fn read_au(bytes: &[u8], limits: &Limits) -> Result<SoundData, SoundError> {
    let word = |i: usize| bytes.get(4 * i..4 * i + 4).and_then(|w| w.try_into().ok()).map(u32::from_be_bytes);
    let damaged = || SoundError::Damaged("AU header".to_string());
    let (start, size, encoding, sr, channels) = match (word(1), word(2), word(3), word(4), word(5)) {
        (Some(a), Some(b), Some(c), Some(d), Some(e)) if d > 0 && e > 0 => (a as usize, b as usize, c, d, e),
        _ => return Err(damaged()),
    };
    let format = match encoding {
        2 => SampleFormat::S8,
        3 => SampleFormat::I16,
        4 => SampleFormat::I24,
        5 => SampleFormat::I32,
        6 => SampleFormat::F32,
        7 => SampleFormat::F64,
        other => return Err(SoundError::Unsupported(format!("AU encoding {other} is not read"))),
    };
    let data = bytes.get(start..).ok_or_else(damaged)?;
    let data = &data[..size.min(data.len())];
    SoundData::from_plain(data, format, Order::Big, f64::from(sr), channels, limits)
}
