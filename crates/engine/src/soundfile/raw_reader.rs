//! Bytes into samples, for files without a header and for the formats we read ourselves.

use super::pcm::Order;
use super::{Limits, SoundError};
use crate::options::SampleFormat;
use orchestrion_base::host::{Encoding, RawSound};

/// Decodes plain little-endian samples to full scale 1.0; a last incomplete sample is dropped.
pub fn read_raw(bytes: &[u8], format: SampleFormat) -> Vec<f64> {
    decode(bytes, format, Order::Little)
}

/// Decodes samples. Integers are divided by 2^(bits-1), as libsndfile does for the reference.
pub fn decode(bytes: &[u8], format: SampleFormat, order: Order) -> Vec<f64> {
    match format {
        SampleFormat::U8 => bytes.iter().map(|&b| (f64::from(b) - 128.0) / 128.0).collect(),
        SampleFormat::S8 => bytes.iter().map(|&b| f64::from(b as i8) / 128.0).collect(),
        SampleFormat::I16 => take(bytes, order, |w| f64::from(i16::from_le_bytes(w)) / 32_768.0),
        SampleFormat::I24 => {
            take(bytes, order, |[a, b, c]| f64::from(i32::from_le_bytes([0, a, b, c])) / 2_147_483_648.0)
        }
        SampleFormat::I32 => take(bytes, order, |w| f64::from(i32::from_le_bytes(w)) / 2_147_483_648.0),
        SampleFormat::F32 => take(bytes, order, |w| f64::from(f32::from_le_bytes(w))),
        SampleFormat::F64 => take(bytes, order, f64::from_le_bytes),
    }
}

/// Samples of a file without a header, whole frames only.
pub fn plain(bytes: &[u8], raw: RawSound, limits: &Limits) -> Result<Vec<f64>, SoundError> {
    let format = match raw.encoding {
        Encoding::S8 => SampleFormat::S8,
        Encoding::U8 | Encoding::ALaw | Encoding::MuLaw => SampleFormat::U8,
        Encoding::I16 => SampleFormat::I16,
        Encoding::I24 => SampleFormat::I24,
        Encoding::I32 => SampleFormat::I32,
        Encoding::F32 => SampleFormat::F32,
        Encoding::F64 => SampleFormat::F64,
        Encoding::Vorbis | Encoding::Mp3 | Encoding::Other => {
            return Err(SoundError::Unsupported("this encoding needs a header".to_string()));
        }
    };
    let frame = format.bytes() * raw.channels.max(1);
    let bytes = &bytes[..bytes.len() - bytes.len() % frame];
    if (bytes.len() / format.bytes()) as u64 > limits.samples {
        return Err(SoundError::TooLong(limits.samples));
    }
    Ok(match raw.encoding {
        Encoding::ALaw => bytes.iter().map(|&b| a_law(b)).collect(),
        Encoding::MuLaw => bytes.iter().map(|&b| mu_law(b)).collect(),
        _ => read_raw(bytes, format),
    })
}

/// ITU-T G.711 A-law: sign, exponent of 3 and mantissa of 4 bits, every other bit inverted.
fn a_law(byte: u8) -> f64 {
    let code = byte ^ 0x55;
    let (exponent, mantissa) = ((code >> 4) & 7, i32::from(code & 15));
    let step = mantissa * 16 + 8;
    let size = if exponent == 0 { step } else { (step + 256) << (exponent - 1) };
    f64::from(if code & 0x80 == 0 { -size } else { size }) / 32_768.0
}

/// ITU-T G.711 mu-law: sign, exponent of 3 and mantissa of 4 bits, all bits inverted.
fn mu_law(byte: u8) -> f64 {
    let code = !byte;
    let size = ((i32::from(code & 15) * 8 + 132) << ((code >> 4) & 7)) - 132;
    f64::from(if code & 0x80 == 0 { size } else { -size }) / 32_768.0
}

fn take<const N: usize>(bytes: &[u8], order: Order, value: impl Fn([u8; N]) -> f64) -> Vec<f64> {
    let (words, _) = bytes.as_chunks::<N>();
    let ordered = words.iter().map(|&word| {
        let mut word = word;
        if order == Order::Big {
            word.reverse();
        }
        word
    });
    ordered.map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::super::pcm::encode;
    use super::*;

    #[test]
    fn what_is_encoded_is_decoded() {
        use SampleFormat::*;
        let samples = [0.0, 0.5, -1.0, 0.25, -0.125];
        for format in [U8, S8, I16, I24, I32, F32, F64] {
            for order in [Order::Little, Order::Big] {
                let mut bytes = Vec::new();
                encode(&samples, format, order, &mut bytes);
                assert_eq!(decode(&bytes, format, order), samples, "{format}");
                bytes.push(1);
                assert!(decode(&bytes, format, order).len() <= 6);
            }
        }
    }
}
