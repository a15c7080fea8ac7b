//! Building blocks of the physical models and of the FM instruments, after the Synthesis ToolKit
//! (P. Cook and G. Scavone, "The Synthesis ToolKit (STK)", ICMC 1999).

use orchestrion_base::op::Init;
use orchestrion_base::random::Rand31;
use orchestrion_base::table::Table;
use orchestrion_dsp::math;
use std::f64::consts::TAU;

/// Rates of the toolkit's envelopes are steps per sample at this sample rate.
const NATIVE_RATE: f64 = 22050.0;

/// What a rate of the toolkit's has to be multiplied with at `sr`.
pub(crate) fn rate_scale(sr: f64) -> f64 {
    NATIVE_RATE / sr
}

/// White noise, -1 to 1, from the generator that all notes share.
#[inline]
pub(crate) fn noise(random: &mut Rand31) -> f64 {
    (f64::from(random.step()) - 1073741823.5) * (1.0 / 1073741823.0)
}

/// `x` brought to 0 up to `len`; what cannot be is 0.
#[inline]
fn wrapped(x: f64, len: f64) -> f64 {
    let y = if x >= len {
        x - len
    } else if x < 0.0 {
        x + len
    } else {
        x
    };
    if (0.0..len).contains(&y) {
        return y;
    }
    let y = x - (x / len).floor() * len;
    if (0.0..len).contains(&y) { y } else { 0.0 }
}

/// A table's value between two points.
#[inline]
pub(crate) fn between(table: &Table, at: f64) -> f64 {
    let i = at as usize;
    match table.data.get(i..i + 2) {
        Some(pair) => pair[0] + (at - i as f64) * (pair[1] - pair[0]),
        None => 0.0,
    }
}

/// A table played in a loop, with linear interpolation. The place is in points.
#[derive(Clone, Copy, Default)]
pub(crate) struct Loop {
    pub at: f64,
}

impl Loop {
    /// Moves on by `step` points and reads `offset` points further on.
    #[inline]
    pub fn next(&mut self, table: &Table, step: f64, offset: f64) -> f64 {
        let len = table.len as f64;
        self.at = wrapped(self.at + step, len);
        between(table, if offset == 0.0 { self.at } else { wrapped(self.at + offset, len) })
    }

    /// Moves on by `step` points up to the last; whether the end was reached.
    #[inline]
    pub fn once(&mut self, table: &Table, step: f64) -> (f64, bool) {
        self.at += step;
        let ends = self.at >= table.len as f64;
        // `max` brings NaN to the beginning.
        self.at = if ends { table.len as f64 - 1.0 } else { self.at.max(0.0) };
        (between(table, self.at), ends)
    }
}

/// Goes to a target in equal steps.
#[derive(Clone, Copy, Default)]
pub(crate) struct Ramp {
    pub value: f64,
    pub target: f64,
    /// Step per sample.
    pub rate: f64,
}

impl Ramp {
    #[inline]
    pub fn next(&mut self) -> f64 {
        if self.value < self.target {
            self.value = (self.value + self.rate).min(self.target);
        } else if self.value > self.target {
            self.value = (self.value - self.rate).max(self.target);
        }
        self.value
    }
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Stage {
    #[default]
    Attack,
    Decay,
    Sustain,
    Release,
}

/// Envelope with attack to 1, decay to a sustained level, and release; rates are steps per sample.
#[derive(Clone, Copy, Default)]
pub(crate) struct Adsr {
    pub value: f64,
    pub attack: f64,
    pub decay: f64,
    pub sustain: f64,
    pub release: f64,
    /// Where the attack goes, and its rate as it was at the start.
    target: f64,
    rate: f64,
    stage: Stage,
}

impl Adsr {
    /// From times in seconds; starts with the attack.
    pub fn new(attack: f64, decay: f64, sustain: f64, release: f64, sr: f64) -> Self {
        let rate = |time: f64| 1.0 / (time.abs() * sr);
        Self::from_rates(rate(attack), rate(decay), sustain.max(0.0), rate(release))
    }

    /// From steps per sample; starts with the attack.
    pub fn from_rates(attack: f64, decay: f64, sustain: f64, release: f64) -> Self {
        let mut adsr = Self { attack, decay, sustain, release, ..Self::default() };
        adsr.start();
        adsr
    }

    /// Starts the attack; its rate stays as it is now.
    pub fn start(&mut self) {
        (self.target, self.rate, self.stage) = (1.0, self.attack, Stage::Attack);
    }

    /// Whether the decay is over.
    pub fn is_sustained(&self) -> bool {
        self.stage == Stage::Sustain
    }

    /// Starts the release.
    pub fn release(&mut self) {
        self.stage = Stage::Release;
    }

    /// Goes to another level, which is sustained.
    pub fn go_to(&mut self, level: f64) {
        (self.target, self.sustain, self.rate) = (level, level.max(0.0), self.attack);
        self.stage = if self.value < level { Stage::Attack } else { Stage::Decay };
    }

    /// Is at 0, its attack over.
    pub fn skip_attack(&mut self) {
        self.target = 0.0;
    }

    #[inline]
    pub fn next(&mut self) -> f64 {
        match self.stage {
            Stage::Attack => {
                self.value += self.rate;
                if self.value >= self.target {
                    (self.value, self.stage) = (self.target, Stage::Decay);
                }
            }
            Stage::Decay => {
                self.value -= self.decay;
                if self.value <= self.sustain {
                    (self.value, self.stage) = (self.sustain, Stage::Sustain);
                }
            }
            Stage::Sustain => {}
            Stage::Release => self.value = (self.value - self.release).max(0.0),
        }
        self.value
    }
}

/// `y[n] = gain (1 - |pole|) x[n] + pole y[n-1]`.
#[derive(Clone, Copy, Default)]
pub(crate) struct OnePole {
    scale: f64,
    pole: f64,
    pub y: f64,
}

impl OnePole {
    pub fn new(pole: f64, gain: f64) -> Self {
        Self { scale: gain * (1.0 - pole.abs()), pole, y: 0.0 }
    }

    /// Changes the coefficients, keeps the state.
    pub fn set(&mut self, pole: f64, gain: f64) {
        *self = Self { y: self.y, ..Self::new(pole, gain) };
    }

    #[inline]
    pub fn next(&mut self, x: f64) -> f64 {
        self.y = self.scale * x + self.pole * self.y;
        self.y
    }
}

/// Mean of the last two samples.
#[derive(Clone, Copy, Default)]
pub(crate) struct OneZero {
    half: f64,
}

impl OneZero {
    #[inline]
    pub fn next(&mut self, x: f64) -> f64 {
        let half = 0.5 * x;
        let y = self.half + half;
        self.half = half;
        y
    }
}

/// `y[n] = gain (x[n] - x[n-2])`.
#[derive(Clone, Copy, Default)]
pub(crate) struct TwoZero {
    pub gain: f64,
    x: [f64; 2],
    pub y: f64,
}

impl TwoZero {
    pub fn new(gain: f64) -> Self {
        Self { gain, ..Self::default() }
    }

    #[inline]
    pub fn next(&mut self, x: f64) -> f64 {
        let x = self.gain * x;
        self.y = x - self.x[1];
        self.x = [x, self.x[0]];
        self.y
    }
}

/// `y[n] = x[n] - x[n-1] + 0.99 y[n-1]`.
#[derive(Clone, Copy, Default)]
pub(crate) struct DcBlock {
    x: f64,
    y: f64,
}

impl DcBlock {
    #[inline]
    pub fn next(&mut self, x: f64) -> f64 {
        self.y = x - self.x + 0.99 * self.y;
        self.x = x;
        self.y
    }
}

/// Two poles and two zeros; direct form II.
#[derive(Clone, Copy, Default)]
pub(crate) struct BiQuad {
    pub gain: f64,
    pub poles: [f64; 2],
    pub zeros: [f64; 2],
    state: [f64; 2],
}

impl BiQuad {
    /// Without poles.
    pub fn new(gain: f64, zeros: [f64; 2]) -> Self {
        Self { gain, zeros, ..Self::default() }
    }

    /// Resonance at a frequency in Hz, pole radius `radius`, without zeros.
    pub fn resonance(&mut self, frequency: f64, radius: f64, sr: f64) {
        self.poles = [2.0 * radius * math::cos(frequency * (TAU / sr)), -(radius * radius)];
    }

    #[inline]
    pub fn next(&mut self, x: f64) -> f64 {
        let [a, b] = self.state;
        let inner = x * self.gain + a * self.poles[0] + b * self.poles[1];
        self.state = [inner, a];
        inner + a * self.zeros[0] + b * self.zeros[1]
    }
}

/// Frequency in Hz, pole radius and gain of a resonance.
#[derive(Clone, Copy, Default)]
pub(crate) struct Formant {
    pub frequency: f64,
    pub radius: f64,
    pub gain: f64,
}

impl Formant {
    /// `self + part * (to - from)`.
    fn moved(self, from: Formant, to: Formant, part: f64) -> Self {
        let mix = |a: f64, from: f64, to: f64| a + (to - from) * part;
        Self {
            frequency: mix(self.frequency, from.frequency, to.frequency),
            radius: mix(self.radius, from.radius, to.radius),
            gain: mix(self.gain, from.gain, to.gain),
        }
    }
}

/// A resonance that sweeps from one formant to another.
#[derive(Clone, Copy, Default)]
pub(crate) struct Sweep {
    /// Where the last sweep ended, where this one began, where it goes, and where it is.
    base: Formant,
    begun: Formant,
    target: Formant,
    now: Formant,
    /// Part of the way per sample.
    pub rate: f64,
    part: f64,
    moving: bool,
    poles: [f64; 2],
    y: [f64; 2],
}

impl Sweep {
    pub fn new(rate: f64) -> Self {
        let open = Formant { gain: 1.0, ..Formant::default() };
        Self { base: open, begun: open, target: open, now: open, rate, ..Self::default() }
    }

    /// Is at a formant.
    pub fn set(&mut self, formant: Formant) {
        (self.base, self.target, self.now, self.moving) = (formant, formant, formant, false);
    }

    /// Starts towards a formant.
    pub fn go_to(&mut self, formant: Formant) {
        (self.begun, self.target, self.part, self.moving) = (self.now, formant, 0.0, true);
    }

    #[inline]
    pub fn next(&mut self, x: f64, sr: f64) -> f64 {
        if self.moving {
            self.part += self.rate;
            if self.part >= 1.0 {
                (self.base, self.now, self.moving) = (self.target, self.target, false);
            } else {
                self.now = self.base.moved(self.begun, self.target, self.part);
            }
            let radius = self.now.radius;
            self.poles = [2.0 * radius * math::cos(TAU / sr * self.now.frequency), -(radius * radius)];
        }
        let y = self.now.gain * x + self.poles[0] * self.y[0] + self.poles[1] * self.y[1];
        self.y = [y, self.y[0]];
        y
    }
}

/// Pole of a low-pass filter of first order with half its power at a frequency in Hz.
pub(crate) fn half_power_pole(frequency: f64, sr: f64) -> f64 {
    let b = 2.0 - math::cos(frequency * (TAU / sr));
    b - (b * b - 1.0).sqrt()
}

/// How strongly a bow sticks to a string at a difference of velocities, 0 to 1.
#[inline]
pub(crate) fn bow_friction(difference: f64, slope: f64) -> f64 {
    let x = (difference * slope).abs() + 0.75;
    let square = x * x;
    (1.0 / (square * square)).min(1.0)
}

/// Points of a delay line that holds a period of `lowest` Hz, else of `frequency`, else of 50 Hz, and
/// that frequency.
pub(crate) fn line_for(lowest: f64, frequency: f64, sr: f64) -> (usize, f64) {
    let frequency = [lowest, frequency, 50.0].into_iter().find(|&f| f != 0.0).unwrap_or(50.0);
    ((sr / frequency + 1.0).max(1.0) as usize, frequency)
}

/// Delay line of a length that need not be whole, interpolated linearly.
#[derive(Clone, Default)]
pub(crate) struct LinearDelay {
    ring: Vec<f64>,
    write: usize,
    read: usize,
    fraction: f64,
    pub last: f64,
}

impl LinearDelay {
    pub fn new(len: usize) -> Self {
        let len = len.max(2);
        Self { ring: vec![0.0; len], write: len / 2, ..Self::default() }
    }

    /// Sets the delay in samples; delays beyond the line's length count modulo it.
    pub fn set_delay(&mut self, delay: f64) {
        let at = wrapped(self.write as f64 - delay, self.ring.len() as f64);
        self.read = at as usize;
        self.fraction = at - self.read as f64;
    }

    #[inline]
    pub fn next(&mut self, x: f64) -> f64 {
        let after = |i: usize| if i + 1 < self.ring.len() { i + 1 } else { 0 };
        let (write, read) = (after(self.write), after(self.read));
        if let Some(place) = self.ring.get_mut(self.write) {
            *place = x;
        }
        let point = |i: usize| self.ring.get(i).copied().unwrap_or(0.0);
        self.last = point(self.read) * (1.0 - self.fraction) + point(read) * self.fraction;
        (self.write, self.read) = (write, read);
        self.last
    }
}

/// Delay line of a length that need not be whole, interpolated by an all-pass filter.
#[derive(Clone, Default)]
pub(crate) struct AllpassDelay {
    ring: Vec<f64>,
    write: usize,
    read: usize,
    coefficient: f64,
    input: f64,
    pub last: f64,
}

impl AllpassDelay {
    pub fn new(len: usize) -> Self {
        let len = len.max(2);
        Self { ring: vec![0.0; len], read: len / 2, ..Self::default() }
    }

    /// Sets the delay in samples; delays beyond the line's length count modulo it.
    pub fn set_delay(&mut self, delay: f64) {
        let at = wrapped(self.write as f64 - delay + 2.0, self.ring.len() as f64);
        self.read = at as usize;
        let mut rest = 1.0 + self.read as f64 - at;
        // Away from the place where pole and zero cancel.
        if rest < 0.1 {
            self.read += 1;
            rest += 1.0;
        }
        self.coefficient = (1.0 - rest) / (1.0 + rest);
    }

    #[inline]
    pub fn next(&mut self, x: f64) -> f64 {
        let after = |i: usize| if i + 1 < self.ring.len() { i + 1 } else { 0 };
        let (write, read) = (after(self.write), after(self.read));
        if let Some(place) = self.ring.get_mut(self.write) {
            *place = x;
        }
        let input = self.ring.get(self.read).copied().unwrap_or(0.0);
        self.last = -self.coefficient * self.last + (self.input + self.coefficient * input);
        self.input = input;
        (self.write, self.read) = (write, read);
        self.last
    }
}

/// Counts k-cycles down to the start of a model's decay.
#[derive(Clone, Copy, Default)]
pub(crate) struct Countdown(pub i64);

impl Countdown {
    /// To `decay` seconds before the note's end.
    pub fn before_end(cx: &Init<'_>, decay: f64) -> Self {
        let (kr, given) = (cx.clock.kr, cx.note.given.borrow());
        let duration = given.get(2).copied().unwrap_or(0.0).max(-1.0);
        Self(((duration * kr) as i64).saturating_sub((kr * decay) as i64))
    }

    /// As [`Self::before_end`], but truncated only once.
    pub fn before_end_at_once(cx: &Init<'_>, decay: f64) -> Self {
        let (kr, given) = (cx.clock.kr, cx.note.given.borrow());
        let duration = given.get(2).copied().unwrap_or(0.0).max(-1.0);
        Self((duration * kr - kr * decay) as i64)
    }

    /// One k-cycle on; whether the decay starts now. It does, too, once the note is in its release.
    pub fn ends(&mut self, releasing: bool) -> bool {
        if self.0 > 0 && releasing {
            self.0 = 1;
        }
        self.0 = self.0.saturating_sub(1);
        self.0 == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_delay() {
        let (mut linear, mut allpass) = (LinearDelay::new(20), AllpassDelay::new(20));
        linear.set_delay(7.0);
        allpass.set_delay(7.0);
        let heard = |y: &[f64]| y.iter().position(|&y| y > 0.5);
        let ticks = |n: usize| if n == 0 { 1.0 } else { 0.0 };
        let a: Vec<f64> = (0..20).map(|n| linear.next(ticks(n))).collect();
        let b: Vec<f64> = (0..20).map(|n| allpass.next(ticks(n))).collect();
        assert_eq!((heard(&a), heard(&b)), (Some(7), Some(6)));
        for delay in [f64::NAN, 1e300, -5.0, f64::INFINITY] {
            linear.set_delay(delay);
            allpass.set_delay(delay);
            assert!((linear.next(1.0) + allpass.next(1.0)).is_finite());
        }
    }

    #[test]
    fn envelopes_go_through_their_stages() {
        let mut adsr = Adsr::new(0.25, 0.5, 0.5, 1.0, 8.0);
        assert_eq!([(); 7].map(|()| adsr.next()), [0.5, 1.0, 0.75, 0.5, 0.5, 0.5, 0.5]);
        adsr.release();
        assert_eq!([(); 5].map(|()| adsr.next()), [0.375, 0.25, 0.125, 0.0, 0.0]);
    }
}
