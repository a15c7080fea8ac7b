//! `mandel`: how long a point stays in the Mandelbrot set's iteration.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `mandel`.
pub static MANDEL: OpDef = OpDef::new("mandel", "Iterations of the Mandelbrot set.")
    .quiet_init()
    .sigs(&[sig("kk", "kkkk", Make::Unit(unit::<Mandel>))])
    .outs(&[
        port(
            "kiter",
            "iterations until the point has left the set, up to kmaxIter; -1 before the first trigger",
        ),
        port("koutrig", "1 in cycles in which kiter has changed"),
    ])
    .ins(&[
        port("ktrig", "computes where it is not 0"),
        port("kx", "real part of the point"),
        port("ky", "imaginary part of the point"),
        port("kmaxIter", "greatest number of iterations"),
    ])
    .source("Manual: mandel");

/// Most iterations of a k-cycle.
const MOST: i32 = 10_000_000;

#[derive(Default)]
struct Mandel {
    /// The last point and its iterations.
    last: Option<([f64; 2], i32)>,
}

fn iterations(px: f64, py: f64, most: i32) -> i32 {
    let (mut x, mut y) = (0.0, 0.0);
    for i in 0..most {
        (x, y) = (x * x - y * y + px, 2.0 * x * y + py);
        if x * x + y * y >= 4.0 {
            return i;
        }
    }
    most.max(0)
}

impl Ugen for Mandel {
    fn init(&mut self, _: &mut Init<'_>) -> OpResult {
        self.last = None;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let point = [io.k(1), io.k(2)];
        let before = self.last.map_or(-1, |(_, count)| count);
        let mut count = before;
        if io.k(0) != 0.0 && self.last.is_none_or(|(last, _)| last != point) {
            count = iterations(point[0], point[1], (io.k(3) as i32).min(MOST));
            self.last = Some((point, count));
        }
        io.set(0, f64::from(count));
        io.set(1, f64::from(u8::from(count != before)));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_leave_or_stay() {
        assert_eq!(
            (iterations(0.0, 0.0, 50), iterations(2.0, 0.0, 50), iterations(1.0, 0.0, 50)),
            (50, 0, 1)
        );
        assert_eq!((iterations(f64::NAN, 0.0, 7), iterations(0.0, 0.0, -3)), (7, 0));
    }
}
