//! Vectors that lie one after the other in a table.

use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::table::Table;

/// How a table is divided into vectors.
#[derive(Clone, Copy)]
pub(super) struct Frames {
    size: usize,
    count: usize,
    scale: f64,
}

impl Frames {
    /// Vectors of `size` elements; `normalised` tells that indices 0 to 1 span the table.
    ///
    /// # Errors
    /// The table holds none.
    pub fn new(table: &Table, size: usize, normalised: bool) -> OpResult<Self> {
        let count = table.len.checked_div(size).unwrap_or(0);
        if count == 0 {
            return Err(OpError::new("the table is shorter than one vector"));
        }
        let scale = if normalised { table.len as f64 / size as f64 } else { 1.0 };
        Ok(Self { size, count, scale })
    }

    /// Index in vectors, wrapped around.
    fn place(&self, index: f64) -> f64 {
        let (place, count) = (index * self.scale, self.count as f64);
        if (0.0..count).contains(&place) { place } else { place.rem_euclid(count) }
    }

    /// First point of vector `i`, wrapped around.
    fn point(&self, i: i64) -> usize {
        i.rem_euclid(self.count as i64) as usize * self.size
    }

    /// First point of the vector at an index.
    pub fn start(&self, index: f64) -> usize {
        self.point((index * self.scale) as i64)
    }

    /// First points of the vectors before and after an index, and the way from one to the other.
    pub fn between(&self, index: f64) -> (usize, usize, f64) {
        let place = self.place(index);
        let i = place as i64;
        (self.point(i), self.point(i + 1), place - place.trunc())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices_wrap_whatever_they_are() {
        let frames = Frames::new(&Table::new(vec![0.0; 8]), 2, false).expect("there is room");
        assert_eq!((frames.start(1.9), frames.start(3.0), frames.start(-1.0)), (2, 0, 4));
        assert_eq!(frames.between(2.5), (4, 0, 0.5));
        for index in [f64::NAN, f64::INFINITY, -1e300, -1e-300] {
            assert!(frames.start(index) < 6 && frames.between(index).1 < 6);
        }
        assert!(Frames::new(&Table::new(vec![0.0; 3]), 3, false).is_err());
        assert!(Frames::new(&Table::default(), 0, true).is_err());
    }
}
