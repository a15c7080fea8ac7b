//! A grain of `partikkel`: up to four waveforms and a trainlet under two envelopes, mixed into two outputs.

use orchestrion_base::signal::Signal;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

/// A grain.
#[derive(Clone, Default)]
pub(super) struct Particle {
    /// Samples until it starts, counted from the start of this k-cycle.
    pub start: u64,
    /// Samples until it has ended.
    pub stop: u64,
    /// Its course.
    pub envelope: Envelope,
    /// Modulation index.
    pub modulation: f64,
    /// Table of the modulation's envelope; below 0 there is none.
    pub modulation_envelope: f64,
    /// Waveforms, each with its table.
    pub waves: [Option<(f64, Voice)>; 4],
    /// Trainlet.
    pub trainlet: Option<(Trainlet, Voice)>,
    /// Outputs with their gains.
    pub outs: [(usize, f64); 2],
}

/// Where a grain is in its envelopes. All lengths are fractions of its duration.
#[derive(Clone, Copy, Default)]
pub(super) struct Envelope {
    /// How much of the grain has passed.
    pub phase: f64,
    /// One sample.
    pub step: f64,
    /// Length of the attack.
    pub attack: f64,
    /// Start of the decay.
    pub decay: f64,
    /// How far the second envelope is applied, 0 to 1.
    pub second: f64,
}

/// The phase of one of the sounds in a grain and how it moves.
#[derive(Clone, Copy, Default)]
pub(super) struct Voice {
    /// Phase, in periods or in points of the table.
    pub phase: f64,
    /// Step of the phase.
    pub step: f64,
    /// How the step changes.
    pub sweep: Sweep,
    /// Amplitude.
    pub gain: f64,
}

/// A first-order recursion that leads a step to another one.
#[derive(Clone, Copy, Default)]
pub(super) struct Sweep {
    factor: f64,
    offset: f64,
}

/// A sum of cosines, 1 to `partials - 1` times a frequency, the amplitude of each `chroma` times that of the
/// one before.
#[derive(Clone, Copy, Default)]
pub(super) struct Trainlet {
    partials: u32,
    chroma: f64,
    /// `chroma` to the power of `partials`.
    beyond: f64,
}

/// Tables that the grains of an instance share, with their guard points.
#[derive(Clone, Copy)]
pub(super) struct Shapes<'a> {
    /// Attack.
    pub attack: &'a [f64],
    /// Decay.
    pub decay: &'a [f64],
    /// Second envelope.
    pub second: &'a [f64],
    /// A cosine.
    pub cosine: &'a [f64],
}

/// The point of a table at a phase from 0 to 1, where the guard point is.
fn point(table: &[f64], phase: f64) -> f64 {
    let last = table.len().saturating_sub(1);
    table.get(((phase * last as f64) as usize).min(last)).copied().unwrap_or(0.0)
}

impl Particle {
    /// Adds the samples of this k-cycle to the outputs. These are `outs`, one after the other and each as long
    /// as `mix`, which is memory to work in.
    pub fn render(
        &mut self,
        fm: Signal<'_>,
        shapes: &Shapes<'_>,
        world: &World,
        mix: &mut [f64],
        outs: &mut [f64],
    ) {
        let frames = mix.len();
        if self.start >= frames as u64 {
            return;
        }
        let (start, stop) = (self.start as usize, self.stop.min(frames as u64) as usize);
        let Some(sounding) = mix.get_mut(start..stop) else { return };
        sounding.fill(0.0);
        self.add_sounds(|n| fm.at(start + n), shapes.cosine, world, sounding);
        for (n, sum) in sounding.iter().enumerate() {
            let sample = sum * self.envelope.next(shapes);
            for (out, gain) in self.outs {
                if let Some(to) = outs.get_mut(out * frames + start + n) {
                    *to += sample * gain;
                }
            }
        }
    }

    fn add_sounds(&mut self, fm: impl Fn(usize) -> f64, cosine: &[f64], world: &World, mix: &mut [f64]) {
        let envelope: &[f64] = match world.tables.get(self.modulation_envelope) {
            Some(table) if self.modulation_envelope >= 0.0 => &table.data,
            _ => &[1.0, 1.0],
        };
        let (index, Envelope { phase, step, .. }) = (self.modulation, self.envelope);
        let modulation = |n: usize, progress: f64| fm(n) * index * point(envelope, progress);
        for (number, voice) in self.waves.iter_mut().flatten() {
            let Some(table) = world.tables.get(*number) else { continue };
            voice.render(phase, step, table.len as f64, mix, &modulation, |at| {
                let i = at as usize;
                let pair = table.data.get(i..i + 2).map_or([0.0; 2], |pair| [pair[0], pair[1]]);
                pair[0] + (pair[1] - pair[0]) * (at - i as f64)
            });
        }
        if let Some((trainlet, voice)) = &mut self.trainlet {
            voice.render(phase, step, 1.0, mix, &modulation, |at| trainlet.at(at, cosine));
        }
    }

    /// Goes on to the next k-cycle; whether the grain lasts until then.
    pub fn goes_on(&mut self, frames: usize) -> bool {
        self.start = self.start.saturating_sub(frames as u64);
        self.stop = self.stop.saturating_sub(frames as u64);
        self.stop > 0
    }
}

impl Envelope {
    /// The envelopes' product at this sample; goes on to the next.
    #[inline]
    fn next(&mut self, shapes: &Shapes<'_>) -> f64 {
        let first = if self.phase < self.attack {
            point(shapes.attack, self.phase / self.attack)
        } else if self.phase < self.decay {
            point(shapes.attack, 1.0)
        } else if self.phase < 1.0 {
            point(shapes.decay, (self.phase - self.decay) / (1.0 - self.decay))
        } else {
            self.phase = 1.0;
            point(if self.decay < 1.0 { shapes.decay } else { shapes.attack }, 1.0)
        };
        let second = 1.0 - self.second + self.second * point(shapes.second, self.phase);
        self.phase += self.step;
        first * second
    }
}

impl Voice {
    /// Adds samples of a sound whose phase wraps at `period`. `modulation` maps a sample's number and the part
    /// of the grain that has passed to what is added to the step, as a fraction of it.
    #[inline]
    fn render(
        &mut self,
        mut passed: f64,
        step: f64,
        period: f64,
        mix: &mut [f64],
        modulation: &impl Fn(usize, f64) -> f64,
        sound: impl Fn(f64) -> f64,
    ) {
        for (n, sum) in mix.iter_mut().enumerate() {
            self.phase = wrapped(self.phase, period);
            *sum += sound(self.phase) * self.gain;
            self.phase += self.step + self.step * modulation(n, passed);
            passed += step;
            self.step = self.sweep.next(self.step);
        }
    }
}

/// `phase` brought into 0 to `period` by whole periods; 0 if that is not possible.
#[inline(always)]
fn wrapped(phase: f64, period: f64) -> f64 {
    if (0.0..period).contains(&phase) {
        return phase;
    }
    let once = if phase < 0.0 { phase + period } else { phase - period };
    if (0.0..period).contains(&once) {
        return once;
    }
    let wrapped = phase - (phase / period).floor() * period;
    if (0.0..period).contains(&wrapped) { wrapped } else { 0.0 }
}

impl Sweep {
    /// From step `a` to step `b` in `duration` samples; `shape` 0.5 is a straight line, with less the change
    /// comes late, with more early. Near 0 it never comes, near 1 at once (limits measured on the reference).
    pub fn new(a: f64, b: f64, shape: f64, duration: f64) -> Self {
        if a == b || shape == 0.5 {
            return Self { factor: 1.0, offset: (b - a) / duration };
        }
        if shape < 0.001 {
            return Self { factor: 1.0, offset: 0.0 };
        }
        if shape > 0.999 {
            return Self { factor: 0.0, offset: b };
        }
        // In half of the grain the distance from the recursion's limit shrinks or grows by the factor `half`.
        let half = ((shape - 1.0) / shape).abs();
        let factor = math::pow(half, 2.0 / duration);
        let whole = half * half;
        let limit = (b - a * whole) / (1.0 - whole);
        Self { factor, offset: limit * (1.0 - factor) }
    }

    #[inline(always)]
    fn next(&self, step: f64) -> f64 {
        step * self.factor + self.offset
    }
}

impl Trainlet {
    /// With no more partials than fit below half the sample rate, and the factor that brings its peak to 1
    /// (the limits around chroma 1 measured on the reference).
    pub fn new(frequency: f64, partials: f64, chroma: f64, sr: f64) -> (Self, f64) {
        let fitting = (0.5 * sr / frequency.abs()).min(partials.abs());
        let partials = (fitting as u32).saturating_add(1).max(2);
        let beyond = math::powi(chroma, partials.min(i32::MAX as u32) as i32);
        let factor = if (0.9999..1.0001).contains(&chroma.abs()) {
            1.0 / f64::from(partials)
        } else {
            (1.0 - chroma.abs()) / (1.0 - beyond.abs())
        };
        (Self { partials, chroma, beyond }, factor)
    }

    /// The closed form of the sum (J. A. Moorer, "The Synthesis of Complex Audio Spectra by Means of Discrete
    /// Summation Formulas", 1976), less the constant term.
    fn at(&self, phase: f64, cosine: &[f64]) -> f64 {
        let turn = (phase * f64::from(u32::MAX)) as u32;
        let cosine = |times: u32| turned(cosine, turn.wrapping_mul(times));
        let (c, n) = (self.chroma, self.partials);
        let once = cosine(1);
        let below = 1.0 - 2.0 * c * once + c * c;
        if below.abs() < 1e-6 {
            return f64::from(n) - 1.0;
        }
        (1.0 - c * once - self.beyond * cosine(n) + c * self.beyond * cosine(n - 1)) / below - 1.0
    }
}

/// A table read between its points at a phase of 32 bits.
fn turned(table: &[f64], turn: u32) -> f64 {
    let at = f64::from(turn) * (table.len().saturating_sub(1) as f64 / 4_294_967_296.0);
    let i = at as usize;
    table.get(i..i + 2).map_or(0.0, |pair| pair[0] + (pair[1] - pair[0]) * (at - i as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sweeps_arrive_where_they_should() {
        for shape in [0.1, 0.3, 0.5, 0.8] {
            let sweep = Sweep::new(1.0, 3.0, shape, 100.0);
            let steps: Vec<f64> =
                std::iter::successors(Some(1.0), |step| Some(sweep.next(*step))).take(101).collect();
            assert!((steps[100] - 3.0).abs() < 1e-9, "{shape}: {}", steps[100]);
            assert_eq!(steps[50] > 2.0 + 1e-9, shape > 0.5, "{shape}: {}", steps[50]);
        }
        assert_eq!(Sweep::new(1.0, 3.0, 0.0, 100.0).next(1.0), 1.0);
        assert_eq!(Sweep::new(1.0, 3.0, 1.0, 100.0).next(1.0), 3.0);
    }

    #[test]
    fn trainlets_are_the_sum_of_their_partials() {
        let cosine: Vec<f64> =
            (0..=4096).map(|i| math::cos(f64::from(i) * std::f64::consts::TAU / 4096.0)).collect();
        for (partials, chroma) in [(5.0, 0.8), (3.0, 1.2), (4.0, 1.0), (1.0, -0.5)] {
            let (trainlet, _) = Trainlet::new(100.0, partials, chroma, 44100.0);
            for phase in [0.0, 0.1, 0.37, 0.5] {
                let partial =
                    |k: i32| math::powi(chroma, k) * math::cos(f64::from(k) * phase * std::f64::consts::TAU);
                let sum: f64 = (1..=partials as i32).map(partial).sum();
                assert!((trainlet.at(phase, &cosine) - sum).abs() < 1e-4, "{partials} {chroma} {phase}");
            }
        }
    }

    #[test]
    fn phases_wrap_whatever_they_are() {
        assert_eq!((wrapped(9.5, 4.0), wrapped(-1.0, 4.0), wrapped(5.0, 4.0)), (1.5, 3.0, 1.0));
        assert_eq!((wrapped(f64::NAN, 4.0), wrapped(f64::INFINITY, 4.0), wrapped(1.0, 0.0)), (0.0, 0.0, 0.0));
    }
}
