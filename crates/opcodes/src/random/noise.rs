//! `noise`, `rnd31`, `urandom`, `dust`, `dust2`, `gausstrig`: noise and random impulses.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Ugen, WorldUgen, port, sig, unit, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::random::{ParkMiller, Rand31};
use orchestrion_base::world::World;
use orchestrion_dsp::{math, random};
use std::f64::consts::TAU;

/// Definition of `noise`.
pub static NOISE: OpDef = OpDef::new("noise", "White noise through a first-order filter.")
    .sigs(&[sig("a", "xk", Make::Unit(world_unit::<Noise>))])
    .outs(&[port("ares", "noise")])
    .ins(&[port("xamp", "amplitude"), port("kbeta", "filter, -1 to 1: 0 is white, positive is dark")])
    .reads(Res::RANDOM)
    .writes(Res::RANDOM)
    .source("Manual: noise; sequence measured on the reference (semantics J7)");
/// Definition of `rnd31`.
pub static RND31: OpDef =
    OpDef::new("rnd31", "Random numbers of 31 bits with a distribution that can be bent.")
        .sigs(&[
            sig("i", "iio", Make::Init(rnd31_once)),
            sig("k", "kko", Make::Unit(unit::<Rnd31>)),
            sig("a", "kko", Make::Unit(unit::<Rnd31>)),
        ])
        .outs(&[port("xout", "-kscl to kscl")])
        .ins(&[
            port("kscl", "amplitude"),
            port("krpow", "0, 1 or -1 uniform; above 1 favours small numbers, below -1 great ones"),
            port("iseed", "seed, rounded; below 0.5 takes the clock; default 0"),
        ])
        .source("Manual: rnd31; sequence measured on the reference (semantics J8)")
        .differences(&["there is no clock: seed 0 takes numbers that are the same in every render"]);
/// Definition of `urandom`.
pub static URANDOM: OpDef = OpDef::new("urandom", "Random numbers of the operating system.")
    .sigs(&[
        sig("i", "jp", Make::Init(urandom_once)),
        sig("k", "jp", Make::Unit(world_unit::<Urandom>)),
        sig("a", "jp", Make::Unit(world_unit::<Urandom>)),
    ])
    .outs(&[port("xout", "imin to imax")])
    .ins(&[port("imin", "least value; default -1"), port("imax", "greatest value; default 1")])
    .reads(Res::RANDOM)
    .writes(Res::RANDOM)
    .source("Manual: urandom")
    .differences(&["numbers are the same in every render"]);

const DUST_IN: &[Port] = &[port("kamp", "amplitude"), port("kdensity", "impulses per second, on average")];

/// Definition of `dust`.
pub static DUST: OpDef = OpDef::new("dust", "Random impulses from 0 to the amplitude.")
    .sigs(&[sig("k", "kk", Make::Unit(unit::<Dust<false>>)), sig("a", "kk", Make::Unit(unit::<Dust<false>>))])
    .outs(&[port("xres", "impulses")])
    .ins(DUST_IN)
    .source("Manual: dust; SuperCollider's Dust");
/// Definition of `dust2`.
pub static DUST2: OpDef = OpDef::new("dust2", "Random impulses from minus to plus the amplitude.")
    .sigs(&[sig("k", "kk", Make::Unit(unit::<Dust<true>>)), sig("a", "kk", Make::Unit(unit::<Dust<true>>))])
    .outs(&[port("xres", "impulses")])
    .ins(DUST_IN)
    .source("Manual: dust2; SuperCollider's Dust2");
/// Definition of `gausstrig`.
pub static GAUSSTRIG: OpDef = OpDef::new("gausstrig", "Impulses at random distances about a frequency.")
    .sigs(&[
        sig("k", "kkkoo", Make::Unit(unit::<GaussTrig>)),
        sig("a", "kkkoo", Make::Unit(unit::<GaussTrig>)),
    ])
    .outs(&[port("xres", "impulses of the amplitude")])
    .ins(&[
        port("kamp", "amplitude"),
        port("kcps", "average frequency in Hz, at least 0.001"),
        port("kdev", "deviation of the distances, 0 to 1"),
        port("imode", "ignored; default 0"),
        port("ifrst1", "above 0: the first impulse comes after a random distance; default 0"),
    ])
    .source("Manual: gausstrig");

#[derive(Default)]
struct Noise {
    last: f64,
}

impl WorldUgen for Noise {
    fn init(&mut self, _: &mut Init<'_>) -> OpResult {
        self.last = 0.0;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let (amp, beta) = (io.x(0), io.k(1));
        let (direct, scale) = ((1.0 - beta * beta).sqrt(), 0.785 / (1.0 + beta));
        for (n, out) in io.out(0).iter().enumerate() {
            let x = 2.0 * f64::from(world.random.rand31.step() as i32 - 1) / 2147483645.0 - 1.0;
            self.last = self.last * beta + direct * x;
            out.set(self.last * amp.at(n) * scale);
        }
        Ok(())
    }
}

fn clock(world: &mut World) -> ParkMiller {
    let seed = world.random.clock_seed();
    ParkMiller::from_clock(seed)
}

fn rnd31_once(cx: &mut Init<'_>) -> OpResult {
    let seed = cx.io.k(2);
    let mut generator = match ParkMiller::from_number(seed).filter(|_| seed >= 0.5) {
        Some(seeded) => seeded,
        None => match cx.world.random.rnd31_i {
            Some(running) => running,
            None => clock(cx.world),
        },
    };
    cx.io.set(0, cx.io.k(0) * random::rnd31(&mut generator, cx.io.k(1)));
    cx.world.random.rnd31_i = Some(generator);
    Ok(())
}

struct Rnd31(ParkMiller);

impl Default for Rnd31 {
    fn default() -> Self {
        Self(ParkMiller { state: 1 })
    }
}

impl Ugen for Rnd31 {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.0 = match ParkMiller::from_number(cx.io.k(2)) {
            Some(seeded) => seeded,
            None => clock(cx.world),
        };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (amp, power) = (io.k(0), io.k(1));
        for out in io.out(0) {
            out.set(amp * random::rnd31(&mut self.0, power));
        }
        Ok(())
    }
}

fn urandom(io: &Io<'_>, world: &mut World) -> f64 {
    let (min, max) = (io.k(0), io.k(1));
    let x = f64::from(world.random.clock_seed() as i32) / f64::from(i32::MAX);
    0.5 * (max - min) * x + 0.5 * (max + min)
}

fn urandom_once(cx: &mut Init<'_>) -> OpResult {
    let y = urandom(&cx.io, cx.world);
    cx.io.set(0, y);
    Ok(())
}

#[derive(Default)]
struct Urandom;

impl WorldUgen for Urandom {
    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        for out in io.out(0) {
            let y = urandom(io, world);
            out.set(y);
        }
        Ok(())
    }
}

#[derive(Default)]
struct Dust<const BIPOLAR: bool> {
    generator: Rand31,
}

impl<const BIPOLAR: bool> Ugen for Dust<BIPOLAR> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.generator.state = cx.world.random.rand31.step();
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (amp, density) = (io.k(0), io.k(1));
        let threshold = density * (1.0 / io.rate());
        let spread = if BIPOLAR { 2.0 } else { 1.0 };
        let scale = if threshold > 0.0 { spread / threshold } else { 0.0 };
        for out in io.out(0) {
            let r = unit_draw(&mut self.generator);
            let hit = r * scale - if BIPOLAR { 1.0 } else { 0.0 };
            out.set(amp * if r < threshold { hit } else { 0.0 });
        }
        Ok(())
    }
}

fn unit_draw(generator: &mut Rand31) -> f64 {
    f64::from(generator.step()) * (1.0 / 2147483648.0)
}

#[derive(Default)]
struct GaussTrig {
    generator: Rand31,
    first: bool,
    count: i32,
}

impl GaussTrig {
    fn distance(&mut self, rate: f64, frequency: f64, deviation: f64) -> i32 {
        let mean = f64::from((rate / frequency) as i32);
        let r1 = unit_draw(&mut self.generator);
        let r2 = unit_draw(&mut self.generator);
        let mut x = (-2.0 * math::ln(r1)).sqrt() * math::sin(r2 * TAU);
        // What falls outside of -1 to 1 is mirrored inwards, at most to the other end.
        if x < -1.0 {
            x = (-1.0 + (-1.0 - x)).min(1.0);
        } else if x > 1.0 {
            x = (1.0 - (x - 1.0)).max(-1.0);
        }
        (mean + x * deviation * mean) as i32
    }
}

impl Ugen for GaussTrig {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.generator.state = cx.world.random.rand31.step();
        self.first = cx.io.k(4) > 0.0;
        self.count = 0;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (amp, cps, deviation, rate) = (io.k(0), io.k(1), io.k(2), io.rate());
        let frequency = if cps > 0.001 { cps } else { 0.001 };
        if std::mem::take(&mut self.first) {
            self.count = self.distance(rate, frequency, deviation);
        }
        for out in io.out(0) {
            let hit = self.count <= 0;
            if hit {
                self.count = self.distance(rate, frequency, deviation);
            }
            out.set(if hit { amp } else { 0.0 });
            self.count = self.count.saturating_sub(1);
        }
        Ok(())
    }
}
