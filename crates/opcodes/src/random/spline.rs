//! `jspline`, `rspline`: random numbers joined by smooth curves.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const MIN: Port = port("kcpsMin", "slowest rate in Hz");
const MAX: Port = port("kcpsMax", "fastest rate in Hz");

/// Definition of `jspline`.
pub static JSPLINE: OpDef = OpDef::new("jspline", "Random curves about 0.")
    .sigs(&[
        sig("k", "xkk", Make::Unit(world_unit::<Spline<false>>)),
        sig("a", "xkk", Make::Unit(world_unit::<Spline<false>>)),
    ])
    .outs(&[port("xres", "about -xamp to xamp; curves overshoot")])
    .ins(&[port("xamp", "amplitude"), MIN, MAX])
    .reads(Res::RANDOM)
    .writes(Res::RANDOM)
    .source("Manual: jspline; sequence measured on the reference");
/// Definition of `rspline`.
pub static RSPLINE: OpDef = OpDef::new("rspline", "Random curves between two limits.")
    .sigs(&[
        sig("k", "xxkk", Make::Unit(world_unit::<Spline<true>>)),
        sig("a", "xxkk", Make::Unit(world_unit::<Spline<true>>)),
    ])
    .outs(&[port("xres", "about xmin to xmax; curves overshoot")])
    .ins(&[port("xmin", "least value"), port("xmax", "greatest value"), MIN, MAX])
    .reads(Res::RANDOM)
    .writes(Res::RANDOM)
    .source("Manual: rspline; sequence measured on the reference");

/// A cubic from one random number to the next whose slope at each number is half the difference of its
/// neighbours. `RANGE`: numbers from 0 to 1 between two limits, otherwise from -1 to 1.
#[derive(Default)]
struct Spline<const RANGE: bool> {
    numbers: [f64; 3],
    slope: f64,
    /// Coefficients of the cubic, highest first.
    curve: [f64; 4],
    phase: f64,
    step: f64,
    starting: bool,
}

impl<const RANGE: bool> Spline<RANGE> {
    fn draw(world: &mut World, unit: bool) -> f64 {
        if unit { world.random.gab.unit() } else { world.random.gab.bipolar() }
    }

    fn turn(&mut self, io: &Io<'_>, world: &mut World) {
        let first = 1 + usize::from(RANGE);
        let (min, max) = (io.k(first), io.k(first + 1));
        self.step = (world.random.gab.unit() * (max - min) + min) * (1.0 / io.rate());
        if !RANGE && self.step == 0.0 {
            self.step = 1.0;
        }
        if self.phase > 1.0 {
            self.phase -= self.phase.ceil() - 1.0;
            if !self.phase.is_finite() {
                self.phase = 0.0;
            }
        }
        // The reference's audio-rate rspline goes on with numbers from -1 to 1.
        let next = Self::draw(world, RANGE && !io.is_audio_out());
        let [_, from, to] = self.numbers;
        self.numbers = [from, to, next];
        let start = self.slope;
        self.slope = (next - from) * 0.5;
        let rise = to - from;
        let (miss_start, miss_end) = (start - rise, self.slope - rise);
        self.curve = [miss_start + miss_end, -(miss_end + 2.0 * miss_start), start, from];
    }
}

impl<const RANGE: bool> WorldUgen for Spline<RANGE> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.numbers[1] = Self::draw(cx.world, RANGE);
        self.numbers[2] = Self::draw(cx.world, RANGE);
        self.slope = 0.0;
        self.starting = true;
        self.phase = 0.0;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let (one, two) = (io.x(0), io.x(1));
        for (n, out) in io.out(0).iter().enumerate() {
            if !self.starting {
                self.phase += self.step;
            }
            if self.starting || self.phase >= 1.0 {
                self.starting = false;
                self.turn(io, world);
            }
            let (x, [c3, c2, c1, c0]) = (self.phase, self.curve);
            let y = ((c3 * x + c2) * x + c1) * x + c0;
            out.set(if RANGE { y * (two.at(n) - one.at(n)) + one.at(n) } else { y * one.at(n) });
        }
        Ok(())
    }
}
