//! `inleta`, `inletk`, `inletkid`, `inletf`, `inletv`: signals into an instrument.

use crate::channels::shared::cycle_start;
use crate::graph::ports::{Graph, Kind, Outlet, Slot, full_name};
use bstr::BString;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Sig, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::spectrum::Spectrum;
use orchestrion_base::value::ArrayData;
use orchestrion_base::world::World;

const NAME: Port = port("Sname", "name of the inlet, unique in the instrument");
const OUT: &[Port] = &[port("xsignal", "sum of what all notes of the connected instruments send")];

const fn def(name: &'static str, summary: &'static str, sigs: &'static [Sig]) -> OpDef {
    OpDef::new(name, summary)
        .sigs(sigs)
        .outs(OUT)
        .ins(&[NAME])
        .reads(Res::FAMILY)
        .source("Manual, page of this name; order of notes measured on the reference")
}

/// Definition of `inleta`.
pub static INLETA: OpDef = def(
    "inleta",
    "Receives an audio signal into an instrument.",
    &[sig("a", "S", Make::Unit(unit::<Audio>))],
);
/// Definition of `inletk`.
pub static INLETK: OpDef = def(
    "inletk",
    "Receives a control signal into an instrument.",
    &[sig("k", "S", Make::Unit(unit::<Control>))],
);
/// Definition of `inletkid`.
pub static INLETKID: OpDef = def(
    "inletkid",
    "Receives a control signal into an instrument from outlets with the same instance name.",
    &[sig("k", "SS", Make::Unit(unit::<Tagged>))],
)
.ins(&[NAME, port("SinstanceID", "name of the instance")])
.differences(&["looks at the instance's name, which the reference ignores"]);
/// Definition of `inletf`.
pub static INLETF: OpDef = def(
    "inletf",
    "Receives a spectral signal into an instrument: in each bin the loudest of what is sent.",
    &[sig("f", "S", Make::Unit(unit::<Spectral>))],
)
.differences(&["receives the loudest bins; the reference silences the senders' bins instead"]);
/// Definition of `inletv`.
pub static INLETV: OpDef = def(
    "inletv",
    "Receives an array of audio signals, which must have its size already, into an instrument.",
    &[sig("a[]", "S", Make::Unit(unit::<Array>))],
);

/// The outlets that an inlet listens to.
#[derive(Default)]
struct Inlet {
    sources: Vec<Outlet>,
}

impl Inlet {
    fn open(&mut self, cx: &mut Init<'_>, kind: Kind) {
        let name = full_name(cx.world, cx.io.note, &cx.io.str(0));
        self.sources = cx.world.shared::<Graph>().sources(kind, name.as_ref());
    }

    fn signals<'a>(&'a self, world: &'a World) -> impl Iterator<Item = &'a Slot> {
        world.shared_ref::<Graph>().into_iter().flat_map(|graph| graph.signals(&self.sources))
    }

    fn sum(&self, world: &World, fits: impl Fn(&Slot) -> bool) -> f64 {
        let values = self.signals(world).filter(|slot| fits(slot)).filter_map(|slot| slot.values.first());
        // `sum()` of nothing would be -0, which a piece may print.
        values.fold(0.0, |sum, x| sum + x)
    }
}

#[derive(Default)]
struct Audio(Inlet);

impl Ugen for Audio {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.0.open(cx, Kind::Audio);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        io.set(0, 0.0);
        let start = cycle_start(io) + io.first;
        for slot in self.0.signals(world) {
            for (sum, x) in io.out(0).iter().zip(slot.values.iter().skip(start)) {
                sum.set(sum.get() + x);
            }
        }
        Ok(())
    }
}

#[derive(Default)]
struct Control(Inlet);

impl Ugen for Control {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.0.open(cx, Kind::Control);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        io.set(0, self.0.sum(world, |_| true));
        Ok(())
    }
}

#[derive(Default)]
struct Tagged {
    inlet: Inlet,
    tag: BString,
}

impl Ugen for Tagged {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.inlet.open(cx, Kind::Tagged);
        self.tag = cx.io.str(1).to_owned();
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        io.set(0, self.inlet.sum(world, |slot| slot.tag == self.tag));
        Ok(())
    }
}

#[derive(Default)]
struct Spectral(Inlet);

impl Ugen for Spectral {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.0.open(cx, Kind::Spectrum);
        let first = self.0.signals(cx.world).next();
        if let (Some(mut out), Some(slot)) = (cx.io.spectrum_out(0), first) {
            out.clone_from(&slot.spectrum);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let Some(mut out) = io.spectrum_out(0) else { return Ok(()) };
        let mut signals = self.0.signals(world);
        match signals.next() {
            Some(first) => out.clone_from(&first.spectrum),
            None => out.frame.fill([0.0; 2]),
        }
        signals.for_each(|slot| loudest(&mut out, &slot.spectrum));
        Ok(())
    }
}

/// Takes over the bins of a frame that are louder.
fn loudest(out: &mut Spectrum, other: &Spectrum) {
    for (bin, other) in out.frame.iter_mut().zip(&other.frame) {
        if other[0] > bin[0] {
            *bin = *other;
        }
    }
    out.frame_count = out.frame_count.max(other.frame_count);
}

#[derive(Default)]
struct Array(Inlet);

impl Ugen for Array {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.0.open(cx, Kind::Array);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let Some(mut array) = io.array_out(0) else { return Ok(()) };
        let ArrayData::Audio(samples) = &mut array.data else { return Ok(()) };
        samples.fill(0.0);
        for slot in self.0.signals(world) {
            for (sum, x) in samples.iter_mut().zip(&slot.values) {
                *sum += x;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_louder_bin_wins() {
        let frame = |bins: &[[f32; 2]]| Spectrum { frame: bins.to_vec(), ..Spectrum::default() };
        let mut out = frame(&[[1.0, 100.0], [0.5, 200.0]]);
        loudest(&mut out, &frame(&[[0.5, 101.0], [0.7, 202.0]]));
        assert_eq!(out.frame, [[1.0, 100.0], [0.7, 202.0]]);
    }
}
