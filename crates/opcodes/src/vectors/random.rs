//! `vrandh`, `vrandi`: vectors of random numbers, held or interpolated.

use crate::random::phase::{Line, Phase, scale};
use crate::tables::lookup::{find, find_mut};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Sig, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::random::{Lcg16, ParkMiller};
use orchestrion_base::world::World;

const INS: &[Port] = &[
    port("ifn", "table of the vector, which is changed"),
    port("krange", "the numbers lie between -krange and krange"),
    port("kcps", "new numbers per second in Hz"),
    port("ielements", "elements of the vector; what does not fit in the table is left out"),
    port("idstoffset", "place of the first element; default 0"),
    port(
        "iseed",
        "0 to 1; negative goes on from the instance's previous note; above 1 takes the clock; \
         default 0.5",
    ),
    port("isize", "0 takes 16-bit, otherwise 31-bit numbers; default 0"),
    port("ioffset", "added to the numbers; default 0"),
];

const fn def(name: &'static str, summary: &'static str, sigs: &'static [Sig]) -> OpDef {
    OpDef::new(name, summary)
        .sigs(sigs)
        .ins(INS)
        .reads(Res::TABLES)
        .writes(Res::TABLES)
        .may_fail()
        .source("Manual, page of this name; sequences measured on the reference")
}

/// Definition of `vrandh`.
pub static VRANDH: OpDef = def(
    "vrandh",
    "A vector of random numbers, each held for a period.",
    &[sig("", "ikkiovoo", Make::Unit(world_unit::<Random<false>>))],
);
/// Definition of `vrandi`.
pub static VRANDI: OpDef = def(
    "vrandi",
    "A vector of random numbers joined by straight lines.",
    &[sig("", "ikkiovoo", Make::Unit(world_unit::<Random<true>>))],
);

/// A generator whose first number is its seed.
enum Source {
    Short(Lcg16),
    Long(ParkMiller),
}

impl Default for Source {
    fn default() -> Self {
        Source::Short(Lcg16 { state: 0 })
    }
}

impl Source {
    fn new(seed: f64, long: bool, clock: Option<u32>) -> Self {
        match (long, clock) {
            (false, None) => Source::Short(Lcg16::new(seed)),
            (false, Some(clock)) => Source::Short(Lcg16 { state: clock as i16 }),
            (true, None) => Source::Long(ParkMiller { state: (seed * 2147483648.0) as u32 }),
            (true, Some(clock)) => Source::Long(ParkMiller { state: clock % 0x7FFF_FFFE + 1 }),
        }
    }

    fn value(&self) -> f64 {
        match self {
            Source::Short(short) => f64::from(short.state) * (1.0 / 32768.0),
            Source::Long(long) => long.rand_value(),
        }
    }

    fn step(&mut self) {
        match self {
            Source::Short(short) => {
                short.draw();
            }
            Source::Long(long) => {
                long.step();
            }
        }
    }

    /// The current number, and on to the next.
    fn draw(&mut self) -> f64 {
        let value = self.value();
        self.step();
        value
    }

    /// As [`Source::draw`] at init, where the reference does not go on if the numbers have 16 bits.
    fn draw_first(&mut self) -> f64 {
        match self {
            Source::Short(_) => self.value(),
            Source::Long(_) => self.draw(),
        }
    }
}

#[derive(Default)]
struct Random<const SMOOTH: bool> {
    source: Source,
    offset: usize,
    lines: Vec<Line>,
    phase: Phase,
}

impl<const SMOOTH: bool> WorldUgen for Random<SMOOTH> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let len = find(cx.world, "the random vector", cx.k(0))?.len;
        let (elements, seed, long) = (cx.k(3) as usize, cx.k(5), cx.k(6) != 0.0);
        self.offset = cx.k(4) as usize;
        if self.offset >= len {
            return Err("idstoffset is greater than the table's length".into());
        }
        let elements = elements.min(len - self.offset);
        if seed >= 0.0 {
            let clock = (seed > 1.0).then(|| cx.world.random.clock_seed());
            self.source = Source::new(seed, long, clock);
        }
        self.lines.clear();
        for _ in 0..elements {
            let first = self.source.draw_first();
            self.lines.push(Line::new(if SMOOTH { 0.0 } else { first }, first));
        }
        self.phase = Phase::default();
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let (range, cps, offset) = (io.k(1), io.k(2), io.k(7));
        let table = find_mut(world, "the random vector", io.k(0))?;
        for (x, line) in table.data.iter_mut().skip(self.offset).zip(&self.lines) {
            *x = if SMOOTH { line.at(self.phase) } else { line.to } * range + offset;
        }
        if self.phase.advance(cps, scale(io.clock.kr)) {
            for line in &mut self.lines {
                line.next(self.source.draw());
            }
        }
        Ok(())
    }
}
