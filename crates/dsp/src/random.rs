//! Random distributions on the shared Mersenne twister: `linrand`, `gauss`, `betarand` ... and GEN21.
//!
//! Each takes 32-bit draws in the reference's order, so sequences agree draw by draw (semantics J5).
//! Methods: D. Lorrain, "A Panoply of Stochastic Cannons", Computer Music Journal 4(1), 1980.

use crate::math;
use orchestrion_base::random::{Mt19937, ParkMiller};
use std::f64::consts::{FRAC_PI_2, PI};

/// Loops that wait for a lucky draw give up after this many; the reference would hang.
const PATIENCE: usize = 100_000;

fn nonzero(mt: &mut Mt19937) -> u32 {
    (0..PATIENCE).map(|_| mt.draw()).find(|&r| r != 0).unwrap_or(1)
}

fn scaled(r: u32) -> f64 {
    f64::from(r) * Mt19937::SCALE
}

/// Uniform, 0 to `range`.
pub fn uniform(mt: &mut Mt19937, range: f64) -> f64 {
    range * mt.unit()
}

/// Linear: the lesser of two draws, 0 to `range`, small values more likely.
pub fn linear(mt: &mut Mt19937, range: f64) -> f64 {
    let (a, b) = (mt.draw(), mt.draw());
    scaled(a.min(b)) * range
}

/// Triangular about 0, `-range` to `range`.
pub fn triangular(mt: &mut Mt19937, range: f64) -> f64 {
    let sum = i64::from(mt.draw()) + i64::from(mt.draw());
    ((sum - 0xFFFF_FFFF) as f64 * Mt19937::SCALE) * range
}

/// Exponential with mean `mean`; 0 where it is negative.
pub fn exponential(mt: &mut Mt19937, mean: f64) -> f64 {
    if mean < 0.0 {
        return 0.0;
    }
    -(math::ln(scaled(nonzero(mt))) * mean)
}

/// Exponential to both sides of 0; 0 where `range` is negative.
pub fn biexponential(mt: &mut Mt19937, range: f64) -> f64 {
    if range < 0.0 {
        return 0.0;
    }
    let r = nonzero(mt) as i32;
    if r < 0 {
        // The reference negates in 32 bits; its least number stays negative, whose logarithm is NaN.
        let magnitude = (f64::from(r)).abs();
        -(math::ln(magnitude * (1.0 / 2147483648.0)) * range)
    } else {
        math::ln(f64::from(r) * (1.0 / 2147483648.0)) * range
    }
}

/// Sum of twelve uniform draws about 0, scaled so that nearly all lie within `-range` to `range`.
pub fn gaussian(mt: &mut Mt19937, range: f64) -> f64 {
    let mut sum = -6 * 0xFFFF_FFFF_i64;
    for _ in 0..12 {
        sum += i64::from(mt.draw());
    }
    // 3.83: measured on the reference (semantics J5).
    sum as f64 * (range * (1.0 / (3.83 * 4294967295.03125)))
}

/// Cauchy about 0; draws next to the pole are repeated.
pub fn cauchy(mt: &mut Mt19937, alpha: f64) -> f64 {
    // Excluded draws and 318.3: measured on the reference (semantics J5).
    let pole = 2143188561..=2151778734_u32;
    let r = (0..PATIENCE).map(|_| mt.draw()).find(|r| !pole.contains(r)).unwrap_or(0);
    math::tan(f64::from(r) * (PI / 4294967295.0)) * (1.0 / 318.3) * alpha
}

/// Cauchy, positive side only.
pub fn positive_cauchy(mt: &mut Mt19937, alpha: f64) -> f64 {
    // Greatest draw used: as for `cauchy`.
    let r = (0..PATIENCE).map(|_| mt.draw()).find(|&r| r <= 4286377121).unwrap_or(0);
    math::tan(f64::from(r) * FRAC_PI_2 / 4294967295.0) * (1.0 / 318.3) * alpha
}

/// Beta, 0 to `range`, by Jöhnk's method; 0 unless both `a` and `b` are positive.
pub fn beta(mt: &mut Mt19937, range: f64, a: f64, b: f64) -> f64 {
    if a <= 0.0 || b <= 0.0 {
        return 0.0;
    }
    for _ in 0..PATIENCE {
        let x = math::pow(scaled(nonzero(mt)), 1.0 / a);
        let sum = x + math::pow(scaled(nonzero(mt)), 1.0 / b);
        if sum <= 1.0 || sum.is_nan() {
            return x / sum * range;
        }
    }
    0.0
}

/// Weibull with scale `sigma` and shape `tau`; 0 unless `tau` is positive.
pub fn weibull(mt: &mut Mt19937, sigma: f64, tau: f64) -> f64 {
    if tau <= 0.0 {
        return 0.0;
    }
    let r = (0..PATIENCE).map(|_| mt.draw()).find(|&r| r != 0 && r != u32::MAX).unwrap_or(1);
    let survival = 1.0 - f64::from(r) * (1.0 / 4294967295.0);
    sigma * math::pow(-math::ln(survival), 1.0 / tau)
}

/// Poisson with mean `lambda`; 0 where it is negative.
pub fn poisson(mt: &mut Mt19937, lambda: f64) -> f64 {
    if lambda < 0.0 {
        return 0.0;
    }
    let limit = math::exp(-lambda);
    let (mut product, mut count) = (mt.unit(), 0.0);
    // A mean above 745 makes the limit 0, where the reference never ends: stop at an empty product.
    while product >= limit && product > 0.0 {
        count += 1.0;
        product *= mt.unit();
    }
    count
}

/// Two independent normal draws of mean 0 and deviation 1 by Box and Muller (1958).
pub fn box_muller(mt: &mut Mt19937) -> (f64, f64) {
    let (u1, u2) = (mt.unit(), mt.unit());
    let r = (-2.0 * math::ln(u1)).sqrt();
    let (s, c) = math::sin_cos(2.0 * PI * u2);
    (r * c, r * s)
}

/// `rnd31`'s draw, -1 to 1: uniform for a power of 0, 1 or -1, else bent towards 0 (positive power above
/// 1) or towards the ends (negative power).
pub fn rnd31(generator: &mut ParkMiller, power: f64) -> f64 {
    let x = generator.rnd31_bipolar();
    if power == 0.0 || power.abs() == 1.0 {
        return x;
    }
    let sign = if x < 0.0 { -1.0 } else { 1.0 };
    let bent =
        if power < 0.0 { 1.0 - math::pow((1.0 - x.abs()).abs(), -power) } else { math::pow(x.abs(), power) };
    bent * sign
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::ulps;

    /// Printed by the reference after `seed 7`: eleven distributions in turn, three times.
    #[rustfmt::skip]
    const ROWS: [[f64; 11]; 3] = [
        [0.076308291189820424, 0.22733907499821734, -0.24261854734156205, 0.044035449108466289, 1.7768140600536908, -0.41580339629516522, -0.035926565327096996, 0.0056983762156397853, 4.0, 0.54587450899520307, 1.6896901906287789],
        [0.54723512416941444, 0.31020924339548572, -0.059880808707794532, 1.9866077133127835, 5.535235545246441, 0.18144632042064796, 0.012626283104604105, 0.0031809717112876749, 5.0, 0.041436461640610892, 0.91830776866594754],
        [0.43950131056498898, 0.70939439015631234, 0.20897451420371516, 0.72435019433344228, 1.9236511229523381, 0.13062559762954182, -0.0003471355019838193, 0.00072107379654395062, 8.0, 0.20469530798969091, 0.9298060013075895],
    ];

    #[test]
    fn sequences_equal_the_reference() {
        let mt = &mut Mt19937::new(7);
        for row in &ROWS {
            let got = [
                uniform(mt, 1.0),
                linear(mt, 1.0),
                triangular(mt, 1.0),
                exponential(mt, 2.0),
                biexponential(mt, 3.0),
                gaussian(mt, 1.0),
                cauchy(mt, 1.0),
                positive_cauchy(mt, 1.0),
                poisson(mt, 3.0),
                beta(mt, 1.0, 2.0, 3.0),
                weibull(mt, 2.0, 3.0),
            ];
            for (i, (&got, &want)) in got.iter().zip(row).enumerate() {
                // The reference's compiler reassociates products.
                assert!(ulps(got, want) <= 4, "column {i}: {got:?}, expected {want:?}");
            }
        }
        assert_eq!(poisson(mt, 300.0), 292.0);
        assert_eq!(beta(mt, 1.0, 200.0, 0.01), 1.0);
    }

    #[test]
    fn rnd31_powers_equal_the_reference() {
        let mut a = ParkMiller::from_number(5.0).expect("a seed");
        let mut b = a;
        for (cubed, spread) in
            [(0.17192897985201822, 0.9125030885380051), (-0.070700483536936351, -0.79825304870414371)]
        {
            assert!(ulps(rnd31(&mut a, 3.0), cubed) <= 4);
            assert!(ulps(rnd31(&mut b, -3.0), spread) <= 4);
        }
    }

    #[test]
    fn strange_parameters_end() {
        let mt = &mut Mt19937::default();
        for p in [0.0, -1.0, 1e300, 1e-300, f64::INFINITY, f64::NAN] {
            for q in [1.0, 1e300, f64::NAN] {
                let _ = (beta(mt, 1.0, p, q), weibull(mt, 1.0, p), poisson(mt, p), exponential(mt, p));
                let _ = (biexponential(mt, p), cauchy(mt, p), positive_cauchy(mt, p), gaussian(mt, p));
            }
        }
    }
}
