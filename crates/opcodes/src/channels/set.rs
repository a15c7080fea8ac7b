//! `chnset`, `chnsetks`, `chnmix`, `chnclear`: writing channels.

use crate::channels::shared::{AUDIO, CONTROL, Named, TEXT, WRITE, audio_part, open, silence, write_audio};
use bstr::ByteSlice;
use orchestrion_base::channel::ChannelId;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const NAME: Port = port("Sname", "name of the channel");

/// Definition of `chnset`.
pub static CHNSET: OpDef = OpDef::new("chnset", "Writes to a software channel.")
    .sigs(&[
        sig("", "iS", Make::Init(once)),
        sig("", "kS", Make::Unit(world_unit::<Set<CONTROL>>)),
        sig("", "aS", Make::Unit(world_unit::<Set<AUDIO>>)),
        sig("", "SS", Make::Unit(world_unit::<Set<TEXT>>)),
    ])
    .ins(&[port("xval", "value"), NAME])
    .writes(Res::CHANNELS)
    .source("Manual: chnset")
    .differences(&["a name has one value of each kind; the reference refuses to mix kinds"]);

/// Definition of `chnsetks`.
pub static CHNSETKS: OpDef = OpDef::new("chnsetks", "Writes to a string channel at performance.")
    .sigs(&[sig("", "SS", Make::Unit(world_unit::<Later>))])
    .ins(&[port("Sval", "text"), NAME])
    .writes(Res::CHANNELS)
    .source("Manual: chnset");

/// Definition of `chnmix`.
pub static CHNMIX: OpDef = OpDef::new("chnmix", "Adds to an audio channel.")
    .sigs(&[sig("", "aS", Make::Unit(world_unit::<Mix>))])
    .ins(&[port("asig", "signal to add"), NAME])
    .reads(Res::CHANNELS)
    .writes(Res::CHANNELS)
    .source("Manual: chnmix");

/// Definition of `chnclear`.
pub static CHNCLEAR: OpDef = OpDef::new("chnclear", "Silences audio channels.")
    .sigs(&[sig("", "W", Make::Unit(world_unit::<Clear>))])
    .ins(&[port("Sname...", "names of the channels")])
    .writes(Res::CHANNELS)
    .source("Manual: chnclear");

fn once(cx: &mut Init<'_>) -> OpResult {
    let id = open(cx.world, &cx.io.str(1), CONTROL, WRITE)?;
    if let Some(channel) = cx.world.channels.get_mut(id) {
        channel.set_control(cx.io.mem.globals, cx.io.k(0));
    }
    Ok(())
}

fn text(named: &mut Named, io: &Io<'_>, world: &mut World) {
    if let Some(channel) = named.write(io, 1, world, TEXT) {
        channel.set_text(io.mem.globals, io.str(0).as_bytes());
    }
}

#[derive(Default)]
struct Set<const KIND: i32> {
    channel: Named,
}

impl<const KIND: i32> WorldUgen for Set<KIND> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.channel.open(&cx.io, 1, cx.world, KIND, WRITE)?;
        if KIND == TEXT {
            text(&mut self.channel, &cx.io, cx.world);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        if KIND == TEXT {
            text(&mut self.channel, io, world);
            return Ok(());
        }
        let Some(channel) = self.channel.write(io, 1, world, KIND) else { return Ok(()) };
        if KIND == CONTROL {
            channel.set_control(io.mem.globals, io.k(0));
            return Ok(());
        }
        // What lies before the note's first and after its last sample is silenced.
        silence(io, channel);
        write_audio(io, 0, channel);
        Ok(())
    }
}

#[derive(Default)]
struct Later {
    channel: Named,
}

impl WorldUgen for Later {
    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        text(&mut self.channel, io, world);
        Ok(())
    }
}

#[derive(Default)]
struct Mix {
    channel: Named,
}

impl WorldUgen for Mix {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.channel.open(&cx.io, 1, cx.world, AUDIO, WRITE)?;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let Some(channel) = self.channel.write(io, 1, world, AUDIO) else { return Ok(()) };
        for (to, from) in audio_part(io, channel).iter().zip(io.a(0)) {
            to.set(to.get() + from.get());
        }
        Ok(())
    }
}

#[derive(Default)]
struct Clear {
    channels: Vec<ChannelId>,
}

impl WorldUgen for Clear {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.channels.clear();
        for i in 0..cx.io.n_ins() {
            self.channels.push(open(cx.world, &cx.io.str(i), AUDIO, WRITE)?);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        for &id in &self.channels {
            if let Some(channel) = world.channels.get_mut(id) {
                silence(io, channel);
            }
        }
        Ok(())
    }
}
