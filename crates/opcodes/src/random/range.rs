//! `random`, `randomh`, `randomi`, `trandom`: numbers between two limits from the shared generator.

use crate::random::phase::{Line, Phase, scale};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const OUT: &[Port] = &[port("xres", "xmin to xmax")];
const MIN: Port = port("xmin", "least value");
const MAX: Port = port("xmax", "greatest value");
const CPS: Port = port("xcps", "new numbers per second in Hz");
const FIRST: Port = port("ifirstval", "first value, for imode 2; default 0");
const SOURCE: &str = "Manual, page of this name; sequences measured on the reference (semantics J4)";

/// Definition of `random`.
pub static RANDOM: OpDef = OpDef::new("random", "Random numbers between two limits.")
    .sigs(&[
        sig("i", "ii", Make::Init(once)),
        sig("k", "kk", Make::Unit(world_unit::<Random>)),
        sig("a", "kk", Make::Unit(world_unit::<Random>)),
    ])
    .outs(OUT)
    .ins(&[MIN, MAX])
    .reads(Res::RANDOM)
    .writes(Res::RANDOM)
    .source(SOURCE);
/// Definition of `randomh`.
pub static RANDOMH: OpDef =
    OpDef::new("randomh", "Random numbers between two limits, each held for a period.")
        .sigs(&[
            sig("a", "kkxoo", Make::Unit(world_unit::<Held>)),
            sig("k", "kkkoo", Make::Unit(world_unit::<Held>)),
        ])
        .outs(OUT)
        .ins(&[
            MIN,
            MAX,
            CPS,
            port("imode", "start: 2 with ifirstval, 3 with a random number, otherwise with xmin; default 0"),
            FIRST,
        ])
        .reads(Res::RANDOM)
        .writes(Res::RANDOM)
        .source(SOURCE);
/// Definition of `randomi`.
pub static RANDOMI: OpDef = OpDef::new(
    "randomi",
    "Random numbers between two limits, joined by straight lines.",
)
.sigs(&[
    sig("a", "kkxoo", Make::Unit(world_unit::<Joined>)),
    sig("k", "kkkoo", Make::Unit(world_unit::<Joined>)),
])
.outs(OUT)
.ins(&[
    MIN,
    MAX,
    CPS,
    port(
        "imode",
        "start: 0 holds xmin for a period, 1 from xmin, 2 from ifirstval, 3 from a random number; default 0",
    ),
    FIRST,
])
.reads(Res::RANDOM)
.writes(Res::RANDOM)
.source(SOURCE);
/// Definition of `trandom`.
pub static TRANDOM: OpDef = OpDef::new("trandom", "A new random number on each trigger.")
    .sigs(&[sig("k", "kkk", Make::Unit(world_unit::<Triggered>))])
    .outs(OUT)
    .ins(&[port("ktrig", "not 0 draws a number"), MIN, MAX])
    .reads(Res::RANDOM)
    .writes(Res::RANDOM)
    .source(SOURCE);

fn once(cx: &mut Init<'_>) -> OpResult {
    let (min, max) = (cx.io.k(0), cx.io.k(1));
    cx.io.set(0, cx.world.random.gab.unit() * (max - min) + min);
    Ok(())
}

#[derive(Default)]
struct Random;

impl WorldUgen for Random {
    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let (min, max) = (io.k(0), io.k(1));
        for out in io.out(0) {
            out.set(world.random.gab.unit() * (max - min) + min);
        }
        Ok(())
    }
}

/// The first value of mode 2, as a number from 0 to 1 between the limits.
fn first(io: &Io<'_>) -> f64 {
    let range = io.k(1) - io.k(0);
    if range != 0.0 { (io.k(4) - io.k(0)) / range } else { 0.0 }
}

#[derive(Default)]
struct Held {
    phase: Phase,
    number: f64,
}

impl WorldUgen for Held {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.phase = Phase::default();
        self.number = match cx.io.k(3) as i32 {
            2 => first(&cx.io),
            3 => cx.world.random.gab.unit(),
            _ => 0.0,
        };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let (min, max, cps, scale) = (io.k(0), io.k(1), io.x(2), scale(io.rate()));
        let (mut phase, mut number) = (self.phase, self.number);
        for (n, out) in io.out(0).iter().enumerate() {
            let y = number * (max - min) + min;
            let wraps = phase.advance(cps.at(n), scale);
            out.set(y);
            if wraps {
                number = world.random.gab.unit();
            }
        }
        (self.phase, self.number) = (phase, number);
        Ok(())
    }
}

#[derive(Default)]
struct Joined {
    phase: Phase,
    line: Line,
}

impl WorldUgen for Joined {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.phase = Phase::default();
        let first = first(&cx.io);
        let gab = &mut cx.world.random.gab;
        self.line = match cx.io.k(3) as i32 {
            1 => Line::new(0.0, gab.unit()),
            2 => Line::new(first, gab.unit()),
            3 => {
                let from = gab.unit();
                Line::new(from, gab.unit())
            }
            _ => Line::default(),
        };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let (min, max, cps, scale) = (io.k(0), io.k(1), io.x(2), scale(io.rate()));
        let (mut phase, mut line) = (self.phase, self.line);
        for (n, out) in io.out(0).iter().enumerate() {
            let y = line.at(phase) * (max - min) + min;
            let wraps = phase.advance(cps.at(n), scale);
            out.set(y);
            if wraps {
                line.next(world.random.gab.unit());
            }
        }
        (self.phase, self.line) = (phase, line);
        Ok(())
    }
}

#[derive(Default)]
struct Triggered {
    last: f64,
}

impl WorldUgen for Triggered {
    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        if io.k(0) != 0.0 {
            let (min, max) = (io.k(1), io.k(2));
            self.last = world.random.gab.unit() * (max - min) + min;
        }
        io.set(0, self.last);
        Ok(())
    }
}
