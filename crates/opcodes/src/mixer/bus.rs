//! `MixerSetLevel`, `MixerGetLevel`, `MixerSend`, `MixerReceive`, `MixerClear`: sends to buses by a matrix
//! of gains.

use crate::channels::shared::cycle_start;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Ugen, WorldUgen, port, sig, unit, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use std::collections::BTreeMap;

const SEND: Port = port("isend", "number of the send, 0 or more");
const BUS: Port = port("ibuss", "number of the bus, 0 or more");
const CHANNEL: Port = port("ichannel", "channel of the bus, from 0, below nchnls");

/// Definition of `MixerSetLevel`.
pub static MIXERSETLEVEL: OpDef = OpDef::new("MixerSetLevel", "Sets the gain of a send to a bus.")
    .sigs(&[sig("", "iik", Make::Unit(world_unit::<SetLevel>))])
    .ins(&[SEND, BUS, port("kgain", "gain")])
    .writes(Res::FAMILY)
    .source("Manual: MixerSetLevel");
/// Definition of `MixerSetLevel_i`.
pub static MIXERSETLEVEL_I: OpDef =
    OpDef::new("MixerSetLevel_i", "Sets the gain of a send to a bus at init.")
        .sigs(&[sig("", "iii", Make::Init(|cx| set_level(&cx.io, cx.world)))])
        .ins(&[SEND, BUS, port("igain", "gain")])
        .source("Manual: MixerSetLevel_i");
/// Definition of `MixerGetLevel`.
pub static MIXERGETLEVEL: OpDef = OpDef::new("MixerGetLevel", "The gain of a send to a bus.")
    .sigs(&[sig("k", "ii", Make::Unit(unit::<GetLevel>))])
    .outs(&[port("kgain", "gain, 0 if it was never set")])
    .ins(&[SEND, BUS])
    .reads(Res::FAMILY)
    .source("Manual: MixerGetLevel");
/// Definition of `MixerSend`.
pub static MIXERSEND: OpDef = OpDef::new("MixerSend", "Adds a signal to a channel of a bus.")
    .sigs(&[sig("", "aiii", Make::Unit(world_unit::<Send>))])
    .ins(&[port("asignal", "signal"), SEND, BUS, CHANNEL])
    .reads(Res::FAMILY)
    .writes(Res::FAMILY)
    .source("Manual: MixerSend");
/// Definition of `MixerReceive`.
pub static MIXERRECEIVE: OpDef = OpDef::new("MixerReceive", "What notes have sent to a channel of a bus.")
    .sigs(&[sig("a", "ii", Make::Unit(unit::<Receive>))])
    .outs(&[port("asignal", "sum of the sends since the last MixerClear")])
    .ins(&[BUS, CHANNEL])
    .reads(Res::FAMILY)
    .source("Manual: MixerReceive");
/// Definition of `MixerClear`.
pub static MIXERCLEAR: OpDef = OpDef::new("MixerClear", "Silences all buses.")
    .sigs(&[sig("", "", Make::Unit(world_unit::<Clear>))])
    .writes(Res::FAMILY)
    .source("Manual: MixerClear");

/// Gains by send and bus; samples by bus and channel.
#[derive(Default)]
struct Mixer {
    gains: BTreeMap<(u64, u64), f64>,
    buses: BTreeMap<u64, Vec<f64>>,
}

impl Mixer {
    fn gain(&self, send: u64, bus: u64) -> f64 {
        self.gains.get(&(send, bus)).copied().unwrap_or(0.0)
    }
}

/// Makes a bus if there is none.
fn open(world: &mut World, bus: u64) {
    let samples = world.header.nchnls * world.header.ksmps;
    world.shared::<Mixer>().buses.entry(bus).or_insert_with(|| vec![0.0; samples]);
}

fn number(io: &Io<'_>, input: usize) -> u64 {
    io.k(input).max(0.0) as u64
}

fn channel(io: &Io<'_>, input: usize, world: &World) -> OpResult<usize> {
    let channel = number(io, input) as usize;
    if channel < world.header.nchnls { Ok(channel) } else { Err(OpError::new("the bus has no such channel")) }
}

/// First sample of this call in a bus.
fn start(io: &Io<'_>, world: &World, channel: usize) -> usize {
    channel * world.header.ksmps + cycle_start(io) + io.first
}

fn set_level(io: &Io<'_>, world: &mut World) -> OpResult {
    let (send, bus) = (number(io, 0), number(io, 1));
    open(world, bus);
    world.shared::<Mixer>().gains.insert((send, bus), io.k(2));
    Ok(())
}

#[derive(Default)]
struct SetLevel;

impl WorldUgen for SetLevel {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        set_level(&cx.io, cx.world)
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let (send, bus) = (number(io, 0), number(io, 1));
        if let Some(gain) = world.shared::<Mixer>().gains.get_mut(&(send, bus)) {
            *gain = io.k(2);
        }
        Ok(())
    }
}

#[derive(Default)]
struct GetLevel;

impl Ugen for GetLevel {
    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let (send, bus) = (number(io, 0), number(io, 1));
        io.set(0, world.shared_ref::<Mixer>().map_or(0.0, |m| m.gain(send, bus)));
        Ok(())
    }
}

#[derive(Default)]
struct Send {
    channel: usize,
}

impl WorldUgen for Send {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.channel = channel(&cx.io, 3, cx.world)?;
        open(cx.world, number(&cx.io, 2));
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let (send, bus, at) = (number(io, 1), number(io, 2), start(io, world, self.channel));
        let mixer = world.shared::<Mixer>();
        let gain = mixer.gain(send, bus);
        let samples = mixer.buses.get_mut(&bus).and_then(|b| b.get_mut(at..)).unwrap_or(&mut []);
        for (sum, x) in samples.iter_mut().zip(io.a(0)) {
            *sum += x.get() * gain;
        }
        Ok(())
    }
}

#[derive(Default)]
struct Receive {
    channel: usize,
}

impl Ugen for Receive {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.channel = channel(&cx.io, 1, cx.world)?;
        open(cx.world, number(&cx.io, 0));
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let at = start(io, world, self.channel);
        let bus = world.shared_ref::<Mixer>().and_then(|m| m.buses.get(&number(io, 0)));
        let samples = bus.and_then(|b| b.get(at..)).unwrap_or(&[]);
        for (out, x) in io.out(0).iter().zip(samples) {
            out.set(*x);
        }
        Ok(())
    }
}

#[derive(Default)]
struct Clear;

impl WorldUgen for Clear {
    fn perform(&mut self, _: &Io<'_>, world: &mut World) -> OpResult {
        for bus in world.shared::<Mixer>().buses.values_mut() {
            bus.fill(0.0);
        }
        Ok(())
    }
}
