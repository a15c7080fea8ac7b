//! Controllers: `midictrl`, `aftouch`, `pchbend`, `polyaft`, `chanctrl`, the `ctrl` and `midic` opcodes of
//! 7, 14 and 21 bits, `initc7` and relatives, `ctrlinit`.

use crate::midi::note::channel;
use crate::step::{Step, WorldStep, at_init, world_at_init};
use crate::tables::lookup::{missing, point};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Sig, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::TAU;

const OUT: &[Port] = &[port("xval", "value between the least and the greatest")];

const fn def(name: &'static str, summary: &'static str, sigs: &'static [Sig], ins: &'static [Port]) -> OpDef {
    OpDef::new(name, summary)
        .sigs(sigs)
        .outs(OUT)
        .ins(ins)
        .reads(Res::MIDI)
        .source("Manual, page of this name")
}

const CHANNEL: Port = port("ichan", "MIDI channel, 1 to 16");
const NUMBER: Port = port("ictlno", "controller, 0 to 127; the most significant part first");
const LOW: Port = port("ilow", "value for 0");
const HIGH: Port = port("ihigh", "value for 127");

/// Definition of `midictrl`.
pub static MIDICTRL: OpDef = def(
    "midictrl",
    "A controller of the note's MIDI channel.",
    &[
        sig("i", "ioh", at_init::<OfNote<CONTROLLER>>()),
        sig("k", "ioh", Make::Unit(unit::<OfNoteK<CONTROLLER>>)),
    ],
    &[NUMBER, LOW, HIGH],
);
/// Definition of `polyaft`.
pub static POLYAFT: OpDef = def(
    "polyaft",
    "Pressure of a key of the note's MIDI channel.",
    &[sig("i", "ioh", at_init::<OfNote<KEY>>()), sig("k", "ioh", Make::Unit(unit::<OfNoteK<KEY>>))],
    &[port("inote", "key, 0 to 127"), LOW, HIGH],
);
/// Definition of `aftouch`.
pub static AFTOUCH: OpDef = def(
    "aftouch",
    "Pressure of the note's MIDI channel.",
    &[sig("k", "oh", Make::Unit(unit::<Pressure>))],
    &[LOW, HIGH],
);
/// Definition of `pchbend`.
pub static PCHBEND: OpDef = def(
    "pchbend",
    "Pitch bend of the note's MIDI channel.",
    &[sig("i", "jp", at_init::<Bend>()), sig("k", "jp", Make::Unit(unit::<BendK>))],
    &[
        port("imin", "the value is imin plus (imax - imin) times the bend of -1 to 1; default -1"),
        port("imax", "default 1"),
    ],
);
/// Definition of `chanctrl`.
pub static CHANCTRL: OpDef = def(
    "chanctrl",
    "A controller of a MIDI channel.",
    &[sig("i", "iioh", at_init::<OfChannel>()), sig("k", "iioh", Make::Unit(unit::<OfChannelK>))],
    &[CHANNEL, NUMBER, LOW, HIGH],
);

const CTRL_IN: &[Port] = &[
    CHANNEL,
    NUMBER,
    port("kmin", "least value"),
    port("kmax", "greatest value"),
    port("ifn", "table of the curve, 0 for none; default 0"),
    port("icutoff", "audio-rate form: cutoff of the smoothing in Hz, 0 for 5; default 0"),
];
const MIDIC_IN: &[Port] = &[
    NUMBER,
    port("kmin", "least value"),
    port("kmax", "greatest value"),
    port("ifn", "table of the curve, 0 for none; default 0"),
];

/// Definition of `ctrl7`.
pub static CTRL7: OpDef = def(
    "ctrl7",
    "A controller of a MIDI channel.",
    &[
        sig("a", "iikkoo", Make::Unit(unit::<Smooth>)),
        sig("i", "iiiio", Make::Init(scaled_once::<1, true>)),
        sig("k", "iikko", Make::Unit(unit::<Scaled<1, true>>)),
    ],
    CTRL_IN,
);
/// Definition of `ctrl14`.
pub static CTRL14: OpDef = def(
    "ctrl14",
    "A controller of 14 bits of a MIDI channel.",
    &[
        sig("i", "iiiiio", Make::Init(scaled_once::<2, true>)),
        sig("k", "iiikko", Make::Unit(unit::<Scaled<2, true>>)),
    ],
    CTRL_IN,
);
/// Definition of `ctrl21`.
pub static CTRL21: OpDef = def(
    "ctrl21",
    "A controller of 21 bits of a MIDI channel.",
    &[
        sig("i", "iiiiiio", Make::Init(scaled_once::<3, true>)),
        sig("k", "iiiikko", Make::Unit(unit::<Scaled<3, true>>)),
    ],
    CTRL_IN,
);
/// Definition of `midic7`.
pub static MIDIC7: OpDef = def(
    "midic7",
    "A controller of the note's MIDI channel.",
    &[
        sig("i", "iiio", Make::Init(scaled_once::<1, false>)),
        sig("k", "ikko", Make::Unit(unit::<Scaled<1, false>>)),
    ],
    MIDIC_IN,
);
/// Definition of `midic14`.
pub static MIDIC14: OpDef = def(
    "midic14",
    "A controller of 14 bits of the note's MIDI channel.",
    &[
        sig("i", "iiiio", Make::Init(scaled_once::<2, false>)),
        sig("k", "iikko", Make::Unit(unit::<Scaled<2, false>>)),
    ],
    MIDIC_IN,
);
/// Definition of `midic21`.
pub static MIDIC21: OpDef = def(
    "midic21",
    "A controller of 21 bits of the note's MIDI channel.",
    &[
        sig("i", "iiiiio", Make::Init(scaled_once::<3, false>)),
        sig("k", "iiikko", Make::Unit(unit::<Scaled<3, false>>)),
    ],
    MIDIC_IN,
);

const INIT_IN: &[Port] = &[CHANNEL, NUMBER, port("ivalue", "value, 0 to 1")];

/// Definition of `initc7`.
pub static INITC7: OpDef = OpDef::new("initc7", "Sets a controller.")
    .sigs(&[sig("", "iii", world_at_init::<Set<1>>())])
    .ins(INIT_IN)
    .source("Manual: initc7");
/// Definition of `initc14`.
pub static INITC14: OpDef = OpDef::new("initc14", "Sets a controller of 14 bits.")
    .sigs(&[sig("", "iiii", world_at_init::<Set<2>>())])
    .ins(INIT_IN)
    .source("Manual: initc14");
/// Definition of `initc21`.
pub static INITC21: OpDef = OpDef::new("initc21", "Sets a controller of 21 bits.")
    .sigs(&[sig("", "iiiii", world_at_init::<Set<3>>())])
    .ins(INIT_IN)
    .source("Manual: initc21");
/// Definition of `ctrlinit`.
pub static CTRLINIT: OpDef = OpDef::new("ctrlinit", "Sets controllers.")
    .sigs(&[sig("", "im", world_at_init::<SetMany>()), sig("", "Sm", world_at_init::<SetMany>())])
    .ins(&[CHANNEL, port("ictlno1, ival1...", "pairs of controller and value, both 0 to 127")])
    .source("Manual: ctrlinit");

const CONTROLLER: u8 = 0;
const KEY: u8 = 1;

pub(super) fn number(x: f64) -> OpResult<usize> {
    let n = x.trunc();
    if (0.0..128.0).contains(&n) { Ok(n as usize) } else { Err(OpError::new("illegal controller number")) }
}

pub(super) fn channel_index(x: f64) -> OpResult<usize> {
    let n = (x - 1.0).trunc();
    if x >= 1.0 && n < 16.0 { Ok(n as usize) } else { Err(OpError::new("illegal MIDI channel")) }
}

fn of_note<const WHAT: u8>(io: &Io<'_>, world: &World) -> OpResult {
    let (n, low, high) = (number(io.k(0))?, io.k(1), io.k(2));
    let value =
        channel(io, world).map_or(0.0, |c| if WHAT == KEY { c.key_pressure[n] } else { c.controllers[n] });
    io.set(0, value * (high - low) * (1.0 / 127.0) + low);
    Ok(())
}

struct OfNote<const WHAT: u8>;

impl<const WHAT: u8> Step for OfNote<WHAT> {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        of_note::<WHAT>(io, world)
    }
}

/// Units that check their numbers at init and read at performance.
macro_rules! checked_at_init {
    ($name:ident, $check:expr, $step:expr $(, $($generics:tt)+)?) => {
        #[derive(Default)]
        struct $name $(<$($generics)+>)?;
        checked_at_init!(@impl $name, $check, $step $(, $($generics)+)?);
    };
    (@impl $name:ident, $check:expr, $step:expr, const WHAT: u8) => {
        impl<const WHAT: u8> Ugen for $name<WHAT> { checked_at_init!(@body $check, $step); }
    };
    (@impl $name:ident, $check:expr, $step:expr) => {
        impl Ugen for $name { checked_at_init!(@body $check, $step); }
    };
    (@body $check:expr, $step:expr) => {
        fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
            $check(&cx.io)
        }

        fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
            $step(io, world)
        }
    };
}

fn fine(_: &Io<'_>) -> OpResult {
    Ok(())
}

checked_at_init!(OfNoteK, |io: &Io<'_>| number(io.k(0)).map(drop), of_note::<WHAT>, const WHAT: u8);
checked_at_init!(Pressure, fine, pressure);
checked_at_init!(BendK, fine, bend);
checked_at_init!(OfChannelK, check_channel, of_channel);

fn pressure(io: &Io<'_>, world: &World) -> OpResult {
    let (low, high) = (io.k(0), io.k(1));
    let value = channel(io, world).map_or(0.0, |c| c.pressure);
    io.set(0, low + value * ((high - low) * (1.0 / 127.0)));
    Ok(())
}

fn bend(io: &Io<'_>, world: &World) -> OpResult {
    let (low, high) = (io.k(0), io.k(1));
    io.set(0, low + (high - low) * channel(io, world).map_or(0.0, |c| c.bend));
    Ok(())
}

struct Bend;

impl Step for Bend {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        bend(io, world)
    }
}

fn check_channel(io: &Io<'_>) -> OpResult {
    channel_index(io.k(0))?;
    number(io.k(1)).map(drop)
}

fn of_channel(io: &Io<'_>, world: &World) -> OpResult {
    let value = world.midi.channels[channel_index(io.k(0))?].controllers[number(io.k(1))?];
    let (low, high) = (io.k(2), io.k(3));
    io.set(0, value * (high - low) * (1.0 / 127.0) + low);
    Ok(())
}

struct OfChannel;

impl Step for OfChannel {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        of_channel(io, world)
    }
}

/// Value 0 to 1 of a controller of 7 * `PARTS` bits, through the table; `None` if the note has no
/// channel. `NAMED`: input 0 is the channel.
fn scaled<const PARTS: usize, const NAMED: bool>(io: &Io<'_>, world: &World) -> OpResult<Option<f64>> {
    let first = usize::from(NAMED);
    let channel =
        if NAMED { Some(&world.midi.channels[channel_index(io.k(0))?]) } else { channel(io, world) };
    let Some(channel) = channel else { return Ok(None) };
    let mut value = 0.0;
    for i in 0..PARTS {
        value = value * 128.0 + channel.controllers[number(io.k(first + i))?];
    }
    value *= 1.0 / ((1_u32 << (7 * PARTS)) - 1) as f64;
    let fn_input = first + PARTS + 2;
    let (low, high) = (io.k(fn_input - 2), io.k(fn_input - 1));
    if io.k(fn_input) > 0.0 {
        let Some(table) = world.tables.get(io.k(fn_input)) else {
            return Err(missing("MIDI controller", io.k(fn_input)));
        };
        let place = value.clamp(0.0, 1.0) * table.len.saturating_sub(1) as f64;
        let i = place as usize;
        let y = point(table, i);
        // Only the finer controllers interpolate.
        value = if PARTS == 1 { y } else { y + (point(table, i + 1) - y) * (place - place.trunc()) };
    }
    Ok(Some(value * (high - low) + low))
}

fn scaled_once<const PARTS: usize, const NAMED: bool>(cx: &mut Init<'_>) -> OpResult {
    if let Some(value) = scaled::<PARTS, NAMED>(&cx.io, cx.world)? {
        cx.io.set(0, value);
    }
    Ok(())
}

#[derive(Default)]
struct Scaled<const PARTS: usize, const NAMED: bool>;

impl<const PARTS: usize, const NAMED: bool> Ugen for Scaled<PARTS, NAMED> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        scaled::<PARTS, NAMED>(&cx.io, cx.world).map(drop)
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        if let Some(value) = scaled::<PARTS, NAMED>(io, world)? {
            io.set(0, value);
        }
        Ok(())
    }
}

/// `ctrl7` at audio rate: low-passed once a k-cycle, then straight lines between the k-cycles.
#[derive(Default)]
struct Smooth {
    c2: f64,
    filtered: f64,
    last: f64,
}

impl Ugen for Smooth {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        scaled::<1, true>(&cx.io, cx.world)?;
        let cutoff = if cx.k(5) <= 0.0 { 5.0 } else { cx.k(5) };
        let b = 2.0 - math::cos(cutoff * (TAU / cx.clock.sr) * cx.clock.ksmps as f64);
        *self = Self { c2: b - (b * b - 1.0).sqrt(), ..Self::default() };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let value = scaled::<1, true>(io, world)?.unwrap_or(0.0);
        self.filtered = (1.0 - self.c2) * value + self.c2 * self.filtered;
        let out = io.out(0);
        let step = (self.filtered - self.last) / out.len().max(1) as f64;
        for y in out {
            self.last += step;
            y.set(self.last);
        }
        Ok(())
    }
}

struct Set<const PARTS: usize>;

impl<const PARTS: usize> WorldStep for Set<PARTS> {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        let value = io.k(1 + PARTS);
        if !(0.0..=1.0).contains(&value) {
            return Err("the value must be 0 to 1".into());
        }
        let controllers = &mut world.midi.channels[channel_index(io.k(0))?].controllers;
        if PARTS == 1 {
            controllers[number(io.k(1))?] = value * 127.0 + 0.5;
            return Ok(());
        }
        let all = (value * ((1_u32 << (7 * PARTS)) - 1) as f64).round_ties_even() as u32;
        for i in 0..PARTS {
            controllers[number(io.k(1 + i))?] = f64::from((all >> (7 * (PARTS - 1 - i))) & 0x7F);
        }
        Ok(())
    }
}

struct SetMany;

impl WorldStep for SetMany {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        if io.n_ins().is_multiple_of(2) {
            return Err("uneven pairs of controller and value".into());
        }
        let channel = if io.is_str(0) {
            Err("there are no named MIDI channels".into())
        } else {
            channel_index(io.k(0).round())
        }?;
        for i in (1..io.n_ins()).step_by(2) {
            let (n, value) = (number(io.k(i))?, io.k(i + 1));
            if !(0.0..=127.0).contains(&value) {
                return Err("the value must be 0 to 127".into());
            }
            world.midi.channels[channel].controllers[n] = value;
        }
        Ok(())
    }
}
