//! `vco2`, `vco2init`, `vco2ft`, `vco2ift`: band-limited oscillator that reads one of many tables, each
//! with as many partials as fit under half the sample rate.

use crate::lookup::{nearest, power_of_two_table};
use crate::phase31::{MASK, Reader, phase_of};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::table::Table;
use orchestrion_base::world::World;
use orchestrion_dsp::bandlimited::{BandTables, Sizes, Wave};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Definition of `vco2`.
pub static VCO2: OpDef = OpDef::new("vco2", "Band-limited oscillator with pre-calculated tables.")
    .sigs(&[sig("a", "kkoOOo", Make::Unit(unit::<Vco2>))])
    .outs(&[port("ares", "signal")])
    .ins(&[
        port("kamp", "amplitude"),
        port("kcps", "frequency in Hz, -sr/2 to sr/2"),
        port(
            "imode",
            "0 sawtooth, 2 square with pulse width, 4 triangle with ramp, 6 pulse, 8 parabola, 10 square, \
             12 triangle, 14 own wave -1; plus 1 keeps the state, plus 16 lets kphs move; default 0",
        ),
        port("kpw", "pulse width or ramp position, 0 to 1, for modes 2 and 4"),
        port("kphs", "phase, 0 to 1; the start phase unless imode has 16; default 0"),
        port("inyx", "highest partial as a fraction of sr, 0.001 to 0.5; default 0.5"),
    ])
    .source("Manual: vco2; phase of 31 bits, dsp::bandlimited")
    .differences(&["An inyx of 0 means the default, and a missing kpw is 0."]);

/// Definition of `vco2init`.
pub static VCO2INIT: OpDef = OpDef::new("vco2init", "Makes the tables of vco2, also as function tables.")
    .sigs(&[sig("i", "ijjjjj", Make::Init(vco2init))])
    .outs(&[port("ifn", "first free table number after them; -1 if they got no numbers")])
    .ins(&[
        port(
            "iwave",
            "sum of 1 sawtooth, 2 parabola, 4 pulse, 8 square, 16 triangle; or an own wave below 0",
        ),
        port("ibasfn", "first table number; below 1 gives them none; default -1"),
        port("ipmul", "ratio of the numbers of partials of successive tables, 1.01 to 2; default 1.05"),
        port("iminsiz", "size of the smallest table, a power of two from 16; default 128, 256 for the pulse"),
        port("imaxsiz", "size of the largest table; default 64 times the smallest, up to 16384"),
        port("isrcft", "table with the own wave, for iwave below 0"),
    ])
    .source("Manual: vco2init");

const FT_INS: &[Port] = &[
    port("kcps", "frequency in Hz"),
    port("iwave", "waveform: 0 sawtooth, 1 parabola, 2 pulse, 3 square, 4 triangle, or an own one below 0"),
    port("inyx", "highest partial as a fraction of sr, 0.001 to 0.5; default 0.5"),
];

/// Definition of `vco2ft`.
pub static VCO2FT: OpDef = OpDef::new("vco2ft", "Number of the band-limited table for a frequency.")
    .sigs(&[sig("k", "kov", Make::Unit(unit::<Vco2ft>))])
    .outs(&[port("kfn", "table number")])
    .ins(FT_INS)
    .source("Manual: vco2ft");

/// Definition of `vco2ift`.
pub static VCO2IFT: OpDef =
    OpDef::new("vco2ift", "Number of the band-limited table for a frequency, at init.")
        .sigs(&[sig("i", "iov", Make::Init(vco2ift))])
        .outs(&[port("ifn", "table number")])
        .ins(FT_INS)
        .source("Manual: vco2ift");

/// Tables of a waveform.
#[derive(Clone)]
enum Source {
    Standard(&'static BandTables),
    Own(Arc<BandTables>),
}

impl Source {
    fn tables(&self) -> &BandTables {
        match self {
            Source::Standard(tables) => tables,
            Source::Own(tables) => tables,
        }
    }
}

/// Sets that `vco2init` made, by waveform: 0 to 4 standard, below 0 own.
#[derive(Default)]
struct Sets(BTreeMap<i32, Set>);

struct Set {
    source: Source,
    /// Number of the first function table; below 1 if there are none.
    base: i32,
}

/// The tables of a waveform, made by `vco2init` or standard.
fn source(world: &World, wave: i32) -> Option<Source> {
    let made = world.shared_ref::<Sets>().and_then(|sets| sets.0.get(&wave)).map(|set| set.source.clone());
    made.or_else(|| BandTables::standard(usize::try_from(wave).ok()?).map(Source::Standard))
}

fn vco2init(cx: &mut Init<'_>) -> OpResult {
    let waves = nearest(cx.k(0));
    if !(-1_000_000..=31).contains(&waves) {
        return Err(format!("vco2init: invalid waveform number: {:.6}", cx.k(0)).into());
    }
    let mut number = nearest(cx.k(1));
    if number < 1 {
        number = -1;
    }
    if (waves < -1 && number < 1) || number > 1_000_000 {
        return Err("vco2init: invalid base ftable number".into());
    }
    if waves < 0 {
        let table = power_of_two_table(cx.world, cx.k(5)).map_err(|_| "vco2init: invalid source ftable")?;
        let points = cx.world.tables.get(table).map_or(&[][..], |t| &t.data[..t.len]);
        if points.len() < 4 {
            return Err("vco2init: invalid source ftable".into());
        }
        let wave = Wave::from_cycle(points);
        number = make(cx, waves, wave, number)?;
    } else {
        for (i, wave) in Wave::STANDARD.into_iter().enumerate() {
            if waves & (1 << i) != 0 {
                number = make(cx, i as i32, wave, number)?;
            }
        }
    }
    cx.set(0, f64::from(number));
    Ok(())
}

/// Table sizes that the arguments of `vco2init` ask for.
fn sizes(cx: &Init<'_>, wave: &Wave) -> OpResult<Sizes> {
    let standard = Sizes::standard(wave);
    let (ratio, least, greatest) = (cx.k(2), nearest(cx.k(3)), nearest(cx.k(4)));
    if ratio > 0.0 && !(1.00999..=2.00001).contains(&ratio) {
        return Err("vco2init: invalid partial number multiplier".into());
    }
    let ratio = if ratio > 0.0 { ratio } else { standard.ratio };
    let power = |n: i32, most: i32| (16..=most).contains(&n) && n & (n - 1) == 0;
    if least > 0 && !power(least, 262_144) {
        return Err("vco2init: invalid min table size".into());
    }
    let least = if least > 0 { least as usize } else { standard.least };
    if greatest <= 0 {
        return Ok(Sizes::from_least(ratio, least));
    }
    if !power(greatest, 16_777_216) || (greatest as usize) < least {
        return Err("vco2init: invalid max table size".into());
    }
    Ok(Sizes { ratio, least, greatest: greatest as usize })
}

/// Makes the set of a waveform, and function tables from `number` up unless that is below 1. Gives the
/// first free number.
fn make(cx: &mut Init<'_>, index: i32, wave: Wave, number: i32) -> OpResult<i32> {
    let sizes = sizes(cx, &wave)?;
    let source = if index >= 0 && sizes == Sizes::standard(&wave) { source_of_standard(index) } else { None };
    let source = source.unwrap_or_else(|| Source::Own(Arc::new(BandTables::new(wave, sizes))));
    let mut next = number;
    if number > 0 {
        let tables = source.tables();
        for i in 0..tables.len() {
            cx.world.check_table(next as u32, tables.size(i))?;
            cx.world.tables.insert(next as u32, Table::new(tables.table(i).to_vec()));
            next += 1;
        }
    }
    cx.world.shared::<Sets>().0.insert(index, Set { source, base: number });
    Ok(next)
}

fn source_of_standard(index: i32) -> Option<Source> {
    BandTables::standard(usize::try_from(index).ok()?).map(Source::Standard)
}

/// Picks function tables of a waveform by frequency.
#[derive(Clone)]
struct Picker {
    source: Source,
    base: f64,
    bandwidth: f64,
}

impl Picker {
    fn new(cx: &Init<'_>) -> OpResult<Self> {
        let wave = nearest(cx.k(1));
        let sets = cx.world.shared_ref::<Sets>();
        let set = sets.and_then(|sets| sets.0.get(&wave)).filter(|set| set.base > 0);
        let set = set.ok_or("vco2ft: table array not found for this waveform")?;
        let bandwidth = cx.k(2).clamp(0.001, 0.5) * cx.clock.sr;
        Ok(Self { source: set.source.clone(), base: f64::from(set.base), bandwidth })
    }

    fn number(&self, frequency: f64) -> f64 {
        self.base + self.source.tables().index(frequency, self.bandwidth) as f64
    }
}

fn vco2ift(cx: &mut Init<'_>) -> OpResult {
    let number = Picker::new(cx)?.number(cx.k(0));
    cx.set(0, number);
    Ok(())
}

#[derive(Default)]
struct Vco2ft(Option<Picker>);

impl Ugen for Vco2ft {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.0 = Some(Picker::new(cx)?);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        if let Some(picker) = &self.0 {
            io.set(0, picker.number(io.k(0)));
        }
        Ok(())
    }
}

/// What `vco2` does with its waves.
#[derive(Clone, Copy, Default, PartialEq)]
enum Shape {
    /// Plays one.
    #[default]
    One,
    /// Subtracts a shifted copy: a square of changing width from sawtooths.
    Square,
    /// Subtracts and scales: a triangle with a ramp from parabolas.
    Triangle,
}

#[derive(Default)]
struct Vco2 {
    source: Option<Source>,
    shape: Shape,
    moving_phase: bool,
    started: bool,
    bandwidth: f64,
    period: f64,
    phase: u32,
    second: u32,
    phase_seen: f64,
    width_seen: f64,
    frequency: f64,
    table: usize,
}

impl Ugen for Vco2 {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let mode = nearest(cx.k(2)) & 31;
        if mode & 1 != 0 {
            return Ok(());
        }
        let (wave, shape) = match mode & 14 {
            0 => (0, Shape::One),
            2 => (0, Shape::Square),
            4 => (1, Shape::Triangle),
            6 => (2, Shape::One),
            8 => (1, Shape::One),
            10 => (3, Shape::One),
            12 => (4, Shape::One),
            _ => (-1, Shape::One),
        };
        let source = source(cx.world, wave).ok_or("vco2: table array not found for user defined waveform")?;
        source.tables().make_all();
        let nyx = if cx.k(5) == 0.0 { 0.5 } else { cx.k(5).clamp(0.001, 0.5) };
        let moving_phase = mode & 16 != 0;
        *self = Self {
            source: Some(source),
            shape,
            moving_phase,
            bandwidth: nyx,
            period: 1.0 / cx.clock.sr,
            phase: if moving_phase { 0 } else { phase_of(cx.k(4).fract()) },
            frequency: f64::NAN,
            ..Self::default()
        };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        if !self.started {
            self.begin(io);
        }
        let out = io.out(0);
        let samples = out.len() as f64;
        let mut frequency = io.k(1) * self.period;
        let mut step = phase_of(frequency);
        if self.moving_phase {
            let shift = (io.k(4) - self.phase_seen) / samples;
            self.phase_seen = io.k(4);
            step = step.wrapping_add(phase_of(shift)) & MASK;
            frequency += shift;
        }
        let Some(source) = &self.source else {
            io.set(0, 0.0);
            return Ok(());
        };
        if frequency != self.frequency {
            self.frequency = frequency;
            self.table = source.tables().index(frequency, self.bandwidth);
        }
        let wave = Reader::new(source.tables().table(self.table));
        let amp = io.k(0);
        let mut phase = self.phase;
        if self.shape == Shape::One {
            for out in out {
                out.set(wave.line(phase) * amp);
                phase = phase.wrapping_add(step) & MASK;
            }
            self.phase = phase;
            return Ok(());
        }
        let width = -io.k(3);
        let slope = (width - self.width_seen) / samples;
        let start = self.width_seen.fract();
        let start = if start < 0.0 { start + 1.0 } else { start };
        self.width_seen = width;
        let mut second = self.second;
        let second_step = step.wrapping_add(phase_of(slope)) & MASK;
        if self.shape == Shape::Square {
            let (mut offset, slope) = (1.0 - 2.0 * start, -2.0 * slope);
            for out in out {
                out.set((wave.line(phase) - wave.line(second) + offset) * amp);
                phase = phase.wrapping_add(step) & MASK;
                second = second.wrapping_add(second_step) & MASK;
                offset += slope;
            }
        } else {
            let mut width = start;
            for out in out {
                let scale = 0.25 / (width - width * width);
                out.set((wave.line(phase) - wave.line(second)) * scale * amp);
                phase = phase.wrapping_add(step) & MASK;
                second = second.wrapping_add(second_step) & MASK;
                width += slope;
            }
        }
        (self.phase, self.second) = (phase, second);
        Ok(())
    }
}

impl Vco2 {
    /// Takes the phases as they stand in the first k-cycle.
    fn begin(&mut self, io: &Io<'_>) {
        self.started = true;
        if self.moving_phase {
            self.phase_seen = io.k(4);
            self.phase = phase_of(self.phase_seen.fract());
        }
        if self.shape != Shape::One {
            self.width_seen = -io.k(3);
            self.second = self.phase.wrapping_add(phase_of(self.width_seen.fract())) & MASK;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn every_mode_is_band_limited_and_near_full_scale() {
        for mode in [0.0, 2.0, 4.0, 8.0, 10.0, 12.0] {
            let mut bench = Bench::new(&VCO2, 0);
            for (i, x) in [1.0, 441.0, mode, 0.5].into_iter().enumerate() {
                bench.set(i, x);
            }
            let out = bench.render(1000);
            let peak = out.iter().fold(0.0f64, |m, y| m.max(y.abs()));
            assert!((0.6..1.3).contains(&peak), "mode {mode}: {peak}");
            assert!(out[..900].iter().zip(&out[100..]).all(|(a, b)| (a - b).abs() < 2e-3), "mode {mode}");
        }
    }

    #[test]
    fn own_waves_need_tables() {
        let world = World::default();
        assert!(source(&world, -1).is_none() && source(&world, 4).is_some() && source(&world, 5).is_none());
    }
}
