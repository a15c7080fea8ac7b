//! `grain3`: grains started at a given density, with control of their phases.

use super::grain2::{Mode, Voice, generator};
use crate::lookup::{nearest, power_of_two_table};
use crate::phase31::{MASK, PERIOD, Reader, phase_of};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::random::ParkMiller;
use orchestrion_base::world::World;
use orchestrion_dsp::random::rnd31;

/// Definition of `grain3`.
pub static GRAIN3: OpDef = OpDef::new("grain3", "Grains at a given density, with control of their phases.").quiet_init()
    .sigs(&[sig("a", "kkkkkkikikkoo", Make::Unit(unit::<Grain3>))])
    .outs(&[port("ares", "sum of all grains")])
    .ins(&[
        port("kcps", "frequency of grains in Hz"),
        port("kphs", "phase of grains, 0 to 1"),
        port("kfmd", "greatest random deviation of the frequency in Hz"),
        port("kpmd", "greatest random deviation of the phase"),
        port("kgdur", "duration of a grain in seconds, longer than a sample"),
        port("kdens", "grains per second in Hz, below sr"),
        port("imaxovr", "how many grains may overlap, at least 1"),
        port("kfn", "table of the grains, a power of two long"),
        port("iwfn", "table of the envelope, a power of two long"),
        port("kfrpow", "shape of the random distribution of frequencies, as for rnd31"),
        port("kprpow", "shape of the random distribution of phases, as for rnd31"),
        port("iseed", "seed, 1 to 2147483646, or 0 for an unforeseeable one; default 0"),
        port(
            "imode",
            "sum of 64 grains follow kphs and kcps in step, 32 start on a sample, 16 no grains from before the \
             note, 8 interpolate the envelope, 4 do not interpolate grains, 2 grains follow kcps and kfmd, \
             1 skip init; default 0",
        ),
    ])
    .source("Manual: grain3 (I. Varga); phases of 31 bits, order of random draws measured on the reference")
    .reads(Res::TABLES)
    .may_fail();

/// Grains in the order of their starts, in a ring with one free place.
#[derive(Default)]
struct Ring {
    voices: Vec<Voice>,
    first: usize,
    end: usize,
}

impl Ring {
    fn after(&self, i: usize) -> usize {
        if i + 1 >= self.voices.len() { 0 } else { i + 1 }
    }

    fn push(&mut self, voice: Voice) -> OpResult {
        if let Some(place) = self.voices.get_mut(self.end) {
            *place = voice;
        }
        self.end = self.after(self.end);
        if self.end == self.first {
            return Err("grain3: more grains overlap than imaxovr allows".into());
        }
        Ok(())
    }
}

#[derive(Default)]
struct Grain3 {
    ring: Ring,
    random: Option<ParkMiller>,
    mode: i32,
    window: f64,
    /// Phase of the density; from [`PERIOD`] on a grain is due.
    due: u32,
    /// Common phase of grains at the end of the last cycle, and `kphs` then; `None` before the first.
    phase: Option<(u32, f64)>,
}

/// What holds for a cycle; frequencies in periods per sample.
struct Cycle {
    phase: u32,
    phase_step: u32,
    step: u32,
    deviation: f64,
    window: f64,
    density: f64,
    phase_range: f64,
    frequency_power: f64,
    phase_power: f64,
}

impl Cycle {
    /// Common phase of grains at a sample.
    fn phase_at(&self, n: usize) -> u32 {
        self.phase.wrapping_add(self.phase_step.wrapping_mul(n as u32)) & MASK
    }

    /// A grain that starts at a phase, its envelope at `window`.
    fn grain(&self, random: &mut ParkMiller, window: u32, phase: u32) -> Voice {
        let mut shift = rnd31(random, self.phase_power) * self.phase_range;
        if self.phase_range.abs() > 0.9 {
            shift = shift.fract();
        }
        let phase = phase.wrapping_add(phase_of(shift)) & MASK;
        let deviation = rnd31(random, self.frequency_power);
        Voice { phase, step: self.grain_step(deviation), deviation, window }
    }

    fn grain_step(&self, deviation: f64) -> u32 {
        self.step.wrapping_add(phase_of(deviation * self.deviation)) & MASK
    }
}

impl Grain3 {
    fn cycle(&mut self, io: &Io<'_>) -> OpResult<Cycle> {
        let period = 1.0 / io.clock.sr;
        let window = period / io.k(4);
        let density = period * io.k(5);
        let valid = |x: f64| (1.0 / f64::from(PERIOD)..1.0).contains(&x);
        if !valid(window) {
            return Err("grain3: kgdur has to be longer than a sample".into());
        }
        if !valid(density) {
            return Err("grain3: kdens has to be above 0 and below sr".into());
        }
        let (phase, before) = self.phase.unwrap_or_else(|| (phase_of(io.k(1)), io.k(1)));
        // A moving phase is a shift of frequency within the cycle.
        let shift = phase_of(((io.k(1) - before) / io.samples_len() as f64).fract());
        let step = shift.wrapping_add(phase_of(io.k(0) * period)) & MASK;
        let phase_step = if self.mode & 64 != 0 { step } else { shift };
        let cycle = Cycle {
            phase,
            phase_step,
            step,
            deviation: io.k(2) * period,
            window,
            density,
            phase_range: io.k(3),
            frequency_power: io.k(9),
            phase_power: io.k(10),
        };
        self.phase = Some((cycle.phase_at(io.samples_len()), io.k(1)));
        Ok(cycle)
    }

    /// Grains that would sound already had the note always been there.
    fn earlier_grains(&mut self, cycle: &Cycle, random: &mut ParkMiller) -> OpResult {
        let mode = Mode(self.mode);
        let ratio = cycle.window / cycle.density;
        let apart = if ratio > 0.99999 { PERIOD } else { phase_of(ratio).max(1) };
        let mut rest = PERIOD % apart;
        if rest < PERIOD >> 16 {
            rest = rest.saturating_add(apart);
        }
        let mut window = PERIOD.saturating_sub(rest);
        while window > 0 {
            let mut voice = cycle.grain(random, window, cycle.phase);
            if self.mode & 64 == 0 {
                voice.catch_up(mode.locks_frequency(), cycle.deviation, cycle.step, phase_of(cycle.window));
            }
            self.ring.push(voice)?;
            window = window.saturating_sub(apart);
        }
        Ok(())
    }
}

impl Ugen for Grain3 {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let mode = nearest(cx.k(12));
        if Mode(mode).skips_init() {
            return Ok(());
        }
        self.window = power_of_two_table(cx.world, cx.k(8))?;
        let voices = nearest(cx.k(6)).max(1) as usize + 1;
        cx.world.ask_memory(voices * size_of::<Voice>(), "the grains of grain3")?;
        let seed = cx.k(11);
        self.random = Some(generator(cx, seed));
        self.ring = Ring { voices: vec![Voice::default(); voices], first: 0, end: 0 };
        (self.mode, self.due, self.phase) = (mode, PERIOD, None);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let Some(mut random) = self.random else { return Err("grain3: init was skipped".into()) };
        io.set(0, 0.0);
        let (wave, window) = (Reader::find(world, io.k(7))?, Reader::find(world, self.window)?);
        let fresh = self.phase.is_none();
        let cycle = self.cycle(io)?;
        if fresh && self.mode & 16 == 0 {
            self.earlier_grains(&cycle, &mut random)?;
        }
        let (mode, out) = (Mode(self.mode), io.out(0));
        let (window_step, density_step) = (phase_of(cycle.window), phase_of(cycle.density));
        let mut next = self.ring.first;
        let mut n = 0;
        while n < out.len() {
            if self.due >= PERIOD {
                self.due &= MASK;
                let late = f64::from(self.due) * (cycle.window / (f64::from(PERIOD) * cycle.density));
                let start = if self.mode & 32 == 0 { phase_of(late) } else { 0 };
                self.ring.push(cycle.grain(&mut random, start, cycle.phase_at(n)))?;
            }
            if next == self.ring.end {
                self.due = self.due.wrapping_add(density_step);
                n += 1;
                continue;
            }
            let mut voice = self.ring.voices[next];
            let step = if mode.locks_frequency() { voice.step } else { cycle.grain_step(voice.deviation) };
            for out in &out[n..] {
                out.set(out.get() + mode.window(&window, voice.window) * mode.wave(&wave, voice.phase));
                voice.phase = voice.phase.wrapping_add(step) & MASK;
                voice.window = voice.window.wrapping_add(window_step);
                if voice.window >= PERIOD {
                    self.ring.first = self.ring.after(self.ring.first);
                    break;
                }
            }
            self.ring.voices[next] = voice;
            next = self.ring.after(next);
        }
        self.random = Some(random);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;
    use orchestrion_base::table::Table;

    #[test]
    fn constant_grains_add_up_to_their_overlap() {
        let mut bench = Bench::new(&GRAIN3, 0);
        bench.world.tables.insert(1, Table::new(vec![1.0; 9]));
        let inputs = [441.0, 0.0, 0.0, 0.0, 200.0 / 44100.0, 441.0, 10.0, 1.0, 1.0, 0.0, 0.0, 1.0, 0.0];
        for (i, x) in inputs.into_iter().enumerate() {
            bench.set(i, x);
        }
        let out = bench.render(2000);
        assert!(out.iter().all(|&y| (1.0..=3.0).contains(&y)), "{out:?}");
    }
}
