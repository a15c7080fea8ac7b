//! Audio cells: `zar`, `zarg`, `zaw`, `zawm`, `zamod`, `zacl`.

use crate::channels::shared::cycle_start;
use crate::zak::space::{cell, space, space_mut};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Ugen, WorldUgen, port, sig, unit, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const NDX: Port = port("kndx", "number of the cell, truncated");
const SIG: Port = port("asig", "signal");
const OUT: Port = port("ares", "signal");

/// Definition of `zar`.
pub static ZAR: OpDef = OpDef::new("zar", "Reads a zak audio cell.")
    .sigs(&[sig("a", "k", Make::Unit(unit::<Read<false>>))])
    .outs(&[OUT])
    .ins(&[NDX])
    .reads(Res::ZAK)
    .may_fail()
    .source("Manual: zar");
/// Definition of `zarg`.
pub static ZARG: OpDef = OpDef::new("zarg", "Reads a zak audio cell with a gain.")
    .sigs(&[sig("a", "kk", Make::Unit(unit::<Read<true>>))])
    .outs(&[OUT])
    .ins(&[NDX, port("kgain", "factor")])
    .reads(Res::ZAK)
    .may_fail()
    .source("Manual: zarg");
/// Definition of `zaw`.
pub static ZAW: OpDef = OpDef::new("zaw", "Writes a zak audio cell.")
    .sigs(&[sig("", "ak", Make::Unit(world_unit::<Write<false>>))])
    .ins(&[SIG, NDX])
    .writes(Res::ZAK)
    .may_fail()
    .source("Manual: zaw");
/// Definition of `zawm`.
pub static ZAWM: OpDef = OpDef::new("zawm", "Writes or adds to a zak audio cell.")
    .sigs(&[sig("", "akp", Make::Unit(world_unit::<Write<true>>))])
    .ins(&[SIG, NDX, port("imix", "0 replaces, otherwise adds to what is there; default 1")])
    .reads(Res::ZAK)
    .writes(Res::ZAK)
    .may_fail()
    .source("Manual: zawm");
/// Definition of `zamod`.
pub static ZAMOD: OpDef = OpDef::new("zamod", "Modulates a signal by a zak audio cell.")
    .sigs(&[sig("a", "ak", Make::Unit(unit::<Modulate>))])
    .outs(&[OUT])
    .ins(&[SIG, port("kzamod", "cell to add; negative: cell to multiply by; 0: no modulation")])
    .reads(Res::ZAK)
    .may_fail()
    .source("Manual: zamod");
/// Definition of `zacl`.
pub static ZACL: OpDef = OpDef::new("zacl", "Silences a range of zak audio cells.")
    .sigs(&[sig("", "kJ", Make::Unit(world_unit::<Clear>))])
    .ins(&[port("kfirst", "first cell"), port("klast", "last cell; -1 for the first; default -1")])
    .writes(Res::ZAK)
    .may_fail()
    .source("Manual: zacl");

/// Definition of `inz`.
pub static INZ: OpDef = OpDef::new("inz", "Writes the input channels to successive zak audio cells.")
    .sigs(&[sig("", "k", Make::Unit(world_unit::<Inputs>))])
    .ins(&[NDX])
    .writes(Res::ZAK)
    .may_fail()
    .source("Manual: inz");
/// Definition of `outz`.
pub static OUTZ: OpDef = OpDef::new("outz", "Adds successive zak audio cells to the output channels.")
    .sigs(&[sig("", "k", Make::Unit(unit::<Outputs>))])
    .ins(&[NDX])
    .reads(Res::ZAK)
    .writes(Res::OUT)
    .may_fail()
    .source("Manual: outz");

fn range(io: &Io<'_>) -> (usize, usize) {
    let at = cycle_start(io);
    (at + io.first, at + io.end)
}

#[derive(Default)]
struct Read<const GAIN: bool>;

impl<const GAIN: bool> Ugen for Read<GAIN> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        space(cx.world).map(drop)
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let zak = space(world)?;
        let i = cell(io.k(0), zak.audio_cells(), "zar").inspect_err(|_| io.set(0, 0.0))?;
        let (from, to) = range(io);
        let gain = io.k(1);
        for (out, x) in io.out(0).iter().zip(zak.audio(i, from, to)) {
            out.set(if GAIN { x * gain } else { *x });
        }
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
        let zak = space_mut(world)?;
        let i = cell(io.k(1), zak.audio_cells(), "zaw")?;
        let (from, to) = range(io);
        let mix = MIX && io.k(2) != 0.0;
        if !mix {
            // What lies before the note's first and after its last sample is silenced.
            let at = cycle_start(io);
            zak.audio_mut(i, at, at + io.clock.ksmps).fill(0.0);
        }
        for (y, x) in zak.audio_mut(i, from, to).iter_mut().zip(io.a(0)) {
            *y += x.get();
        }
        Ok(())
    }
}

#[derive(Default)]
struct Modulate;

impl Ugen for Modulate {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        space(cx.world).map(drop)
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let number = io.k(1).trunc();
        if number == 0.0 {
            for (out, x) in io.out(0).iter().zip(io.a(0)) {
                out.set(x.get());
            }
            return Ok(());
        }
        let zak = space(world)?;
        let i = cell(number.abs(), zak.audio_cells(), "zamod")?;
        let (from, to) = range(io);
        for ((out, x), m) in io.out(0).iter().zip(io.a(0)).zip(zak.audio(i, from, to)) {
            out.set(if number < 0.0 { x.get() * m } else { x.get() + m });
        }
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
        let cells = zak.audio_cells();
        let last = if io.k(1).trunc() == -1.0 { io.k(0) } else { io.k(1) };
        let (first, last) = (cell(io.k(0), cells, "zacl")?, cell(last, cells, "zacl")?);
        if first > last {
            return Err("zacl: the first cell is beyond the last".into());
        }
        let (from, to) = range(io);
        for i in first..=last {
            zak.audio_mut(i, from, to).fill(0.0);
        }
        Ok(())
    }
}

/// First of `nchnls` cells. The reference refuses the last place that would fit.
fn first_of_all(io: &Io<'_>, cells: usize, op: &str) -> OpResult<usize> {
    cell(io.k(0), cells.saturating_sub(io.bus.nchnls + 1), op)
}

#[derive(Default)]
struct Inputs;

impl WorldUgen for Inputs {
    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let zak = space_mut(world)?;
        let first = first_of_all(io, zak.audio_cells(), "inz")?;
        let (from, to) = range(io);
        let at = cycle_start(io);
        for c in 0..io.bus.nchnls {
            zak.audio_mut(first + c, at, at + io.clock.ksmps).fill(0.0);
            let input = io.spin(c).unwrap_or(&[]);
            for (y, x) in zak.audio_mut(first + c, from, to).iter_mut().zip(input) {
                *y = x.get();
            }
        }
        Ok(())
    }
}

#[derive(Default)]
struct Outputs;

impl Ugen for Outputs {
    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let zak = space(world)?;
        let first = first_of_all(io, zak.audio_cells(), "outz")?;
        let (from, to) = range(io);
        for c in 0..io.bus.nchnls {
            let samples = zak.audio(first + c, from, to);
            for (sum, x) in io.spout(c).unwrap_or(&[]).iter().zip(samples) {
                sum.set(sum.get() + x);
            }
        }
        Ok(())
    }
}
