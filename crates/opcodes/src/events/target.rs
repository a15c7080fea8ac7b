//! Which instrument an argument means.

use bstr::ByteSlice;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// p1 of an event: a number with its fraction, or the number of a named instrument. A fraction after a
/// name is dropped, as the reference does (measured).
///
/// # Errors
/// There is no instrument of this name.
pub(crate) fn p1(io: &Io<'_>, input: usize, world: &World) -> OpResult<f64> {
    if !io.is_str(input) {
        return Ok(io.k(input));
    }
    let name = io.str(input);
    named(world, name.as_bytes()).map(f64::from)
}

/// As [`p1`]; a fraction after a name counts.
///
/// # Errors
/// There is no instrument of this name.
pub(crate) fn instrument_p1(io: &Io<'_>, input: usize, world: &World) -> OpResult<f64> {
    let number = p1(io, input, world)?;
    let fraction = io
        .str(input)
        .rfind_byte(b'.')
        .and_then(|dot| io.str(input)[dot..].to_str().ok()?.parse::<f64>().ok());
    Ok(number + fraction.unwrap_or(0.0))
}

/// Number of a named instrument, with or without a fraction behind the name.
pub(crate) fn named(world: &World, name: &[u8]) -> OpResult<u32> {
    let bare = name.rfind_byte(b'.').map_or(name, |dot| &name[..dot]);
    let found = world.instruments.number(name).or_else(|| world.instruments.number(bare));
    found.ok_or_else(|| OpError::new(format!("instrument {} not found", name.to_str_lossy())))
}

/// The defined instrument that a number or name means.
///
/// # Errors
/// There is none.
pub(crate) fn instrument(io: &Io<'_>, input: usize, world: &World) -> OpResult<u32> {
    let n = p1(io, input, world)?;
    defined(world, n).ok_or_else(|| OpError::new(format!("instrument {} is not defined", n.trunc())))
}

/// The number of the defined instrument that `p1` starts or, where it is negative, ends.
pub(crate) fn defined(world: &World, p1: f64) -> Option<u32> {
    let n = p1.abs().trunc();
    let n = (n >= 1.0 && n < f64::from(u32::MAX)).then_some(n as u32)?;
    world.instruments.defined.contains(&n).then_some(n)
}
