//! `outleta`, `outletk`, `outletkid`, `outletf`, `outletv`: signals out of an instrument.

use crate::channels::shared::cycle_start;
use crate::graph::ports::{Graph, Kind, Slot, open};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Sig, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::value::ArrayData;
use orchestrion_base::world::World;

const NAME: Port = port("Sname", "name of the outlet, unique in the instrument");

const fn def(name: &'static str, summary: &'static str, sigs: &'static [Sig], ins: &'static [Port]) -> OpDef {
    OpDef::new(name, summary)
        .sigs(sigs)
        .ins(ins)
        .writes(Res::FAMILY)
        .source("Manual, page of this name; order of notes measured on the reference")
        .differences(&[
            "what follows in the instrument is performed; in the reference an outlet ends the k-cycle of its note",
        ])
}

/// Definition of `outleta`.
pub static OUTLETA: OpDef = def(
    "outleta",
    "Sends an audio signal out of an instrument.",
    &[sig("", "Sa", Make::Unit(world_unit::<Audio>))],
    &[NAME, port("asignal", "signal")],
);
/// Definition of `outletk`.
pub static OUTLETK: OpDef = def(
    "outletk",
    "Sends a control signal out of an instrument.",
    &[sig("", "Sk", Make::Unit(world_unit::<Control>))],
    &[NAME, port("ksignal", "signal")],
);
/// Definition of `outletkid`.
pub static OUTLETKID: OpDef = def(
    "outletkid",
    "Sends a control signal out of an instrument under the name of an instance.",
    &[sig("", "SSk", Make::Unit(world_unit::<Tagged>))],
    &[NAME, port("SinstanceID", "name of the instance"), port("ksignal", "signal")],
)
.differences(&["sends the signal; the reference sends a part of its memory"]);
/// Definition of `outletf`.
pub static OUTLETF: OpDef = def(
    "outletf",
    "Sends a spectral signal out of an instrument.",
    &[sig("", "Sf", Make::Unit(world_unit::<Spectral>))],
    &[NAME, port("fsignal", "signal")],
);
/// Definition of `outletv`.
pub static OUTLETV: OpDef = def(
    "outletv",
    "Sends an array of audio signals out of an instrument.",
    &[sig("", "Sa[]", Make::Unit(world_unit::<Array>))],
    &[NAME, port("array", "signals")],
);

/// An outlet, which keeps its slot from note to note.
#[derive(Default)]
struct Outlet {
    slot: Option<usize>,
}

impl Outlet {
    fn open(&mut self, cx: &mut Init<'_>, kind: Kind, values: usize) -> OpResult {
        cx.world.ask_memory(values.saturating_mul(8), "an outlet")?;
        let name = cx.io.str(0);
        let slot = open(cx.world, cx.io.note, kind, &name, self.slot);
        self.slot = Some(slot);
        if let Some(slot) = self.slot(cx.world) {
            slot.values.resize(values, 0.0);
        }
        Ok(())
    }

    fn slot<'w>(&self, world: &'w mut World) -> Option<&'w mut Slot> {
        world.shared::<Graph>().slot(self.slot?)
    }

    fn send(&self, world: &mut World, value: f64) {
        if let Some(slot) = self.slot(world) {
            slot.values.fill(value);
        }
    }
}

#[derive(Default)]
struct Audio(Outlet);

impl WorldUgen for Audio {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let samples = cx.world.header.ksmps;
        self.0.open(cx, Kind::Audio, samples)
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let Some(slot) = self.0.slot(world) else { return Ok(()) };
        let start = cycle_start(io);
        let samples = slot.values.get_mut(start..start + io.clock.ksmps).unwrap_or(&mut []);
        samples.fill(0.0);
        for (to, from) in samples.iter_mut().skip(io.first).zip(io.a(1)) {
            *to = from.get();
        }
        Ok(())
    }
}

#[derive(Default)]
struct Control(Outlet);

impl WorldUgen for Control {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.0.open(cx, Kind::Control, 1)?;
        // The inlets that play before this note see what its init pass left.
        self.0.send(cx.world, cx.io.k(1));
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        self.0.send(world, io.k(1));
        Ok(())
    }
}

#[derive(Default)]
struct Tagged(Outlet);

impl WorldUgen for Tagged {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.0.open(cx, Kind::Tagged, 1)?;
        if let Some(slot) = self.0.slot(cx.world) {
            slot.tag = cx.io.str(1).to_owned();
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        self.0.send(world, io.k(2));
        Ok(())
    }
}

#[derive(Default)]
struct Spectral(Outlet);

impl WorldUgen for Spectral {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.0.open(cx, Kind::Spectrum, 0)?;
        if let (Some(slot), Some(frame)) = (self.0.slot(cx.world), cx.io.spectrum(1)) {
            slot.spectrum.clone_from(&frame);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        if let (Some(slot), Some(frame)) = (self.0.slot(world), io.spectrum(1)) {
            slot.spectrum.clone_from(&frame);
        }
        Ok(())
    }
}

#[derive(Default)]
struct Array(Outlet);

impl WorldUgen for Array {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let samples = cx.io.array(1).map_or(0, |a| a.len().saturating_mul(cx.io.clock.ksmps));
        self.0.open(cx, Kind::Array, samples)
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let (Some(slot), Some(array)) = (self.0.slot(world), io.array(1)) else { return Ok(()) };
        if let ArrayData::Audio(samples) = &array.data {
            for (to, from) in slot.values.iter_mut().zip(samples) {
                *to = *from;
            }
        }
        Ok(())
    }
}
