//! Formant grains: the engine of `fof`, `fof2` and `fog`.
//!
//! A fundamental phase starts a grain each time it wraps. A grain reads a wave, fades in along the rise
//! of a second table, decays exponentially and fades out along the same table read backwards
//! (X. Rodet, "Time-domain formant-wave-function synthesis", Computer Music Journal 8(3), 1984).

use crate::lookup::{Line, PERIOD, PHASE_MASK, Reading, Step, Wave, power_of_two_table, truncated};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Ugen};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::PI;

/// Phases from here on have wrapped.
const WRAPPED: i32 = PHASE_MASK + 1;

/// How the three opcodes differ. All share the order of their inputs, but for a signal that `fog` has
/// in fourth place.
pub(super) trait Kind: Default + Send + 'static {
    /// Inputs before the octaviation index.
    const SIGNALS: usize = 3;
    /// Place of the input that keeps the state of the instance's previous note.
    const SKIP: usize = 14;

    /// Phase steps of the wave per sample, for 1 in the third input.
    fn per_unit(sr: f64, points: usize) -> f64 {
        let _ = points;
        PERIOD / sr
    }

    /// What the third input means as a frequency where the phase at the start of a grain is found.
    fn start_frequency(x: f64, sr: f64) -> f64 {
        let _ = sr;
        x
    }

    /// Whether running grains follow the third input.
    fn follows(io: &Io<'_>) -> bool {
        io.k(13) != 0.0
    }

    /// Phase of the wave to add at the start of a grain; `n` is the sample.
    fn offset(&self, io: &Io<'_>, n: usize) -> i32 {
        let _ = (io, n);
        0
    }

    /// Octaves by which a grain's frequency moves during its life; `None` where it keeps.
    fn glide(io: &Io<'_>) -> Option<f64> {
        let _ = io;
        None
    }

    /// Called at the end of a cycle.
    fn advance(&mut self, io: &Io<'_>) {
        let _ = io;
    }

    /// Called at the start of a note.
    fn restart(&mut self) {}
}

/// One sounding grain; times in samples, phases in steps of 28 bits.
#[derive(Clone, Copy, Default)]
struct Grain {
    left: i32,
    fade_out: i32,
    phase: i32,
    step: i32,
    rise: i32,
    rise_step: i32,
    fall: i32,
    fall_step: i32,
    amp: f64,
    decay: f64,
    /// Change of `step` per sample, times the age.
    glide: f64,
    age: i32,
}

impl Grain {
    /// Next sample; `step` overrides the grain's own.
    #[inline(always)]
    fn next(&mut self, wave: &Wave<'_>, rise: &Wave<'_>, step: Option<i32>) -> f64 {
        let mut y = Line::at(wave, self.phase);
        let step = match step {
            Some(step) => step,
            None if self.glide == 0.0 => self.step,
            None => {
                let glided = truncated(f64::from(self.step) + self.glide * f64::from(self.age));
                self.age = self.age.wrapping_add(1);
                glided
            }
        };
        self.phase = self.phase.wrapping_add(step) & PHASE_MASK;
        if self.rise < WRAPPED {
            y *= Step::at(rise, self.rise);
            self.rise = self.rise.saturating_add(self.rise_step);
        }
        if self.left <= self.fade_out {
            y *= Step::at(rise, self.fall);
            self.fall = self.fall.saturating_sub(self.fall_step).max(0);
        }
        y *= self.amp;
        self.left = self.left.saturating_sub(1);
        self.amp *= self.decay;
        y
    }
}

/// State of the three opcodes.
#[derive(Default)]
pub(super) struct Formant<K> {
    kind: K,
    wave: f64,
    rise: f64,
    grains: Vec<Grain>,
    /// How many grains may sound at a time.
    most: usize,
    fundamental: i32,
    /// Samples until the note ends.
    left: i32,
    /// Pulses of the fundamental so far, less one.
    pulses: i32,
    bandwidth: f64,
    decay: f64,
    /// Samples of rise that `boost` makes up for.
    rise_samples: i32,
    boost: f64,
}

impl<K: Kind> Formant<K> {
    /// Starts a grain at sample `n`, unless it would outlast the note or is octaviated away.
    fn pulse(&mut self, io: &Io<'_>, n: usize, points: usize) -> OpResult {
        let sr = io.clock.sr;
        let k = |i: usize| io.k(K::SIGNALS + i);
        let (octave, bandwidth, rise, duration, fade) = (k(0), k(1), k(2), k(3), k(4));
        let (fundamental, x) = (io.x(1).at(n), io.x(2).at(n));
        let frequency = K::start_frequency(x, sr);
        let mut amp = io.x(0).at(n);
        if self.grains.len() >= self.most {
            return Err(OpError::new("more grains overlap than iolaps allows"));
        }
        let left = truncated(duration * sr);
        if left > self.left && io.k(K::SKIP) == 0.0 {
            return Ok(());
        }
        if octave > 0.0 {
            // Every octave halves the number of grains; between octaves every other one fades.
            let whole = (octave as i32).clamp(0, 30);
            self.pulses = self.pulses.wrapping_add(1);
            if self.pulses & ((1 << whole) - 1) != 0 {
                return Ok(());
            }
            if self.pulses & (1 << whole) != 0 {
                amp *= 1.0 + f64::from(whole) - octave;
            }
        }
        let mut phase = 0;
        if fundamental != 0.0 {
            phase = truncated(f64::from(self.fundamental) * frequency / fundamental) & PHASE_MASK;
        }
        let fresh_decay = bandwidth != self.bandwidth;
        if fresh_decay {
            self.bandwidth = bandwidth;
            self.decay = math::exp(bandwidth * (-PI / sr));
        }
        let mut grain =
            Grain { left, rise: WRAPPED, decay: self.decay, fall: PHASE_MASK, ..Grain::default() };
        let mut rise_samples = 0;
        if rise >= 1.0 / sr && frequency != 0.0 {
            let into = if frequency < 0.0 && phase != 0 { WRAPPED - phase } else { phase };
            grain.rise = (f64::from(into) / (frequency.abs() * rise)) as i32;
            grain.rise_step = truncated(PERIOD / sr / rise).max(1);
            rise_samples = WRAPPED / grain.rise_step;
        }
        if fresh_decay || rise_samples != self.rise_samples {
            self.rise_samples = rise_samples;
            self.boost = math::powi(self.decay, -rise_samples);
        }
        grain.amp = amp * self.boost;
        grain.fade_out = truncated(fade * sr);
        if grain.fade_out > 0 {
            grain.fall_step = truncated(PERIOD / sr / fade);
        }
        grain.step = truncated(x * K::per_unit(sr, points));
        grain.phase = phase.wrapping_add(self.kind.offset(io, n)) & PHASE_MASK;
        if let Some(octaves) = K::glide(io) {
            let step = f64::from(grain.step);
            grain.glide = (step * math::exp2(octaves) - step) / f64::from(left.max(1));
        }
        self.grains.push(grain);
        Ok(())
    }
}

impl<K: Kind> Ugen for Formant<K> {
    const SEAMLESS: Option<&'static [usize]> = Some(&[0, 1, 2]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let k = |i: usize| cx.k(K::SIGNALS + i);
        self.wave = power_of_two_table(cx.world, k(6))?;
        self.rise = power_of_two_table(cx.world, k(7))?;
        self.left = truncated(k(8) * cx.clock.sr);
        if cx.k(K::SKIP) != 0.0 && self.most > 0 {
            return Ok(());
        }
        let (most, phase) = (k(5), k(9));
        if most < 1.0 {
            return Err("iolaps has to be at least 1".into());
        }
        self.most = most as usize;
        cx.world.ask_memory(self.most.saturating_mul(size_of::<Grain>()), "the overlapping grains")?;
        self.grains.clear();
        self.grains.reserve_exact(self.most);
        self.fundamental = if phase == 0.0 { WRAPPED } else { truncated(phase * PERIOD) & PHASE_MASK };
        self.kind.restart();
        (self.pulses, self.rise_samples, self.bandwidth) = (-1, 0, 0.0);
        (self.decay, self.boost) = (1.0, 1.0);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let find = |number| world.tables.get(number).and_then(Wave::of);
        let (Some(wave), Some(rise)) = (find(self.wave), find(self.rise)) else {
            io.set(0, 0.0);
            return Ok(());
        };
        let (fundamental, x) = (io.x(1), io.x(2));
        let (per_hertz, per_unit) = (PERIOD / io.clock.sr, K::per_unit(io.clock.sr, wave.len));
        let follows = K::follows(io);
        for (n, out) in io.out(0).iter().enumerate() {
            if self.fundamental & WRAPPED != 0 {
                self.fundamental &= PHASE_MASK;
                self.pulse(io, n, wave.len)?;
            }
            let step = follows.then(|| truncated(x.at(n) * per_unit));
            let (mut y, mut over) = (0.0, false);
            for grain in &mut self.grains {
                y += grain.next(&wave, &rise, step);
                over |= grain.left <= 0;
            }
            if over {
                self.grains.retain(|grain| grain.left > 0);
            }
            self.fundamental = self.fundamental.wrapping_add(truncated(fundamental.at(n) * per_hertz));
            self.left = self.left.wrapping_sub(1);
            out.set(y);
        }
        self.kind.advance(io);
        Ok(())
    }
}
