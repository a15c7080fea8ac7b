//! `maparray`: any function of one number over an array.

use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, Unit, WorldRef, port, sig, unit};
use orchestrion_base::port::{Arg, Io, Mem, Place};
use orchestrion_base::ty::Base;
use orchestrion_base::world::World;
use std::cell::Cell;

use super::common::{first_dim, fit, not_initialised};

const PORTS: &[Port] = &[
    port("array", "array of one dimension"),
    port("Sfun", "name of an opcode that makes one number of one number, such as \\\"sqrt\\\""),
];
const OUTS: &[Port] = &[port("mapped", "function of each element; an array that has a size keeps it")];

/// Definition of `maparray`.
pub static MAPARRAY: OpDef = OpDef::new("maparray", "Applies a function to every element of an array.")
    .sigs(&[sig("k[]", "k[]S", Make::Unit(unit::<Map>)), sig("i[]", "i[]S", Make::Init(map_init))])
    .outs(OUTS)
    .ins(PORTS)
    .may_fail()
    .source("Manual: maparray");

/// Definition of `maparray_i`.
pub static MAPARRAY_I: OpDef =
    OpDef::new("maparray_i", "Applies a function to every element of an array at init.")
        .sigs(&[sig("k[]", "k[]S", Make::Init(map_init))])
        .outs(OUTS)
        .ins(PORTS)
        .source("Manual: maparray_i");

/// Definition of `tabmap`.
pub static TABMAP: OpDef = OpDef::new("tabmap", "Old name of maparray.")
    .sigs(&[sig("k[]", "k[]S", Make::Unit(unit::<Map>))])
    .outs(OUTS)
    .ins(PORTS)
    .may_fail()
    .source("Manual: maparray");

/// Definition of `tabmap_i`.
pub static TABMAP_I: OpDef = OpDef::new("tabmap_i", "Old name of maparray_i.")
    .sigs(&[sig("k[]", "k[]S", Make::Init(map_init))])
    .outs(OUTS)
    .ins(PORTS)
    .source("Manual: maparray_i");

/// What runs for an opcode's signature with one number of this rate in and out.
fn function(name: &[u8], rate: &str) -> Option<Make> {
    let mut ops = crate::families().flat_map(|(_, ops)| ops.iter());
    let op = ops.find(|op| op.name.as_bytes() == name)?;
    op.sigs.iter().find(|s| s.outs == rate && s.ins == rate).map(|s| s.make)
}

/// Calls `run` with arguments of its own: one number in, one out.
fn with_number(io: &Io<'_>, x: f64, run: impl FnOnce(Io<'_>) -> OpResult) -> OpResult<f64> {
    // Cell 0 tells how many p-fields follow it: none.
    let cells = [Cell::new(0.0), Cell::new(0.0), Cell::new(x)];
    let arg = |slot| Arg { place: Place::Cell, base: Base::K, slot };
    let args = [arg(1), arg(2)];
    let mem = Mem { cells: &cells, ..io.mem };
    run(Io { args: &args, outs: 1, mem, ..*io })?;
    Ok(cells[1].get())
}

/// Sets the elements of the output that the input has, too.
fn each(io: &Io<'_>, mut f: impl FnMut(f64) -> OpResult<f64>) -> OpResult {
    let array = io.array(0).filter(|a| a.dims.len() == 1).ok_or_else(not_initialised)?;
    let Some(mut out) = io.array_out(0) else { return Ok(()) };
    for (out, &x) in out.nums_mut().iter_mut().zip(array.nums()) {
        *out = f(x)?;
    }
    Ok(())
}

fn map_init(cx: &mut Init<'_>) -> OpResult {
    if io_unsized(&cx.io) {
        let n = first_dim(&cx.io, 0);
        let world = &*cx.world;
        cx.io.array_out(0).map_or(Ok(()), |mut out| fit(&mut out, n, &cx.io, world))?;
    }
    let name = cx.io.text(1);
    let world = &mut *cx.world;
    let io = &cx.io;
    match function(name.as_bytes(), "i") {
        Some(Make::Map1(f)) => each(io, |x| Ok(f(x))),
        Some(Make::Init(f)) => each(io, |x| with_number(io, x, |io| f(&mut Init { io, world }))),
        Some(Make::Unit(make)) => {
            let mut unit = make();
            each(io, |x| with_number(io, x, |io| unit.init(&mut Init { io, world })))
        }
        _ => Err(OpError::new(format!("{name} not found"))),
    }
}

fn io_unsized(io: &Io<'_>) -> bool {
    io.array_out(0).is_some_and(|out| !out.is_sized())
}

/// State of `maparray` at performance.
#[derive(Default)]
struct Map {
    function: Option<Function>,
}

enum Function {
    Pure(fn(f64) -> f64),
    Unit(Box<dyn Unit>),
}

impl Ugen for Map {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        map_init(cx)?;
        self.function = match function(&cx.str(1), "k") {
            Some(Make::Map1(f)) => Some(Function::Pure(f)),
            Some(Make::Unit(make)) => Some(Function::Unit(make())),
            _ => None,
        };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        match &mut self.function {
            Some(Function::Pure(f)) => each(io, |x| Ok(f(x))),
            Some(Function::Unit(unit)) => each(io, |x| {
                with_number(io, x, |mut io| {
                    unit.run(&mut io, 1, &mut WorldRef::Shared(world)).map_err(|(_, e)| e)
                })
            }),
            None => Err(OpError::new("map fn not found at k rate")),
        }
    }
}
