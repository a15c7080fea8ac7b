//! Strings made from strings and numbers: copies, joins, parts, case, formats.

use bstr::BString;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::limits::Limit;
use orchestrion_base::op::{OpDef, Port, port, sig};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

use crate::print::format;
use crate::step::{Step, WorldStep, at_both, at_init, world_at_init};

const SOURCE: Port = port("Ssrc", "string");

/// Definition of `strset`.
pub static STRSET: OpDef = OpDef::new("strset", "Gives a string a number.")
    .sigs(&[sig("", "iS", world_at_init::<StrSet>())])
    .ins(&[port("iarg", "number, 0 or more"), port("Stext", "string")])
    .source("Manual: strset");

/// Definition of `strget`.
pub static STRGET: OpDef = OpDef::new("strget", "The string with a number, or a string p-field.")
    .sigs(&[sig("S", "i", at_init::<StrGet>())])
    .outs(&[port("Sdst", "string; stays as it is if there is none")])
    .ins(&[port("indx", "number set with strset, or a p-field")])
    .source("Manual: strget");

/// Definition of `S`.
pub static S: OpDef = OpDef::new("S", "Number to string.")
    .sigs(&[sig("S", "i", at_init::<ToText>()), sig("S", "k", at_both::<ToText>())])
    .outs(&[port("Sres", "the number with six decimals")])
    .ins(&[port("x", "number")])
    .source("Manual: S");

/// Definition of `strcpy`.
pub static STRCPY: OpDef = OpDef::new("strcpy", "Copies a string at init.")
    .sigs(&[sig("S", "S", at_init::<Copy>()), sig("S", "i", at_init::<Copy>())])
    .outs(&[port("Sdst", "copy")])
    .ins(&[port("Ssrc", "string, or a p-field; a number n gives soundin.n")])
    .source("Manual: strcpy");

/// Definition of `strcpyk`.
pub static STRCPYK: OpDef = OpDef::new("strcpyk", "Copies a string in every k-cycle.")
    .sigs(&[sig("S", "S", at_both::<Copy>()), sig("S", "k", at_both::<Copy>())])
    .outs(&[port("Sdst", "copy")])
    .ins(&[port("Ssrc", "string; a number n gives soundin.n")])
    .source("Manual: strcpyk");

/// Definition of `strcat`.
pub static STRCAT: OpDef = OpDef::new("strcat", "Joins two strings at init.")
    .sigs(&[sig("S", "SS", at_init::<Join>())])
    .outs(&[port("Sdst", "first string, then the second")])
    .ins(&[port("Ssrc1", "string"), port("Ssrc2", "string")])
    .source("Manual: strcat");

/// Definition of `strcatk`.
pub static STRCATK: OpDef = OpDef::new("strcatk", "Joins two strings in every k-cycle.")
    .sigs(&[sig("S", "SS", at_both::<Join>())])
    .outs(&[port("Sdst", "first string, then the second")])
    .ins(&[port("Ssrc1", "string"), port("Ssrc2", "string")])
    .may_fail()
    .source("Manual: strcatk");

/// Definition of `sprintf`.
pub static SPRINTF: OpDef = OpDef::new("sprintf", "Formats numbers and strings at init.")
    .sigs(&[sig("S", "STN", at_init::<Format>())])
    .outs(&[port("Sdst", "text")])
    .ins(&[
        port("Sfmt", "text with directives %d %i %u %x %o %c %f %e %g %s"),
        port("xarg1, ...", "as many numbers and strings as directives"),
    ])
    .source("Manual: sprintf; semantics B14")
    .differences(&["A wrong format ends the init pass at once; in the reference it goes on to the end."]);

/// Definition of `sprintfk`.
pub static SPRINTFK: OpDef = OpDef::new("sprintfk", "Formats numbers and strings in every k-cycle.")
    .sigs(&[sig("S", "SUN", at_both::<Format>())])
    .outs(&[port("Sdst", "text")])
    .ins(&[
        port("Sfmt", "text with directives %d %i %u %x %o %c %f %e %g %s"),
        port("xarg1, ...", "as many numbers and strings as directives"),
    ])
    .may_fail()
    .source("Manual: sprintfk; semantics B14");

/// Definition of `strsub`.
pub static STRSUB: OpDef = OpDef::new("strsub", "Part of a string at init.")
    .sigs(&[sig("S", "Soj", at_init::<Part>())])
    .outs(&[port("Sdst", "part; reversed if the start is behind the end")])
    .ins(&[
        SOURCE,
        port("istart", "first byte, from 0; default 0"),
        port("iend", "one past the last byte; negative or too great means the end; default -1"),
    ])
    .source("Manual: strsub");

/// Definition of `strsubk`.
pub static STRSUBK: OpDef = OpDef::new("strsubk", "Part of a string in every k-cycle.")
    .sigs(&[sig("S", "Skk", at_both::<Part>())])
    .outs(&[port("Sdst", "part; reversed if the start is behind the end")])
    .ins(&[
        SOURCE,
        port("kstart", "first byte, from 0"),
        port("kend", "one past the last byte; negative or too great means the end"),
    ])
    .source("Manual: strsubk");

/// Definition of `strupper`.
pub static STRUPPER: OpDef = OpDef::new("strupper", "Upper case at init.")
    .sigs(&[sig("S", "S", at_init::<Upper>())])
    .outs(&[port("Sdst", "ASCII letters in upper case")])
    .ins(&[SOURCE])
    .source("Manual: strupper");

/// Definition of `strupperk`.
pub static STRUPPERK: OpDef = OpDef::new("strupperk", "Upper case in every k-cycle.")
    .sigs(&[sig("S", "S", at_both::<Upper>())])
    .outs(&[port("Sdst", "ASCII letters in upper case")])
    .ins(&[SOURCE])
    .source("Manual: strupperk");

/// Definition of `strlower`.
pub static STRLOWER: OpDef = OpDef::new("strlower", "Lower case at init.")
    .sigs(&[sig("S", "S", at_init::<Lower>())])
    .outs(&[port("Sdst", "ASCII letters in lower case")])
    .ins(&[SOURCE])
    .source("Manual: strlower");

/// Definition of `strlowerk`.
pub static STRLOWERK: OpDef = OpDef::new("strlowerk", "Lower case in every k-cycle.")
    .sigs(&[sig("S", "S", at_both::<Lower>())])
    .outs(&[port("Sdst", "ASCII letters in lower case")])
    .ins(&[SOURCE])
    .source("Manual: strlowerk");

/// Definition of `strstrip`.
pub static STRSTRIP: OpDef = OpDef::new("strstrip", "Takes white space off the ends of a string.")
    .sigs(&[sig("S", "SS", at_init::<Strip>()), sig("S", "S", at_init::<Strip>())])
    .outs(&[port("Sdst", "the rest")])
    .ins(&[SOURCE, port("Sside", "l for the left end, r for the right; default both")])
    .source("Manual: strstrip");

/// Bytes beside the text that a string with a number takes, about.
const STRSET_ENTRY: usize = 128;

struct StrSet;

impl WorldStep for StrSet {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        let number = io.k(0).round_ties_even();
        if number < 0.0 {
            return Err(OpError::new("illegal strset index"));
        }
        let text: BString = (*io.str(1)).into();
        let number = number as i64;
        let before = world.strset.get(&number).map_or(0, |old| old.len() + STRSET_ENTRY);
        let more = (text.len() + STRSET_ENTRY).saturating_sub(before);
        world.keep_memory(more, "strset")?;
        world.strset.insert(number, text);
        Ok(())
    }
}

struct StrGet;

impl Step for StrGet {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        if io.is_str(0) {
            let text: BString = (*io.str(0)).into();
            io.set_str(0, &text);
        } else if let Some(text) = world.strset.get(&(io.k(0).round() as i64)) {
            io.set_str(0, text);
        }
        Ok(())
    }
}

struct ToText;

impl Step for ToText {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        io.set_str(0, &format::float("f", io.k(0)));
        Ok(())
    }
}

struct Copy;

impl Step for Copy {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        if io.is_str(0) {
            io.copy_str(0, 0);
            return Ok(());
        }
        let number = io.k(0).round() as i64;
        match world.strset.get(&number) {
            Some(text) => io.set_str(0, text),
            None => io.set_str(0, format!("soundin.{}", number as i32).as_bytes()),
        }
        Ok(())
    }
}

struct Join;

impl Step for Join {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        let text = {
            let (first, second) = (io.str(0), io.str(1));
            let length = first.len() + second.len();
            world.limits.check(Limit::StringBytes, length as u64, || {
                format!("joining two strings makes {length} bytes")
            })?;
            [&**first, &**second].concat()
        };
        io.set_str(0, &text);
        Ok(())
    }
}

struct Format;

impl Step for Format {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        if (1..io.n_ins()).any(|i| io.is_audio_in(i)) {
            return Err(OpError::new("a-rate argument not allowed"));
        }
        let text =
            format::sprintf(&io.str(0), &format::values(io, 1), world.limits.size(Limit::StringBytes))?;
        io.set_str(0, &text);
        Ok(())
    }
}

/// A position in a string as the opcodes round it: ties go up, far below 0 counts as 0.
pub(super) fn position(x: f64) -> i32 {
    ((x + 1.5) as i32).saturating_sub(1)
}

struct Part;

impl Step for Part {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        let part = part(&io.str(0), position(io.k(1)), position(io.k(2)));
        io.set_str(0, &part);
        Ok(())
    }
}

/// Bytes `start .. end`, reversed if the start is behind the end. What is negative or too great means
/// the end of the text.
fn part(text: &[u8], start: i32, end: i32) -> Vec<u8> {
    let clip = |x| usize::try_from(x).unwrap_or(usize::MAX).min(text.len());
    let (start, end) = (clip(start), clip(end));
    if start <= end { text[start..end].to_vec() } else { text[end..start].iter().rev().copied().collect() }
}

struct Upper;

impl Step for Upper {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        let text = io.str(0).to_ascii_uppercase();
        io.set_str(0, &text);
        Ok(())
    }
}

struct Lower;

impl Step for Lower {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        let text = io.str(0).to_ascii_lowercase();
        io.set_str(0, &text);
        Ok(())
    }
}

struct Strip;

impl Step for Strip {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        let side = if io.n_ins() > 1 { io.str(1).first().copied() } else { None };
        let (left, right) = match side {
            None if io.n_ins() < 2 => (true, true),
            Some(b'l') => (true, false),
            Some(b'r') => (false, true),
            _ => return Err(OpError::new(format!("the side is l or r, not \"{}\"", io.text(1)))),
        };
        let text = strip(&io.str(0), left, right).to_vec();
        io.set_str(0, &text);
        Ok(())
    }
}

fn strip(mut text: &[u8], left: bool, right: bool) -> &[u8] {
    let space = |c: &u8| c.is_ascii_whitespace() || *c == 0x0b;
    while left && text.first().is_some_and(space) {
        text = &text[1..];
    }
    while right && text.last().is_some_and(space) {
        text = &text[..text.len() - 1];
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_string() {
        let cut = |start: f64, end: f64| {
            String::from_utf8_lossy(&part(b"abcdef", position(start), position(end))).into_owned()
        };
        assert_eq!(
            (cut(1.0, 3.0), cut(3.0, 1.0), cut(0.0, -1.0)),
            ("bc".into(), "cb".into(), "abcdef".into())
        );
        assert_eq!(
            (cut(-1.0, 0.0), cut(2.0, 2.0), cut(1.6, 99.0)),
            ("fedcba".into(), String::new(), "cdef".into())
        );
    }

    #[test]
    fn stripping() {
        assert_eq!(strip(b" \ta b\n", true, true), b"a b");
        assert_eq!(strip(b" a ", true, false), b"a ");
        assert_eq!(strip(b" a ", false, true), b" a");
        assert_eq!(strip(b" \n", true, true), b"");
    }
}
