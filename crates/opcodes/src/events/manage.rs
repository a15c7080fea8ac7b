//! Instruments as a whole: `alwayson`, `turnon`, `maxalloc`, `cpuprc`, `prealloc`, `mute`, `active`, `nstrnum`,
//! `nstrstr`, `massign`, `pgmassign`, `remove`, `exitnow`.

use crate::events::schedule::ask;
use crate::events::target::{defined, instrument, named, p1};
use crate::step::{Step, WorldStep, at_init, at_perf, world_at_init};
use bstr::ByteSlice;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::event::{Command, PField, When};
use orchestrion_base::op::{OpDef, Port, Res, port, sig};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const INS: Port = port("insnum", "number or name of the instrument");

/// Definition of `alwayson`.
pub static ALWAYSON: OpDef =
    OpDef::new("alwayson", "Starts a held note at the beginning of the performance.")
        .sigs(&[sig("", "im", world_at_init::<AlwaysOn>()), sig("", "Sm", world_at_init::<AlwaysOn>())])
        .ins(&[INS, port("ip4...", "p-fields from p4 on")])
        .source("Manual: alwayson; semantics F13");
/// Definition of `turnon`.
pub static TURNON: OpDef = OpDef::new("turnon", "Starts a held note.")
    .sigs(&[sig("", "io", world_at_init::<TurnOn>()), sig("", "So", world_at_init::<TurnOn>())])
    .ins(&[INS, port("itime", "start in seconds from now; default 0")])
    .source("Manual: turnon");
/// Definition of `maxalloc`.
pub static MAXALLOC: OpDef = OpDef::new("maxalloc", "Limits the number of notes of an instrument at a time.")
    .sigs(&[sig("", "Si", world_at_init::<MaxAlloc>()), sig("", "ii", world_at_init::<MaxAlloc>())])
    .ins(&[INS, port("icount", "greatest number of notes; 0 for no limit")])
    .source("Manual: maxalloc; semantics F12");
/// Definition of `cpuprc`.
pub static CPUPRC: OpDef =
    OpDef::new("cpuprc", "Says how much of the processor a note needs; notes beyond 100 % are not started.")
        .sigs(&[sig("", "Si", world_at_init::<CpuPrc>()), sig("", "ii", world_at_init::<CpuPrc>())])
        .ins(&[
            INS,
            port("ipercent", "percentage of the processor that a note is said to need; 0 for no limit"),
        ])
        .source("Manual: cpuprc");
/// Definition of `prealloc`.
pub static PREALLOC: OpDef = OpDef::new("prealloc", "Makes room for notes of an instrument in advance.")
    .sigs(&[sig("", "iio", world_at_init::<PreAlloc>()), sig("", "Sio", world_at_init::<PreAlloc>())])
    .ins(&[INS, port("icount", "number of notes"), port("iopcode", "ignored")])
    .source("Manual: prealloc");
/// Definition of `mute`.
pub static MUTE: OpDef = OpDef::new("mute", "Decides whether new notes of an instrument may start.")
    .sigs(&[sig("", "So", world_at_init::<Mute>()), sig("", "io", world_at_init::<Mute>())])
    .ins(&[INS, port("iswitch", "0 mutes, otherwise the instrument plays; default 0")])
    .source("Manual: mute");
/// Definition of `active`.
pub static ACTIVE: OpDef = OpDef::new("active", "Number of notes of an instrument.")
    .sigs(&[
        sig("i", "Soo", at_init::<Active>()),
        sig("k", "Soo", at_perf::<Active>()),
        sig("i", "ioo", at_init::<Active>()),
        sig("k", "koo", at_perf::<Active>()),
    ])
    .outs(&[port("xcount", "number of notes, this one included")])
    .ins(&[
        port("insnum", "number or name of the instrument; 0 counts all notes and the orchestra header"),
        port("iopt", "0 counts those that are active, otherwise all ever started; default 0"),
        port("inorel", "not 0 leaves out those in their release phase; default 0"),
    ])
    .reads(Res::EVENTS)
    .source("Manual: active; semantics F14");
/// Definition of `nstrnum`.
pub static NSTRNUM: OpDef = OpDef::new("nstrnum", "Number of a named instrument.")
    .sigs(&[sig("i", "S", at_init::<Nstrnum>()), sig("i", "i", at_init::<Nstrnum>())])
    .outs(&[port("insno", "number")])
    .ins(&[port("Sname", "name")])
    .source("Manual: nstrnum");
/// Definition of `nstrstr`.
pub static NSTRSTR: OpDef = OpDef::new("nstrstr", "Name of a numbered instrument.")
    .sigs(&[sig("S", "i", at_init::<Nstrstr>()), sig("S", "k", at_perf::<Nstrstr>())])
    .outs(&[port("Sname", "name, empty if it has none")])
    .ins(&[port("insno", "number")])
    .source("Manual: nstrstr");
/// Definition of `massign`.
pub static MASSIGN: OpDef = OpDef::new("massign", "Assigns a MIDI channel to an instrument.")
    .sigs(&[sig("", "iip", world_at_init::<Massign>()), sig("", "iSp", world_at_init::<Massign>())])
    .ins(&[
        port("ichnl", "channel 1 to 16; 0 for all"),
        port("insnum", "number or name of the instrument; 0 or less for none"),
        port("ireset", "not 0 resets the controllers; default 1"),
    ])
    .source("Manual: massign");
/// Definition of `pgmassign`.
pub static PGMASSIGN: OpDef = OpDef::new("pgmassign", "Assigns a MIDI program to an instrument.")
    .sigs(&[sig("", "iio", world_at_init::<Pgmassign>()), sig("", "iSo", world_at_init::<Pgmassign>())])
    .ins(&[
        port("ipgm", "program 1 to 128; 0 for all"),
        port("insnum", "number or name of the instrument; 0 ignores program changes"),
        port("ichn", "channel 1 to 16; 0 for all; default 0"),
    ])
    .source("Manual: pgmassign");
/// Definition of `remove`.
pub static REMOVE: OpDef = OpDef::new("remove", "Removes an instrument that has no active notes.")
    .sigs(&[sig("", "T", world_at_init::<Remove>())])
    .ins(&[INS])
    .source("Manual: remove");
/// Definition of `exitnow`.
pub static EXITNOW: OpDef = OpDef::new("exitnow", "Ends the run at once.")
    .sigs(&[sig("", "o", at_init::<ExitNow>())])
    .ins(&[port("ivalue", "exit status; default 0")])
    .source("Manual: exitnow; semantics F16");

struct AlwaysOn;

impl WorldStep for AlwaysOn {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        let mut p: Vec<PField> = [p1(io, 0, world)?, 0.0, -1.0].map(PField::Num).into();
        p.extend((1..io.n_ins()).map(|i| PField::Num(io.k(i))));
        ask(world, b'i', p, When::Init)
    }
}

struct TurnOn;

impl WorldStep for TurnOn {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        let p = [p1(io, 0, world)?, io.k(1), -1.0].map(PField::Num).into();
        ask(world, b'i', p, When::Init)
    }
}

struct MaxAlloc;

impl WorldStep for MaxAlloc {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        if let Some(instrument) = defined(world, p1(io, 0, world)?) {
            world.request(Command::MaxAlloc { instrument, count: io.k(1) as u32 })?;
        }
        Ok(())
    }
}

struct CpuPrc;

impl WorldStep for CpuPrc {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        if let Some(instrument) = defined(world, p1(io, 0, world)?) {
            world.request(Command::ProcessorLoad { instrument, percent: io.k(1) })?;
        }
        Ok(())
    }
}

struct PreAlloc;

impl WorldStep for PreAlloc {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        if let Some(instrument) = defined(world, p1(io, 0, world)?) {
            world.request(Command::PreAlloc { instrument, count: io.k(1) as u32 })?;
        }
        Ok(())
    }
}

struct Mute;

impl WorldStep for Mute {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        let instrument = instrument(io, 0, world)?;
        world.request(Command::Mute { instrument, on: io.k(1) != 0.0 })?;
        Ok(())
    }
}

struct Active;

impl Step for Active {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        let (ever, leave_out) = (io.k(1) != 0.0, io.k(2) != 0.0);
        let number = p1(io, 0, world).unwrap_or(-1.0);
        let all = number.trunc() == 0.0;
        let mut count = f64::from(all);
        for (n, notes) in &world.instruments.active {
            if !all && f64::from(*n) != number.trunc() {
                continue;
            }
            count += f64::from(if ever { notes.ever } else { notes.all });
            if leave_out && !all {
                count -= f64::from(notes.releasing);
            }
        }
        io.set(0, count);
        Ok(())
    }
}

struct Nstrnum;

impl Step for Nstrnum {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        let number =
            if io.is_str(0) { f64::from(named(world, io.str(0).as_bytes())?) } else { io.k(0).trunc() };
        io.set(0, number);
        Ok(())
    }
}

struct Nstrstr;

impl Step for Nstrstr {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        let name = world.instruments.name(io.k(0) as u32);
        io.set_str(0, name.map_or(b"", |s| s.as_slice()));
        Ok(())
    }
}

struct Massign;

impl WorldStep for Massign {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        let instrument = p1(io, 1, world)?.max(0.0) as u32;
        let channel = ((io.k(0) + 0.5) as i32).saturating_sub(1).max(-1);
        if channel > 15 {
            return Err("massign: invalid channel number".into());
        }
        world.request(Command::MidiAssign { channel, instrument, reset: io.k(2) != 0.0 })?;
        Ok(())
    }
}

struct Pgmassign;

impl WorldStep for Pgmassign {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        let channel = ((io.k(2) + 0.5) as i32).saturating_sub(1);
        if !(-1..16).contains(&channel) {
            return Err("pgmassign: invalid channel number".into());
        }
        let program = if io.k(0) < 0.5 { -1 } else { (io.k(0) - 0.5) as i32 };
        if program > 127 {
            return Err("pgmassign: invalid program number".into());
        }
        let instrument = (p1(io, 1, world)? + 0.5).max(0.0) as u32;
        world.request(Command::ProgramAssign { program, channel, instrument })?;
        Ok(())
    }
}

struct Remove;

impl WorldStep for Remove {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        let instrument = instrument(io, 0, world)?;
        world.request(Command::RemoveInstrument(instrument))?;
        Ok(())
    }
}

struct ExitNow;

impl Step for ExitNow {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        Err(OpError::Exit(io.k(0) as i32))
    }
}
