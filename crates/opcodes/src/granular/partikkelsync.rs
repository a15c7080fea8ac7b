//! `partikkelsync`, `partikkelget`, `partikkelset`: what other opcodes may know and change of a `partikkel`
//! while it plays.

use super::masks::Masks;
use crate::lookup::truncated;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use std::collections::BTreeMap;

const ID: Port = port("iopcode_id", "number of the partikkel, as it gives it, not 0");
const PLACE: Port = port(
    "kparameterindex",
    "which mask: 0 gain, 1 start of the pitch sweep, 2 its end, 3 modulation index, 4 channel, 5 mix",
);

/// Definition of `partikkelsync`.
pub static PARTIKKELSYNC: OpDef = OpDef::new("partikkelsync", "Grain clock of a partikkel.")
    .sigs(&[sig("am", "i", Make::Unit(world_unit::<Partikkelsync>))])
    .outs(&[
        port("async", "1 at every sample where a grain is made, else 0; read once"),
        port("aphase", "phase of the clock, 0 to 1"),
    ])
    .ins(&[ID])
    .reads(Res::FAMILY)
    .writes(Res::FAMILY)
    .source("Manual: partikkelsync");

/// Definition of `partikkelget`.
pub static PARTIKKELGET: OpDef = OpDef::new("partikkelget", "Place of a partikkel in a masking table.")
    .sigs(&[sig("k", "ki", Make::Unit(world_unit::<Partikkelget>))])
    .outs(&[port(
        "kindex",
        "place of the value for the next grain, from 0; unchanged for another mask number",
    )])
    .ins(&[PLACE, ID])
    .reads(Res::FAMILY)
    .source("Manual: partikkelget");

/// Definition of `partikkelset`.
pub static PARTIKKELSET: OpDef = OpDef::new("partikkelset", "Sets a partikkel's place in a masking table.")
    .sigs(&[sig("", "kki", Make::Unit(world_unit::<Partikkelset>))])
    .ins(&[
        PLACE,
        port("kmaskindex", "place of the value for the next grain, from 0; out of the loop it is the first"),
        ID,
    ])
    .writes(Res::FAMILY)
    .source("Manual: partikkelset")
    .differences(&[
        "Of several partikkels with one number, partikkelget and partikkelset mean the first that still plays; \
         the reference goes on to use the memory of the first there ever was.",
    ]);

/// What a `partikkel` shows of itself.
#[derive(Default)]
pub(super) struct Link {
    /// 1 where a grain was made in this k-cycle.
    pulses: Vec<f64>,
    /// Phase of the clock at every sample of this k-cycle.
    phases: Vec<f64>,
    /// Places in the masking tables of the instance that has the link.
    pub masks: Masks,
    /// The instance that has it.
    owner: Option<u64>,
}

/// Links by the bits of their number.
#[derive(Default)]
struct Links {
    all: BTreeMap<u64, Link>,
    instances: u64,
}

impl Link {
    /// The link with a number; `None` if no `partikkel` ever gave it.
    pub fn find(world: &mut World, id: f64) -> Option<&mut Self> {
        world.shared::<Links>().all.get_mut(&id.to_bits())
    }

    /// Makes the link with a number unless there is one, and offers it to an instance, whose number it gives.
    pub fn join(world: &mut World, id: f64, ksmps: usize, masks: &Masks) -> u64 {
        let links = world.shared::<Links>();
        links.instances += 1;
        let link = links.all.entry(id.to_bits()).or_default();
        if link.pulses.len() < ksmps {
            link.pulses.resize(ksmps, 0.0);
            link.phases.resize(ksmps, 0.0);
        }
        link.offer(links.instances, masks);
        links.instances
    }

    /// Gives a link that nobody has to an instance, with the instance's masks.
    pub fn offer(&mut self, instance: u64, masks: &Masks) {
        if self.owner.is_none() {
            (self.owner, self.masks) = (Some(instance), *masks);
        }
    }

    /// Whether the link is this instance's.
    pub fn is_of(&self, instance: u64) -> bool {
        self.owner == Some(instance)
    }

    /// Shows what the clock did at a sample of this k-cycle.
    pub fn show(&mut self, sample: usize, made: bool, phase: f64) {
        if let (Some(pulse), Some(at)) = (self.pulses.get_mut(sample), self.phases.get_mut(sample)) {
            *at = phase;
            if made {
                *pulse = 1.0;
            }
        }
    }

    /// Frees the link that an instance has.
    pub fn leave(world: &mut World, instance: f64) {
        for link in world.shared::<Links>().all.values_mut() {
            link.owner = link.owner.filter(|owner| *owner != instance as u64);
        }
    }
}

fn known(cx: &mut Init<'_>, i: usize) -> OpResult<f64> {
    let id = cx.k(i);
    match Link::find(cx.world, id) {
        Some(_) => Ok(id),
        None => Err(OpError::new(format!("no partikkel has the iopcode_id {id}; it has to stand before"))),
    }
}

#[derive(Default)]
struct Partikkelsync {
    id: f64,
}

impl WorldUgen for Partikkelsync {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.id = known(cx, 0)?;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let Some(link) = Link::find(world, self.id) else { return Ok(()) };
        for (n, out) in io.out(0).iter().enumerate() {
            out.set(link.pulses.get(io.first + n).copied().unwrap_or(0.0));
        }
        for (n, out) in io.out(1).iter().enumerate() {
            out.set(link.phases.get(io.first + n).copied().unwrap_or(0.0));
        }
        link.pulses.fill(0.0);
        Ok(())
    }
}

#[derive(Default)]
struct Partikkelget {
    id: f64,
}

impl WorldUgen for Partikkelget {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.id = known(cx, 1)?;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let link = Link::find(world, self.id);
        if let Some(place) = link.and_then(|link| link.masks.place(truncated(io.k(0)))) {
            io.set(0, f64::from(*place));
        }
        Ok(())
    }
}

#[derive(Default)]
struct Partikkelset {
    id: f64,
}

impl WorldUgen for Partikkelset {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.id = known(cx, 2)?;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let link = Link::find(world, self.id);
        if let Some(place) = link.and_then(|link| link.masks.place(truncated(io.k(0)))) {
            *place = io.k(1) as i64 as u32;
        }
        Ok(())
    }
}
