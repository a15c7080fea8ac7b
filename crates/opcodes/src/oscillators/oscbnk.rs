//! `oscbnk`: a bank of oscillators, each modulated by two low-frequency oscillators of its own and
//! followed by an equaliser.

use crate::lookup::{nearest, power_of_two_table};
use crate::phase31::{MASK, Reader, phase_of};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::random::ParkMiller;
use orchestrion_base::table::Table;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::{PI, TAU};

/// Definition of `oscbnk`.
pub static OSCBNK: OpDef = OpDef::new("oscbnk", "Bank of modulated and equalised oscillators.")
    .sigs(&[sig("a", "kkkkiikkkkikkkkkkikooooooo", Make::Unit(unit::<Bank>))])
    .outs(&[port("ares", "sum of all oscillators")])
    .ins(&[
        port("kcps", "frequency in Hz"),
        port("kamd", "depth of amplitude modulation, 0 to 1"),
        port("kfmd", "depth of frequency modulation in Hz"),
        port("kpmd", "depth of phase modulation in periods"),
        port("iovrlap", "number of oscillators; below 1 there is silence"),
        port("iseed", "seed, 1 to 2147483646; 0 for an unforeseeable one"),
        port("kl1minf", "least frequency of the first modulators in Hz"),
        port("kl1maxf", "greatest frequency of the first modulators in Hz"),
        port("kl2minf", "least frequency of the second modulators in Hz"),
        port("kl2maxf", "greatest frequency of the second modulators in Hz"),
        port(
            "ilfomode",
            "what modulators do: 128 the first frequency, 64 amplitude, 32 phase, 16 equaliser; 8, 4, 2, 1 the second",
        ),
        port("keqminf", "least frequency of the equaliser in Hz"),
        port("keqmaxf", "greatest frequency of the equaliser in Hz"),
        port("keqminl", "least level of the equaliser"),
        port("keqmaxl", "greatest level of the equaliser"),
        port("keqminq", "least Q of the equaliser"),
        port("keqmaxq", "greatest Q of the equaliser"),
        port("ieqmode", "-1 no equaliser, 0 peak, 1 low shelf, 2 high shelf; 3 to 5 the same, not interpolated"),
        port("kfn", "table of the oscillators, a power of two long"),
        port("il1fn", "table of the first modulators, a power of two long"),
        port("il2fn", "table of the second modulators, a power of two long"),
        port("ieqffn", "table from modulator to frequency of the equaliser"),
        port("ieqlfn", "table from modulator to level of the equaliser"),
        port("ieqqfn", "table from modulator to Q of the equaliser"),
        port("itabl", "table of start values, five for each oscillator; those below 0 are drawn; default 0"),
        port("ioutfn", "table that receives the start values; default 0"),
    ])
    .source("Manual: oscbnk (I. Varga); phases of 31 bits; order of random draws measured on the reference")
    .reads(Res::TABLES)
    .may_fail();

/// Start values of an oscillator.
const VALUES: usize = 5;
/// Those of them that are phases; the others are frequencies.
const PHASES: [bool; VALUES] = [true, true, false, true, false];

/// Coefficients of the equaliser.
#[derive(Clone, Copy)]
struct Eq {
    b: [f64; 3],
    a: [f64; 2],
}

impl Default for Eq {
    fn default() -> Self {
        Self { b: [1.0, 0.0, 0.0], a: [0.0; 2] }
    }
}

impl Eq {
    /// Peak (0), low shelf (1) or high shelf (2) at an angular frequency, as for `pareq`.
    fn new(mode: i32, angle: f64, level: f64, q: f64) -> Self {
        let slope = if level < 0.0 { 0.0 } else { (level + level).sqrt() };
        let k = math::tan((if mode == 2 { PI - angle } else { angle }) * 0.5);
        let kk = k * k;
        let (middle, side, centre) = match mode {
            0 => (level * k / q, kk, kk),
            _ => (slope * k, level * kk, level * kk),
        };
        let sign = if mode == 2 { -1.0 } else { 1.0 };
        let scale = 1.0 / (1.0 + k / q + kk);
        Self {
            b: [
                (1.0 + middle + side) * scale,
                sign * 2.0 * (centre - 1.0) * scale,
                (1.0 - middle + side) * scale,
            ],
            a: [sign * 2.0 * (kk - 1.0) * scale, (1.0 - k / q + kk) * scale],
        }
    }

    /// `self` after `part` of the way to `to`.
    fn slope(self, to: Self, samples: f64) -> Self {
        let d = |a: f64, b: f64| (b - a) / samples;
        Self { b: [0, 1, 2].map(|i| d(self.b[i], to.b[i])), a: [0, 1].map(|i| d(self.a[i], to.a[i])) }
    }

    fn advance(&mut self, slope: &Self) {
        self.b.iter_mut().zip(slope.b).for_each(|(x, d)| *x += d);
        self.a.iter_mut().zip(slope.a).for_each(|(x, d)| *x += d);
    }
}

/// One oscillator with its modulators.
#[derive(Clone, Copy, Default)]
struct Oscillator {
    phase: u32,
    lfo_phases: [u32; 2],
    /// Where the modulators' frequencies lie between least and greatest, 0 to 1.
    lfo_places: [f64; 2],
    /// Modulation of frequency in Hz, of amplitude, and of phase, as of the last cycle.
    bend: f64,
    amp: f64,
    shift: f64,
    eq: Eq,
    x: [f64; 2],
    y: [f64; 2],
}

/// What holds for a cycle.
struct Cycle<'a> {
    mode: i32,
    lfos: [Option<Reader<'a>>; 2],
    /// Least frequency and range of the modulators in periods per k-cycle.
    lfo_ranges: [(f64, f64); 2],
    depths: [f64; 3],
    eq: Option<EqRange<'a>>,
}

struct EqRange<'a> {
    mode: i32,
    tables: [&'a Table; 3],
    /// Least value and range of angular frequency, level and Q.
    ranges: [(f64, f64); 3],
}

/// A table's value at 0 to 1, held at its ends.
fn limited(table: &Table, place: f64) -> f64 {
    let at = place.max(0.0) * table.len as f64;
    let i = (at as usize).min(table.len);
    let point = |i: usize| table.data.get(i).copied().unwrap_or(0.0);
    if i >= table.len { point(table.len) } else { point(i) + (at - i as f64) * (point(i + 1) - point(i)) }
}

impl Oscillator {
    /// Moves the modulators by a k-cycle and takes what they say.
    fn modulate(&mut self, cycle: &Cycle<'_>) {
        let mut values = [0.0; 2];
        for (i, value) in values.iter_mut().enumerate() {
            if let Some(lfo) = &cycle.lfos[i] {
                *value = lfo.line(self.lfo_phases[i]);
                let (least, range) = cycle.lfo_ranges[i];
                let step = phase_of(self.lfo_places[i] * range + least);
                self.lfo_phases[i] = self.lfo_phases[i].wrapping_add(step) & MASK;
            }
        }
        // Bits of the first modulator are sixteen times those of the second.
        let sum = |bit: i32| {
            let part = |i: usize, bit: i32| if cycle.mode & bit != 0 { values[i] } else { 0.0 };
            part(0, bit << 4) + part(1, bit)
        };
        let [am, fm, pm] = cycle.depths;
        let modulated = |bit: i32| cycle.mode & (bit | bit << 4) != 0;
        self.bend = sum(8) * fm;
        self.amp = if modulated(4) { (sum(4) - 1.0) * am + 1.0 } else { 1.0 };
        self.shift = sum(2) * pm;
        if let Some(eq) = &cycle.eq {
            let mut controls = [0.0; 3];
            for (i, value) in values.iter().enumerate() {
                if cycle.mode & (if i == 0 { 16 } else { 1 }) != 0 {
                    let place = value * 0.5 + 0.5;
                    controls.iter_mut().zip(eq.tables).for_each(|(c, table)| *c += limited(table, place));
                }
            }
            let [f, l, q] = [0, 1, 2].map(|i| controls[i] * eq.ranges[i].1 + eq.ranges[i].0);
            self.eq = Eq::new(eq.mode, f.abs(), l, q.abs());
        }
    }

    #[inline]
    fn equalise(&mut self, eq: &Eq, x: f64) -> f64 {
        let y = eq.b[2] * self.x[1] + eq.b[1] * self.x[0] + eq.b[0] * x
            - eq.a[1] * self.y[1]
            - eq.a[0] * self.y[0];
        (self.x, self.y) = ([x, self.x[0]], [y, self.y[0]]);
        y
    }
}

#[derive(Default)]
struct Bank {
    oscillators: Vec<Oscillator>,
    mode: i32,
    /// -1 for none.
    eq_mode: i32,
    eq_smooth: bool,
    lfo_tables: [f64; 2],
    eq_tables: [f64; 3],
    started: bool,
}

impl Bank {
    /// Draws start values, or takes them from a table, and writes them to another.
    fn start_values(&self, cx: &mut Init<'_>, random: &mut ParkMiller, count: usize) -> OpResult<Vec<f64>> {
        let (given, receiver) = (cx.k(24), cx.k(25));
        let given = if given >= 1.0 { Some(power_of_two_table(cx.world, given)?) } else { None };
        let receiver = if receiver >= 1.0 { Some(power_of_two_table(cx.world, receiver)?) } else { None };
        let given = given.and_then(|t| cx.world.tables.get(t)).map_or(&[][..], |t| &t.data[..t.len]);
        let values: Vec<f64> = (0..count * VALUES)
            .map(|i| {
                let drawn = random.unit();
                let value = given.get(i).copied().filter(|&x| x >= 0.0).unwrap_or(drawn);
                if PHASES[i % VALUES] { value.fract() } else { value.min(1.0) }
            })
            .collect();
        if let Some(table) = receiver.and_then(|t| cx.world.tables.get_mut(t)) {
            let len = table.len;
            for (i, point) in table.data[..len].iter_mut().enumerate() {
                *point = values.get(i).copied().unwrap_or(0.0);
            }
        }
        Ok(values)
    }

    fn cycle<'a>(&self, io: &Io<'_>, world: &'a World) -> OpResult<Cycle<'a>> {
        let lfo = |i: usize| self.lfo_used(i).then(|| Reader::find(world, self.lfo_tables[i])).transpose();
        let period = 1.0 / io.clock.kr;
        let range = |i: usize| (io.k(i) * period, (io.k(i + 1) - io.k(i)) * period);
        let angle = TAU / io.clock.sr;
        let eq = if self.eq_mode < 0 {
            None
        } else {
            let [Some(f), Some(l), Some(q)] = self.eq_tables.map(|t| world.tables.get(t)) else {
                return Err("oscbnk: a table of the equaliser has vanished".into());
            };
            let least = io.k(11).min(io.k(12));
            let frequency = (least * angle, (io.k(12) - least) * angle);
            let ranges = [frequency, (io.k(13), io.k(14) - io.k(13)), (io.k(15), io.k(16) - io.k(15))];
            Some(EqRange { mode: self.eq_mode, tables: [f, l, q], ranges })
        };
        Ok(Cycle {
            mode: self.mode,
            lfos: [lfo(0)?, lfo(1)?],
            lfo_ranges: [range(6), range(8)],
            depths: [io.k(1), io.k(2), io.k(3)],
            eq,
        })
    }

    fn lfo_used(&self, i: usize) -> bool {
        self.mode & [0xF0, 0x0F][i] != 0
    }
}

impl Ugen for Bank {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let count = nearest(cx.k(4)).max(0) as usize;
        let seed = cx.k(5);
        let mut random = ParkMiller::from_number(seed)
            .unwrap_or_else(|| ParkMiller::from_clock(cx.world.random.clock_seed()));
        *self = Self { mode: nearest(cx.k(10)) & 0xFF, eq_mode: -1, ..Self::default() };
        if cx.k(17) < -0.5 {
            self.mode &= 0xEE;
        } else {
            let mode = nearest(cx.k(17));
            self.eq_smooth = mode <= 2;
            self.eq_mode = if mode > 2 { mode - 3 } else { mode }.min(2);
            for i in 0..3 {
                self.eq_tables[i] = power_of_two_table(cx.world, cx.k(21 + i))?;
            }
        }
        for i in 0..2 {
            if self.lfo_used(i) {
                self.lfo_tables[i] = power_of_two_table(cx.world, cx.k(19 + i))?;
            }
        }
        cx.world.ask_memory(count.saturating_mul(size_of::<Oscillator>()), "the oscillators of oscbnk")?;
        let values = self.start_values(cx, &mut random, count)?;
        self.oscillators = values
            .chunks_exact(VALUES)
            .map(|v| Oscillator {
                phase: phase_of(v[0]),
                lfo_phases: [phase_of(v[1]), phase_of(v[3])],
                lfo_places: [v[2], v[4]],
                ..Oscillator::default()
            })
            .collect();
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        io.set(0, 0.0);
        if self.oscillators.is_empty() {
            return Ok(());
        }
        let wave = Reader::find(world, io.k(18))?;
        let cycle = self.cycle(io, world)?;
        let (samples, fresh) = (io.samples_len() as f64, !self.started);
        let phase_modulated = self.mode & 0x22 != 0;
        for osc in &mut self.oscillators {
            if fresh {
                osc.modulate(&cycle);
                if phase_modulated {
                    osc.phase = osc.phase.wrapping_add(phase_of(osc.shift.fract())) & MASK;
                }
            }
            let (bend, mut amp, shift, mut eq) = (osc.bend, osc.amp, osc.shift, osc.eq);
            osc.modulate(&cycle);
            let mut frequency = ((osc.bend + bend) * 0.5 + io.k(0)) / io.clock.sr;
            if phase_modulated {
                frequency = (frequency + (osc.shift - shift) / samples).fract();
            }
            let (step, slope) = (phase_of(frequency), (osc.amp - amp) / samples);
            let eq_slope = eq.slope(osc.eq, samples);
            if !self.eq_smooth {
                eq = osc.eq;
            }
            for out in io.out(0) {
                if self.eq_smooth {
                    eq.advance(&eq_slope);
                }
                amp += slope;
                let mut y = wave.line(osc.phase) * amp;
                if self.eq_mode >= 0 {
                    y = osc.equalise(&eq, y);
                }
                out.set(out.get() + y);
                osc.phase = osc.phase.wrapping_add(step) & MASK;
            }
            (osc.amp, osc.eq) = (amp, eq);
        }
        self.started = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn constant_waves_add_up() {
        let mut bench = Bench::new(&OSCBNK, 0);
        bench.world.tables.insert(1, Table::new(vec![1.0; 9]));
        for (i, x) in [(0, 440.0), (4, 7.0), (5, 1.0), (17, -1.0), (18, 1.0)] {
            bench.set(i, x);
        }
        assert!(bench.render(100).iter().all(|&y| y == 7.0));
    }

    #[test]
    fn an_equaliser_at_level_1_changes_nothing() {
        let eq = Eq::new(0, 0.1, 1.0, 2.0);
        assert!((eq.b[1] - eq.a[0]).abs() < 1e-15 && (eq.b[2] - eq.a[1]).abs() < 1e-15);
    }
}
