//! `invalue`, `outvalue`, `chani`, `chano`: exchange with the host through channels that may be numbered.

use crate::channels::shared::{
    AUDIO, CONTROL, READ, TEXT, WRITE, name_of, open, read_audio, read_text, with_numbered, write_audio,
};
use bstr::ByteSlice;
use orchestrion_base::channel::ChannelId;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Ugen, WorldUgen, port, sig, unit, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const NAME: Port = port("Sname", "name of the channel, or its number");

/// Definition of `invalue`.
pub static INVALUE: OpDef = OpDef::new("invalue", "Reads what the host put into a channel.")
    .sigs(&[
        sig("k", "i", Make::Unit(unit::<In<CONTROL>>)),
        sig("i", "i", Make::Init(in_once)),
        sig("i", "S", Make::Init(in_once)),
        sig("k", "S", Make::Unit(unit::<In<CONTROL>>)),
        sig("S", "i", Make::Unit(unit::<In<TEXT>>)),
        sig("S", "S", Make::Unit(unit::<In<TEXT>>)),
    ])
    .outs(&[port("xval", "value; 0 or empty until the host sets the channel")])
    .ins(&[NAME])
    .reads(Res::CHANNELS)
    .source("Manual: invalue");

/// Definition of `outvalue`.
pub static OUTVALUE: OpDef = OpDef::new("outvalue", "Puts a value into a channel for the host.")
    .sigs(&[
        sig("", "ik", Make::Unit(world_unit::<Out<CONTROL>>)),
        sig("", "ii", Make::Init(out_once)),
        sig("", "Si", Make::Init(out_once)),
        sig("", "Sk", Make::Unit(world_unit::<Out<CONTROL>>)),
        sig("", "iS", Make::Unit(world_unit::<Out<TEXT>>)),
        sig("", "SS", Make::Unit(world_unit::<Out<TEXT>>)),
    ])
    .ins(&[NAME, port("xval", "value")])
    .writes(Res::CHANNELS)
    .source("Manual: outvalue")
    .differences(&["the reference writes nothing unless a host has registered a callback"]);

/// Definition of `chani`.
pub static CHANI: OpDef = OpDef::new("chani", "Reads a numbered channel.")
    .sigs(&[
        sig("k", "k", Make::Unit(unit::<NumberedIn<false>>)),
        sig("a", "k", Make::Unit(unit::<NumberedIn<true>>)),
    ])
    .outs(&[port("xval", "value of the channel")])
    .ins(&[port("kchan", "number of the channel, 0 or more")])
    .reads(Res::CHANNELS)
    .may_fail()
    .source("Manual: chani");

/// Definition of `chano`.
pub static CHANO: OpDef = OpDef::new("chano", "Writes to a numbered channel.")
    .sigs(&[
        sig("", "kk", Make::Unit(world_unit::<NumberedOut>)),
        sig("", "ak", Make::Unit(world_unit::<NumberedOut>)),
    ])
    .ins(&[port("xval", "value"), port("kchan", "number of the channel, 0 or more")])
    .writes(Res::CHANNELS)
    .may_fail()
    .source("Manual: chano");

fn from_host(world: &World, id: ChannelId) -> Option<&orchestrion_base::channel::Channel> {
    world.channels.get(id).filter(|c| c.set_by_host)
}

fn in_once(cx: &mut Init<'_>) -> OpResult {
    let name = name_of(&cx.io, 0);
    let id = open(cx.world, name.as_ref(), CONTROL, READ)?;
    cx.io.set(0, from_host(cx.world, id).map_or(0.0, |c| c.control(cx.io.mem.globals)));
    Ok(())
}

fn out_once(cx: &mut Init<'_>) -> OpResult {
    let name = name_of(&cx.io, 0);
    let id = open(cx.world, name.as_ref(), CONTROL, WRITE)?;
    if let Some(channel) = cx.world.channels.get_mut(id) {
        channel.set_control(cx.io.mem.globals, cx.io.k(1));
    }
    Ok(())
}

#[derive(Default)]
struct In<const KIND: i32> {
    channel: Option<ChannelId>,
}

impl<const KIND: i32> Ugen for In<KIND> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let name = name_of(&cx.io, 0);
        self.channel = Some(open(cx.world, name.as_ref(), KIND, READ)?);
        self.perform(&cx.io, cx.world)
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let channel = self.channel.and_then(|id| from_host(world, id));
        if KIND == TEXT {
            read_text(io, channel);
        } else {
            io.set(0, channel.map_or(0.0, |c| c.control(io.mem.globals)));
        }
        Ok(())
    }
}

#[derive(Default)]
struct Out<const KIND: i32> {
    channel: Option<ChannelId>,
}

impl<const KIND: i32> WorldUgen for Out<KIND> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let name = name_of(&cx.io, 0);
        self.channel = Some(open(cx.world, name.as_ref(), KIND, WRITE)?);
        self.perform(&cx.io, cx.world)
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let Some(channel) = self.channel.and_then(|id| world.channels.get_mut(id)) else { return Ok(()) };
        if KIND == TEXT {
            channel.set_text(io.mem.globals, io.str(1).as_bytes());
        } else {
            channel.set_control(io.mem.globals, io.k(1));
        }
        Ok(())
    }
}

fn number(io: &Io<'_>, input: usize) -> OpResult<f64> {
    let n = io.k(input).round_ties_even();
    if n >= 0.0 { Ok(n) } else { Err(OpError::new("the number of a channel must not be negative")) }
}

#[derive(Default)]
struct NumberedIn<const AUDIO_OUT: bool> {
    last: Option<(f64, ChannelId)>,
}

impl<const AUDIO_OUT: bool> Ugen for NumberedIn<AUDIO_OUT> {
    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let n = number(io, 0)?;
        if self.last.is_none_or(|(last, _)| last != n) {
            self.last = with_numbered(n, |name| world.channels.find(name)).map(|id| (n, id));
        }
        let channel = self.last.and_then(|(_, id)| world.channels.get(id));
        if AUDIO_OUT {
            read_audio(io, channel);
        } else {
            io.set(0, channel.map_or(0.0, |c| c.control(io.mem.globals)));
        }
        Ok(())
    }
}

#[derive(Default)]
struct NumberedOut {
    last: Option<(f64, ChannelId)>,
}

impl WorldUgen for NumberedOut {
    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let n = number(io, 1)?;
        let kind = if io.is_audio_in(0) { AUDIO } else { CONTROL };
        let id = match self.last {
            Some((last, id)) if last == n => id,
            _ => with_numbered(n, |name| open(world, name, kind, WRITE))?,
        };
        self.last = Some((n, id));
        let Some(channel) = world.channels.get_mut(id) else { return Ok(()) };
        if kind == CONTROL {
            channel.set_control(io.mem.globals, io.k(0));
        } else {
            write_audio(io, 0, channel);
        }
        Ok(())
    }
}
