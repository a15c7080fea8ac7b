//! The terrain: the product of two tables over the unit square, which repeats in both directions.

use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Port, port};
use orchestrion_base::world::World;
use orchestrion_dsp::math;

/// Inputs that the three opcodes share.
pub(super) const ORBIT: [Port; 6] = [
    port("kamp", "amplitude"),
    port("kpch", "orbits per second"),
    port("kx", "first coordinate of the orbit's centre"),
    port("ky", "second coordinate of the orbit's centre"),
    port("krx", "radius along the first coordinate"),
    port("kry", "radius along the second coordinate"),
];

/// Two tables as a surface.
pub(super) struct Surface<'a>([&'a [f64]; 2]);

impl<'a> Surface<'a> {
    /// # Errors
    /// There is no such table.
    pub fn find(world: &'a World, x: f64, y: f64) -> OpResult<Self> {
        let points = |number: f64| match world.tables.get(number) {
            Some(t) => Ok(&t.data[..t.len.min(t.data.len())]),
            None => Err(OpError::new(format!("there is no table {number}"))),
        };
        Ok(Self([points(x)?, points(y)?]))
    }

    /// Height at a place.
    #[inline]
    pub fn at(&self, place: [f64; 2]) -> f64 {
        let part = |points: &[f64], x: f64| {
            let i = ((x - x.floor()) * points.len() as f64) as usize;
            points.get(i).copied().unwrap_or(0.0)
        };
        part(self.0[0], place[0]) * part(self.0[1], place[1])
    }
}

/// A place turned about a centre by an angle in radians.
#[inline]
pub(super) fn turned(place: [f64; 2], centre: [f64; 2], angle: f64) -> [f64; 2] {
    let (sin, cos) = math::sin_cos(angle);
    let (x, y) = (place[0] - centre[0], place[1] - centre[1]);
    [x * cos - y * sin, x * sin + y * cos]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_surface_repeats() {
        let surface = Surface([&[1.0, 2.0], &[3.0, 5.0]]);
        assert_eq!(
            (surface.at([0.0, 0.6]), surface.at([-0.5, 7.1]), surface.at([f64::NAN, 0.0])),
            (5.0, 6.0, 3.0)
        );
    }
}
