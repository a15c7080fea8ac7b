//! What the operators compute: one definition for constant folding and for the machine (semantics B1
//! to B4).

use orchestrion_base::round::nearest;
use orchestrion_dsp::math;
use orchestrion_parser::tree::BinaryOp;

/// Converts to a 32-bit integer as the reference's bit operators do: nearest, ties to even.
fn bits(x: f64) -> i32 {
    nearest(x) as i32
}

fn truth(b: bool) -> f64 {
    f64::from(u8::from(b))
}

/// The remainder with the sign of the dividend; 0 where the divisor is 0.
#[inline]
pub fn remainder(a: f64, b: f64) -> f64 {
    if b == 0.0 { 0.0 } else { math::fmod(a, b) }
}

/// One operator on two numbers. `0 ^ 0` is an error in the reference; the machine checks for it with
/// [`pow_fails`].
#[inline]
pub fn binary(op: BinaryOp, a: f64, b: f64) -> f64 {
    match op {
        BinaryOp::Add => a + b,
        BinaryOp::Sub => a - b,
        BinaryOp::Mul => a * b,
        BinaryOp::Div => a / b,
        BinaryOp::Mod => remainder(a, b),
        BinaryOp::Pow => math::pow(a, b),
        BinaryOp::BitOr => f64::from(bits(a) | bits(b)),
        BinaryOp::BitAnd => f64::from(bits(a) & bits(b)),
        BinaryOp::BitXor => f64::from(bits(a) ^ bits(b)),
        BinaryOp::Shl => f64::from(bits(a).wrapping_shl(bits(b) as u32)),
        BinaryOp::Shr => f64::from(bits(a).wrapping_shr(bits(b) as u32)),
        BinaryOp::Eq => truth(a == b),
        BinaryOp::Ne => truth(a != b),
        BinaryOp::Lt => truth(a < b),
        BinaryOp::Le => truth(a <= b),
        BinaryOp::Gt => truth(a > b),
        BinaryOp::Ge => truth(a >= b),
        BinaryOp::And => truth(a != 0.0 && b != 0.0),
        BinaryOp::Or => truth(a != 0.0 || b != 0.0),
    }
}

/// Complement of the bits of the nearest integer.
pub fn bit_not(x: f64) -> f64 {
    f64::from(!bits(x))
}

/// Whether a power is the one that the reference refuses.
#[inline]
pub fn pow_fails(a: f64, b: f64) -> bool {
    a == 0.0 && b == 0.0
}

/// Two literals folded: as [`binary`], but bit operators truncate (measured on the reference, B4).
pub fn fold(op: BinaryOp, a: f64, b: f64) -> Option<f64> {
    Some(match op {
        BinaryOp::Pow if pow_fails(a, b) => return None,
        BinaryOp::BitOr | BinaryOp::BitAnd | BinaryOp::BitXor | BinaryOp::Shl | BinaryOp::Shr => {
            binary(op, a.trunc(), b.trunc())
        }
        _ => binary(op, a, b),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use BinaryOp::*;

    #[test]
    fn bits_round_when_run_and_truncate_when_folded() {
        assert_eq!(
            [binary(BitOr, 3.5, 1.0), binary(BitAnd, 6.7, 3.2), binary(Shl, 3.5, 1.0)],
            [5.0, 3.0, 8.0]
        );
        assert_eq!(fold(BitOr, 3.5, 1.0), Some(3.0));
        assert_eq!(
            [binary(Shl, 1.0, 33.0), binary(Shl, 1.0, 31.0), binary(Shr, -1.0, 1.0)],
            [2.0, -2147483648.0, -1.0]
        );
        assert_eq!(bit_not(3.5), -5.0);
    }

    #[test]
    fn remainders_keep_the_sign_of_the_dividend() {
        assert_eq!(
            [remainder(-7.0, 3.0), remainder(7.0, -3.0), remainder(7.5, 2.0), remainder(3.0, 0.0)],
            [-1.0, 1.0, 1.5, 0.0]
        );
    }
}
