//! `ftfill`, `ftnew`, `ftfind`, `ftsetparams`: tables.

use crate::step::{Step, WorldStep, at_init, at_perf, world_at_init};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{OpDef, Port, Res, port, sig};
use orchestrion_base::port::Io;
use orchestrion_base::table::{SoundLoop, Table};
use orchestrion_base::world::World;

const TABLE: Port = port("itable", "number of the table");

/// Definition of `ftfill`.
pub static FTFILL: OpDef = OpDef::new("ftfill", "Makes a table of numbers.")
    .sigs(&[sig("i", "m", world_at_init::<Fill>())])
    .outs(&[TABLE])
    .ins(&[port("ivalue...", "the points, one or more")])
    .extension()
    .source("Manual of csound-plugins: ftfill");
/// Definition of `ftnew`.
pub static FTNEW: OpDef = OpDef::new("ftnew", "Makes a table of equal numbers.")
    .sigs(&[sig("i", "io", world_at_init::<New>())])
    .outs(&[TABLE])
    .ins(&[port("isize", "points, 1 or more"), port("ivalue", "value of all of them; default 0")])
    .extension()
    .source("Manual of csound-plugins: ftnew");
/// Definition of `ftfind`.
pub static FTFIND: OpDef = OpDef::new("ftfind", "Index of a number in a table.")
    .sigs(&[sig("i", "iij", at_init::<Find>()), sig("k", "kkj", at_perf::<Find>())])
    .outs(&[port("xindex", "first point with the number; -1 if there is none")])
    .ins(&[
        port("xtable", "number of the table"),
        port("xvalue", "number to look for"),
        port("itolerance", "difference up to which numbers are equal; below 0 means 1e-12; default -1"),
    ])
    .reads(Res::TABLES)
    .may_fail()
    .extension()
    .source("Manual of csound-plugins: ftfind");
/// Definition of `ftsetparams`.
pub static FTSETPARAMS: OpDef = OpDef::new("ftsetparams", "Says of what sound a table holds the samples.")
    .sigs(&[sig("", "iiioj", world_at_init::<Params>())])
    .ins(&[
        TABLE,
        port("isr", "sample rate in Hz"),
        port("ichannels", "channels, 1 or more, interleaved; the table's length must be a multiple"),
        port("iloopstart", "frame at which a loop to the end starts; 0 for no loop; default 0"),
        port("ibasenote", "pitch as a MIDI note; below 0 means 60; default -1"),
    ])
    .extension()
    .source("Manual of csound-plugins: ftsetparams");

const TOLERANCE: f64 = 1e-12;
const MIDDLE_C: f64 = 60.0;
/// The GEN number that tables have that were given point by point, without normalisation.
const GEN02: i32 = -2;

fn make(io: &Io<'_>, world: &mut World, points: f64, value: impl Fn(usize) -> f64) -> OpResult {
    if !(points >= 1.0) {
        return Err(OpError::new(format!("a table cannot have {points} points")));
    }
    let (number, points) = (world.tables.free_number(), points as usize);
    world.check_table(number, points)?;
    // The guard point is 0.
    let mut data: Vec<f64> = (0..points).map(value).collect();
    data.push(0.0);
    world.tables.insert(number, Table { gen_number: GEN02, ..Table::new(data) });
    io.set(0, f64::from(number));
    Ok(())
}

struct Fill;

impl WorldStep for Fill {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        make(io, world, io.n_ins() as f64, |i| io.k(i))
    }
}

struct New;

impl WorldStep for New {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        make(io, world, io.k(0).trunc(), |_| io.k(1))
    }
}

struct Find;

impl Step for Find {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        let (number, value) = (io.k(0), io.k(1));
        let table = world.tables.get(number).ok_or_else(|| missing("ftfind", number))?;
        let tolerance = if io.k(2) < 0.0 { TOLERANCE } else { io.k(2) };
        let found = table.data.iter().take(table.len).position(|x| (x - value).abs() <= tolerance);
        io.set(0, found.map_or(-1.0, |i| i as f64));
        Ok(())
    }
}

fn missing(opcode: &str, number: f64) -> OpError {
    OpError::new(format!("{opcode}: there is no table {number}"))
}

struct Params;

impl WorldStep for Params {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        let (number, channels, start) = (io.k(0), io.k(2).trunc(), io.k(3));
        let a4 = world.header.a4;
        let table = world.tables.get_mut(number).ok_or_else(|| missing("ftsetparams", number))?;
        if !(channels >= 1.0) || !table.len.is_multiple_of(channels as usize) {
            return Err(OpError::new(format!(
                "ftsetparams: {channels} channels do not divide the {} points of table {number}",
                table.len
            )));
        }
        let note = if io.k(4) < 0.0 { MIDDLE_C } else { io.k(4) };
        table.sr = io.k(1);
        table.channels = channels as usize;
        table.frames = table.len / table.channels;
        table.base_frequency = orchestrion_dsp::pitch::mtof(note, a4);
        table.sound_loop = (start > 0.0).then(|| SoundLoop {
            start: (start as usize).min(table.frames),
            end: table.frames,
            alternating: false,
        });
        Ok(())
    }
}
