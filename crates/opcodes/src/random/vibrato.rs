//! `vibrato`, `vibr`: a table read at a rate and with an amplitude that wander.

use crate::random::phase::{Line, PERIOD, Phase, scale};
use crate::tables::lookup::{find, point};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::round;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

/// Definition of `vibrato`.
pub static VIBRATO: OpDef = OpDef::new("vibrato", "Vibrato whose rate and amplitude wander.")
    .sigs(&[sig("k", "kkkkkkkkio", Make::Unit(world_unit::<Vibrato<false>>))])
    .outs(&[port("kout", "about -kAverageAmp to kAverageAmp for a table from -1 to 1")])
    .ins(&[
        port("kAverageAmp", "amplitude"),
        port("kAverageFreq", "rate in Hz"),
        port("kRandAmountAmp", "wandering of the amplitude in octaves of gain, to both sides"),
        port("kRandAmountFreq", "wandering of the rate in octaves, to both sides"),
        port("kAmpMinRate", "slowest wandering of the amplitude in Hz"),
        port("kAmpMaxRate", "fastest wandering of the amplitude in Hz"),
        port("kcpsMinRate", "slowest wandering of the rate in Hz"),
        port("kcpsMaxRate", "fastest wandering of the rate in Hz"),
        port("ifn", "table of the vibrato"),
        port("iphs", "start in the table, 0 to 1; negative goes on from the previous note; default 0"),
    ])
    .reads(Res::TABLES.and(Res::RANDOM))
    .writes(Res::RANDOM)
    .source("Manual: vibrato");
/// Definition of `vibr`.
pub static VIBR: OpDef = OpDef::new("vibr", "Vibrato that wanders by itself.")
    .sigs(&[sig("k", "kki", Make::Unit(world_unit::<Vibrato<true>>))])
    .outs(&[port("kout", "about -kAverageAmp to kAverageAmp for a table from -1 to 1")])
    .ins(&[
        port("kAverageAmp", "amplitude"),
        port("kAverageFreq", "rate in Hz"),
        port("ifn", "table of the vibrato"),
    ])
    .reads(Res::TABLES.and(Res::RANDOM))
    .writes(Res::RANDOM)
    .source("Manual: vibr");

/// How much and how fast something wanders.
#[derive(Clone, Copy)]
struct Wander {
    amount: f64,
    min: f64,
    max: f64,
}

/// What `vibr` takes: amounts and rates of amplitude and frequency (measured on the reference).
const VIBR_WANDERS: [Wander; 2] =
    [Wander { amount: 1.59055, min: 1.0, max: 3.0 }, Wander { amount: 0.629921, min: 1.19377, max: 2.281 }];

#[derive(Default)]
struct Walk {
    phase: Phase,
    line: Line,
    cps: f64,
}

/// `FIXED`: `vibr`.
#[derive(Default)]
struct Vibrato<const FIXED: bool> {
    number: f64,
    place: f64,
    walks: [Walk; 2],
}

impl<const FIXED: bool> Vibrato<FIXED> {
    fn wanders(io: &Io<'_>) -> [Wander; 2] {
        if FIXED {
            return VIBR_WANDERS;
        }
        [
            Wander { amount: io.k(2), min: io.k(4), max: io.k(5) },
            Wander { amount: io.k(3), min: io.k(6), max: io.k(7) },
        ]
    }
}

impl<const FIXED: bool> WorldUgen for Vibrato<FIXED> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.number = cx.io.k(if FIXED { 2 } else { 8 });
        let len = find(cx.world, "vibrato", self.number)?.len;
        let phase = if FIXED { 0.0 } else { cx.io.k(9) };
        if phase >= 1.0 {
            return Err("vibrato: the phase must be below 1".into());
        }
        if phase >= 0.0 {
            let bits = if len.is_power_of_two() { 28_u32.saturating_sub(len.trailing_zeros()) } else { 0 };
            self.place = (((phase * PERIOD) as i64) >> bits) as f64;
        }
        // The reference gives each walk the other's rate at first.
        let [amp, freq] = Self::wanders(&cx.io);
        for (walk, rates) in self.walks.iter_mut().zip([freq, amp]) {
            walk.cps = cx.world.random.gab.unit() * (rates.max - rates.min) + rates.min;
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let wanders = Self::wanders(io);
        let [amp, freq] = [0, 1].map(|i| self.walks[i].line.at(self.walks[i].phase) * wanders[i].amount);
        let (value, len) = world.tables.get(self.number).map_or((0.0, 1), |t| {
            let i = self.place as usize;
            let y = point(t, i);
            (y + (point(t, i + 1) - y) * (self.place - round::trunc(self.place)), t.len.max(1))
        });
        io.set(0, value * (io.k(0) * math::pow(2.0, amp)));
        let len = len as f64;
        self.place += (io.k(1) * math::pow(2.0, freq)) * (len * (1.0 / io.clock.kr));
        if !(0.0..len).contains(&self.place) {
            self.place = self.place.rem_euclid(len);
            if !(0.0..len).contains(&self.place) {
                self.place = 0.0;
            }
        }
        for (walk, rates) in self.walks.iter_mut().zip(wanders) {
            if walk.phase.advance(walk.cps, scale(io.clock.kr)) {
                walk.cps = world.random.gab.unit() * (rates.max - rates.min) + rates.min;
                walk.line.next(world.random.gab.bipolar());
            }
        }
        Ok(())
    }
}
