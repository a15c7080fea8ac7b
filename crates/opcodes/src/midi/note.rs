//! The MIDI note that started this note: `notnum`, `veloc`, `cpsmidi`, `ampmidi` and relatives. In
//! notes that no MIDI event started, key, velocity and bend are 0.

use crate::step::{Step, at_both, at_init};
use crate::tables::lookup::{find, point};
use orchestrion_base::error::OpResult;
use orchestrion_base::midi::MidiChannel;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::{math, pitch};

const RANGE: Port =
    port("irange", "range of the pitch bend in semitones; 0 for that of the channel; default 0");
const LOW: Port = port("ilow", "value for 0; default 0");
const HIGH: Port = port("ihigh", "value for 127; default 127");

/// Definition of `notnum`.
pub static NOTNUM: OpDef = OpDef::new("notnum", "Key of the MIDI note.")
    .sigs(&[sig("i", "", at_init::<Key>())])
    .outs(&[port("ival", "0 to 127")])
    .source("Manual: notnum");
/// Definition of `veloc`.
pub static VELOC: OpDef = OpDef::new("veloc", "Velocity of the MIDI note.")
    .sigs(&[sig("i", "oh", at_init::<Velocity>())])
    .outs(&[port("ival", "ilow to ihigh")])
    .ins(&[LOW, HIGH])
    .source("Manual: veloc");
/// Definition of `midichn`.
pub static MIDICHN: OpDef = OpDef::new("midichn", "Channel of the MIDI note.")
    .sigs(&[sig("i", "", at_init::<Channel>())])
    .outs(&[port("ichn", "1 to 16; 0 if no MIDI event started the note")])
    .source("Manual: midichn");
/// Definition of `cpsmidi`.
pub static CPSMIDI: OpDef = OpDef::new("cpsmidi", "Frequency of the MIDI note.")
    .sigs(&[sig("i", "", at_init::<Pitch<CPS>>())])
    .outs(&[port("icps", "Hz")])
    .source("Manual: cpsmidi");
/// Definition of `octmidi`.
pub static OCTMIDI: OpDef = OpDef::new("octmidi", "Octave and its decimal fraction of the MIDI note.")
    .sigs(&[sig("i", "", at_init::<Pitch<OCT>>())])
    .outs(&[port("ioct", "octave, 8 is middle C")])
    .source("Manual: octmidi");
/// Definition of `pchmidi`.
pub static PCHMIDI: OpDef = OpDef::new("pchmidi", "Octave and pitch class of the MIDI note.")
    .sigs(&[sig("i", "", at_init::<Pitch<PCH>>())])
    .outs(&[port("ipch", "octave and hundredths for semitones")])
    .source("Manual: pchmidi");
/// Definition of `cpsmidib`.
pub static CPSMIDIB: OpDef = OpDef::new("cpsmidib", "Frequency of the MIDI note with pitch bend.")
    .sigs(&[sig("i", "o", Make::Init(bent_once::<CPS>)), sig("k", "o", Make::Unit(unit::<Bent<CPS>>))])
    .outs(&[port("xcps", "Hz; held in the release phase")])
    .ins(&[RANGE])
    .reads(Res::MIDI)
    .source("Manual: cpsmidib");
/// Definition of `octmidib`.
pub static OCTMIDIB: OpDef = OpDef::new("octmidib", "Octave of the MIDI note with pitch bend.")
    .sigs(&[sig("i", "o", Make::Init(bent_once::<OCT>)), sig("k", "o", Make::Unit(unit::<Bent<OCT>>))])
    .outs(&[port("xoct", "octave, 8 is middle C")])
    .ins(&[RANGE])
    .reads(Res::MIDI)
    .source("Manual: octmidib");
/// Definition of `pchmidib`.
pub static PCHMIDIB: OpDef = OpDef::new("pchmidib", "Pitch class of the MIDI note with pitch bend.")
    .sigs(&[sig("i", "o", Make::Init(bent_once::<PCH>)), sig("k", "o", Make::Unit(unit::<Bent<PCH>>))])
    .outs(&[port("xpch", "octave and hundredths for semitones")])
    .ins(&[RANGE])
    .reads(Res::MIDI)
    .source("Manual: pchmidib");
/// Definition of `ampmidi`.
pub static AMPMIDI: OpDef = OpDef::new("ampmidi", "Amplitude from the velocity of the MIDI note.")
    .sigs(&[sig("i", "io", at_init::<Amp>())])
    .outs(&[port("iamp", "0 to iscal")])
    .ins(&[
        port("iscal", "amplitude of velocity 128"),
        port("ifn", "table of the curve, read by velocity / 128; 0 for a straight line; default 0"),
    ])
    .source("Manual: ampmidi");
/// Definition of `ampmidid`.
pub static AMPMIDID: OpDef = OpDef::new("ampmidid", "Amplitude from a velocity by a dynamic range.")
    .sigs(&[sig("k", "kio", at_both::<AmpD>()), sig("i", "iio", at_init::<AmpD>())])
    .outs(&[port("xamp", "amplitude")])
    .ins(&[
        port("xvelocity", "0 to 127"),
        port("idecibels", "dynamic range in dB from velocity 1 to 127"),
        port("iuse0dbfs", "amplitude of full scale; 0 takes 0dbfs; default 0"),
    ])
    .source("Manual: ampmidid; R. Dannenberg, The Interpretation of MIDI Velocity, ICMC 2006");
/// Definition of `ampmidicurve`.
pub static AMPMIDICURVE: OpDef = OpDef::new("ampmidicurve", "Gain from a velocity by range and curve.")
    .sigs(&[sig("k", "kkk", at_both::<Curve>()), sig("i", "iii", at_init::<Curve>())])
    .outs(&[port("xgain", "gain up to 1")])
    .ins(&[
        port("xvelocity", "0 to 127"),
        port("xrange", "dynamic range: the least gain is 1 minus this"),
        port("xexponent", "1 for a straight line, more bends it down"),
    ])
    .source("Manual: ampmidicurve");

/// Definition of `cpstmid`.
pub static CPSTMID: OpDef = OpDef::new(
    "cpstmid",
    "Frequency of the MIDI note in a tuning that a table gives.",
)
.sigs(&[sig("i", "i", at_init::<Tuned>())])
.outs(&[port("icps", "Hz")])
.ins(&[port(
    "ifn",
    "table: number of grades, interval after which they repeat, base frequency in Hz, its key, then the \
         ratios of the grades to it",
)])
.source("Manual: cpstmid");

const CPS: u8 = 0;
const OCT: u8 = 1;
const PCH: u8 = 2;

/// The MIDI channel of the note; `None` for notes that no MIDI event started.
pub(super) fn channel<'w>(io: &Io<'_>, world: &'w World) -> Option<&'w MidiChannel> {
    io.note.midi.get().and_then(|m| world.midi.channels.get(usize::from(m.channel)))
}

pub(super) fn key(io: &Io<'_>) -> f64 {
    io.note.midi.get().map_or(0.0, |m| f64::from(m.key))
}

pub(super) fn velocity(io: &Io<'_>) -> f64 {
    io.note.midi.get().map_or(0.0, |m| f64::from(m.velocity))
}

/// A key in the unit of an opcode: 0 Hz, 1 octave, 2 pitch class.
pub(super) fn convert(kind: u8, key: f64, a4: f64) -> f64 {
    let octave = key / 12.0 + 3.0;
    match kind {
        CPS => pitch::cpsoct(octave, a4),
        OCT => octave,
        _ => octave.trunc() + (octave - octave.trunc()) * 0.12,
    }
}

struct Key;

impl Step for Key {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        io.set(0, key(io));
        Ok(())
    }
}

struct Velocity;

impl Step for Velocity {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        let (low, high) = (io.k(0), io.k(1));
        io.set(0, low + velocity(io) * (high - low) * (1.0 / 127.0));
        Ok(())
    }
}

struct Channel;

impl Step for Channel {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        io.set(0, io.note.midi.get().map_or(0.0, |m| f64::from(m.channel) + 1.0));
        Ok(())
    }
}

struct Pitch<const KIND: u8>;

impl<const KIND: u8> Step for Pitch<KIND> {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        io.set(0, convert(KIND, key(io), world.header.a4));
        Ok(())
    }
}

fn bent(kind: u8, io: &Io<'_>, world: &World, range: f64) -> f64 {
    let bend = channel(io, world).map_or(0.0, |c| c.bend);
    convert(kind, key(io) + bend * range, world.header.a4)
}

fn range(io: &Io<'_>, world: &World) -> f64 {
    if io.k(0) > 0.0 { io.k(0) } else { channel(io, world).map_or(2.0, |c| c.bend_range) }
}

fn bent_once<const KIND: u8>(cx: &mut Init<'_>) -> OpResult {
    cx.io.set(0, bent(KIND, &cx.io, cx.world, range(&cx.io, cx.world)));
    Ok(())
}

#[derive(Default)]
struct Bent<const KIND: u8> {
    range: f64,
    held: f64,
}

impl<const KIND: u8> Ugen for Bent<KIND> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.range = range(&cx.io, cx.world);
        self.held = bent(KIND, &cx.io, cx.world, self.range);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        if KIND != CPS || !io.note.releasing.get() {
            self.held = bent(KIND, io, world, self.range);
        }
        io.set(0, self.held);
        Ok(())
    }
}

struct Tuned;

impl Step for Tuned {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        let table = find(world, "cpstmid", io.k(0))?;
        let grades = point(table, 0) as i64;
        if grades < 1 {
            return Err("cpstmid: the table must give one grade or more".into());
        }
        let (interval, base) = (point(table, 1), point(table, 2));
        let steps = (key(io) as i64).saturating_sub(point(table, 3) as i64);
        let ratio = point(table, 4 + steps.rem_euclid(grades) as usize);
        io.set(0, ratio * math::pow(interval, steps.div_euclid(grades) as f64) * base);
        Ok(())
    }
}

struct Amp;

impl Step for Amp {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        let mut amp = velocity(io) / 128.0;
        if io.k(1).trunc() > 0.0 {
            let table = find(world, "ampmidi", io.k(1))?;
            amp = point(table, (amp * table.len as f64) as usize);
        }
        io.set(0, amp * io.k(0));
        Ok(())
    }
}

struct AmpD;

impl Step for AmpD {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        let ratio = math::pow(10.0, io.k(1) / 20.0);
        let b = 127.0 / (126.0 * ratio.sqrt()) - 1.0 / 126.0;
        let m = (1.0 - b) / 127.0;
        let full = if io.k(2) == 0.0 { world.header.zero_dbfs } else { io.k(2) };
        io.set(0, full * math::pow(io.k(0) * m + b, 2.0) * (1.0 / 0.707));
        Ok(())
    }
}

struct Curve;

impl Step for Curve {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        let range = io.k(1);
        io.set(0, range * math::pow(io.k(0) / 127.0, io.k(2)) + 1.0 - range);
        Ok(())
    }
}
