//! `grain2`: a fixed number of overlapping grains with random phases and frequencies.

use crate::phase31::{MASK, PERIOD, Reader, phase_of};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::random::ParkMiller;
use orchestrion_base::world::World;
use orchestrion_dsp::random::rnd31;

use crate::lookup::{nearest, power_of_two_table, truncated};

/// Definition of `grain2`.
pub static GRAIN2: OpDef = OpDef::new("grain2", "Overlapping grains with random phases and frequencies.")
    .sigs(&[sig("a", "kkkikiooo", Make::Unit(unit::<Grain2>))])
    .outs(&[port("ares", "sum of all grains")])
    .ins(&[
        port("kcps", "frequency of grains in Hz"),
        port("kfmd", "greatest random deviation of the frequency in Hz"),
        port("kgdur", "duration of a grain in seconds"),
        port("iovrlp", "number of grains at a time; below 1 there is silence"),
        port("kfn", "table of the grains, a power of two long"),
        port("iwfn", "table of the envelope, a power of two long"),
        port("irpow", "shape of the random distribution of frequencies, as for rnd31; default 0, uniform"),
        port("iseed", "seed, 1 to 2147483646, or 0 for an unforeseeable one; default 0"),
        port(
            "imode",
            "sum of 8 interpolate the envelope, 4 do not interpolate grains, 2 grains follow kcps and kfmd, \
             1 skip init; default 0",
        ),
    ])
    .source("Manual: grain2 (I. Varga); phases of 31 bits, order of random draws measured on the reference")
    .reads(Res::TABLES)
    .may_fail();

/// One grain: a wave under an envelope, phases of 31 bits.
#[derive(Clone, Copy, Default)]
pub(super) struct Voice {
    pub phase: u32,
    pub step: u32,
    /// Random deviation of the frequency, -1 to 1.
    pub deviation: f64,
    pub window: u32,
}

impl Voice {
    /// Moves the wave to where it would be if the grain had started as long ago as its envelope says.
    /// `step` is the frequency per sample in periods and as a phase.
    pub fn catch_up(&mut self, locked: bool, deviation: f64, step: u32, window_step: u32) {
        if window_step == 0 {
            return;
        }
        let period = f64::from(PERIOD);
        let step =
            if locked { f64::from(self.step) } else { self.deviation * deviation * period + f64::from(step) };
        let moved = step * (f64::from(self.window) / (f64::from(window_step) * period));
        self.phase = self.phase.wrapping_add(phase_of(moved - f64::from(truncated(moved)))) & MASK;
    }
}

/// How grains read their tables, and whether they keep the frequency they began with.
#[derive(Clone, Copy)]
pub(super) struct Mode(pub i32);

impl Mode {
    pub fn skips_init(self) -> bool {
        self.0 & 1 != 0
    }

    pub fn locks_frequency(self) -> bool {
        self.0 & 2 == 0
    }

    #[inline(always)]
    pub fn wave(self, table: &Reader<'_>, phase: u32) -> f64 {
        if self.0 & 4 == 0 { table.line(phase) } else { table.step(phase) }
    }

    #[inline(always)]
    pub fn window(self, table: &Reader<'_>, phase: u32) -> f64 {
        if self.0 & 8 != 0 { table.line(phase) } else { table.step(phase) }
    }
}

/// The generator that a seed asks for.
pub(super) fn generator(cx: &mut Init<'_>, seed: f64) -> ParkMiller {
    ParkMiller::from_number(seed).unwrap_or_else(|| ParkMiller::from_clock(cx.world.random.clock_seed()))
}

#[derive(Default)]
struct Grain2 {
    voices: Vec<Voice>,
    random: Option<ParkMiller>,
    mode: i32,
    power: f64,
    window: f64,
    /// Whether the grains have their random start.
    started: bool,
}

/// Frequencies of a cycle in periods per sample.
#[derive(Clone, Copy)]
struct Frequency {
    centre: f64,
    deviation: f64,
}

impl Frequency {
    fn step(self, deviation: f64) -> u32 {
        phase_of(self.centre + self.deviation * deviation)
    }
}

fn renew(voice: &mut Voice, random: &mut ParkMiller, power: f64, frequency: Frequency) {
    voice.phase = random.step();
    voice.deviation = rnd31(random, power);
    voice.step = frequency.step(voice.deviation);
}

impl Ugen for Grain2 {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.mode = nearest(cx.k(8));
        if Mode(self.mode).skips_init() {
            return Ok(());
        }
        self.window = power_of_two_table(cx.world, cx.k(5))?;
        let voices = nearest(cx.k(3)).max(0) as usize;
        cx.world.ask_memory(voices * size_of::<Voice>(), "the grains of grain2")?;
        self.power = cx.k(6);
        let seed = cx.k(7);
        self.random = Some(generator(cx, seed));
        self.started = false;
        // Envelopes are spread evenly over a period.
        let apart = f64::from(PERIOD) / voices.max(1) as f64;
        let mut window = f64::from(PERIOD) + 0.5;
        let next = |_| {
            window = (window - apart).max(0.0);
            Voice { window: window as u32, ..Voice::default() }
        };
        self.voices = (0..voices).map(next).collect();
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let Some(random) = &mut self.random else { return Err("grain2: init was skipped".into()) };
        if self.voices.is_empty() {
            io.set(0, 0.0);
            return Ok(());
        }
        let (wave, window) = (Reader::find(world, io.k(4))?, Reader::find(world, self.window)?);
        let (mode, period, power) = (Mode(self.mode), 1.0 / io.clock.sr, self.power);
        let frequency = Frequency { centre: io.k(0) * period, deviation: io.k(1) * period };
        let window_step = phase_of(period / io.k(2));
        let locked = mode.locks_frequency();
        for voice in &mut self.voices {
            if !self.started {
                renew(voice, random, power, frequency);
                voice.catch_up(locked, frequency.deviation, frequency.step(0.0), window_step);
            }
            if !locked {
                voice.step = frequency.step(voice.deviation);
            }
        }
        self.started = true;
        for out in io.out(0) {
            let mut sum = 0.0;
            for voice in &mut self.voices {
                sum += mode.wave(&wave, voice.phase) * mode.window(&window, voice.window);
                voice.phase = voice.phase.wrapping_add(voice.step) & MASK;
                voice.window = voice.window.wrapping_add(window_step);
                if voice.window >= PERIOD {
                    voice.window &= MASK;
                    renew(voice, random, power, frequency);
                }
            }
            out.set(sum);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;
    use orchestrion_base::table::Table;

    #[test]
    fn constant_grains_add_up() {
        let mut bench = Bench::new(&GRAIN2, 0);
        bench.world.tables.insert(1, Table::new(vec![1.0; 9]));
        for (i, x) in [441.0, 10.0, 0.01, 3.0, 1.0, 1.0, 0.0, 7.0].into_iter().enumerate() {
            bench.set(i, x);
        }
        assert!(bench.render(1000).iter().all(|&y| y == 3.0));
    }
}
