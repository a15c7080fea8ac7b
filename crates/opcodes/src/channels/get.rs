//! `chnget` and `chngetks`: reading a channel.

use crate::channels::shared::{AUDIO, CONTROL, Named, READ, TEXT, open, read_audio, read_text};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `chnget`.
pub static CHNGET: OpDef = OpDef::new("chnget", "Reads a software channel.")
    .sigs(&[
        sig("i", "S", Make::Init(once)),
        sig("k", "S", Make::Unit(unit::<Get<CONTROL>>)),
        sig("a", "S", Make::Unit(unit::<Get<AUDIO>>)),
        sig("S", "S", Make::Unit(unit::<Get<TEXT>>)),
    ])
    .outs(&[port("xval", "value of the channel; 0, silence or an empty string if nobody wrote to it")])
    .ins(&[port("Sname", "name of the channel")])
    .reads(Res::CHANNELS)
    .source("Manual: chnget")
    .differences(&["a name has one value of each kind; the reference refuses to mix kinds"]);

/// Definition of `chngetks`.
pub static CHNGETKS: OpDef = OpDef::new("chngetks", "Reads a string channel at performance.")
    .sigs(&[sig("S", "S", Make::Unit(unit::<Later>))])
    .outs(&[port("Sval", "text of the channel")])
    .ins(&[port("Sname", "name of the channel")])
    .reads(Res::CHANNELS)
    .source("Manual: chnget");

fn once(cx: &mut Init<'_>) -> OpResult {
    let id = open(cx.world, &cx.io.str(0), CONTROL, READ)?;
    cx.io.set(0, cx.world.channels.get(id).map_or(0.0, |c| c.control(cx.io.mem.globals)));
    Ok(())
}

fn text(named: &mut Named, io: &Io<'_>, world: &World) {
    read_text(io, named.read(io, 0, world));
}

#[derive(Default)]
struct Get<const KIND: i32> {
    channel: Named,
}

impl<const KIND: i32> Ugen for Get<KIND> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.channel.open(&cx.io, 0, cx.world, KIND, READ)?;
        if KIND == TEXT {
            text(&mut self.channel, &cx.io, cx.world);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        match KIND {
            TEXT => text(&mut self.channel, io, world),
            AUDIO => read_audio(io, self.channel.read(io, 0, world)),
            _ => io.set(0, self.channel.read(io, 0, world).map_or(0.0, |c| c.control(io.mem.globals))),
        }
        Ok(())
    }
}

#[derive(Default)]
struct Later {
    channel: Named,
}

impl Ugen for Later {
    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        text(&mut self.channel, io, world);
        Ok(())
    }
}
