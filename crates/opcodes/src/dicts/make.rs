//! `dict_new`, `dict_loadstr`, `dict_dump`, `dict_free`, `dict_clear`, `dict_update`: dicts as a whole.

use super::dict::{self, Dict, Key, Keys, Value};
use crate::step::{Step, WorldStep, at_init, world_at_init, world_at_perf};
use bstr::{BString, ByteSlice};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::note::AtEnd;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, port, sig};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const DICT: Port = port("idict", "handle of the dict, as dict_new gave it");
const TEXT: Port = port("Stext", "pairs as `key: 10, other: some text, third: '10'`");

/// Definition of `dict_new`.
pub static DICT_NEW: OpDef = OpDef::new("dict_new", "Makes a dict: a mapping from keys to values.")
    .sigs(&[sig("i", "S*", world_at_init::<New>()), sig("k", "S*", world_at_perf::<New>())])
    .outs(&[DICT])
    .ins(&[
        port("Stype", "str:float, str:str, str:any, int:float or int:str; or sf, ss, sa, if, is"),
        port(
            "xkey, xvalue...",
            "pairs to start with; before them there may be a number of pairs to make room for",
        ),
    ])
    .writes(Res::FAMILY)
    .may_fail()
    .extension()
    .source("Manual of csound-plugins: dict_new");
/// Definition of `dict_loadstr`.
pub static DICT_LOADSTR: OpDef = OpDef::new("dict_loadstr", "Makes a dict from text.")
    .sigs(&[sig("i", "S", world_at_init::<Load>())])
    .outs(&[DICT])
    .ins(&[TEXT])
    .extension()
    .source("Manual of csound-plugins: dict_loadstr");
/// Definition of `dict_dump`.
pub static DICT_DUMP: OpDef = OpDef::new("dict_dump", "A dict with string keys as text.")
    .sigs(&[sig("S", "i", at_init::<Dump>())])
    .outs(&[TEXT])
    .ins(&[DICT])
    .extension()
    .source("Manual of csound-plugins: dict_dump");
/// Definition of `dict_free`.
pub static DICT_FREE: OpDef = OpDef::new("dict_free", "Removes a dict.")
    .sigs(&[sig("", "ip", Make::Init(free))])
    .ins(&[DICT, port("iwhen", "0 now, 1 at the end of the note; default 1")])
    .extension()
    .source("Manual of csound-plugins: dict_free");
/// Definition of `dict_clear`.
pub static DICT_CLEAR: OpDef = OpDef::new("dict_clear", "Removes all pairs of a dict.")
    .sigs(&[sig("", "i", world_at_init::<Clear>()), sig("", "k", world_at_perf::<Clear>())])
    .ins(&[DICT])
    .writes(Res::FAMILY)
    .may_fail()
    .extension()
    .source("csound-plugins: examples of dict_clear");
/// Definition of `dict_update`.
pub static DICT_UPDATE: OpDef = OpDef::new("dict_update", "Sets the pairs of one dict in another.")
    .sigs(&[sig("", "ii", world_at_init::<Update>())])
    .ins(&[DICT, port("iother", "handle of the dict whose pairs are taken")])
    .extension()
    .source("Manual of csound-plugins: dict_update");

struct New;

impl WorldStep for New {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        let mut dict = Dict::of_type(&io.text(0))?;
        // An odd number of inputs begins with a capacity, which needs no care here.
        let first = if io.n_ins().is_multiple_of(2) { 2 } else { 1 };
        for at in (first..io.n_ins().saturating_sub(1)).step_by(2) {
            dict::set(&mut dict, io, at)?;
        }
        io.set(0, dict::add(world, dict)?);
        Ok(())
    }
}

struct Load;

impl WorldStep for Load {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        let mut dict = Dict::of_type("str:any")?;
        for pair in pairs(&io.str(0)) {
            let Some((key, value)) = pair.split_once_str(":") else {
                return Err(OpError::new(format!("dict_loadstr: `{}` is not `key: value`", pair.as_bstr())));
            };
            dict.insert(Key::Text(key.trim_ascii().as_bstr()), value_of(value.trim_ascii()));
        }
        io.set(0, dict::add(world, dict)?);
        Ok(())
    }
}

/// The parts between commas that are outside of quotes; blank ones left out.
fn pairs(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut quoted = false;
    let parts = text.split(move |&c| {
        quoted ^= c == b'\'';
        c == b',' && !quoted
    });
    parts.map(|part| part.trim_ascii()).filter(|part| !part.is_empty())
}

/// A number where it reads as one; text in quotes or as it stands otherwise.
fn value_of(text: &[u8]) -> Value {
    if let Some(inner) = text.strip_prefix(b"'").and_then(|t| t.strip_suffix(b"'")) {
        return Value::Text(inner.into());
    }
    match text.to_str().ok().and_then(|t| t.parse().ok()) {
        Some(number) => Value::Number(number),
        None => Value::Text(text.into()),
    }
}

struct Dump;

impl Step for Dump {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        let dict = dict::get(world, io.k(0))?;
        if dict.keys != Keys::Strings {
            return Err("dict_dump: only dicts with string keys can be written as text".into());
        }
        let mut text = BString::default();
        for (key, value) in dict.pairs() {
            let Key::Text(key) = key else { continue };
            if !text.is_empty() {
                text.extend_from_slice(b", ");
            }
            text.extend_from_slice(key);
            text.extend_from_slice(b": ");
            match value {
                Value::Number(x) => text.extend_from_slice(x.to_string().as_bytes()),
                Value::Text(s) if matches!(value_of(s), Value::Number(_)) || s.contains(&b',') => {
                    text.extend_from_slice(b"'");
                    text.extend_from_slice(s);
                    text.extend_from_slice(b"'");
                }
                Value::Text(s) => text.extend_from_slice(s),
            }
        }
        io.set_str(0, &text);
        Ok(())
    }
}

fn free(cx: &mut Init<'_>) -> OpResult {
    let handle = cx.k(0);
    dict::get(cx.world, handle)?;
    if cx.k(1) == 0.0 {
        dict::remove(cx.world, handle);
    } else {
        cx.note.at_end.borrow_mut().push(AtEnd::Call(dict::remove, handle));
    }
    Ok(())
}

struct Clear;

impl WorldStep for Clear {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        dict::change(world, io.k(0), |dict| {
            dict.clear();
            Ok(())
        })
    }
}

struct Update;

impl WorldStep for Update {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        let other = dict::get(world, io.k(1))?;
        let owned = |(key, value): (Key<'_>, &Value)| match key {
            Key::Number(n) => (Some(n), BString::default(), value.clone()),
            Key::Text(s) => (None, s.to_owned(), value.clone()),
        };
        let pairs: Vec<_> = other.pairs().map(owned).collect();
        dict::change(world, io.k(0), |dict| {
            for (number, text, value) in pairs {
                let key = number.map_or(Key::Text(text.as_bstr()), Key::Number);
                dict.takes(key, matches!(value, Value::Text(_)))?;
                dict.insert(key, value);
            }
            Ok(())
        })
    }
}
