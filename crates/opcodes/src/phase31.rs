//! The phase of 31 bits that `vco2`, `oscbnk`, `grain2`, `grain3` and the `oscilikt` family step through tables.

use crate::lookup::pair;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::round::nearest;
use orchestrion_base::world::World;

/// One period in units of the phase.
pub(crate) const PERIOD: u32 = 1 << 31;
/// Wraps a phase.
pub(crate) const MASK: u32 = PERIOD - 1;

/// A number of periods as a phase; what no 64-bit integer holds counts as 0.
#[inline(always)]
pub(crate) fn phase_of(periods: f64) -> u32 {
    let steps = periods * f64::from(PERIOD);
    if steps.abs() < 9.2e18 { nearest(steps) as u32 & MASK } else { 0 }
}

/// A table, a power of two long, as the phase addresses it.
pub(crate) struct Reader<'a> {
    points: &'a [f64],
    shift: u32,
    low: u32,
    scale: f64,
}

impl<'a> Reader<'a> {
    /// From points and guard point.
    #[inline(always)]
    pub fn new(points: &'a [f64]) -> Self {
        let shift = 31 - (points.len().max(2) - 1).trailing_zeros();
        let low = ((1u64 << shift) - 1) as u32;
        Self { points, shift, low, scale: 1.0 / (1u64 << shift) as f64 }
    }

    /// Table `number` as it stands now.
    ///
    /// # Errors
    /// There is no such table, or its length is not a power of two.
    pub fn find(world: &'a World, number: f64) -> OpResult<Self> {
        match world.tables.get(number) {
            Some(t) if t.is_power_of_two() => Ok(Self::new(&t.data[..(t.len + 1).min(t.data.len())])),
            Some(_) => Err(OpError::new(format!("the length of table {number} is not a power of two"))),
            None => Err(OpError::new(format!("there is no table {number}"))),
        }
    }

    /// The point before a phase.
    #[inline(always)]
    pub fn step(&self, phase: u32) -> f64 {
        self.points.get((phase >> self.shift) as usize).copied().unwrap_or(0.0)
    }

    /// On the straight line between the points beside a phase.
    #[inline(always)]
    pub fn line(&self, phase: u32) -> f64 {
        let (a, b) = pair(self.points, phase >> self.shift, 0.0);
        a + (b - a) * (f64::from(phase & self.low) * self.scale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phases_wrap_and_strange_numbers_are_none() {
        assert_eq!((phase_of(0.5), phase_of(1.25), phase_of(-0.25)), (1 << 30, 1 << 29, 3 << 29));
        assert_eq!((phase_of(f64::NAN), phase_of(f64::INFINITY)), (0, 0));
    }

    #[test]
    fn readings_hit_the_points_and_lines_meet_halfway() {
        let wave = Reader::new(&[0.0, 1.0, 4.0, 9.0, 0.0]);
        assert_eq!((wave.step(phase_of(0.5)), wave.line(phase_of(0.5))), (4.0, 4.0));
        assert_eq!((wave.step(phase_of(0.375)), wave.line(phase_of(0.375))), (1.0, 2.5));
        assert_eq!((Reader::new(&[7.0, 9.0]).line(1 << 30), Reader::new(&[]).line(5)), (8.0, 0.0));
    }
}
