//! `dict_get`, `dict_geti`, `dict_set`, `dict_del`, `dict_delk`: single pairs of a dict.

use super::dict::{self, Value, Values, with_key};
use crate::step::{Step, WorldStep, at_both, at_init, world_at_init, world_at_perf};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const DICT: Port = port("idict", "handle of the dict, as dict_new gave it");
const KEY: Port = port("xkey", "string, or number whose fraction is dropped, as the dict's type says");

/// Definition of `dict_get`.
pub static DICT_GET: OpDef = OpDef::new("dict_get", "The value of a key in a dict.")
    .sigs(&[
        sig("i", "iSo", at_init::<Number>()),
        sig("i", "iio", at_init::<Number>()),
        sig("k", "iSO", at_both::<Number>()),
        sig("k", "ikO", at_both::<Number>()),
        sig("S", "iS", at_both::<Text>()),
        sig("S", "ii", at_init::<Text>()),
        sig("S", "ik", at_both::<Text>()),
    ])
    .outs(&[port("xvalue", "value; text is empty if the dict has no such key")])
    .ins(&[DICT, KEY, port("kdefault", "number if the dict has no such key; default 0")])
    .reads(Res::FAMILY)
    .may_fail()
    .extension()
    .source("Manual of csound-plugins: dict_get");
/// Definition of `dict_geti`.
pub static DICT_GETI: OpDef = OpDef::new("dict_geti", "The text of a key in a dict at init.")
    .sigs(&[sig("S", "iS", at_init::<Text>())])
    .outs(&[port("Svalue", "text; empty if the dict has no such key")])
    .ins(&[DICT, KEY])
    .extension()
    .source("Manual of csound-plugins: dict_geti");
/// Definition of `dict_set`.
pub static DICT_SET: OpDef = OpDef::new("dict_set", "Sets the value of a key in a dict.")
    .sigs(&[
        sig("", "iSS", Make::Unit(world_unit::<SetBoth>)),
        sig("", "iSi", world_at_init::<Set>()),
        sig("", "iSk", world_at_perf::<Set>()),
        sig("", "iii", world_at_init::<Set>()),
        sig("", "ikk", world_at_perf::<Set>()),
        sig("", "iiS", world_at_init::<Set>()),
        sig("", "ikS", world_at_perf::<Set>()),
    ])
    .ins(&[DICT, KEY, port("xvalue", "number or text, as the dict's type says")])
    .reads(Res::FAMILY)
    .writes(Res::FAMILY)
    .may_fail()
    .extension()
    .source("Manual of csound-plugins: dict_set");
/// Definition of `dict_del`.
pub static DICT_DEL: OpDef = OpDef::new("dict_del", "Removes a pair of a dict.")
    .sigs(&[
        sig("", "ii", world_at_init::<Delete>()),
        sig("", "ik", world_at_perf::<Delete>()),
        sig("", "iS", world_at_perf::<Delete>()),
    ])
    .ins(&[DICT, KEY])
    .writes(Res::FAMILY)
    .may_fail()
    .extension()
    .source("Manual of csound-plugins: dict_del");
/// Definition of `dict_delk`.
pub static DICT_DELK: OpDef = OpDef::new("dict_delk", "Removes a pair of a dict at performance.")
    .sigs(&[sig("", "iS", world_at_perf::<Delete>())])
    .ins(&[DICT, KEY])
    .writes(Res::FAMILY)
    .may_fail()
    .extension()
    .source("Manual of csound-plugins: dict_delk");

struct Number;

impl Step for Number {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        let dict = dict::get(world, io.k(0))?;
        if dict.values == Values::Strings {
            return Err(OpError::new("dict_get: the values of this dict are text; assign to an S-variable"));
        }
        let number = with_key(io, 1, |key| match dict.get(key) {
            Some(Value::Number(x)) => *x,
            _ => io.k(2),
        });
        io.set(0, number);
        Ok(())
    }
}

struct Text;

impl Step for Text {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        let dict = dict::get(world, io.k(0))?;
        if dict.values == Values::Numbers {
            return Err(OpError::new(
                "dict_get: the values of this dict are numbers; assign to an i- or k-variable",
            ));
        }
        with_key(io, 1, |key| match dict.get(key) {
            Some(Value::Text(text)) => io.set_str(0, text),
            _ => io.set_str(0, b""),
        });
        Ok(())
    }
}

struct Set;

impl WorldStep for Set {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        dict::change(world, io.k(0), |dict| dict::set(dict, io, 1))
    }
}

/// Strings may be set at init and change later.
#[derive(Default)]
struct SetBoth;

impl WorldUgen for SetBoth {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        Set::step(&cx.io, cx.world)
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        Set::step(io, world)
    }
}

struct Delete;

impl WorldStep for Delete {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        dict::change(world, io.k(0), |dict| {
            with_key(io, 1, |key| dict.remove(key));
            Ok(())
        })
    }
}
