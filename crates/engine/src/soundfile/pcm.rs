//! Samples into bytes, as the reference writes them.

use crate::options::SampleFormat;

/// 2^31: full scale of 32-bit samples.
const FULL: f64 = 2_147_483_648.0;

/// One sample as a whole number of `bits` bits (8, 16, 24 or 32).
///
/// Measured on the reference with every format: the sample is rounded (ties to even) to 32 bits,
/// clipped, and the lower bits are dropped. Formats up to 24 bits thus round down, except for
/// values within 2^-32 below a step; NaN becomes the most negative number.
#[inline]
pub fn quantise(sample: f64, bits: u16) -> i32 {
    // `as` saturates, which is the clipping; NaN is the one case where it differs.
    let word = if sample.is_nan() { i32::MIN } else { (sample * FULL).round_ties_even() as i32 };
    word >> (32 - u32::from(bits.clamp(1, 32)))
}

/// Byte order of samples in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Least significant byte first: WAV, raw.
    Little,
    /// Most significant byte first: AIFF, AU.
    Big,
}

/// Appends samples to `out` in a format and byte order.
pub fn encode(samples: &[f64], format: SampleFormat, order: Order, out: &mut Vec<u8>) {
    out.reserve(samples.len() * format.bytes());
    match format {
        SampleFormat::U8 => out.extend(samples.iter().map(|&x| (quantise(x, 8) as u8) ^ 0x80)),
        SampleFormat::S8 => out.extend(samples.iter().map(|&x| quantise(x, 8) as u8)),
        SampleFormat::I16 => put(samples, order, out, |x| (quantise(x, 16) as i16).to_le_bytes()),
        SampleFormat::I24 => put(samples, order, out, |x| {
            let [a, b, c, _] = quantise(x, 24).to_le_bytes();
            [a, b, c]
        }),
        SampleFormat::I32 => put(samples, order, out, |x| quantise(x, 32).to_le_bytes()),
        SampleFormat::F32 => put(samples, order, out, |x| (x as f32).to_le_bytes()),
        SampleFormat::F64 => put(samples, order, out, |x| x.to_le_bytes()),
    }
}

#[inline]
fn put<const N: usize>(samples: &[f64], order: Order, out: &mut Vec<u8>, bytes: impl Fn(f64) -> [u8; N]) {
    for &sample in samples {
        let mut word = bytes(sample);
        if order == Order::Big {
            word.reverse();
        }
        out.extend_from_slice(&word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// (sample, 8, 16, 24, 32 bits) as csound 6.18.1 wrote them to raw files.
    const MEASURED: &[(f64, [i32; 4])] = &[
        (0.0, [0, 0, 0, 0]),
        (-1e-12, [0, 0, 0, 0]),
        (1e-6, [0, 0, 8, 2147]),
        (-1e-6, [-1, -1, -9, -2147]),
        (0.5, [64, 16384, 4_194_304, 1_073_741_824]),
        (1.0, [127, 32767, 8_388_607, i32::MAX]),
        (-1.0, [-128, -32768, -8_388_608, i32::MIN]),
        (0.999, [127, 32735, 8_380_219, 2_145_336_164]),
        (-0.999, [-128, -32736, -8_380_220, -2_145_336_164]),
        (3.0, [127, 32767, 8_388_607, i32::MAX]),
        (-1e300, [-128, -32768, -8_388_608, i32::MIN]),
        (1.5 / 2_147_483_648.0, [0, 0, 0, 2]),
        (-1.5 / 2_147_483_648.0, [-1, -1, -1, -2]),
        (-1.25 / 2_147_483_648.0, [-1, -1, -1, -1]),
        (2_147_483_647.5 / 2_147_483_648.0, [127, 32767, 8_388_607, i32::MAX]),
        (0.123456789, [15, 4045, 1_035_630, 265_121_436]),
        (-0.123456789, [-16, -4046, -1_035_631, -265_121_436]),
        (f64::NAN, [-128, -32768, -8_388_608, i32::MIN]),
        (f64::INFINITY, [127, 32767, 8_388_607, i32::MAX]),
        (f64::NEG_INFINITY, [-128, -32768, -8_388_608, i32::MIN]),
    ];

    #[test]
    fn whole_numbers_are_the_references() {
        for &(x, want) in MEASURED {
            assert_eq!([8, 16, 24, 32].map(|bits| quantise(x, bits)), want, "{x}");
        }
    }

    #[test]
    fn bytes_in_both_orders() {
        let bytes = |format, order| {
            let mut out = Vec::new();
            encode(&[0.5, -1.0], format, order, &mut out);
            out
        };
        assert_eq!(bytes(SampleFormat::U8, Order::Little), [192, 0]);
        assert_eq!(bytes(SampleFormat::S8, Order::Big), [64, 128]);
        assert_eq!(bytes(SampleFormat::I16, Order::Little), [0, 0x40, 0, 0x80]);
        assert_eq!(bytes(SampleFormat::I24, Order::Big), [0x40, 0, 0, 0x80, 0, 0]);
        assert_eq!(bytes(SampleFormat::F32, Order::Big), [0x3f, 0, 0, 0, 0xbf, 0x80, 0, 0]);
        assert_eq!(bytes(SampleFormat::F64, Order::Little).len(), 16);
    }
}
