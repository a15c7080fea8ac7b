//! Functions of two or three numbers over arrays, element by element.

use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::Make;
use orchestrion_base::port::Io;
use orchestrion_base::value::ArrayData;
use orchestrion_base::world::World;
use std::marker::PhantomData;

use crate::arrays::{ArrayFn, array_init, array_perf};
use crate::step::{Step, at_perf};

/// A function of two numbers, as a type.
pub(super) trait Binary: Send + 'static {
    fn apply(x: f64, y: f64) -> f64;
}

/// A function of three numbers, as a type.
pub(super) trait Ternary: Send + 'static {
    fn apply(x: f64, y: f64, z: f64) -> f64;
}

/// i-rate arrays: an array and an array or number.
pub(super) const fn pairs_init<F: Binary>() -> Make {
    array_init::<Pairs<F>>()
}

/// k-rate arrays: an array and an array or number.
pub(super) const fn pairs_perf<F: Binary>() -> Make {
    array_perf::<Pairs<F>>()
}

/// Two arrays of audio signals.
pub(super) const fn pairs_audio<F: Binary>() -> Make {
    at_perf::<AudioPairs<F>>()
}

/// i-rate array and two numbers.
pub(super) const fn triples_init<F: Ternary>() -> Make {
    array_init::<Triples<F>>()
}

/// k-rate array and two numbers.
pub(super) const fn triples_perf<F: Ternary>() -> Make {
    array_perf::<Triples<F>>()
}

struct Pairs<F>(PhantomData<F>);

impl<F: Binary> ArrayFn for Pairs<F> {
    fn len(io: &Io<'_>, _: &World) -> OpResult<usize> {
        let n = io.array(0).map_or(0, |x| x.len());
        match io.array(1) {
            Some(y) if y.len() < n => Err(OpError::new("second input array is too short")),
            _ => Ok(n),
        }
    }

    fn fill(io: &Io<'_>, _: &World, out: &mut [f64]) -> OpResult {
        let Some(x) = io.array(0) else { return Ok(()) };
        if let Some(y) = io.array(1) {
            for ((out, &x), &y) in out.iter_mut().zip(x.nums()).zip(y.nums()) {
                *out = F::apply(x, y);
            }
        } else {
            let y = io.k(1);
            for (out, &x) in out.iter_mut().zip(x.nums()) {
                *out = F::apply(x, y);
            }
        }
        Ok(())
    }
}

struct Triples<F>(PhantomData<F>);

impl<F: Ternary> ArrayFn for Triples<F> {
    fn len(io: &Io<'_>, _: &World) -> OpResult<usize> {
        Ok(io.array(0).map_or(0, |x| x.len()))
    }

    fn fill(io: &Io<'_>, _: &World, out: &mut [f64]) -> OpResult {
        let (y, z) = (io.k(1), io.k(2));
        let Some(x) = io.array(0) else { return Ok(()) };
        for (out, &x) in out.iter_mut().zip(x.nums()) {
            *out = F::apply(x, y, z);
        }
        Ok(())
    }
}

struct AudioPairs<F>(PhantomData<F>);

impl<F: Binary> Step for AudioPairs<F> {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        let (Some(x), Some(y), Some(mut out)) = (io.array(0), io.array(1), io.array_out(0)) else {
            return Ok(());
        };
        if x.dims != y.dims {
            return Err(OpError::new("Dimensions do not match in array arithmetic"));
        }
        out.resize(&x.dims, io.clock.ksmps);
        if let (ArrayData::Audio(x), ArrayData::Audio(y), ArrayData::Audio(out)) =
            (&x.data, &y.data, &mut out.data)
        {
            for ((out, &x), &y) in out.iter_mut().zip(x).zip(y) {
                *out = F::apply(x, y);
            }
        }
        Ok(())
    }
}
