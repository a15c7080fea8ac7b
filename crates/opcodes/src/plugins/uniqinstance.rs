//! `uniqinstance`: a p1 that no note has.

use crate::events::target::p1;
use crate::step::{Step, at_init};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{OpDef, Res, port, sig};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `uniqinstance`.
pub static UNIQINSTANCE: OpDef =
    OpDef::new("uniqinstance", "A fractional instrument number that no note has at the moment.")
        .sigs(&[sig("i", "io", at_init::<Unique>()), sig("i", "So", at_init::<Unique>())])
        .outs(&[port("ip1", "number with fraction, a multiple of 1/imax; -1 if all are in use")])
        .ins(&[
            port("insnum", "whole number or name of the instrument"),
            port("imax", "how many fractions there are; 0 means 10000; default 0"),
        ])
        .reads(Res::NOTES)
        .extension()
        .source("Manual of csound-plugins: uniqinstance");

const DEFAULT_MAX: f64 = 10_000.0;

struct Unique;

impl Step for Unique {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        let number = p1(io, 0, world)?.trunc();
        let max = if io.k(1) == 0.0 { DEFAULT_MAX } else { io.k(1).trunc() };
        if !(2.0..=1e6).contains(&max) {
            return Err(OpError::new("uniqinstance: imax must be between 2 and 1000000"));
        }
        let used = world.roster.fractions(number, max);
        // After the highest one in use; only if there is none left, a gap.
        let after = used.last().map_or(1, |last| last + 1);
        let gap = || (1..max as u32).find(|n| !used.contains(n));
        let free = if f64::from(after) < max { Some(after) } else { gap() };
        io.set(0, free.map_or(-1.0, |n| number + f64::from(n) / max));
        Ok(())
    }
}
