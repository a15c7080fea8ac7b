//! Files that an analysis of a sound has written: which one an argument names, reading each once, and the
//! numbers in them.

use crate::sound::numbered_file;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::host::Purpose;
use orchestrion_base::op::Init;
use orchestrion_base::world::World;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What was read from files of one kind, by name.
struct Loaded<T>(BTreeMap<String, Arc<T>>);

impl<T> Default for Loaded<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

/// The content of the file that input `i` names, as text or by number (`prefix` and the number). A file is
/// read once; `parse` gives `None` for what is no such file, and `what` says what it should be.
///
/// # Errors
/// There is no such file, or it holds something else.
pub(crate) fn load<T: Send + Sync + 'static>(
    cx: &mut Init<'_>,
    i: usize,
    prefix: &str,
    what: &str,
    parse: fn(&[u8]) -> Option<T>,
) -> OpResult<Arc<T>> {
    let name = if cx.is_str(i) { cx.text(i) } else { numbered_file(cx.world, cx.k(i), prefix) };
    if let Some(known) = cx.world.shared::<Loaded<T>>().0.get(&name) {
        return Ok(known.clone());
    }
    let bytes = read(cx.world, &name)?;
    let content = parse(&bytes).ok_or_else(|| OpError::new(format!("\"{name}\" is no {what}")))?;
    let content = Arc::new(content);
    cx.world.shared::<Loaded<T>>().0.insert(name, content.clone());
    Ok(content)
}

/// The bytes of a file.
///
/// # Errors
/// There is no such file.
pub(crate) fn read(world: &World, name: &str) -> OpResult<Arc<[u8]>> {
    let host = world.host.as_ref().ok_or_else(|| OpError::new("there are no files here"))?;
    host.read(name, Purpose::Analysis).map_err(|e| OpError::new(e.to_string()))
}

/// The 32-bit integer at byte `at`, little end first.
pub(crate) fn long(bytes: &[u8], at: usize) -> Option<i32> {
    Some(i32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// The 64-bit float at byte `at`, little end first.
pub(crate) fn double(bytes: &[u8], at: usize) -> Option<f64> {
    Some(f64::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// All 64-bit floats in bytes.
pub(crate) fn doubles(bytes: &[u8]) -> Vec<f64> {
    bytes.as_chunks::<8>().0.iter().map(|&b| f64::from_le_bytes(b)).collect()
}

/// A number written as C's `printf` writes it with `%a`, `%g` or `%d`; 0 for anything else, as in `strtod`.
pub(crate) fn number(text: &str) -> f64 {
    let text = text.trim();
    let (sign, magnitude) = text.strip_prefix('-').map_or((1.0, text), |rest| (-1.0, rest));
    let value = magnitude.strip_prefix("0x").map_or_else(|| magnitude.parse().ok(), hexadecimal);
    sign * value.unwrap_or(0.0)
}

/// `1.8p+1` is 3: hexadecimal digits, and a power of 2 in decimal ones.
fn hexadecimal(text: &str) -> Option<f64> {
    let (digits, exponent) = text.split_once('p').unwrap_or((text, "0"));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut value = 0.0;
    for digit in whole.chars().chain(fraction.chars()) {
        value = value * 16.0 + f64::from(digit.to_digit(16)?);
    }
    let exponent = exponent.parse::<i32>().ok()?.saturating_sub(4 * i32::try_from(fraction.len()).ok()?);
    Some(orchestrion_dsp::math::ldexp(value, exponent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_c_writes_them() {
        for (text, want) in [
            ("0x1.8p+1\n", 3.0),
            ("-0x1.921fb54442d18p+1", -std::f64::consts::PI),
            ("0x0p+0", 0.0),
            (" -12", -12.0),
            ("2.5e-1", 0.25),
            ("0xzp1", 0.0),
            ("", 0.0),
        ] {
            assert_eq!(number(text), want, "{text}");
        }
        assert_eq!(number("0x1p+99999999999"), 0.0);
    }

    #[test]
    fn bytes_that_are_not_there_are_no_number() {
        assert_eq!((long(&[1, 0, 0, 0], 0), long(&[1, 0, 0], 0), double(&[0; 8], 1)), (Some(1), None, None));
        assert_eq!(long(&[], usize::MAX), None);
    }
}
