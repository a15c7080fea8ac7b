//! `partials`: tracks of the partials in a spectral signal.

use super::frames::{Seen, input, plain_input};
use super::tracks::{self, END, Track};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::spectrum::SpectrumFormat;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

/// Definition of `partials`.
pub static PARTIALS: OpDef = OpDef::new("partials", "Follows partials from frame to frame.").quiet_init()
    .sigs(&[sig("f", "ffkkki", Make::Unit(unit::<Partials>))])
    .outs(&[port("ftrks", "partial tracks: amplitude, frequency, phase and number of each")])
    .ins(&[
        port("ffr", "spectral signal of amplitudes and frequencies"),
        port("fphs", "spectral signal of amplitudes and phases; without phases tracks have phase 0"),
        port("kthresh", "amplitude that peaks must exceed: a part of the frame's loudest bin, or if negative minus a part of full scale"),
        port("kminpts", "frames for which a track must have gone on, at least 1"),
        port("kmaxgap", "frames for which a track may be missing"),
        port("imaxtracks", "number of tracks, at most the number of bins"),
    ])
    .source("Manual: partials; McAulay and Quatieri, \"Speech Analysis/Synthesis Based on a Sinusoidal Representation\", IEEE ASSP 34, 1986; thresholds, single precision and what peaks of earlier frames do measured on the reference");

/// What keeps neighbours of equal loudness apart in the interpolation.
const APART: f64 = 0.000001;
/// Jump of a new track's amplitude, in dB, that does not end it.
const FIRST_JUMP: f64 = 400.0;
/// Where that threshold settles, in dB, and how much nearer it comes a frame.
const LAST_JUMP: f64 = 1.5;
const SETTLING: f32 = 0.048_770_575;
/// A missing track ends where its bin's amplitude falls below this part of its own.
const LOST: f64 = 0.2;

/// A peak between bins.
#[derive(Clone, Copy, Default)]
struct Peak {
    bin: f64,
    amp: f64,
}

/// A track from frame to frame.
#[derive(Clone, Copy)]
struct State {
    peak: Peak,
    /// Jump of the amplitude in dB that ends it.
    jump: f64,
    /// Frames in which it began and in which it was last found.
    began: u32,
    found: u32,
    number: i64,
}

impl Default for State {
    fn default() -> Self {
        Self { peak: Peak::default(), jump: 0.0, began: 0, found: 0, number: END as i64 }
    }
}

#[derive(Default)]
struct Partials {
    seen: Seen,
    amps: Vec<f64>,
    logs: Vec<f64>,
    /// Peaks of this frame, followed by what earlier frames left there.
    peaks: Vec<Peak>,
    /// How many of them are of this frame.
    found: usize,
    /// Tracks of the last frame and of this one; they change places.
    last: Vec<State>,
    now: Vec<State>,
    goes_on: Vec<bool>,
    /// What is given out, track by track; only as many as have lasted long enough are new.
    shown: Vec<(f64, i64)>,
    frame: u32,
    numbers: i64,
}

impl Ugen for Partials {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let layout = plain_input(cx, 0, &[SpectrumFormat::AmpFreq])?.layout;
        if input(cx, 1)?.layout.format != SpectrumFormat::AmpPhase {
            cx.world.warn("partials: no phase input, tracks will contain amp & freq only");
        }
        let (bins, most) = (layout.bins(), cx.k(5));
        if !(most >= 1.0) {
            return Err(OpError::new("partials: imaxtracks must be at least 1"));
        }
        cx.world.ask_memory(bins.saturating_mul(256), "partials")?;
        tracks::prepare(cx, 0, layout)?;
        let most = (most as usize).min(bins);
        *self = Self {
            amps: vec![0.0; bins],
            logs: vec![0.0; bins],
            peaks: vec![Peak::default(); bins],
            last: vec![State::default(); most],
            now: vec![State::default(); most],
            goes_on: vec![false; most],
            shown: vec![(0.0, END as i64); most],
            ..Self::default()
        };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let (Some(first), Some(second), Some(mut out)) = (io.spectrum(0), io.spectrum(1), io.spectrum_out(0))
        else {
            return Ok(());
        };
        if !self.seen.is_news(first.frame_count) || first.frame.len() != self.amps.len() {
            return Ok(());
        }
        for (amp, bin) in self.amps.iter_mut().zip(&first.frame) {
            *amp = f64::from(bin[0]);
        }
        let threshold = self.threshold(io.k(2), world.header.zero_dbfs);
        self.find_peaks(threshold);
        let count = self.follow(io.k(4).max(0.0) as u32);
        let count = self.begin(count, threshold);
        let shown = self.show(count, io.k(3).max(1.0) as u32 - 1);
        let phases = (second.layout.format == SpectrumFormat::AmpPhase).then_some(&second.frame[..]);
        for (k, &(place, number)) in self.shown.iter().enumerate() {
            if k < shown {
                tracks::put(&mut out.frame, k, track(&first.frame, phases, place, self.amps[k], number));
            } else {
                tracks::end(&mut out.frame, k);
            }
        }
        out.frame_count = first.frame_count;
        Ok(())
    }
}

impl Partials {
    /// The amplitude that peaks must exceed.
    fn threshold(&self, share: f64, full_scale: f64) -> f32 {
        if share < 0.0 {
            return (-share * full_scale) as f32;
        }
        let loudest =
            self.amps.iter().fold(0.0f32, |max, &amp| if f64::from(max) < amp { amp as f32 } else { max });
        (share * f64::from(loudest)) as f32
    }

    /// Finds the bins louder than their neighbours, and where between bins their peaks lie: the maximum of
    /// a parabola through three logarithms.
    fn find_peaks(&mut self, threshold: f32) {
        for (log, &amp) in self.logs.iter_mut().zip(&self.amps) {
            *log = math::ln(amp);
        }
        let least = f64::from(math::ln(f64::from(threshold / 5.0)) as f32);
        self.found = 0;
        for (i, w) in self.logs.windows(3).enumerate() {
            if w[1] > least && w[1] > w[0] && w[1] >= w[2] {
                let (y1, y2) = (w[1] - w[0] + APART, w[2] - w[0] + APART);
                let a = (y2 - 2.0 * y1) / 2.0;
                let b = 1.0 - y1 / a;
                let bin = i as f64 + b / 2.0;
                self.peaks[self.found] = Peak { bin, amp: math::exp(w[0] - a * b * b / 4.0) };
                self.found += 1;
            }
        }
    }

    /// Looks for the peak that each track goes on with; gives how many do.
    fn follow(&mut self, most_missing: u32) -> usize {
        self.goes_on.fill(false);
        let mut count = 0;
        for (j, state) in self.last.iter_mut().enumerate().take_while(|(_, s)| s.peak.bin != 0.0) {
            let found = self.found > 0 && take_nearest(&mut self.peaks, state, self.frame);
            let here = (state.peak.bin + 0.5) as usize;
            let lost = self.amps.get(here).is_none_or(|&amp| amp < LOST * state.peak.amp)
                || self.frame.wrapping_sub(state.found) > most_missing;
            if found || !lost {
                self.goes_on[j] = true;
                count += 1;
            }
        }
        count
    }

    /// Begins tracks with the peaks that are left, while there is room.
    fn begin(&mut self, going_on: usize, threshold: f32) -> usize {
        let (mut count, most) = (going_on, self.now.len());
        if count == most {
            return count;
        }
        for (shown, _) in self.shown.iter_mut().zip(&self.goes_on).filter(|(_, goes_on)| !**goes_on) {
            shown.1 = END as i64;
        }
        let kept = self.last.iter().zip(&self.goes_on).filter(|(_, goes_on)| **goes_on);
        for (now, (last, _)) in self.now.iter_mut().zip(kept) {
            *now = *last;
        }
        for peak in self.peaks.iter().filter(|p| p.amp > f64::from(threshold)) {
            let Some(now) = self.now.get_mut(count) else { break };
            let frame = self.frame;
            *now = State { peak: *peak, jump: FIRST_JUMP, began: frame, found: frame, number: self.numbers };
            self.numbers += 1;
            count += 1;
        }
        for now in &mut self.now[count..] {
            *now = State { began: now.began, found: now.found, ..State::default() };
        }
        count
    }

    /// Takes the tracks that have lasted; gives how many. The amplitudes go where the bins' were.
    fn show(&mut self, count: usize, lasting: u32) -> usize {
        let mut shown = 0;
        let since = self.frame.wrapping_sub(lasting);
        for (i, state) in self.now.iter().enumerate().take(count) {
            if state.began <= since {
                self.shown[i] = (state.peak.bin, state.number);
                self.amps[i] = state.peak.amp;
                shown += 1;
            }
        }
        self.frame = self.frame.wrapping_add(1);
        std::mem::swap(&mut self.last, &mut self.now);
        shown
    }
}

/// Continues a track with the nearest peak if that is less than a bin away and no jump in amplitude; the
/// peak is taken.
fn take_nearest(peaks: &mut [Peak], state: &mut State, frame: u32) -> bool {
    let here = f64::from(state.peak.bin as f32);
    let away = |p: &Peak| (p.bin - here).abs();
    let mut best = 0;
    for i in 0..peaks.len() {
        if away(&peaks[i]) < away(&peaks[best]) {
            best = i;
        }
    }
    let peak = peaks[best];
    let step = (20.0 * math::log10(peak.amp / state.peak.amp)) as f32;
    if !(((here - peak.bin) as f32).abs() < 1.0) || state.jump < f64::from(step) {
        return false;
    }
    let settled = (state.jump - (state.jump - LAST_JUMP) * f64::from(SETTLING)) as f32;
    state.jump = f64::from((step * 1.5).max(settled));
    (state.peak, state.found) = (peak, frame);
    peaks[best] = Peak::default();
    true
}

/// A track with frequency and phase between two bins.
fn track(frequencies: &[[f32; 2]], phases: Option<&[[f32; 2]]>, place: f64, amp: f64, number: i64) -> Track {
    let bin = (place as usize).min(frequencies.len() - 1);
    let part = place - bin as f64;
    let next = if place < (frequencies.len() - 1) as f64 { bin + 1 } else { bin };
    let between = |a: f64, b: f64| a + part * (b - a);
    let frequency = between(f64::from(frequencies[bin][1]), f64::from(frequencies[next][1]));
    let phase = phases.filter(|p| p.len() == frequencies.len()).map_or(0.0, |phases| {
        let [a, b] = [bin, next].map(|i| {
            let [amp, phase] = phases[i].map(f64::from);
            let (sin, cos) = math::sin_cos(phase);
            (amp * cos, amp * sin)
        });
        math::atan2(between(a.1, b.1), between(a.0, b.0))
    });
    Track { amp: amp as f32, frequency: frequency as f32, phase: phase as f32, number: number as f32 }
}
