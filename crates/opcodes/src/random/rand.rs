//! `rand`, `randh`, `randi`, `randc`: noise from a generator of each note's own, per sample, held,
//! or interpolated.

use crate::random::phase::{Line, PERIOD, Phase, scale};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::random::{Lcg16, ParkMiller};
use orchestrion_base::world::World;

const OUT: &[Port] = &[port("xres", "ioffset plus a number from -xamp to xamp")];
const AMP: Port = port("xamp", "amplitude");
const CPS: Port = port("xcps", "new numbers per second in Hz");
const SEED: Port = port(
    "iseed",
    "0 to 1; negative goes on from the instance's previous note; above 1 takes the clock; default 0.5",
);
const SIZE: Port = port("isel", "0 takes 16-bit, otherwise 31-bit numbers; default 0");
const OFFSET: Port = port("ioffset", "added to the result; default 0");
const SOURCE: &str = "Manual, page of this name; sequences measured on the reference (semantics J1 to J3)";

/// Definition of `rand`.
pub static RAND: OpDef = OpDef::new("rand", "White noise.")
    .sigs(&[sig("a", "xvoo", Make::Unit(unit::<Rand>)), sig("k", "xvoo", Make::Unit(unit::<Rand>))])
    .outs(OUT)
    .ins(&[AMP, SEED, SIZE, OFFSET])
    .source(SOURCE);
/// Definition of `randh`.
pub static RANDH: OpDef = OpDef::new("randh", "Random numbers, each held for a period.")
    .sigs(&[sig("a", "xxvoo", Make::Unit(unit::<Randh>)), sig("k", "xxvoo", Make::Unit(unit::<Randh>))])
    .outs(OUT)
    .ins(&[AMP, CPS, SEED, SIZE, OFFSET])
    .source(SOURCE);
/// Definition of `randi`.
pub static RANDI: OpDef = OpDef::new("randi", "Random numbers joined by straight lines.")
    .sigs(&[sig("a", "xxvoo", Make::Unit(unit::<Randi>)), sig("k", "xxvoo", Make::Unit(unit::<Randi>))])
    .outs(OUT)
    .ins(&[AMP, CPS, SEED, SIZE, OFFSET])
    .source(SOURCE);
/// Definition of `randc`.
pub static RANDC: OpDef = OpDef::new("randc", "Random numbers joined by cubic curves.")
    .sigs(&[sig("a", "xxvoo", Make::Unit(unit::<Randc>)), sig("k", "xxvoo", Make::Unit(unit::<Randc>))])
    .outs(OUT)
    .ins(&[AMP, CPS, SEED, SIZE, OFFSET])
    .source(SOURCE);

/// Both generators of one note; a fresh instance starts from 0.
struct Source {
    long: bool,
    short: Lcg16,
    wide: ParkMiller,
}

impl Default for Source {
    fn default() -> Self {
        Self { long: false, short: Lcg16 { state: 0 }, wide: ParkMiller { state: 0 } }
    }
}

/// What a seed makes of the generators.
enum Seeded {
    /// Nothing: the sequence goes on.
    Kept,
    /// A new sequence; the number that stands for the seed itself.
    New(f64),
}

impl Source {
    /// Seeds as the reference does. `zero_is_half`: whether 31-bit numbers take seed 0 for 0.5.
    fn seed(&mut self, cx: &mut Init<'_>, seed: f64, size: f64, zero_is_half: bool) -> Seeded {
        self.long = size != 0.0;
        if !(seed >= 0.0) {
            return Seeded::Kept;
        }
        let clock = (seed > 1.0).then(|| cx.world.random.clock_seed());
        if clock.is_some() {
            cx.world.warn("seeding from the clock, which is fixed for a render");
        }
        Seeded::New(match (self.long, clock) {
            (false, None) => {
                self.short = Lcg16::new(seed);
                seed
            }
            (false, Some(c)) => {
                self.short.state = c as i16;
                f64::from(self.short.state) * (1.0 / 32768.0)
            }
            (true, None) => {
                let seed = if zero_is_half && seed == 0.0 { 0.5 } else { seed };
                self.wide.state = (seed * 2147483648.0) as u32;
                self.wide.step();
                self.wide.step();
                self.wide.rand_value()
            }
            (true, Some(c)) => {
                self.wide.state = c % 0x7FFF_FFFE + 1;
                self.wide.rand_value()
            }
        })
    }

    #[inline(always)]
    fn draw(&mut self) -> f64 {
        if self.long { self.wide.rand_bipolar() } else { self.short.draw() }
    }

    /// A number as `randi` and `randc` take their first ones: 31-bit numbers are shifted differently.
    fn draw_first(&mut self) -> f64 {
        if self.long {
            f64::from((self.wide.step() << 1) as i32) * (1.0 / 2147483648.0)
        } else {
            self.short.draw()
        }
    }
}

#[derive(Default)]
struct Rand {
    source: Source,
}

impl Ugen for Rand {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let (seed, size) = (cx.io.k(1), cx.io.k(2));
        self.source.seed(cx, seed, size, true);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (amp, offset) = (io.x(0), io.k(3));
        for (n, out) in io.out(0).iter().enumerate() {
            out.set(offset + self.source.draw() * amp.at(n));
        }
        Ok(())
    }
}

#[derive(Default)]
struct Randh {
    source: Source,
    phase: Phase,
    held: f64,
}

impl Ugen for Randh {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let (seed, size) = (cx.io.k(2), cx.io.k(3));
        if let Seeded::New(first) = self.source.seed(cx, seed, size, false) {
            self.held = first;
            self.phase = Phase::default();
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (amp, cps, offset, scale) = (io.x(0), io.x(1), io.k(4), scale(io.rate()));
        let (mut phase, mut held) = (self.phase, self.held);
        for (n, out) in io.out(0).iter().enumerate() {
            let y = offset + held * amp.at(n);
            let wraps = phase.advance(cps.at(n), scale);
            out.set(y);
            if wraps {
                held = self.source.draw();
            }
        }
        (self.phase, self.held) = (phase, held);
        Ok(())
    }
}

#[derive(Default)]
struct Randi {
    source: Source,
    phase: Phase,
    line: Line,
}

impl Ugen for Randi {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let (seed, size) = (cx.io.k(2), cx.io.k(3));
        if let Seeded::New(first) = self.source.seed(cx, seed, size, true) {
            // The reference's first 31-bit number comes out as 0 (semantics J2).
            let first = if self.source.long { 0.0 } else { first };
            let second = self.source.draw_first();
            self.line = Line::new(first, second);
            self.phase = Phase::default();
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (amp, cps, offset, scale) = (io.x(0), io.x(1), io.k(4), scale(io.rate()));
        let (mut phase, mut line) = (self.phase, self.line);
        for (n, out) in io.out(0).iter().enumerate() {
            let y = offset + line.at(phase) * amp.at(n);
            let wraps = phase.advance(cps.at(n), scale);
            out.set(y);
            if wraps {
                line.next(self.source.draw());
            }
        }
        (self.phase, self.line) = (phase, line);
        Ok(())
    }
}

#[derive(Default)]
struct Randc {
    source: Source,
    phase: Phase,
    points: [f64; 4],
}

impl Randc {
    /// Coefficients of the curve from the second to the third point (P. Bourke, "Interpolation methods").
    fn curve(&self) -> [f64; 4] {
        let [y0, y1, y2, y3] = self.points;
        let a = y3 - y2 - y0 + y1;
        [a, y0 - y1 - a, y2 - y0, y1]
    }
}

impl Ugen for Randc {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let (seed, size) = (cx.io.k(2), cx.io.k(3));
        if let Seeded::New(first) = self.source.seed(cx, seed, size, false) {
            let first = if self.source.long { 0.0 } else { first };
            self.points =
                [first, self.source.draw_first(), self.source.draw_first(), self.source.draw_first()];
        }
        self.phase = Phase::default();
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (amp, cps, offset, scale) = (io.x(0), io.x(1), io.k(4), scale(io.rate()));
        let (mut phase, mut c) = (self.phase, self.curve());
        for (n, out) in io.out(0).iter().enumerate() {
            let mu = phase.get() / PERIOD;
            let y = offset + (((c[0] * mu + c[1]) * mu + c[2]) * mu + c[3]) * amp.at(n);
            let wraps = phase.advance(cps.at(n), scale);
            out.set(y);
            if wraps {
                self.points.rotate_left(1);
                self.points[3] = self.source.draw();
                c = self.curve();
            }
        }
        self.phase = phase;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn sequences_of_the_reference() {
        let mut bench = Bench::new(&RAND, 0);
        bench.set(0, 1.0);
        bench.set(1, 0.5);
        assert_eq!(bench.render(4)[..3], [0.500030517578125, 0.976867675781250, -0.442535400390625]);
        // One new number per sample at cps = sr; the first is the seed itself.
        let mut bench = Bench::new(&RANDH, 0);
        bench.set(0, 2.0);
        bench.set(1, 44100.0);
        bench.set(2, 0.5);
        assert_eq!(bench.render(3)[..3], [1.0, 1.00006103515625, 1.9537353515625]);
    }
}
