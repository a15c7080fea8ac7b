//! `vlimit`, `vwrap`, `vmirror`: vectors kept within bounds.

use crate::math::limits::{limit_element, mirror};
use crate::tables::lookup::find_mut;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Sig, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

const INS: &[Port] = &[
    port("ifn", "table of the vector"),
    port("kmin", "lower bound"),
    port("kmax", "upper bound"),
    port("ielements", "elements of the vector, not more than points of the table"),
];

const fn def(name: &'static str, summary: &'static str, sigs: &'static [Sig]) -> OpDef {
    OpDef::new(name, summary)
        .sigs(sigs)
        .ins(INS)
        .reads(Res::TABLES)
        .writes(Res::TABLES)
        .may_fail()
        .source("Manual, page of this name")
}

const LIMIT: u8 = 0;
const WRAP: u8 = 1;
const MIRROR: u8 = 2;

/// Definition of `vlimit`.
pub static VLIMIT: OpDef = def(
    "vlimit",
    "Limits the elements of a vector.",
    &[sig("", "ikki", Make::Unit(world_unit::<Bounded<LIMIT>>))],
);
/// Definition of `vwrap`.
pub static VWRAP: OpDef = def(
    "vwrap",
    "Wraps the elements of a vector around; an element on the lower bound comes out on the upper.",
    &[sig("", "ikki", Make::Unit(world_unit::<Bounded<WRAP>>))],
);
/// Definition of `vmirror`.
pub static VMIRROR: OpDef = def(
    "vmirror",
    "Reflects the elements of a vector at the bounds.",
    &[sig("", "ikki", Make::Unit(world_unit::<Bounded<MIRROR>>))],
);

fn wrap(x: f64, low: f64, high: f64) -> f64 {
    if low >= high {
        (low + high) * 0.5
    } else if x >= high {
        low + math::fmod(x - low, high - low)
    } else {
        high - math::fmod(high - x, high - low)
    }
}

#[derive(Default)]
struct Bounded<const HOW: u8> {
    elements: usize,
}

impl<const HOW: u8> WorldUgen for Bounded<HOW> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let (number, elements) = (cx.k(0), cx.k(3));
        self.elements = elements as usize;
        if self.elements > find_mut(cx.world, "the vector", number)?.len {
            return Err("the vector has more elements than the table points".into());
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let (low, high) = (io.k(1), io.k(2));
        let table = find_mut(world, "the vector", io.k(0))?;
        for x in table.data.iter_mut().take(self.elements) {
            *x = match HOW {
                LIMIT => limit_element(*x, low, high),
                WRAP => wrap(*x, low, high),
                _ => mirror(*x, low, high),
            };
        }
        Ok(())
    }
}
