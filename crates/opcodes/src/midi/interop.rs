//! Opcodes that overwrite variables with MIDI data, in notes that MIDI started only: `midinoteonkey`,
//! `midicontrolchange`, `mididefault` and relatives. Notes of the score keep what they had.

use crate::midi::note::{channel, convert, key, velocity};
use orchestrion_base::error::OpResult;
use orchestrion_base::midi::MidiChannel;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Sig, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const fn def(name: &'static str, summary: &'static str, sigs: &'static [Sig], ins: &'static [Port]) -> OpDef {
    OpDef::new(name, summary).sigs(sigs).ins(ins).reads(Res::MIDI).source("Manual, page of this name")
}

const NOTE: &[Port] = &[port("xkey", "variable for the key"), port("xvelocity", "variable for the velocity")];
const VALUE: &[Port] = &[
    port("xvalue", "variable"),
    port("ilow", "value for 0; default 0"),
    port("ihigh", "value for 127; default 127"),
];
const NUMBERED: &[Port] = &[
    port("xnumber", "controller or key, 0 to 127"),
    port("xvalue", "variable"),
    port("ilow", "value for 0; default 0"),
    port("ihigh", "value for 127; default 127"),
];

/// Definition of `midinoteoff`.
pub static MIDINOTEOFF: OpDef = def(
    "midinoteoff",
    "Key and velocity of the MIDI note.",
    &[sig("", "xx", Make::Unit(unit::<Note<KEY>>))],
    NOTE,
)
.changes(3);
/// Definition of `midinoteonkey`.
pub static MIDINOTEONKEY: OpDef = def(
    "midinoteonkey",
    "Key and velocity of the MIDI note.",
    &[sig("", "xx", Make::Unit(unit::<Note<KEY>>))],
    NOTE,
)
.changes(3);
/// Definition of `midinoteoncps`.
pub static MIDINOTEONCPS: OpDef = def(
    "midinoteoncps",
    "Frequency in Hz and velocity of the MIDI note.",
    &[sig("", "xx", Make::Unit(unit::<Note<0>>))],
    NOTE,
)
.changes(3);
/// Definition of `midinoteonoct`.
pub static MIDINOTEONOCT: OpDef = def(
    "midinoteonoct",
    "Octave and velocity of the MIDI note.",
    &[sig("", "xx", Make::Unit(unit::<Note<1>>))],
    NOTE,
)
.changes(3);
/// Definition of `midinoteonpch`.
pub static MIDINOTEONPCH: OpDef = def(
    "midinoteonpch",
    "Pitch class and velocity of the MIDI note.",
    &[sig("", "xx", Make::Unit(unit::<Note<2>>))],
    NOTE,
)
.changes(3);
/// Definition of `midipolyaftertouch`.
pub static MIDIPOLYAFTERTOUCH: OpDef = def(
    "midipolyaftertouch",
    "Pressure of a key.",
    &[sig("", "xxoh", Make::Unit(unit::<Numbered<true>>))],
    NUMBERED,
)
.changes(2);
/// Definition of `midicontrolchange`.
pub static MIDICONTROLCHANGE: OpDef = def(
    "midicontrolchange",
    "A controller.",
    &[sig("", "xxoh", Make::Unit(unit::<Numbered<false>>))],
    NUMBERED,
)
.changes(2);
/// Definition of `midiprogramchange`.
pub static MIDIPROGRAMCHANGE: OpDef =
    def("midiprogramchange", "The program.", &[sig("", "x", Make::Unit(unit::<Program>))], VALUE).changes(1);
/// Definition of `midichannelaftertouch`.
pub static MIDICHANNELAFTERTOUCH: OpDef = def(
    "midichannelaftertouch",
    "Pressure of the channel.",
    &[sig("", "xoh", Make::Unit(unit::<Value<false>>))],
    VALUE,
)
.changes(1);
/// Definition of `midipitchbend`.
pub static MIDIPITCHBEND: OpDef =
    def("midipitchbend", "Pitch bend.", &[sig("", "xoh", Make::Unit(unit::<Value<true>>))], VALUE).changes(1);
/// Definition of `mididefault`.
pub static MIDIDEFAULT: OpDef = def(
    "mididefault",
    "A default for notes that MIDI started.",
    &[sig("", "xx", Make::Unit(unit::<Fallback>))],
    &[port("xdefault", "value"), port("xvalue", "variable that receives it")],
)
.changes(2);

const KEY: u8 = 9;

/// Runs the same at init and performance, if MIDI started the note.
trait Overwrite: Default + Send + 'static {
    fn overwrite(io: &Io<'_>, world: &World, channel: &MidiChannel);
}

macro_rules! both_passes {
    ($([$($generics:tt)*] $name:ty;)*) => {$(
        impl<$($generics)*> Ugen for $name {
            fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
                self.perform(&cx.io, cx.world)
            }

            fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
                if let Some(channel) = channel(io, world) {
                    Self::overwrite(io, world, channel);
                }
                Ok(())
            }
        }
    )*};
}

both_passes! {
    [const KIND: u8] Note<KIND>;
    [const OF_KEY: bool] Numbered<OF_KEY>;
    [] Program;
    [const BEND: bool] Value<BEND>;
    [] Fallback;
}

#[derive(Default)]
struct Note<const KIND: u8>;

impl<const KIND: u8> Overwrite for Note<KIND> {
    fn overwrite(io: &Io<'_>, world: &World, _: &MidiChannel) {
        io.set_in(0, if KIND == KEY { key(io) } else { convert(KIND, key(io), world.header.a4) });
        io.set_in(1, velocity(io));
    }
}

#[derive(Default)]
struct Numbered<const OF_KEY: bool>;

impl<const OF_KEY: bool> Overwrite for Numbered<OF_KEY> {
    fn overwrite(io: &Io<'_>, _: &World, channel: &MidiChannel) {
        let (low, high) = (io.k(2), io.k(3));
        let values = if OF_KEY { &channel.key_pressure } else { &channel.controllers };
        let value = values.get(io.k(0) as usize).copied().unwrap_or(0.0);
        io.set_in(1, low + value * ((high - low) * (1.0 / 127.0)));
    }
}

#[derive(Default)]
struct Program;

impl Overwrite for Program {
    fn overwrite(io: &Io<'_>, _: &World, channel: &MidiChannel) {
        io.set_in(0, f64::from(channel.program));
    }
}

#[derive(Default)]
struct Value<const BEND: bool>;

impl<const BEND: bool> Overwrite for Value<BEND> {
    fn overwrite(io: &Io<'_>, _: &World, channel: &MidiChannel) {
        let (low, high) = (io.k(1), io.k(2));
        // The reference scales the bend of -1 to 1 as if it were 0 to 127.
        let value = if BEND { channel.bend } else { channel.pressure };
        io.set_in(0, low + value * ((high - low) * (1.0 / 127.0)));
    }
}

#[derive(Default)]
struct Fallback;

impl Overwrite for Fallback {
    fn overwrite(io: &Io<'_>, _: &World, _: &MidiChannel) {
        io.set_in(1, io.k(0));
    }
}
