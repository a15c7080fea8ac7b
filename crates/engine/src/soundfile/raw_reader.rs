//! Bytes into samples, for files without a header and for the formats we read ourselves.

use super::pcm::Order;
use crate::options::SampleFormat;

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
