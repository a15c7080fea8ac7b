//! `marimba`, `vibes`, `gogobel`: a struck bar or bell, an impulse through four resonances.

use crate::lookup::{any_table, truncated};
use crate::physical::{BiQuad, Countdown, Loop, OnePole, Ramp};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::table::Table;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::PI;

const OUTS: &[Port] = &[port("ares", "signal")];
const AMP: Port = port("kamp", "amplitude, taken in the first k-cycle");
const FREQUENCY: Port = port("kfreq", "frequency in Hz, taken in the first k-cycle");
const HARDNESS: Port = port("ihrd", "hardness of the stick, 0 to 1");
const PLACE: Port = port("ipos", "place where the bar is struck, 0 to 1");
const IMPULSE: Port = port("imp", "table of the strike impulse");
const RATE: Port = port("kvibf", "rate of vibrato, in points of its table per sample");
const DEPTH: Port = port("kvamp", "depth of vibrato");
const VIBRATO: Port = port("ivibfn", "table of the vibrato, usually a sine");
const SOURCE: &str = "Manual; STK (Cook and Scavone 1999), modal synthesis";

/// Definition of `marimba`.
pub static MARIMBA: OpDef = OpDef::new("marimba", "Marimba, a struck wooden bar.")
    .sigs(&[sig("a", "kkiiikkiijj", Make::Unit(unit::<Modal<Marimba>>))])
    .outs(OUTS)
    .ins(&[
        AMP,
        FREQUENCY,
        HARDNESS,
        PLACE,
        IMPULSE,
        RATE,
        DEPTH,
        VIBRATO,
        port("idec", "time in seconds before the end of the note at which the bar is damped"),
        port("idoubles", "percentage of double strikes; below 0 for 20; default -1"),
        port("itriples", "percentage of triple strikes; below 0 for 20; default -1"),
    ])
    .source(SOURCE)
    .reads(Res::TABLES);

/// Definition of `vibes`.
pub static VIBES: OpDef = OpDef::new("vibes", "Vibraphone, a struck metal bar.")
    .sigs(&[sig("a", "kkiiikkii", Make::Unit(unit::<Modal<Vibes>>))])
    .outs(OUTS)
    .ins(&[
        AMP,
        FREQUENCY,
        HARDNESS,
        PLACE,
        IMPULSE,
        RATE,
        DEPTH,
        VIBRATO,
        port("idec", "has no effect, as in the reference"),
    ])
    .source(SOURCE)
    .reads(Res::TABLES);

/// Definition of `gogobel`.
pub static GOGOBEL: OpDef = OpDef::new("gogobel", "Agogo bell.")
    .sigs(&[sig("a", "kkiiikki", Make::Unit(unit::<Modal<Gogobel>>))])
    .outs(OUTS)
    .ins(&[
        port("kamp", "amplitude, its value at init"),
        port("kfreq", "frequency in Hz, its value at init"),
        HARDNESS,
        PLACE,
        IMPULSE,
        RATE,
        DEPTH,
        port("ivfn", "table of the vibrato, usually a sine"),
    ])
    .source(SOURCE)
    .reads(Res::TABLES);

/// What is fixed of an instrument.
struct Spec {
    /// Ratio of each mode to the note's frequency, or its frequency in Hz where negative, and its radius.
    modes: [(f64, f64); 4],
    /// How much of the impulse is heard besides the modes.
    direct: f64,
    output: f64,
    /// Whether amplitude and frequency are taken again in the first k-cycle.
    struck_late: bool,
}

/// What hardness and place of the strike decide.
struct Strike {
    /// Points of the impulse per sample.
    rate: f64,
    gain: f64,
    modes: [f64; 4],
}

trait Kind: Default + Send + 'static {
    const SPEC: Spec;

    fn strike(hardness: f64, place: f64) -> Strike;

    /// Further strikes of the same note and when the note is damped.
    fn prepare(cx: &mut Init<'_>) -> (u32, Countdown) {
        let _ = cx;
        (0, Countdown::default())
    }
}

#[derive(Default)]
struct Marimba;
impl Kind for Marimba {
    const SPEC: Spec = Spec {
        modes: [(1.0, 0.9996), (3.99, 0.9994), (10.65, 0.9994), (-18.5, 0.999)],
        direct: 0.1,
        output: 0.5,
        struck_late: true,
    };

    fn strike(hardness: f64, place: f64) -> Strike {
        let angle = place * PI;
        Strike {
            rate: 0.25 * math::pow(4.0, hardness),
            gain: 0.1 + 1.8 * hardness,
            modes: [
                0.12 * math::sin(angle),
                -0.03 * math::sin(0.05 + 3.9 * angle),
                0.11 * math::sin(-0.05 + 11.0 * angle),
                0.008,
            ],
        }
    }

    fn prepare(cx: &mut Init<'_>) -> (u32, Countdown) {
        let (doubles, triples) = (cx.k(9), cx.k(10));
        let triples = if triples <= 0.0 { 20 } else { triples as u32 };
        let doubles = if doubles <= 0.0 { 40 } else { triples.saturating_add(doubles as u32) };
        let drawn = cx.world.random.rand31.step() % 100;
        let further = if drawn < triples { 2 } else { u32::from(drawn < doubles) };
        // What no 32-bit integer holds asks for nothing.
        cx.note.ask_extra_cycles(truncated(cx.world.header.kr * cx.k(8)).max(0) as u32);
        (further, Countdown::before_end(cx, cx.k(8)))
    }
}

#[derive(Default)]
struct Vibes;
impl Kind for Vibes {
    const SPEC: Spec = Spec {
        modes: [(1.0, 0.99995), (2.01, 0.99991), (3.9, 0.99992), (14.37, 0.9999)],
        direct: 0.0,
        output: 8.0,
        struck_late: true,
    };

    fn strike(hardness: f64, place: f64) -> Strike {
        let angle = place * PI;
        Strike {
            rate: 2.0 + 22.66 * hardness,
            gain: 0.2 + 1.6 * hardness,
            modes: [
                0.025 * math::sin(angle),
                0.015 * math::sin(0.1 + 2.01 * angle),
                0.015 * math::sin(3.95 * angle),
                0.015,
            ],
        }
    }
}

#[derive(Default)]
struct Gogobel;
impl Kind for Gogobel {
    const SPEC: Spec = Spec {
        modes: [(1.0, 0.999), (4.08, 0.999), (6.669, 0.999), (-3725.0, 0.999)],
        direct: 0.25,
        output: 1.0,
        struck_late: false,
    };

    fn strike(hardness: f64, place: f64) -> Strike {
        let angle = place * PI;
        Strike {
            rate: 3.0 + 8.0 * hardness,
            gain: 1.0,
            modes: [
                0.08 * math::sin(0.7 * angle),
                0.07 * math::sin(0.1 + 5.0 * angle),
                0.04 * math::sin(0.2 + 7.0 * angle),
                0.02,
            ],
        }
    }
}

#[derive(Default)]
struct Modal<K> {
    kind: std::marker::PhantomData<K>,
    impulse: f64,
    vibrato_table: f64,
    /// Stays from the instance's previous note until the new one is set, as in the reference.
    frequency: f64,
    ratios: [f64; 4],
    filters: [BiQuad; 4],
    envelope: Ramp,
    stick: OnePole,
    strike_at: Loop,
    strike_rate: f64,
    gain: f64,
    vibrato: Loop,
    further: u32,
    decay: Countdown,
    /// Whether the impulse is over.
    over: bool,
    /// Whether the first k-cycle is still to come.
    fresh: bool,
}

impl<K: Kind> Modal<K> {
    /// Brings modes at or above half the sample rate down by octaves. The filter of such a mode is set
    /// right with the next strike only, as in the reference.
    fn set_ratio(&mut self, i: usize, ratio: f64, sr: f64) {
        let frequency = if ratio < 0.0 { -ratio } else { ratio * self.frequency };
        self.filters[i].resonance(frequency, K::SPEC.modes[i].1, sr);
        let mut ratio = ratio;
        if ratio * self.frequency >= sr * 0.5 {
            while ratio * self.frequency > sr * 0.5 && ratio > 0.0 {
                ratio *= 0.5;
            }
        }
        self.ratios[i] = ratio;
    }

    /// Sets the resonances for the frequency, their radius scaled by `ring`.
    fn tune(&mut self, ring: f64, sr: f64) {
        for (i, filter) in self.filters.iter_mut().enumerate() {
            let ratio = self.ratios[i];
            let frequency = if ratio < 0.0 { -ratio } else { ratio * self.frequency };
            filter.resonance(frequency, K::SPEC.modes[i].1 * ring, sr);
        }
    }

    fn strike(&mut self, amp: f64, frequency: f64, sr: f64) {
        (self.envelope.rate, self.envelope.target) = (1.0, amp);
        self.stick.set(1.0 - amp, 1.0);
        self.envelope.next();
        self.strike_at = Loop::default();
        self.over = false;
        self.tune(1.0, sr);
        self.frequency = frequency;
        for i in 0..4 {
            self.set_ratio(i, self.ratios[i], sr);
        }
    }

    #[inline]
    fn next(&mut self, impulse: &Table) -> f64 {
        let (struck, ends) = self.strike_at.once(impulse, self.strike_rate);
        self.over |= ends;
        let input = self.gain * self.stick.next(struck * self.envelope.next());
        let modes = self.filters.iter_mut().map(|f| f.next(input)).sum::<f64>();
        modes - modes * K::SPEC.direct + K::SPEC.direct * input
    }
}

impl<K: Kind> Ugen for Modal<K> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let (impulse, vibrato_table) = (any_table(cx.world, cx.k(4))?, any_table(cx.world, cx.k(7))?);
        let sr = cx.clock.sr;
        let strike = K::strike(cx.k(2), cx.k(3));
        let (further, decay) = K::prepare(cx);
        *self = Self {
            impulse,
            vibrato_table,
            frequency: self.frequency,
            filters: strike.modes.map(|gain| BiQuad::new(gain, [0.0, -1.0])),
            stick: OnePole::new(0.9, 1.0),
            strike_rate: strike.rate,
            gain: strike.gain,
            vibrato: self.vibrato,
            further,
            decay,
            ..Self::default()
        };
        for (i, (ratio, _)) in K::SPEC.modes.into_iter().enumerate() {
            self.set_ratio(i, ratio, sr);
        }
        self.strike(cx.k(0) / cx.world.header.zero_dbfs, cx.k(1), sr);
        self.fresh = K::SPEC.struck_late;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let tables = (world.tables.get(self.impulse), world.tables.get(self.vibrato_table));
        let (Some(impulse), Some(vibrato)) = tables else {
            io.set(0, 0.0);
            return Ok(());
        };
        let (full, sr) = (world.header.zero_dbfs, io.clock.sr);
        let amp = io.k(0) / full;
        if self.decay.ends(io.note.releasing.get()) {
            self.tune(1.0 - amp * 0.03, sr);
        }
        if self.fresh {
            self.fresh = false;
            self.strike(amp, io.k(1), sr);
        }
        let (rate, depth) = (io.k(5), io.k(6));
        for out in io.out(0) {
            if self.further > 0 && self.over {
                self.strike_at = Loop::default();
                self.over = false;
                self.further -= 1;
            }
            let mut y = self.next(impulse);
            if depth != 0.0 {
                y *= 1.0 + self.vibrato.next(vibrato, rate, 0.0) * depth;
            }
            out.set((y + y) * full * K::SPEC.output);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn strikes_sound() {
        for op in [&MARIMBA, &VIBES, &GOGOBEL] {
            let mut bench = Bench::new(op, 0);
            bench.world.header.zero_dbfs = 1.0;
            bench.world.tables.set_builtin_sine(math::sin);
            for (i, x) in [0.5, 440.0, 0.5, 0.4, -1.0, 1.0, 0.1, -1.0].into_iter().enumerate() {
                bench.set(i, x);
            }
            let peak = bench.render(4000).iter().fold(0.0f64, |m, y| m.max(y.abs()));
            assert!((1e-3..100.0).contains(&peak), "{}: {peak}", op.name);
        }
    }
}
