//! `dict_size`, `dict_exists`, `dict_query`, `dict_print`: what there is in a dict.

use super::dict::{self, Dict, Key, Keys, Value, Values};
use crate::arrays::fit;
use crate::step::{Step, WorldStep, at_both, at_init, world_at_init};
use bstr::BString;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Make, OpDef, Port, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::value::{ArrayData, ArrayVal};
use orchestrion_base::world::World;

const DICT: Port = port("idict", "handle of the dict, as dict_new gave it");

/// Definition of `dict_size`.
pub static DICT_SIZE: OpDef = OpDef::new("dict_size", "Number of pairs in a dict.")
    .sigs(&[sig("i", "i", at_init::<Size>()), sig("k", "k", at_both::<Size>())])
    .outs(&[port("xsize", "number; -1 if there is no such dict")])
    .ins(&[DICT])
    .reads(Res::FAMILY)
    .extension()
    .source("Manual of csound-plugins: dict_size");
/// Definition of `dict_exists`.
pub static DICT_EXISTS: OpDef = OpDef::new("dict_exists", "Whether a dict exists.")
    .sigs(&[sig("i", "i", at_init::<Exists>())])
    .outs(&[port("iexists", "1 if it does, else 0")])
    .ins(&[DICT])
    .extension()
    .source("Manual of csound-plugins: dict_exists");
/// Definition of `dict_query`.
pub static DICT_QUERY: OpDef = OpDef::new("dict_query", "Size, type, keys or values of a dict.")
    .sigs(&[
        sig("k", "iS", at_both::<Query>()),
        sig("k[]", "iS", at_both::<List>()),
        sig("S[]", "iS", at_both::<List>()),
    ])
    .outs(&[port("xanswer", "number or array; keys and values are in the same order")])
    .ins(&[
        DICT,
        port(
            "Swhat",
            "exists, size, type (11, 12, 21 or 22: type of the keys and of the values, 1 for numbers and 2 for \
             strings), keys or values",
        ),
    ])
    .reads(Res::FAMILY)
    .may_fail()
    .extension()
    .source("Manual of csound-plugins: dict_query");
/// Definition of `dict_print`.
pub static DICT_PRINT: OpDef = OpDef::new("dict_print", "Prints the pairs of a dict, one a line.")
    .sigs(&[sig("", "i", world_at_init::<Print>()), sig("", "ik", Make::Unit(world_unit::<PrintOn>))])
    .ins(&[
        DICT,
        port("ktrigger", "prints when it is above 0 and above the trigger before, and always when -1"),
    ])
    .reads(Res::FAMILY)
    .writes(Res::PRINT)
    .may_fail()
    .extension()
    .source("Manual of csound-plugins: dict_print");

struct Size;

impl Step for Size {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        io.set(0, dict::find(world, io.k(0)).map_or(-1.0, |dict| dict.len() as f64));
        Ok(())
    }
}

struct Exists;

impl Step for Exists {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        io.set(0, f64::from(u8::from(dict::find(world, io.k(0)).is_some())));
        Ok(())
    }
}

struct Query;

impl Step for Query {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        let answer = match &**io.str(1) {
            b"exists" => f64::from(u8::from(dict::find(world, io.k(0)).is_some())),
            b"size" => dict::get(world, io.k(0))?.len() as f64,
            b"type" => type_number(dict::get(world, io.k(0))?),
            _ => return Err(unknown(io, "exists, size or type")),
        };
        io.set(0, answer);
        Ok(())
    }
}

fn unknown(io: &Io<'_>, known: &str) -> OpError {
    OpError::new(format!("dict_query: `{}` is not {known}", io.text(1)))
}

fn type_number(dict: &Dict) -> f64 {
    let keys = if dict.keys == Keys::Numbers { 10.0 } else { 20.0 };
    keys + if dict.values == Values::Numbers { 1.0 } else { 2.0 }
}

struct List;

impl Step for List {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        let dict = dict::get(world, io.k(0))?;
        let Some(mut out) = io.array_out(0) else { return Ok(()) };
        fit(&mut out, dict.len(), io, world)?;
        let fits = match &**io.str(1) {
            b"keys" => fill(&mut out, dict.pairs().map(|(key, _)| key_value(key))),
            b"values" => fill(&mut out, dict.pairs().map(|(_, value)| value.clone())),
            _ => return Err(unknown(io, "keys or values")),
        };
        if fits { Ok(()) } else { Err("dict_query: numbers need a k-array, strings an S-array".into()) }
    }
}

fn key_value(key: Key<'_>) -> Value {
    match key {
        Key::Number(n) => Value::Number(n as f64),
        Key::Text(s) => Value::Text(s.to_owned()),
    }
}

/// Fills an array of the right length; false if the types differ.
fn fill(out: &mut ArrayVal, values: impl Iterator<Item = Value>) -> bool {
    for (i, value) in values.enumerate() {
        match (&mut out.data, value) {
            (ArrayData::Num(to), Value::Number(x)) => to[i] = x,
            (ArrayData::Str(to), Value::Text(s)) => to[i] = s,
            _ => return false,
        }
    }
    true
}

struct Print;

impl WorldStep for Print {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        let dict = dict::get(world, io.k(0))?;
        let mut text = BString::from("{\n");
        for (key, value) in dict.pairs() {
            match key {
                Key::Number(n) => text.extend_from_slice(format!("    {n}: ").as_bytes()),
                Key::Text(s) => {
                    text.extend_from_slice(b"    ");
                    text.extend_from_slice(s);
                    text.extend_from_slice(b": ");
                }
            }
            match value {
                Value::Number(x) => text.extend_from_slice(format!("{x:.6}").as_bytes()),
                Value::Text(s) => text.extend_from_slice(s),
            }
            text.push(b'\n');
        }
        text.extend_from_slice(b"}\n");
        world.print(text);
        Ok(())
    }
}

#[derive(Default)]
struct PrintOn {
    before: f64,
}

impl WorldUgen for PrintOn {
    fn init(&mut self, _: &mut orchestrion_base::op::Init<'_>) -> OpResult {
        self.before = 0.0;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let trigger = io.k(1).trunc();
        if trigger == -1.0 || trigger > 0.0 && trigger > self.before {
            self.before = trigger;
            return Print::step(io, world);
        }
        Ok(())
    }
}
