//! `pitch`: pitch from a spectrum with equal steps in octaves, whose partials are added up.

use crate::lookup::truncated;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::{PI, TAU};

/// Definition of `pitch`.
pub static PITCH: OpDef = OpDef::new("pitch", "Tracks the pitch of a signal.")
    .quiet_init()
    .sigs(&[sig("kk", "aiiiiqooooojo", Make::Unit(unit::<Pitch>))])
    .outs(&[
        port("koct", "pitch in octaves; 0 while there is none"),
        port("kamp", "amplitude, in units of a full scale of 32768"),
    ])
    .ins(&[
        port("asig", "signal"),
        port("iupdte", "seconds between analyses"),
        port("ilo", "lowest pitch in octaves"),
        port("ihi", "highest pitch in octaves"),
        port("idbthresh", "level in dB from which on there is a pitch; it ends 6 dB below"),
        port("ifrqs", "steps of the spectrum per octave, to 120; default 10"),
        port("iconf", "analyses that have to confirm a jump of an octave; default 0"),
        port("istrt", "pitch to start from, in octaves; default 0, negative is the middle of the range"),
        port("iocts", "octaves of the spectrum, to 8; default 0 means 6"),
        port("iq", "quality of the analysis; default 0 means 15"),
        port("inptls", "partials that are added up, to 10; default 0 means 4"),
        port("irolloff", "factor of partials an octave higher, a whole number: fractions count as 1"),
        port("iskip", "nonzero keeps the level of the previous note; default 0"),
    ])
    .source("Vercoe 1990s (specptrk); manual: pitch; constants measured on the reference");

const MOST_OCTAVES: usize = 8;
const MOST_STEPS: usize = 120;
const MOST_PARTIALS: usize = 10;
/// Amplitude that stands for full scale.
const FULL_SCALE: f64 = 32768.0;
/// Frequency of octave 0 where A is 440 Hz, times 440 (semantics K3).
const A4_OF_OCTAVE_0: f64 = 430.5389646099018;
/// ln(10) / 20 as the reference rounds it.
const DECIBEL: f64 = 0.11512925;

/// The half-band low-pass between octaves: three sections of recursive factors, gain, other factors.
const HALF_BAND: [[f64; 5]; 3] = [
    [-0.2674054, 0.7491305, 0.7160484, 0.0496285, 0.7160484],
    [0.0505247, 0.3514850, 0.5257536, 0.3505025, 0.5257536],
    [0.3661840, 0.0837990, 0.3867783, 0.6764264, 0.3867783],
];

/// Samples of one octave at its own rate.
#[derive(Clone, Default)]
struct Octave {
    ring: Vec<f64>,
    at: usize,
    feedback: [[f64; 2]; 3],
    /// Whether the next sample goes to the octave below, too.
    odd: bool,
}

impl Octave {
    fn push(&mut self, x: f64) {
        self.ring[self.at] = x;
        self.at = if self.at + 1 < self.ring.len() { self.at + 1 } else { 0 };
    }

    fn low_pass(&mut self, mut x: f64) -> f64 {
        for ([older, last], [a1, a2, gain, b1, b2]) in self.feedback.iter_mut().zip(HALF_BAND) {
            x = x - a1 * *last - a2 * *older;
            let y = x * gain + b1 * *last + b2 * *older;
            (*older, *last) = (*last, x);
            x = y;
        }
        x
    }

    /// The oldest samples, first to last.
    fn oldest(&self) -> impl Iterator<Item = &f64> {
        let (end, start) = self.ring.split_at(self.at);
        start.iter().chain(end)
    }
}

/// A windowed sine and cosine, and where they begin within the longest window.
#[derive(Default)]
struct Probe {
    offset: usize,
    sine: Vec<f64>,
    cosine: Vec<f64>,
}

impl Probe {
    fn new(angle: f64, len: usize, offset: usize) -> Self {
        let half = (len / 2) as f64;
        let window = |k: f64| {
            let a = math::cos(k * (PI / (len - 1) as f64));
            (0.08 + 0.92 * a * a) / (len - 1) as f64
        };
        let table =
            |f: fn(f64) -> f64| (0..len).map(|i| i as f64 - half).map(|k| window(k) * f(k * angle)).collect();
        Self { offset, sine: table(math::sin), cosine: table(math::cos) }
    }

    fn magnitude(&self, samples: &[f64]) -> f64 {
        let part = |table: &[f64]| table.iter().zip(&samples[self.offset..]).map(|(t, x)| t * x).sum();
        math::hypot(part(&self.cosine), part(&self.sine))
    }
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Playing {
    #[default]
    No,
    Starting,
    Yes,
}

#[derive(Default)]
struct Pitch {
    octaves: Vec<Octave>,
    probes: Vec<Probe>,
    window: Vec<f64>,
    /// Magnitudes from the lowest octave up, and sums of partials.
    spectrum: Vec<f64>,
    sums: Vec<f64>,
    /// Distance of each partial in steps, and its weight.
    partials: Vec<(usize, f64)>,
    /// k-cycles between analyses, and until the next.
    period: i32,
    countdown: i32,
    /// Factors of the level's low-pass, and the mean square.
    c1: f64,
    c2: f64,
    mean_square: f64,
    /// Number of the lowest step counted from octave 0, and the range that counts.
    lowest: i64,
    range: (i64, i64),
    on: f64,
    off: f64,
    confirm: f64,
    playing: Playing,
    confirmed: i32,
    /// Pitch that is put out, and the last one before silence.
    pitch: f64,
    saved: f64,
    amplitude: f64,
}

/// A whole number of an argument, or a default where it is 0 or less.
fn count(given: f64, default: usize, most: usize, name: &str) -> OpResult<usize> {
    let n = truncated(given);
    match usize::try_from(n).unwrap_or(0) {
        0 => Ok(default),
        n if n <= most => Ok(n),
        n => Err(OpError::new(format!("illegal {name}, {n}: it may be up to {most}"))),
    }
}

/// Gives a buffer a length. If it has it already, it keeps what the previous note left in it (measured on the reference).
fn fit(buffer: &mut Vec<f64>, len: usize) {
    if buffer.len() != len {
        *buffer = vec![0.0; len];
    }
}

impl Pitch {
    /// Buffers and probes for a number of octaves and of steps in each.
    fn plan(&mut self, cx: &Init<'_>, octaves: usize, steps: usize, q: f64) -> OpResult {
        let sr = cx.clock.sr;
        let base = sr * 0.375 * 0.5;
        let ratio = math::pow(2.0, 1.0 / steps as f64);
        let mut frequency = base;
        let mut lens = Vec::new();
        for _ in 0..steps {
            lens.push((q * sr / frequency) as usize | 1);
            frequency *= ratio;
        }
        let longest = lens[0].max(3);
        cx.world.ask_memory((longest * steps * 2 + (longest << octaves)).saturating_mul(8), "pitch")?;
        let mut angle = base * TAU / sr;
        self.probes.clear();
        for len in lens {
            self.probes.push(Probe::new(angle, len.max(3), (longest - len.max(3)) / 2));
            angle *= ratio;
        }
        let (minor, major) = (longest / 2, longest - longest / 2);
        self.octaves.resize_with(octaves, Octave::default);
        for (i, octave) in self.octaves.iter_mut().enumerate() {
            let mut ring = std::mem::take(&mut octave.ring);
            fit(&mut ring, major + (minor << (octaves - 1 - i)));
            *octave = Octave { ring, ..Octave::default() };
        }
        self.window = vec![0.0; longest];
        fit(&mut self.spectrum, octaves * steps);
        fit(&mut self.sums, octaves * steps);
        Ok(())
    }

    /// Distances and weights of the partials; returns the sum of the weights.
    fn weigh(&mut self, partials: usize, rolloff: f64, steps: f64) -> OpResult<f64> {
        let flat = rolloff == 0.0 || rolloff == 1.0 || partials == 1;
        self.partials.clear();
        for n in 1..=partials {
            let distance = (math::ln(n as f64) / std::f64::consts::LN_2 * steps + 0.5) as usize;
            let weight = if flat { 1.0 } else { 1.0 - (1.0 - rolloff) / steps * distance as f64 };
            self.partials.push((distance, weight));
        }
        if self.partials.last().is_some_and(|p| p.1 < 0.0) {
            return Err("per octave rolloff too steep".into());
        }
        Ok(self.partials.iter().map(|p| p.1).sum())
    }

    /// Takes a sample into the octaves, each at half the rate of the one above.
    fn feed(&mut self, x: f64) {
        self.mean_square = self.c1 * x * x + self.c2 * self.mean_square;
        let (mut x, last) = (x, self.octaves.len() - 1);
        for (i, octave) in self.octaves.iter_mut().enumerate() {
            octave.push(x);
            if i == last {
                break;
            }
            x = octave.low_pass(x);
            octave.odd = !octave.odd;
            if octave.odd {
                break;
            }
        }
    }

    fn analyse(&mut self) {
        let mut magnitudes = self.spectrum.iter_mut();
        for octave in self.octaves.iter().rev() {
            for (slot, x) in self.window.iter_mut().zip(octave.oldest()) {
                *slot = *x;
            }
            for (probe, magnitude) in self.probes.iter().zip(&mut magnitudes) {
                *magnitude = probe.magnitude(&self.window);
            }
        }
    }

    /// Sums of partials from step `low` to before `high`, at least one; returns the greatest and its place.
    fn search(&mut self, low: i64, high: i64) -> (i64, f64) {
        let (mut best, mut greatest) = (low, f64::NEG_INFINITY);
        for i in low..high.max(low + 1) {
            let Ok(at) = usize::try_from(i) else { continue };
            let Some(slot) = self.sums.get_mut(at) else { continue };
            let present = self.partials.iter().map_while(|(d, w)| Some(self.spectrum.get(at + d)? * w));
            *slot = present.sum();
            if *slot > greatest {
                (best, greatest) = (i, *slot);
            }
        }
        (best, greatest)
    }

    fn stop(&mut self) {
        if self.playing == Playing::Yes {
            self.saved = self.pitch;
        }
        (self.pitch, self.amplitude, self.playing) = (0.0, 0.0, Playing::No);
    }

    /// Whether a jump to `pitch` has been confirmed often enough.
    fn confirms(&mut self, pitch: f64, from: f64) -> bool {
        if self.confirmed < truncated((pitch - from).abs() * self.confirm) {
            self.confirmed += 1;
            return false;
        }
        self.confirmed = 0;
        self.pitch = pitch;
        true
    }

    fn track(&mut self) {
        let steps = self.probes.len() as f64;
        let level = self.mean_square.sqrt();
        let centre = if self.playing == Playing::Yes { self.pitch } else { self.saved };
        let bin = |octave: f64| ((octave * steps) as i64).saturating_sub(self.lowest);
        let low = bin(centre - level).max(self.range.0);
        let high = bin(centre + level).min(self.range.1);
        let (at, greatest) = self.search(low, high);
        if self.playing == Playing::No {
            if greatest <= self.on || greatest.is_nan() {
                return;
            }
            self.playing = Playing::Starting;
        } else if greatest < self.off {
            self.stop();
            return;
        }
        let sum = |i: i64| usize::try_from(i).ok().and_then(|i| self.sums.get(i)).copied().unwrap_or(0.0);
        let below = if at > low { sum(at - 1) } else { 0.0 };
        let above = if at < high - 1 { sum(at + 1) } else { 0.0 };
        let sides = below + above;
        let divisor =
            if greatest < 2.0 * sides { greatest + greatest - below - above } else { sides + greatest };
        let shift = if divisor == 0.0 { 0.0 } else { 0.5 * (above - below) / divisor };
        let pitch = ((at + self.lowest) as f64 + shift) / steps;
        if self.playing == Playing::Starting {
            if !self.confirms(pitch, self.saved) {
                return;
            }
            self.playing = Playing::Yes;
        } else {
            self.confirms(pitch, self.pitch);
        }
        self.amplitude = greatest + shift * (above - below) * 0.25;
    }
}

impl Ugen for Pitch {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let b = 2.0 - math::cos(10.0 * (TAU / cx.clock.sr));
        self.c2 = b - (b * b - 1.0).sqrt();
        self.c1 = 1.0 - self.c2;
        if cx.k(12) == 0.0 {
            self.mean_square = 0.0;
        }
        self.period = truncated(cx.clock.kr * cx.k(1) + 0.001);
        if self.period <= 0 {
            return Err("illegal iprd: iupdte must be at least one k-cycle".into());
        }
        self.countdown = self.period;
        let octaves = count(cx.k(8), 6, MOST_OCTAVES, "iocts")?;
        let steps = count(cx.k(5), 12, MOST_STEPS, "ifrqs")?;
        let partials = count(cx.k(10), 4, MOST_PARTIALS, "no of partials")?;
        let q = if cx.k(9) > 0.0 { cx.k(9) } else { 15.0 };
        self.plan(cx, octaves, steps, q)?;
        // The reference keeps the factor as a whole number, so that its default of 0.6 has no effect.
        let rolloff = f64::from(truncated(cx.k(11)).max(0));
        let weights = self.weigh(partials, rolloff, steps as f64)?;
        let octave_0 = cx.world.header.a4 / A4_OF_OCTAVE_0;
        let highest = math::ln(cx.clock.sr * 0.375 / octave_0) / std::f64::consts::LN_2;
        self.lowest = ((highest - octaves as f64) * steps as f64) as i64;
        let step = |octave: f64| i64::from(truncated(octave * steps as f64)) - self.lowest;
        self.range = (step(cx.k(2)).max(0), step(cx.k(3)).min(self.sums.len() as i64));
        if self.range.0 >= self.range.1 {
            return Err("illegal lo-hi values".into());
        }
        self.on = math::exp(cx.k(4) * DECIBEL) * weights;
        self.off = self.on * 0.5;
        self.confirm = cx.k(6);
        self.saved = if cx.k(7) >= 0.0 { cx.k(7) } else { (cx.k(2) + cx.k(3)) * 0.5 };
        (self.playing, self.confirmed, self.pitch, self.amplitude) = (Playing::No, 0, 0.0, 0.0);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let (x, scale) = (io.x(0), FULL_SCALE / world.header.zero_dbfs);
        for n in 0..io.samples_len() {
            self.feed(x.at(n) * scale);
        }
        self.countdown -= 1;
        if self.countdown == 0 {
            self.countdown = self.period;
            self.analyse();
        }
        self.track();
        io.set(0, self.pitch);
        io.set(1, self.amplitude * 4.0);
        Ok(())
    }
}
