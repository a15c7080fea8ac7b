//! The soft limiter of `--limiter`.

use orchestrion_dsp::math;

/// Limits one sample to `level` (above 0, up to 1; full scale 1.0) with a tanh curve that reaches
/// the level at input `level`: y = level * tanh(x / level) / tanh(1), cut at the level.
///
/// Shape measured on the reference (levels 0.5, 0.8, 1; 19 inputs each; six digits). The reported amplitudes
/// stay as they were.
#[inline]
pub fn limit(sample: f64, level: f64) -> f64 {
    if sample >= level {
        level
    } else if sample <= -level {
        -level
    } else {
        level * math::tanh(sample / level) / TANH_1
    }
}

/// tanh(1).
const TANH_1: f64 = 0.761_594_155_955_764_9;

#[cfg(test)]
mod tests {
    use super::limit;

    #[test]
    fn the_measured_curve() {
        let cases = [
            (0.1, 0.5, 0.129580),
            (0.25, 0.5, 0.303388),
            (0.45, 0.5, 0.470262),
            (0.5, 0.5, 0.5),
            (1.998, 0.5, 0.5),
            (0.3, 0.8, 0.376429),
            (0.75, 0.8, 0.771089),
            (0.5, 1.0, 0.606776),
            (0.9, 1.0, 0.940524),
        ];
        for (x, level, y) in cases {
            assert!((limit(x, level) - y).abs() < 1e-6, "{x} at {level}");
            assert!((limit(-x, level) + y).abs() < 1e-6, "{x} at {level}");
        }
    }
}
