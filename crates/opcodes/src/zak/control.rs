//! Control cells: `zir`, `zkr`, `ziw`, `zkw`, `ziwm`, `zkwm`, `zkmod`, `zkcl`.

use crate::zak::space::{cell, cells_from, space, space_mut};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Ugen, WorldUgen, port, sig, unit, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const NDX: Port = port("kndx", "number of the cell, truncated");
const SIG: Port = port("ksig", "value");
const MIX: Port = port("imix", "0 replaces, otherwise adds to what is there; default 1");

/// Definition of `zir`.
pub static ZIR: OpDef = OpDef::new("zir", "Reads a zak control cell at init.")
    .sigs(&[sig("i", "i", Make::Init(read_once))])
    .outs(&[port("ir", "value; 0 with a warning if there is no such cell")])
    .ins(&[NDX])
    .source("Manual: zir");
/// Definition of `zkr`.
pub static ZKR: OpDef = OpDef::new("zkr", "Reads a zak control cell.")
    .sigs(&[sig("k", "k", Make::Unit(unit::<Read>))])
    .outs(&[port("kr", "value; 0 if there is no such cell")])
    .ins(&[NDX])
    .reads(Res::ZAK)
    .source("Manual: zkr");
/// Definition of `ziw`.
pub static ZIW: OpDef = OpDef::new("ziw", "Writes a zak control cell at init.")
    .sigs(&[sig("", "ii", Make::Init(|cx| write_once(cx, false)))])
    .ins(&[SIG, NDX])
    .source("Manual: ziw");
/// Definition of `ziwm`.
pub static ZIWM: OpDef = OpDef::new("ziwm", "Writes or adds to a zak control cell at init.")
    .sigs(&[sig("", "iip", Make::Init(|cx| write_once(cx, true)))])
    .ins(&[SIG, NDX, MIX])
    .source("Manual: ziwm");
/// Definition of `zkw`.
pub static ZKW: OpDef = OpDef::new("zkw", "Writes a zak control cell.")
    .sigs(&[sig("", "kk", Make::Unit(world_unit::<Write<false>>))])
    .ins(&[SIG, NDX])
    .writes(Res::ZAK)
    .may_fail()
    .source("Manual: zkw");
/// Definition of `zkwm`.
pub static ZKWM: OpDef = OpDef::new("zkwm", "Writes or adds to a zak control cell.")
    .sigs(&[sig("", "kkp", Make::Unit(world_unit::<Write<true>>))])
    .ins(&[SIG, NDX, MIX])
    .reads(Res::ZAK)
    .writes(Res::ZAK)
    .may_fail()
    .source("Manual: zkwm");
/// Definition of `zkmod`.
pub static ZKMOD: OpDef = OpDef::new("zkmod", "Modulates a value by a zak control cell.")
    .sigs(&[sig("k", "kk", Make::Unit(unit::<Modulate>))])
    .outs(&[port("kr", "modulated value")])
    .ins(&[SIG, port("kzkmod", "cell to add; negative: cell to multiply by; 0: no modulation")])
    .reads(Res::ZAK)
    .may_fail()
    .source("Manual: zkmod");
/// Definition of `zkcl`.
pub static ZKCL: OpDef = OpDef::new("zkcl", "Sets a range of zak control cells to 0.")
    .sigs(&[sig("", "kk", Make::Unit(world_unit::<Clear>))])
    .ins(&[port("kfirst", "first cell"), port("klast", "last cell")])
    .writes(Res::ZAK)
    .may_fail()
    .source("Manual: zkcl");

fn read_once(cx: &mut Init<'_>) -> OpResult {
    let zak = space(cx.world)?;
    let found = cell(cx.io.k(0), zak.control.len(), "zir").map(|i| zak.control[i]);
    cx.io.set(0, *found.as_ref().unwrap_or(&0.0));
    if let Err(e) = found {
        cx.world.warn(e.to_string());
    }
    Ok(())
}

fn write_once(cx: &mut Init<'_>, mix: bool) -> OpResult {
    write(&cx.io, cx.world, mix && cx.io.k(2) != 0.0)
}

fn write(io: &Io<'_>, world: &mut World, mix: bool) -> OpResult {
    let zak = space_mut(world)?;
    let i = cell(io.k(1), zak.control.len(), "zkw")?;
    if mix {
        zak.control[i] += io.k(0);
    } else {
        zak.control[i] = io.k(0);
    }
    Ok(())
}

#[derive(Default)]
struct Read;

impl Ugen for Read {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        space(cx.world).map(drop)
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let zak = space(world)?;
        io.set(0, cell(io.k(0), zak.control.len(), "zkr").map_or(0.0, |i| zak.control[i]));
        Ok(())
    }
}

#[derive(Default)]
struct Write<const MIX: bool>;

impl<const MIX: bool> WorldUgen for Write<MIX> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        space(cx.world).map(drop)
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        write(io, world, MIX && io.k(2) != 0.0)
    }
}

#[derive(Default)]
struct Modulate;

impl Ugen for Modulate {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        space(cx.world).map(drop)
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let (x, number) = (io.k(0), io.k(1).trunc());
        let zak = space(world)?;
        io.set(
            0,
            match number {
                0.0 => x,
                n if n < 0.0 => x * zak.control[cell(-n, zak.control.len(), "zkmod")?],
                n => x + zak.control[cell(n, zak.control.len(), "zkmod")?],
            },
        );
        Ok(())
    }
}

#[derive(Default)]
struct Clear;

impl WorldUgen for Clear {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        space(cx.world).map(drop)
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let zak = space_mut(world)?;
        let cells = zak.control.len();
        zak.control[cells_from(io.k(0), io.k(1), cells, "zkcl")?].fill(0.0);
        Ok(())
    }
}
