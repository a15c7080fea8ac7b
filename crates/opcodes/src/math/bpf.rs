//! Break-point functions: `bpf` with lines, `bpfcos` with half cosines between the points.

use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

use super::interpolate::cosine;
use crate::arrays::{first_dim, fit};

const PORTS: &[Port] = &[
    port("x", "number, signal or array"),
    port("x1, y1, ...", "points in ascending order of x; or one array of x and one or two of y"),
];

/// Definition of `bpf`.
pub static BPF: OpDef = OpDef::new("bpf", "Break-point function with lines between the points.")
    .sigs(&[
        sig("k", "kM", Make::Unit(unit::<Points<false>>)),
        sig("i", "im", Make::Init(once::<false>)),
        sig("k[]", "k[]M", Make::Unit(unit::<Points<false>>)),
        sig("a", "aM", Make::Unit(unit::<Points<false>>)),
        sig("k", "kk[]k[]", Make::Unit(unit::<Points<false>>)),
        sig("k", "ki[]i[]", Make::Unit(unit::<Points<false>>)),
        sig("a", "ak[]k[]", Make::Unit(unit::<Points<false>>)),
        sig("a", "ai[]i[]", Make::Unit(unit::<Points<false>>)),
        sig("i", "ii[]i[]", Make::Init(once::<false>)),
        sig("kk", "kk[]k[]k[]", Make::Unit(unit::<Points<false>>)),
        sig("kk", "ki[]i[]i[]", Make::Unit(unit::<Points<false>>)),
        sig("ii", "ii[]i[]i[]", Make::Init(once::<false>)),
    ])
    .outs(&[
        port("y", "value; beyond the first and last point that of the point"),
        port("z", "of the second array of values"),
    ])
    .ins(PORTS)
    .may_fail()
    .source("Manual: bpf");

/// Definition of `bpfcos`.
pub static BPFCOS: OpDef = OpDef::new("bpfcos", "Break-point function with half cosines between the points.")
    .sigs(&[
        sig("k", "kM", Make::Unit(unit::<Points<true>>)),
        sig("i", "im", Make::Init(once::<true>)),
        sig("k[]", "k[]M", Make::Unit(unit::<Points<true>>)),
        sig("a", "aM", Make::Unit(unit::<Points<true>>)),
        sig("k", "kk[]k[]", Make::Unit(unit::<Points<true>>)),
        sig("k", "ki[]i[]", Make::Unit(unit::<Points<true>>)),
        sig("a", "ak[]k[]", Make::Unit(unit::<Points<true>>)),
        sig("a", "ai[]i[]", Make::Unit(unit::<Points<true>>)),
        sig("i", "ii[]i[]", Make::Init(once::<true>)),
    ])
    .outs(&[port("y", "value; beyond the first and last point that of the point")])
    .ins(PORTS)
    .may_fail()
    .source("Manual: bpfcos");

/// Most inputs for points.
const MOST: usize = 256;

/// The points in a form that is quick to search: x, then one row of values per output.
#[derive(Default)]
struct Points<const COSINE: bool> {
    x: Vec<f64>,
    y: Vec<f64>,
    z: Vec<f64>,
}

impl<const COSINE: bool> Points<COSINE> {
    fn check(io: &Io<'_>) -> OpResult {
        let data = io.n_ins() - 1;
        if io.is_array(1) {
            return Ok(());
        }
        if !data.is_multiple_of(2) {
            return Err(OpError::new("data length should be even (pairs of x, y)"));
        }
        if data == 0 {
            return Err(OpError::new("there are no points"));
        }
        if data >= MOST {
            return Err(OpError::new("too many pargs (max=256)"));
        }
        Ok(())
    }

    /// Takes the points from the inputs as they are now.
    fn load(&mut self, io: &Io<'_>) {
        self.x.clear();
        self.y.clear();
        self.z.clear();
        if io.is_array(1) {
            for (i, to) in [&mut self.x, &mut self.y, &mut self.z].into_iter().enumerate() {
                if let Some(array) = io.array(i + 1) {
                    to.extend_from_slice(array.nums());
                }
            }
            return;
        }
        for i in (1..io.n_ins()).step_by(2) {
            self.x.push(io.k(i));
            self.y.push(io.k(i + 1));
        }
    }

    /// The segment of `at`, or the point whose value holds beyond the ends.
    fn find(&self, at: f64, count: usize) -> Result<usize, usize> {
        let x = &self.x[..count];
        if at <= x[0] {
            Err(0)
        } else if at >= x[count - 1] {
            Err(count - 1)
        } else {
            // First point that is not below; NaN finds the first segment.
            Ok(x.partition_point(|&p| p < at).clamp(1, count - 1) - 1)
        }
    }

    fn value(&self, values: &[f64], at: f64) -> f64 {
        let count = self.x.len().min(values.len());
        if count == 0 {
            return 0.0;
        }
        match self.find(at, count) {
            Err(point) => values[point],
            Ok(i) => {
                let t = (at - self.x[i]) / (self.x[i + 1] - self.x[i]);
                let (y0, y1) = (values[i], values[i + 1]);
                if COSINE { cosine(t, y0, y1) } else { t * (y1 - y0) + y0 }
            }
        }
    }

    fn run(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        self.load(io);
        if io.is_array(0) {
            let (Some(x), Some(mut out)) = (io.array(0), io.array_out(0)) else { return Ok(()) };
            fit(&mut out, x.len(), io, world)?;
            for (out, &x) in out.nums_mut().iter_mut().zip(x.nums()) {
                *out = self.value(&self.y, x);
            }
            return Ok(());
        }
        let x = io.x(0);
        if io.n_outs() > 1 {
            let at = x.at(0);
            io.set(0, self.value(&self.y, at));
            io.set(1, self.value(&self.z, at));
            return Ok(());
        }
        for (n, out) in io.out(0).iter().enumerate() {
            out.set(self.value(&self.y, x.at(n)));
        }
        Ok(())
    }
}

impl<const COSINE: bool> Ugen for Points<COSINE> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let io = &cx.io;
        Self::check(io)?;
        // Room for all points, so that performing does not ask for memory.
        self.load(io);
        if io.is_array(0) {
            let n = first_dim(io, 0);
            io.array_out(0).map_or(Ok(()), |mut out| fit(&mut out, n, io, cx.world))?;
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        self.run(io, world)
    }
}

fn once<const COSINE: bool>(cx: &mut Init<'_>) -> OpResult {
    let mut points = Points::<COSINE>::default();
    Points::<COSINE>::check(&cx.io)?;
    points.run(&cx.io, cx.world)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_between_points() {
        let points = Points::<false> { x: vec![0.0, 1.0, 3.0], y: vec![10.0, 20.0, 0.0], z: vec![] };
        let at = |x| points.value(&points.y, x);
        assert_eq!((at(-1.0), at(0.0), at(0.5), at(1.0)), (10.0, 10.0, 15.0, 20.0));
        assert_eq!((at(2.0), at(3.0), at(9.0), points.value(&points.z, 1.0)), (10.0, 0.0, 0.0, 0.0));
        assert!(at(f64::NAN).is_nan());
    }

    #[test]
    fn a_single_point_is_a_constant() {
        let points = Points::<true> { x: vec![1.0], y: vec![5.0], z: vec![] };
        assert_eq!((points.value(&points.y, 0.0), points.value(&points.y, 2.0)), (5.0, 5.0));
    }
}
