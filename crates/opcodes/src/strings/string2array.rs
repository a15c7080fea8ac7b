//! `string2array`: the numbers in a string.

use bstr::ByteSlice;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{OpDef, port, sig};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

use crate::arrays::fit;
use crate::step::{Step, at_init};

/// Definition of `string2array`.
pub static STRING2ARRAY: OpDef = OpDef::new("string2array", "Array of the numbers in a string.")
    .sigs(&[sig("i[]", "S", at_init::<Numbers>()), sig("k[]", "S", at_init::<Numbers>())])
    .outs(&[port("res", "numbers in order")])
    .ins(&[port("Sstr", "numbers with blanks, commas or anything else between them")])
    .source("Manual: string2array");

struct Numbers;

impl Step for Numbers {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        let values: Vec<f64> = {
            let text = io.str(0);
            words(&text).map(leading_number).collect()
        };
        let Some(mut out) = io.array_out(0) else { return Ok(()) };
        fit(&mut out, values.len(), io, world)?;
        for (out, value) in out.nums_mut().iter_mut().zip(values) {
            *out = value;
        }
        Ok(())
    }
}

/// Runs of characters that a number may have.
pub(crate) fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|c| !(c.is_ascii_digit() || b"eE+-.".contains(c))).filter(|w| !w.is_empty())
}

/// The number that a word starts with; 0 if it is none.
pub(crate) fn leading_number(word: &[u8]) -> f64 {
    let word = word.to_str().unwrap_or_default();
    (1..=word.len()).rev().find_map(|n| word.get(..n)?.parse().ok()).unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_between_anything() {
        let all: Vec<f64> = words(b"1 2.5,-3e1 ; x4 e 1-2").map(leading_number).collect();
        assert_eq!(all, [1.0, 2.5, -30.0, 4.0, 0.0, 1.0]);
    }
}
