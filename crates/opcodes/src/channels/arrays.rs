//! `chngeti`, `chngetk`, `chngeta`, `chngets` and the matching `chnset` forms: many channels at once,
//! named by a string array.

use crate::channels::shared::{AUDIO, CONTROL, READ, TEXT, WRITE, audio_part, open, part_of};
use bstr::BString;
use orchestrion_base::channel::ChannelId;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Res, Sig, Ugen, WorldUgen, port, sig, unit, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::text::set_text;
use orchestrion_base::world::World;
use std::cell::Cell;

const fn get(name: &'static str, sigs: &'static [Sig]) -> OpDef {
    OpDef::new(name, "Reads many software channels into an array.")
        .sigs(sigs)
        .outs(const { &[port("xvals[]", "values, one per name")] })
        .ins(const { &[port("Snames[]", "names of the channels")] })
        .reads(Res::CHANNELS)
        .source("Manual: chnget")
}

const fn set(name: &'static str, sigs: &'static [Sig]) -> OpDef {
    OpDef::new(name, "Writes an array to many software channels.")
        .sigs(sigs)
        .ins(const { &[port("xvals[]", "values"), port("Snames[]", "names of the channels")] })
        .writes(Res::CHANNELS)
        .source("Manual: chnset")
}

/// Definition of `chngeti`.
pub static CHNGETI: OpDef = get("chngeti", &[sig("i[]", "S[]", Make::Init(get_once))]);
/// Definition of `chngetk`.
pub static CHNGETK: OpDef = get("chngetk", &[sig("k[]", "S[]", Make::Unit(unit::<Get<CONTROL>>))]);
/// Definition of `chngeta`.
pub static CHNGETA: OpDef = get("chngeta", &[sig("a[]", "S[]", Make::Unit(unit::<Get<AUDIO>>))]);
/// Definition of `chngets`.
pub static CHNGETS: OpDef = get("chngets", &[sig("S[]", "S[]", Make::Unit(unit::<Get<TEXT>>))]);
/// Definition of `chnseti`.
pub static CHNSETI: OpDef = set("chnseti", &[sig("", "i[]S[]", Make::Init(set_once))]);
/// Definition of `chnsetk`.
pub static CHNSETK: OpDef = set("chnsetk", &[sig("", "k[]S[]", Make::Unit(world_unit::<Set<CONTROL>>))]);
/// Definition of `chnseta`.
pub static CHNSETA: OpDef = set("chnseta", &[sig("", "a[]S[]", Make::Unit(world_unit::<Set<AUDIO>>))]);
/// Definition of `chnsets`.
pub static CHNSETS: OpDef = set("chnsets", &[sig("", "S[]S[]", Make::Unit(world_unit::<Set<TEXT>>))]);

fn names(io: &Io<'_>, input: usize) -> Vec<BString> {
    io.array(input).map_or_else(Vec::new, |a| a.strs().to_vec())
}

fn open_all(
    io: &Io<'_>,
    input: usize,
    world: &mut World,
    kind: i32,
    direction: i32,
) -> OpResult<Vec<ChannelId>> {
    let names = names(io, input);
    if names.iter().any(|n| n.is_empty()) {
        return Err(OpError::new("invalid channel name: empty"));
    }
    names.iter().map(|name| open(world, name.as_ref(), kind, direction)).collect()
}

fn copy_numbers(io: &Io<'_>, world: &World, channels: &[ChannelId]) {
    if let Some(mut array) = io.array_out(0) {
        for (to, id) in array.nums_mut().iter_mut().zip(channels) {
            *to = world.channels.get(*id).map_or(0.0, |c| c.control(io.mem.globals));
        }
    }
}

fn copy_strings(io: &Io<'_>, world: &World, channels: &[ChannelId]) {
    if let Some(mut array) = io.array_out(0) {
        for (to, id) in array.strs_mut().iter_mut().zip(channels) {
            if let Some(channel) = world.channels.get(*id) {
                channel.with_text(io.mem.globals, |text| set_text(to, text));
            }
        }
    }
}

fn shape(io: &Io<'_>, len: usize) {
    if let Some(mut array) = io.array_out(0) {
        array.resize(&[len as u32], io.clock.ksmps);
    }
}

fn get_once(cx: &mut Init<'_>) -> OpResult {
    let channels = open_all(&cx.io, 0, cx.world, CONTROL, READ)?;
    shape(&cx.io, channels.len());
    copy_numbers(&cx.io, cx.world, &channels);
    Ok(())
}

fn set_once(cx: &mut Init<'_>) -> OpResult {
    let channels = open_all(&cx.io, 1, cx.world, CONTROL, WRITE)?;
    write_numbers(&cx.io, cx.world, &channels);
    Ok(())
}

fn write_numbers(io: &Io<'_>, world: &mut World, channels: &[ChannelId]) {
    let Some(array) = io.array(0) else { return };
    for (from, id) in array.nums().iter().zip(channels) {
        if let Some(channel) = world.channels.get_mut(*id) {
            channel.set_control(io.mem.globals, *from);
        }
    }
}

#[derive(Default)]
struct Get<const KIND: i32> {
    channels: Vec<ChannelId>,
}

impl<const KIND: i32> Ugen for Get<KIND> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.channels = open_all(&cx.io, 0, cx.world, KIND, READ)?;
        shape(&cx.io, self.channels.len());
        if KIND == TEXT {
            copy_strings(&cx.io, cx.world, &self.channels);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        match KIND {
            CONTROL => copy_numbers(io, world, &self.channels),
            TEXT => copy_strings(io, world, &self.channels),
            _ => {
                let Some(mut array) = io.array_out(0) else { return Ok(()) };
                for (i, id) in self.channels.iter().enumerate() {
                    let Some(channel) = world.channels.get(*id) else { continue };
                    let to = array.audio_mut(i, io.clock.ksmps).get_mut(io.first..io.end);
                    let to = Cell::from_mut(to.unwrap_or_default()).as_slice_of_cells();
                    channel.copy_audio(io.mem.globals, part_of(io), to);
                }
            }
        }
        Ok(())
    }
}

#[derive(Default)]
struct Set<const KIND: i32> {
    channels: Vec<ChannelId>,
}

impl<const KIND: i32> WorldUgen for Set<KIND> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.channels = open_all(&cx.io, 1, cx.world, KIND, WRITE)?;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        if KIND == CONTROL {
            write_numbers(io, world, &self.channels);
            return Ok(());
        }
        let Some(array) = io.array(0) else { return Ok(()) };
        for (i, id) in self.channels.iter().enumerate() {
            let Some(channel) = world.channels.get_mut(*id) else { continue };
            if KIND == TEXT {
                if let Some(text) = array.strs().get(i) {
                    channel.set_text(io.mem.globals, text);
                }
                continue;
            }
            let from = array.audio(i, io.clock.ksmps).iter().skip(io.first);
            for (to, from) in audio_part(io, channel).iter().zip(from) {
                to.set(*from);
            }
        }
        Ok(())
    }
}
