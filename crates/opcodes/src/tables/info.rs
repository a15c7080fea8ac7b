//! What is known about a table: `ftlen`, `ftsr`, `ftchnls`, `ftcps`, `ftlptim`, `nsamp`, `tableng`,
//! `ftexists`.

use crate::tables::lookup::{find, missing};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Sig, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::table::Table;
use orchestrion_base::world::World;

const IN: &[Port] = &[port("ifn", "table number")];

const fn def(name: &'static str, summary: &'static str, sigs: &'static [Sig]) -> OpDef {
    OpDef::new(name, summary)
        .sigs(sigs)
        .outs(const { &[port("ires", "the answer")] })
        .ins(IN)
        .source("Manual: ftlen, ftsr, ftchnls, ftcps, ftlptim, nsamp, tableng, ftexists")
}

/// Definition of `ftlen`.
pub static FTLEN: OpDef =
    def("ftlen", "Number of points of a table, without the guard point.", &[sig("i", "i", Make::Init(len))]);
/// Definition of `ftsr`.
pub static FTSR: OpDef = def(
    "ftsr",
    "Sample rate in Hz of the sound in a table; that of the orchestra if it is no sound.",
    &[sig("i", "i", Make::Init(|cx| answer(cx, "ftsr", |t| Some(t.sr))))],
);
/// Definition of `ftchnls`.
pub static FTCHNLS: OpDef = def(
    "ftchnls",
    "Number of channels of the sound in a table.",
    &[sig("i", "i", Make::Init(|cx| answer(cx, "ftchnls", |t| Some(t.channels as f64))))],
);
/// Definition of `ftcps`.
pub static FTCPS: OpDef = def(
    "ftcps",
    "Base frequency in Hz of the sound in a table; an error if the file did not say.",
    &[sig("i", "i", Make::Init(|cx| answer(cx, "ftcps", |t| Some(t.base_frequency).filter(|f| *f != 0.0))))],
);
/// Definition of `nsamp`.
pub static NSAMP: OpDef = def(
    "nsamp",
    "Number of sample frames that were read from a file into a table.",
    &[sig("i", "i", Make::Init(|cx| answer(cx, "nsamp", |t| Some(t.frames as f64))))],
);
/// Definition of `ftlptim`.
pub static FTLPTIM: OpDef = def(
    "ftlptim",
    "Start of the loop of the sound in a table, in seconds; 0 if it has none.",
    &[sig("i", "i", Make::Init(loop_time))],
);
/// Definition of `tableng`.
pub static TABLENG: OpDef = def(
    "tableng",
    "Number of points of a table, without the guard point.",
    &[sig("i", "i", Make::Init(len)), sig("k", "k", Make::Unit(unit::<Length>))],
)
.reads(Res::TABLES)
.may_fail();
/// Definition of `ftexists`.
pub static FTEXISTS: OpDef = def(
    "ftexists",
    "1 if there is a table of this number, else 0.",
    &[sig("i", "i", Make::Init(exists)), sig("k", "k", Make::Unit(unit::<Exists>))],
)
.reads(Res::TABLES);

fn answer(cx: &mut Init<'_>, op: &str, what: fn(&Table) -> Option<f64>) -> OpResult {
    let number = cx.io.k(0);
    let value = what(find(cx.world, op, number)?)
        .ok_or_else(|| OpError::new(format!("{op}: table {} does not say", number.trunc())))?;
    cx.io.set(0, value);
    Ok(())
}

fn len(cx: &mut Init<'_>) -> OpResult {
    answer(cx, "ftlen", |t| Some(t.len as f64))
}

fn loop_time(cx: &mut Init<'_>) -> OpResult {
    let start = find(cx.world, "ftlptim", cx.io.k(0))?.sound_loop;
    if start.is_none() {
        cx.world.warn("ftlptim: the sound has no loop");
    }
    cx.io.set(0, start.map_or(0.0, |l| l.start as f64 * (1.0 / cx.io.clock.sr)));
    Ok(())
}

fn exists(cx: &mut Init<'_>) -> OpResult {
    let there = cx.world.tables.get(cx.io.k(0)).is_some();
    cx.io.set(0, f64::from(there));
    Ok(())
}

#[derive(Default)]
struct Length;

impl Ugen for Length {
    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let table = world.tables.get(io.k(0)).ok_or_else(|| missing("tableng", io.k(0)))?;
        io.set(0, table.len as f64);
        Ok(())
    }
}

#[derive(Default)]
struct Exists;

impl Ugen for Exists {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        exists(cx)
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        io.set(0, f64::from(world.tables.get(io.k(0)).is_some()));
        Ok(())
    }
}
