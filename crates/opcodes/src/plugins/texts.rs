//! `strsplit`, `strjoin`, `strmul`, `sref`, `sderef`: strings.

use crate::arrays::fit;
use crate::step::{Step, WorldStep, at_both, at_init, world_at_init};
use bstr::{BString, ByteSlice};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::value::ArrayData;
use orchestrion_base::world::World;
use std::collections::BTreeMap;

const STRING: Port = port("Sstring", "string");

/// Definition of `strsplit`.
pub static STRSPLIT: OpDef = OpDef::new("strsplit", "The parts of a string between separators.")
    .sigs(&[sig("S[]", "SS", at_init::<Split>())])
    .outs(&[port("Sparts[]", "parts, without the separators")])
    .ins(&[STRING, port("Sseparator", "string of one character or more")])
    .extension()
    .source("Manual of csound-plugins: strsplit");
/// Definition of `strjoin`.
pub static STRJOIN: OpDef = OpDef::new("strjoin", "Joins strings with a separator between them.")
    .sigs(&[sig("S", "SS[]", at_init::<Join>()), sig("S", "SW", at_init::<Join>())])
    .outs(&[STRING])
    .ins(&[port("Sseparator", "string between them"), port("Sstring...", "strings, or one array of strings")])
    .extension()
    .source("Manual of csound-plugins: strjoin");
/// Definition of `strmul`.
pub static STRMUL: OpDef = OpDef::new("strmul", "Repeats a string.")
    .sigs(&[sig("S", "Sij", at_init::<Repeat>()), sig("S", "Skj", at_both::<Repeat>())])
    .outs(&[STRING])
    .ins(&[
        STRING,
        port("xtimes", "how often, 0 or more"),
        port("imaxlen", "greatest length in bytes; below 0 means 1024; default -1"),
    ])
    .may_fail()
    .extension()
    .source("Manual of csound-plugins: strmul");
/// Definition of `sref`.
pub static SREF: OpDef = OpDef::new("sref", "A number that stands for a string.")
    .sigs(&[sig("i", "S", world_at_init::<Refer>()), sig("k", "S", Make::Unit(world_unit::<ReferBoth>))])
    .outs(&[port("xref", "number, the same for equal strings")])
    .ins(&[STRING])
    .reads(Res::FAMILY)
    .writes(Res::FAMILY)
    .may_fail()
    .extension()
    .source("Manual of csound-plugins: sref");
/// Definition of `sderef`.
pub static SDEREF: OpDef = OpDef::new("sderef", "The string that a number of sref stands for.")
    .sigs(&[sig("S", "i", at_init::<Resolve>()), sig("S", "k", at_both::<Resolve>())])
    .outs(&[STRING])
    .ins(&[port("xref", "number, as sref gave it")])
    .reads(Res::FAMILY)
    .may_fail()
    .extension()
    .source("Manual of csound-plugins: sderef");

/// Greatest length of a repeated string where the text sets none.
const REPEATED: f64 = 1024.0;
/// Strings that sref may keep.
const MOST_STRINGS: usize = 1 << 20;

struct Split;

impl Step for Split {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        let (text, separator) = (io.str(0), io.str(1));
        if separator.is_empty() {
            return Err("strsplit: the separator must not be empty".into());
        }
        let parts: Vec<BString> = text.split_str(&**separator).map(BString::from).collect();
        let Some(mut out) = io.array_out(0) else { return Ok(()) };
        fit(&mut out, parts.len(), io, world)?;
        out.data = ArrayData::Str(parts);
        Ok(())
    }
}

struct Join;

impl Step for Join {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        let separator = io.str(0);
        let joined = match io.array(1) {
            Some(strings) => bstr::join(&**separator, strings.strs()),
            None => {
                let strings: Vec<BString> = (1..io.n_ins()).map(|i| io.str(i).to_owned()).collect();
                bstr::join(&**separator, &strings)
            }
        };
        io.set_str(0, &joined);
        Ok(())
    }
}

struct Repeat;

impl Step for Repeat {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        let most = if io.k(2) < 0.0 { REPEATED } else { io.k(2) };
        let times = io.k(1).trunc().max(0.0);
        let text = io.str(0);
        if text.len() as f64 * times > most {
            return Err(OpError::new(format!("strmul: the string would be longer than {most} bytes")));
        }
        io.set_str(0, &text.repeatn(times as usize));
        Ok(())
    }
}

/// Strings by number, and numbers by string.
#[derive(Default)]
struct Strings {
    texts: Vec<BString>,
    numbers: BTreeMap<BString, usize>,
}

struct Refer;

impl WorldStep for Refer {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        let text = io.str(0);
        let strings = world.shared::<Strings>();
        let known = strings.numbers.get(&**text).copied();
        let number = match known {
            Some(number) => number,
            None if strings.texts.len() >= MOST_STRINGS => {
                return Err(OpError::new(format!("sref keeps {MOST_STRINGS} strings already")));
            }
            None => {
                strings.texts.push(text.to_owned());
                strings.numbers.insert(text.to_owned(), strings.texts.len());
                strings.texts.len()
            }
        };
        io.set(0, number as f64);
        Ok(())
    }
}

#[derive(Default)]
struct ReferBoth;

impl WorldUgen for ReferBoth {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        Refer::step(&cx.io, cx.world)
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        Refer::step(io, world)
    }
}

struct Resolve;

impl Step for Resolve {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        let number = io.k(0);
        let at = (number >= 1.0).then(|| number as usize - 1);
        let text = at.and_then(|at| world.shared_ref::<Strings>()?.texts.get(at));
        let text = text.ok_or_else(|| OpError::new(format!("sderef: no string has the number {number}")))?;
        io.set_str(0, text);
        Ok(())
    }
}
