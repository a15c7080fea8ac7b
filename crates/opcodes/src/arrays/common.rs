//! What the array opcodes share: sizes, limits, and adapters for functions that fill an array.

use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::limits::Limit;
use orchestrion_base::op::{Init, Make, Ugen, unit};
use orchestrion_base::port::Io;
use orchestrion_base::value::{ArrayData, ArrayVal};
use orchestrion_base::world::World;
use std::marker::PhantomData;

/// Refuses more elements than the engine's limit.
///
/// # Errors
/// Names the limit.
pub(crate) fn check_size(elements: usize, world: &World) -> OpResult {
    world.limits.check(Limit::ArrayElements, elements as u64, || format!("an array of {elements} elements"))
}

/// Gives an array `n` elements. One with several dimensions keeps its shape, as in the reference.
///
/// # Errors
/// If that is over the limit.
pub(crate) fn fit(array: &mut ArrayVal, n: usize, io: &Io<'_>, world: &World) -> OpResult {
    check_size(n, world)?;
    if array.dims.len() < 2 {
        let more = n.saturating_sub(array.len());
        if more > 0 {
            world.ask_memory(more.saturating_mul(array.element_bytes(io.clock.ksmps)), "an array")?;
        }
        let n = u32::try_from(n).map_err(|_| OpError::new("an array this long cannot be counted"))?;
        array.resize(&[n], io.clock.ksmps);
    }
    Ok(())
}

/// The first dimension of an array input; 0 if it has no size yet.
pub(crate) fn first_dim(io: &Io<'_>, i: usize) -> usize {
    io.array(i).and_then(|a| a.dims.first().copied()).unwrap_or(0) as usize
}

/// Demands a size of array input `i`.
///
/// # Errors
/// If it has none.
pub(crate) fn sized(io: &Io<'_>, i: usize) -> OpResult {
    if io.array(i).is_some_and(|a| a.is_sized()) { Ok(()) } else { Err(not_initialised()) }
}

/// The error of an array without a size.
pub(crate) fn not_initialised() -> OpError {
    OpError::new("array-variable not initialised")
}

/// A function of its inputs whose result is an array of numbers.
pub(crate) trait ArrayFn: Send + 'static {
    /// Number of elements of the result.
    ///
    /// # Errors
    /// If the inputs make no sense.
    fn len(io: &Io<'_>, world: &World) -> OpResult<usize>;

    /// Computes the elements. `out` may be shorter than [`ArrayFn::len`] where the output is an array
    /// of several dimensions.
    ///
    /// # Errors
    /// If the inputs make no sense.
    fn fill(io: &Io<'_>, world: &World, out: &mut [f64]) -> OpResult;
}

fn size<F: ArrayFn>(io: &Io<'_>, world: &World) -> OpResult {
    let n = F::len(io, world)?;
    io.array_out(0).map_or(Ok(()), |mut out| fit(&mut out, n, io, world))
}

fn size_and_fill<F: ArrayFn>(io: &Io<'_>, world: &World) -> OpResult {
    size::<F>(io, world)?;
    io.array_out(0).map_or(Ok(()), |mut out| F::fill(io, world, out.nums_mut()))
}

fn init<F: ArrayFn>(cx: &mut Init<'_>) -> OpResult {
    size_and_fill::<F>(&cx.io, cx.world)
}

struct Sized<F>(PhantomData<F>);
struct Perf<F>(PhantomData<F>);

impl<F> Default for Sized<F> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<F> Default for Perf<F> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<F: ArrayFn> Ugen for Sized<F> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        size::<F>(&cx.io, cx.world)
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        size_and_fill::<F>(io, world)
    }
}

impl<F: ArrayFn> Ugen for Perf<F> {
    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        size_and_fill::<F>(io, world)
    }
}

/// Computes at init.
pub(crate) const fn array_init<F: ArrayFn>() -> Make {
    Make::Init(init::<F>)
}

/// Gives the output its size at init and computes at performance, as most k-rate array opcodes do.
pub(crate) const fn array_perf<F: ArrayFn>() -> Make {
    Make::Unit(unit::<Sized<F>>)
}

/// Does everything at performance.
pub(crate) const fn array_perf_only<F: ArrayFn>() -> Make {
    Make::Unit(unit::<Perf<F>>)
}

/// Elements of input array 0, number by number, of any dimensions.
pub(crate) fn copy_numbers(from: &[f64], to: &mut [f64]) {
    for (to, &from) in to.iter_mut().zip(from) {
        *to = from;
    }
}

/// Copies elements `indices` of one array to another of the same type, from its start.
pub(crate) fn copy_elements(
    from: &ArrayVal,
    to: &mut ArrayVal,
    indices: impl Iterator<Item = usize>,
    ksmps: usize,
) {
    let count = to.len();
    for (n, i) in indices.enumerate().take(count) {
        match (&from.data, &mut to.data) {
            (ArrayData::Num(from), ArrayData::Num(to)) => to[n] = from.get(i).copied().unwrap_or(0.0),
            (ArrayData::Str(from), ArrayData::Str(to)) => to[n] = from.get(i).cloned().unwrap_or_default(),
            (ArrayData::Audio(_), ArrayData::Audio(_)) => {
                copy_numbers(from.audio(i, ksmps), to.audio_mut(n, ksmps))
            }
            (ArrayData::Spectrum(from), ArrayData::Spectrum(to)) => {
                to[n] = from.get(i).cloned().unwrap_or_default()
            }
            _ => {}
        }
    }
}
