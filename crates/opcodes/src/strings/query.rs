//! Numbers taken from strings: length, order, position, characters, values.

use bstr::ByteSlice;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{OpDef, Port, port, sig};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use std::cmp::Ordering;

use super::build::position;
use crate::step::{Step, at_both, at_init};

const SOURCE: Port = port("Sstr", "string");
const PAIR: &[Port] = &[port("Sstr1", "string"), port("Sstr2", "string")];
const SEARCH_DIFFERENCES: &[&str] =
    &["Every occurrence is found; the reference misses one that starts inside a failed match (aab in aaab)."];

/// Definition of `strlen`.
pub static STRLEN: OpDef = OpDef::new("strlen", "Length of a string at init.")
    .sigs(&[sig("i", "S", at_init::<Length>())])
    .outs(&[port("ilen", "bytes")])
    .ins(&[SOURCE])
    .source("Manual: strlen");

/// Definition of `strlenk`.
pub static STRLENK: OpDef = OpDef::new("strlenk", "Length of a string in every k-cycle.")
    .sigs(&[sig("k", "S", at_both::<Length>())])
    .outs(&[port("klen", "bytes")])
    .ins(&[SOURCE])
    .source("Manual: strlenk");

/// Definition of `strcmp`.
pub static STRCMP: OpDef = OpDef::new("strcmp", "Compares two strings at init.")
    .sigs(&[sig("i", "SS", at_init::<Compare>())])
    .outs(&[port("ires", "-1, 0 or 1 as the first is less, equal or greater, byte by byte")])
    .ins(PAIR)
    .source("Manual: strcmp");

/// Definition of `strcmpk`.
pub static STRCMPK: OpDef = OpDef::new("strcmpk", "Compares two strings in every k-cycle.")
    .sigs(&[sig("k", "SS", at_both::<Compare>())])
    .outs(&[port("kres", "-1, 0 or 1 as the first is less, equal or greater, byte by byte")])
    .ins(PAIR)
    .source("Manual: strcmpk");

/// Definition of `strindex`.
pub static STRINDEX: OpDef = OpDef::new("strindex", "First occurrence of one string in another at init.")
    .sigs(&[sig("i", "SS", at_init::<First>())])
    .outs(&[port("ipos", "byte where Sstr2 starts in Sstr1, -1 if it does not occur")])
    .ins(PAIR)
    .source("Manual: strindex")
    .differences(SEARCH_DIFFERENCES);

/// Definition of `strindexk`.
pub static STRINDEXK: OpDef =
    OpDef::new("strindexk", "First occurrence of one string in another in every k-cycle.")
        .sigs(&[sig("k", "SS", at_both::<First>())])
        .outs(&[port("kpos", "byte where Sstr2 starts in Sstr1, -1 if it does not occur")])
        .ins(PAIR)
        .source("Manual: strindexk")
        .differences(SEARCH_DIFFERENCES);

/// Definition of `strrindex`.
pub static STRRINDEX: OpDef = OpDef::new("strrindex", "Last occurrence of one string in another at init.")
    .sigs(&[sig("i", "SS", at_init::<Last>())])
    .outs(&[port("ipos", "byte where Sstr2 starts in Sstr1, -1 if it does not occur")])
    .ins(PAIR)
    .source("Manual: strrindex")
    .differences(SEARCH_DIFFERENCES);

/// Definition of `strrindexk`.
pub static STRRINDEXK: OpDef =
    OpDef::new("strrindexk", "Last occurrence of one string in another in every k-cycle.")
        .sigs(&[sig("k", "SS", at_both::<Last>())])
        .outs(&[port("kpos", "byte where Sstr2 starts in Sstr1, -1 if it does not occur")])
        .ins(PAIR)
        .source("Manual: strrindexk")
        .differences(SEARCH_DIFFERENCES);

/// Definition of `strchar`.
pub static STRCHAR: OpDef = OpDef::new("strchar", "Code of one byte of a string at init.")
    .sigs(&[sig("i", "So", at_init::<Byte>())])
    .outs(&[port("ichr", "0 to 255; 0 out of range")])
    .ins(&[SOURCE, port("ipos", "position from 0; default 0")])
    .source("Manual: strchar");

/// Definition of `strchark`.
pub static STRCHARK: OpDef = OpDef::new("strchark", "Code of one byte of a string in every k-cycle.")
    .sigs(&[sig("k", "SO", at_both::<Byte>())])
    .outs(&[port("kchr", "0 to 255; 0 out of range")])
    .ins(&[SOURCE, port("kpos", "position from 0; default 0")])
    .source("Manual: strchark");

/// Definition of `strtod`.
pub static STRTOD: OpDef = OpDef::new("strtod", "String to number at init.")
    .sigs(&[sig("i", "S", at_init::<Number>()), sig("i", "i", at_init::<Number>())])
    .outs(&[port("ir", "number")])
    .ins(&[port("Sstr", "a number as C reads it, nothing after it; or a string p-field or strset number")])
    .source("Manual: strtod");

/// Definition of `strtodk`.
pub static STRTODK: OpDef = OpDef::new("strtodk", "String to number in every k-cycle.")
    .sigs(&[sig("k", "S", at_both::<Number>())])
    .outs(&[port("kr", "number")])
    .ins(&[port("Sstr", "a number as C reads it, nothing after it")])
    .may_fail()
    .source("Manual: strtodk");

/// Definition of `strtol`.
pub static STRTOL: OpDef = OpDef::new("strtol", "String to whole number at init.")
    .sigs(&[sig("i", "S", at_init::<Whole>()), sig("i", "i", at_init::<Whole>())])
    .outs(&[port("ir", "number, modulo 2^32")])
    .ins(&[port("Sstr", "decimal, 0x hexadecimal or 0 octal; or a string p-field or strset number")])
    .source("Manual: strtol");

/// Definition of `strtolk`.
pub static STRTOLK: OpDef = OpDef::new("strtolk", "String to whole number in every k-cycle.")
    .sigs(&[sig("k", "S", at_both::<Whole>())])
    .outs(&[port("kr", "number, modulo 2^32")])
    .ins(&[port("Sstr", "decimal, 0x hexadecimal or 0 octal")])
    .may_fail()
    .source("Manual: strtolk");

struct Length;

impl Step for Length {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        io.set(0, io.str(0).len() as f64);
        Ok(())
    }
}

struct Compare;

impl Step for Compare {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        let order = (**io.str(0)).cmp(&**io.str(1));
        io.set(
            0,
            match order {
                Ordering::Less => -1.0,
                Ordering::Equal => 0.0,
                Ordering::Greater => 1.0,
            },
        );
        Ok(())
    }
}

fn index(at: Option<usize>) -> f64 {
    at.map_or(-1.0, |i| i as f64)
}

struct First;

impl Step for First {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        io.set(0, index(io.str(0).find(&**io.str(1))));
        Ok(())
    }
}

struct Last;

impl Step for Last {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        io.set(0, index(io.str(0).rfind(&**io.str(1))));
        Ok(())
    }
}

struct Byte;

impl Step for Byte {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        let at = usize::try_from(position(io.k(1))).ok();
        io.set(0, at.and_then(|i| io.str(0).get(i).copied()).map_or(0.0, f64::from));
        Ok(())
    }
}

/// Applies `read` to input 0, a string or the number of one.
fn read(io: &Io<'_>, world: &World, read: fn(&[u8]) -> Result<f64, &'static str>) -> OpResult {
    let value = if io.is_str(0) {
        read(&io.str(0))
    } else {
        world.strset.get(&(io.k(0).round_ties_even() as i64)).map_or(Err(EMPTY), |s| read(s))
    };
    io.set(0, value.map_err(OpError::new)?);
    Ok(())
}

struct Number;

impl Step for Number {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        read(io, world, number)
    }
}

struct Whole;

impl Step for Whole {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        read(io, world, whole)
    }
}

const EMPTY: &str = "empty string";
const INVALID: &str = "invalid format";

/// The text without leading blanks.
fn start(text: &[u8]) -> Result<&[u8], &'static str> {
    let at = text.iter().position(|c| !matches!(c, b' ' | b'\t')).ok_or(EMPTY)?;
    Ok(&text[at..])
}

fn split_sign(text: &[u8]) -> (bool, &[u8]) {
    match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    }
}

/// Reads a floating-point number as C's `strtod`; nothing may follow it.
pub(crate) fn number(text: &[u8]) -> Result<f64, &'static str> {
    let text = start(text)?;
    let (negative, digits) = split_sign(text);
    if let [b'0', b'x' | b'X', digits @ ..] = digits {
        let value = hexadecimal(digits).ok_or(INVALID)?;
        return Ok(if negative { -value } else { value });
    }
    let text = text.to_str().map_err(|_| INVALID)?.trim_start();
    text.parse().map_err(|_| INVALID)
}

/// Hexadecimal digits with an optional fraction.
fn hexadecimal(digits: &[u8]) -> Option<f64> {
    let (mut value, mut scale, mut any) = (0.0, None, false);
    for &c in digits {
        if c == b'.' && scale.is_none() {
            scale = Some(1.0);
            continue;
        }
        let digit = f64::from((c as char).to_digit(16)?);
        any = true;
        match &mut scale {
            None => value = value * 16.0 + digit,
            Some(scale) => {
                *scale /= 16.0;
                value += digit * *scale;
            }
        }
    }
    any.then_some(value)
}

/// Reads an integer of 32 bits, which wraps; nothing may follow it.
fn whole(text: &[u8]) -> Result<f64, &'static str> {
    let (negative, digits) = split_sign(start(text)?);
    let (radix, digits): (u32, &[u8]) = match digits {
        [b'0'] => return Ok(0.0),
        [b'0', b'x' | b'X', rest @ ..] => (16, rest),
        [b'0', rest @ ..] => (8, rest),
        _ => (10, digits),
    };
    if digits.is_empty() {
        return Err(INVALID);
    }
    let mut value = 0i32;
    for &c in digits {
        let digit = (c as char).to_digit(radix).ok_or(INVALID)?;
        value = value.wrapping_mul(radix as i32).wrapping_add(digit as i32);
    }
    Ok(f64::from(if negative { value.wrapping_neg() } else { value }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_from_text() {
        for (text, value) in
            [(" 3.5", 3.5), ("-1e3", -1000.0), (".5", 0.5), ("1.", 1.0), ("0x1F", 31.0), ("-0x.8", -0.5)]
        {
            assert_eq!(number(text.as_bytes()), Ok(value), "{text}");
        }
        for text in ["", "  ", "3.5x", "1e", "0x", "x", "1 "] {
            assert!(number(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn whole_numbers_from_text() {
        for (text, value) in [("42", 42.0), (" -0x1f", -31.0), ("010", 8.0), ("0", 0.0), ("4294967297", 1.0)]
        {
            assert_eq!(whole(text.as_bytes()), Ok(value), "{text}");
        }
        for text in ["", "0x", "08", "1.5", "-"] {
            assert!(whole(text.as_bytes()).is_err(), "{text}");
        }
    }
}
