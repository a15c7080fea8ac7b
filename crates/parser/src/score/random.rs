//! The 31-bit generator of `~`: x' = 742938285 x mod (2^31 - 1), measured on the reference.

/// One over the largest value; the reference's compiler turned the division into a product. (measured)
const SCALE: f64 = 1.0 / 2_147_483_645.0;

fn step(state: &mut i32) -> f64 {
    let next = (742_938_285 * i64::from(*state)).rem_euclid(2_147_483_647);
    *state = next as i32;
    f64::from(*state) - 1.0
}

/// Steps the state and gives a number between 0 and 1.
pub(super) fn uniform(state: &mut i32) -> f64 {
    step(state) * SCALE
}

/// Steps the state and gives a number between two others.
pub(super) fn between(state: &mut i32, from: f64, to: f64) -> f64 {
    step(state) * (to - from) * SCALE + from
}
