//! `harmon2`, `harmon3`, `harmon4`: voices made of the pulses of a pitched signal.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::{math, pitch};
use std::f64::consts::PI;

const OUTS: &[Port] = &[port("ares", "the voices while the signal is pitched, the signal itself elsewhere")];
const SIGNAL: Port = port("asig", "signal to harmonise");
const OCTAVE: Port = port("koct", "its pitch, oct; below ilowest it has none");
const FIRST: Port = port("kfrq1", "pitch of the first voice");
const SECOND: Port = port("kfrq2", "pitch of the second voice");
const THIRD: Port = port("kfrq3", "pitch of the third voice");
const MODE: Port = port("icpsmode", "0 pitches are ratios to koct, nonzero they are Hz");
const LOWEST: Port = port("ilowest", "lowest value of koct that is a pitch");
const POLARITY: Port = port("ipolarity", "pulses begin at 1 a rise, -1 a fall, 0 the steeper one; default 1");

/// Definition of `harmon2`.
pub static HARMON2: OpDef = OpDef::new("harmon2", "Two voices that keep the formants of a signal.")
    .sigs(&[sig("a", "akkkiip", Make::Unit(unit::<Harmonizer<2>>))])
    .outs(OUTS)
    .ins(&[SIGNAL, OCTAVE, FIRST, SECOND, MODE, LOWEST, POLARITY])
    .source("Manual: harmon2; the choice of pulses measured on the reference")
    .quiet_init();

/// Definition of `harmon3`.
pub static HARMON3: OpDef = OpDef::new("harmon3", "Three voices that keep the formants of a signal.")
    .sigs(&[sig("a", "akkkkiip", Make::Unit(unit::<Harmonizer<3>>))])
    .outs(OUTS)
    .ins(&[SIGNAL, OCTAVE, FIRST, SECOND, THIRD, MODE, LOWEST, POLARITY])
    .source("Manual: harmon3; the choice of pulses measured on the reference")
    .quiet_init();

/// Definition of `harmon4`.
pub static HARMON4: OpDef = OpDef::new("harmon4", "Four voices that keep the formants of a signal.")
    .quiet_init()
    .sigs(&[sig("a", "akkkkkiip", Make::Unit(unit::<Harmonizer<4>>))])
    .outs(OUTS)
    .ins(&[
        SIGNAL,
        OCTAVE,
        FIRST,
        SECOND,
        THIRD,
        port("kfrq4", "pitch of the fourth voice"),
        MODE,
        LOWEST,
        POLARITY,
    ])
    .source("Manual: harmon4; the choice of pulses measured on the reference");

/// A turn of a voice's phase.
const TURN: f64 = 65536.0;
/// Stored pulses; new ones go where the oldest was.
const STORED: usize = 4;
/// Pulses that sound at a time.
const SOUNDING: usize = 8;
/// Points of the fade at both ends of pulses.
const FADE: usize = 256;
/// How firmly one polarity may lead.
const LEAD: i32 = 75;
/// Inverse of the seconds in which voices take the place of the signal and leave it.
const RAMP: f64 = 10.0;

/// The last samples, written twice so that any run of them is in one piece.
#[derive(Default)]
struct Past {
    samples: Vec<f64>,
    /// Place of the next sample in the first half.
    at: usize,
}

impl Past {
    fn half(&self) -> usize {
        self.samples.len() / 2
    }

    fn get(&self, i: isize) -> f64 {
        usize::try_from(i).ok().and_then(|i| self.samples.get(i)).copied().unwrap_or(0.0)
    }

    fn push(&mut self, n: usize, sample: f64) {
        let half = self.half();
        for i in [self.at + n, self.at + n + half] {
            if let Some(slot) = self.samples.get_mut(i) {
                *slot = sample;
            }
        }
    }
}

/// Where a pulse begins, and how far its peak is.
#[derive(Clone, Copy)]
struct Pulse {
    start: isize,
    to_peak: isize,
}

/// The highest sample of the signal times `sign` in a range, if it is above 0, and its value.
fn peak(past: &Past, from: isize, end: isize, sign: f64) -> Option<(isize, f64)> {
    let mut best = (0, 0.0);
    for i in from..end {
        let value = past.get(i) * sign;
        if value > best.1 {
            best = (i, value);
        }
    }
    (best.1 > 0.0).then_some(best)
}

/// The pulse with a peak: it begins at the zero crossing before.
fn pulse_of(past: &Past, peak: isize, sign: f64) -> Pulse {
    let mut start = peak;
    while start >= 0 && past.get(start) * sign > 0.0 {
        start -= 1;
    }
    Pulse { start, to_peak: peak - start }
}

#[derive(Clone, Copy, Default)]
struct Grain {
    buffer: usize,
    at: usize,
    left: i64,
}

#[derive(Default)]
struct Harmonizer<const VOICES: usize> {
    past: Past,
    in_hertz: bool,
    lowest: f64,
    polarity: i32,
    lead: i32,
    octave: f64,
    period: isize,
    /// Phase per sample of a voice at pitch 1.
    per_pitch: f64,
    current: Option<isize>,
    buffers: [Vec<f64>; STORED],
    newest: usize,
    length: i64,
    fade: Vec<f64>,
    grains: Vec<Grain>,
    phases: Vec<i32>,
    amount: f64,
    step: f64,
    switching: bool,
}

impl<const VOICES: usize> Harmonizer<VOICES> {
    /// The pulse of the last periods, before `end`.
    fn find_pulse(&mut self, end: isize) -> Option<Pulse> {
        let limit = end - self.period;
        let mut x = (end - 3 * self.period).max(0);
        let first = self.past.get(x);
        x += 1;
        let same_side = |value: f64| {
            if first == 0.0 {
                value == 0.0
            } else if first > 0.0 {
                value > 0.0
            } else {
                value < 0.0
            }
        };
        while same_side(self.past.get(x)) {
            x += 1;
            if x >= limit {
                break;
            }
        }
        if x >= limit {
            return None;
        }
        if self.polarity != 0 {
            let sign = f64::from(self.polarity.signum());
            return peak(&self.past, x, limit, sign).map(|(at, _)| pulse_of(&self.past, at, sign));
        }
        let (high, low) = (peak(&self.past, x, limit, 1.0)?, peak(&self.past, x, limit, -1.0)?);
        let (rise, fall) = (pulse_of(&self.past, high.0, 1.0), pulse_of(&self.past, low.0, -1.0));
        let rises = high.1 / rise.to_peak as f64 > low.1 / fall.to_peak as f64;
        self.lead = (self.lead + if rises { 1 } else { -1 }).clamp(-LEAD, LEAD);
        Some(if self.lead >= 0 { rise } else { fall })
    }

    /// Keeps a pulse, faded in and out around both its ends.
    fn store(&mut self, pulse: Pulse, end: isize) {
        let mut stop = pulse.start + self.period;
        let value = self.past.get(stop);
        if value != 0.0 {
            for n in 1..end - stop {
                if value * self.past.get(stop + n) <= 0.0 {
                    stop += n;
                    break;
                } else if value * self.past.get(stop - n) <= 0.0 {
                    stop -= n;
                    break;
                }
            }
        }
        let start = pulse.start - pulse.to_peak;
        stop += pulse.to_peak;
        let (start, stop) = if start < 0 { (0, stop) } else { (start, stop.min(end)) };
        let most = self.buffers[0].len() as isize;
        let length = (stop - start).min(most);
        let faded = pulse.to_peak * 2;
        if length < faded * 2 {
            return;
        }
        self.newest = (self.newest + 1) % STORED;
        self.length = length as i64;
        let step = FADE as f64 / faded as f64;
        let mut place = 0.0;
        for (i, slot) in self.buffers[self.newest][..length as usize].iter_mut().enumerate() {
            let i = i as isize;
            if i == length - faded {
                place = FADE as f64 - step;
            }
            let fading = i < faded || i >= length - faded;
            let weight = if fading { self.fade[(place as usize).min(FADE)] } else { 1.0 };
            *slot = self.past.get(start + i) * weight;
            place += if i < faded { step } else { -step };
        }
    }

    /// The sounding pulses' next sample.
    fn next(&mut self) -> f64 {
        let mut sum = 0.0;
        let mut i = 0;
        while i < self.grains.len() {
            let grain = &mut self.grains[i];
            sum += self.buffers[grain.buffer].get(grain.at).copied().unwrap_or(0.0);
            grain.at += 1;
            grain.left -= 1;
            if grain.left <= 0 {
                self.grains.swap_remove(i);
            } else {
                i += 1;
            }
        }
        sum
    }
}

impl<const VOICES: usize> Ugen for Harmonizer<VOICES> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.in_hertz = cx.k(2 + VOICES) != 0.0;
        self.lowest = cx.k(3 + VOICES);
        self.polarity = cx.k(4 + VOICES) as i32;
        let lowest_hertz = math::exp2(self.lowest) * pitch::oct0(cx.world.header.a4);
        if !lowest_hertz.is_finite() || lowest_hertz < 0.5 {
            return Err("ilowest is too low".into());
        }
        let (sr, ksmps) = (cx.clock.sr, cx.clock.ksmps);
        let half = ((cx.clock.kr * 3.0 / lowest_hertz) as usize + 1) * ksmps;
        let longest = (sr * 2.0 / lowest_hertz) as usize;
        cx.world.ask_memory((2 * half + STORED * longest) * 8, "harmon")?;
        self.past = Past { samples: vec![0.0; 2 * half], at: 0 };
        self.buffers = std::array::from_fn(|_| vec![0.0; longest]);
        self.fade = (0..=FADE).map(|i| (1.0 - math::cos(PI * i as f64 / FADE as f64)) * 0.5).collect();
        self.grains = Vec::with_capacity(SOUNDING);
        self.per_pitch = TURN / sr;
        (self.lead, self.octave, self.period, self.current) = (0, 0.0, 0, None);
        (self.newest, self.amount, self.switching) = (0, 0.0, false);
        self.phases = vec![0; VOICES];
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let (x, octave, len, sr) = (io.x(0), io.k(1), io.samples_len(), io.clock.sr);
        if octave != self.octave {
            if octave >= self.lowest {
                let hertz = math::exp2(octave) * pitch::oct0(world.header.a4);
                self.period = (sr / hertz) as isize;
                if !self.in_hertz {
                    self.per_pitch = hertz * TURN / sr;
                }
            }
            self.octave = octave;
        }
        for n in 0..len {
            self.past.push(n, x.at(n));
        }
        let half = self.past.half();
        let end = (self.past.at + half + len) as isize;
        let pulse = if octave >= self.lowest { self.find_pulse(end) } else { None };
        if let Some(pulse) = pulse {
            if self.current != Some(pulse.start) {
                self.current = Some(pulse.start);
                self.store(pulse, end);
            }
            if self.amount < 1.0 {
                (self.step, self.switching) = (RAMP / sr, true);
            }
        } else {
            if self.amount > 0.0 {
                (self.step, self.switching) = (-RAMP / sr, true);
            }
            self.current = None;
        }
        let steps: [i32; VOICES] = std::array::from_fn(|v| (io.k(2 + v) * self.per_pitch) as i32);
        for (n, out) in io.out(0).iter().enumerate() {
            let voices = self.next();
            for (phase, step) in self.phases.iter_mut().zip(steps) {
                if step == 0 {
                    continue;
                }
                *phase = phase.wrapping_add(step);
                if *phase & !0xFFFF != 0 {
                    *phase &= 0xFFFF;
                    if self.current.is_some() && self.grains.len() < SOUNDING {
                        self.grains.push(Grain { buffer: self.newest, at: 0, left: self.length });
                    }
                }
            }
            if self.switching {
                self.amount += self.step;
                self.switching = self.amount > 0.0 && self.amount < 1.0;
                self.amount = self.amount.clamp(0.0, 1.0);
            }
            out.set(voices * self.amount + x.at(n) * (1.0 - self.amount));
        }
        self.past.at += len;
        if self.past.at >= half {
            self.past.at = 0;
            self.current = self.current.map(|start| start - half as isize);
        }
        Ok(())
    }
}
