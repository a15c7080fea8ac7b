//! MIDI messages as they come in, and the MIDI file they come from: `midiin`, `pgmchn`, `ctlchn`,
//! `midipgm`, `miditempo`, `midifilestatus`.

use crate::midi::note::channel;
use crate::step::{Step, at_init, at_perf};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::midi::MidiMessage;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `midiin`.
pub static MIDIIN: OpDef = OpDef::new("midiin", "The next MIDI message, one per k-cycle.")
    .sigs(&[sig("kkkk", "", Make::Unit(unit::<Next>))])
    .outs(&[
        port(
            "kstatus",
            "128 note off, 144 note on, 160 key pressure, 176 controller, 192 program, 208 channel pressure, \
             224 pitch bend, 0 no message",
        ),
        port("kchan", "channel, 1 to 16; stays until the next message"),
        port("kdata1", "first data byte, 0 to 127"),
        port("kdata2", "second data byte, 0 to 127"),
    ])
    .reads(Res::MIDI)
    .source("Manual: midiin");

const ONLY: Port = port("ichan", "channel to look at, 1 to 16; 0 for all; default 0");

/// Definition of `pgmchn`.
pub static PGMCHN: OpDef = OpDef::new("pgmchn", "Program changes as they come in.")
    .sigs(&[sig("kk", "o", Make::Unit(unit::<Program>))])
    .outs(&[port("kprogram", "1 to 128; -1 if there is none"), port("kchan", "1 to 16; 0 if there is none")])
    .ins(&[ONLY])
    .reads(Res::MIDI)
    .source("csound -z1; no page in the manual")
    .differences(&["gives program and channel; the reference gives channel + 1 and 1"]);
/// Definition of `ctlchn`.
pub static CTLCHN: OpDef = OpDef::new("ctlchn", "Controllers as they come in.")
    .sigs(&[sig("kkk", "oo", Make::Unit(unit::<Controller>))])
    .outs(&[
        port("kvalue", "0 to 127; -1 if there is none"),
        port("kcontroller", "0 to 127; -1 if there is none"),
        port("kchan", "1 to 16; 0 if there is none"),
    ])
    .ins(&[ONLY, port("icontroller", "controller to look at; 0 for all; default 0")])
    .reads(Res::MIDI)
    .source("csound -z1; no page in the manual")
    .differences(&["gives value, controller and channel; the reference gives channel, controller and 1"]);
/// Definition of `midipgm`.
pub static MIDIPGM: OpDef = OpDef::new("midipgm", "Program of a MIDI channel.")
    .sigs(&[sig("i", "o", at_init::<CurrentProgram>())])
    .outs(&[port("ipgm", "1 to 128; 0 if it was never chosen")])
    .ins(&[port("ichn", "channel, 1 to 16; 0 for that of the note; default 0")])
    .source("csound -z1; no page in the manual");
/// Definition of `miditempo`.
pub static MIDITEMPO: OpDef = OpDef::new("miditempo", "Tempo of the MIDI file, or else of the score.")
    .sigs(&[sig("k", "", at_perf::<Tempo>())])
    .outs(&[port("ktempo", "beats per minute")])
    .reads(Res::MIDI.and(Res::EVENTS))
    .source("Manual: miditempo")
    .differences(&["60 without a MIDI file and `-t`, where the reference gives 60 times the sample rate"]);
/// Definition of `midifilestatus`.
pub static MIDIFILESTATUS: OpDef = OpDef::new("midifilestatus", "Whether the MIDI file still plays.")
    .sigs(&[sig("k", "", at_perf::<Status>())])
    .outs(&[port("kstatus", "1 until the file's end, else 0")])
    .reads(Res::MIDI)
    .source("Manual: midifilestatus");

/// Reads messages one by one from those that come in after init.
#[derive(Default)]
pub(super) struct Inbox {
    next: usize,
}

impl Inbox {
    pub fn open(&mut self, world: &World) {
        self.next = world.midi.received.len();
    }

    pub fn take(&mut self, world: &World) -> Option<MidiMessage> {
        let message = world.midi.received.get(self.next).copied()?;
        self.next += 1;
        Some(message)
    }
}

/// Channel from 1.
fn channel_of(message: MidiMessage) -> f64 {
    f64::from(message.channel()) + 1.0
}

/// Whether a message is of a kind and channel; channel 0 stands for all.
fn fits(message: MidiMessage, kind: u8, channel: f64) -> bool {
    message.kind() == kind && (channel == 0.0 || channel == channel_of(message))
}

#[derive(Default)]
struct Next(Inbox);

impl Ugen for Next {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.0.open(cx.world);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        match self.0.take(world) {
            None => io.set(0, 0.0),
            Some(message) => {
                io.set(0, f64::from(message.kind()));
                io.set(1, channel_of(message));
                io.set(2, f64::from(message.data1));
                io.set(3, f64::from(message.data2));
            }
        }
        Ok(())
    }
}

#[derive(Default)]
struct Program(Inbox);

impl Ugen for Program {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.0.open(cx.world);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let message = self.0.take(world).filter(|m| fits(*m, 0xC0, io.k(0).trunc()));
        io.set(0, message.map_or(-1.0, |m| f64::from(m.data1) + 1.0));
        io.set(1, message.map_or(0.0, channel_of));
        Ok(())
    }
}

#[derive(Default)]
struct Controller(Inbox);

impl Ugen for Controller {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.0.open(cx.world);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let number = io.k(1).trunc();
        let message = self
            .0
            .take(world)
            .filter(|m| fits(*m, 0xB0, io.k(0).trunc()) && (number == 0.0 || f64::from(m.data1) == number));
        io.set(0, message.map_or(-1.0, |m| f64::from(m.data2)));
        io.set(1, message.map_or(-1.0, |m| f64::from(m.data1)));
        io.set(2, message.map_or(0.0, channel_of));
        Ok(())
    }
}

struct CurrentProgram;

impl Step for CurrentProgram {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        let number = io.int(0);
        let chosen = if number > 0 {
            let channel = world.midi.channels.get(number as usize - 1);
            Some(channel.ok_or_else(|| OpError::new(format!("invalid channel number: {number}")))?)
        } else {
            channel(io, world)
        };
        io.set(0, chosen.map_or(0.0, |c| f64::from(c.program + 1)));
        Ok(())
    }
}

struct Tempo;

impl Step for Tempo {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        io.set(0, world.midi.tempo.unwrap_or_else(|| world.whole_tempo()));
        Ok(())
    }
}

struct Status;

impl Step for Status {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        io.set(0, f64::from(world.midi.playing));
        Ok(())
    }
}
