//! `pvstanal`: analysis of a table at any speed and pitch.

use super::frames::output;
use super::sound::Sound;
use super::temposcal::Onsets;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::spectrum::{SpectrumFormat, SpectrumLayout};
use orchestrion_base::world::World;
use orchestrion_dsp::fft::{Bin, RealFft};
use orchestrion_dsp::math;
use orchestrion_dsp::vocoder::wrap;
use orchestrion_dsp::window::hann;
use std::f64::consts::TAU;

/// Definition of `pvstanal`.
pub static PVSTANAL: OpDef = OpDef::new("pvstanal", "Analyses a table at any speed and pitch.")
    .quiet_init()
    .sigs(&[
        sig("f", "kkkkPPoooP", Make::Unit(unit::<Pvstanal>)),
        sig("FFFFFFFFFFFFFFFF", "kkkkPPoooP", Make::Unit(unit::<Pvstanal>)),
    ])
    .outs(&[port("fsig", "one spectral signal for each channel of the table; the ends are silent")])
    .ins(&[
        port("ktimescal", "speed: 1 as recorded"),
        port("kamp", "factor of the amplitudes"),
        port("kpitch", "factor of the pitch"),
        port("ktab", "table with the sound"),
        port("kdetect", "0 stretches onsets, too; default 1"),
        port("kwrap", "0 stops at the end of the table; default 1"),
        port("ioffset", "place to begin in seconds; default 0"),
        port("ifftsize", "FFT size in samples, even; default 2048"),
        port("ihop", "hop in samples; default 512"),
        port("kdbthresh", "rise in dB from window to window that makes an onset; default 1"),
    ])
    .reads(Res::TABLES)
    .may_fail()
    .source("Manual: pvstanal; places of windows and single precision measured on the reference");

#[derive(Default)]
struct Pvstanal {
    engine: Option<Engine>,
    onsets: Onsets,
    place: f64,
    passed: usize,
    hop: usize,
}

struct Engine {
    fft: RealFft,
    window: Vec<f64>,
    samples: Vec<f64>,
    front: Vec<Bin>,
    back: Vec<Bin>,
}

impl Engine {
    /// The window's sum is taken in single precision, as in the reference.
    fn new(size: usize) -> Self {
        let mut window = hann(size);
        let sum = window.iter().fold(0.0f32, |sum, w| (f64::from(sum) + w) as f32);
        window.iter_mut().for_each(|w| *w *= 2.0 / f64::from(sum));
        let fft = RealFft::new(size);
        let bins = vec![Bin::default(); fft.bins()];
        Self { fft, window, samples: vec![0.0; size], front: bins.clone(), back: bins }
    }

    /// Spectrum of windowed samples into `front` or `back`.
    fn spectrum(&mut self, x: impl Fn(usize) -> f64, back: bool) {
        for (i, (sample, w)) in self.samples.iter_mut().zip(&self.window).enumerate() {
            *sample = x(i) * w;
        }
        self.fft.forward(&self.samples, if back { &mut self.back } else { &mut self.front });
    }

    /// Amplitudes of the front, and frequencies by what phases moved from the back within a hop.
    fn frame(&self, hop: usize, sr: f64, out: &mut [[f32; 2]]) {
        let size = self.window.len() as f64;
        let [turn, deviation, spacing] =
            [hop as f64 * TAU / size, sr / (hop as f64 * TAU), sr / size].map(|x| x as f32);
        let inner = 1..self.front.len() - 1;
        for (k, out) in out.iter_mut().enumerate().take(inner.end).skip(inner.start) {
            let (front, back) = (self.front[k], self.back[k]);
            let expected = f64::from(turn * k as f32);
            let moved = math::atan2(front.im, front.re) - math::atan2(back.im, back.re) - expected;
            let turns = (moved / TAU).round_ties_even();
            let moved = wrap(moved - turns * TAU);
            let frequency = moved * f64::from(deviation) + f64::from(k as f32 * spacing);
            *out = [math::hypot(front.re, front.im) as f32, frequency as f32];
        }
    }
}

impl Ugen for Pvstanal {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let or = |i: usize, default: u32| if cx.k(i) > 0.0 { cx.k(i) as u32 } else { default };
        let (size, hop) = (or(7, 2048), or(8, 512));
        if size < 4 || !size.is_multiple_of(2) || hop > size {
            return Err(OpError::new(
                "pvstanal: the FFT size must be even and at least 4, the hop not above it",
            ));
        }
        cx.world.ask_memory(size as usize * 64, "pvstanal")?;
        let layout = SpectrumLayout {
            size,
            hop,
            window: size,
            window_type: 1,
            format: SpectrumFormat::AmpFreq,
            sliding: false,
        };
        for o in 0..cx.n_outs() {
            output(cx, o, layout)?;
        }
        let hop = hop as usize;
        *self = Self {
            engine: Some(Engine::new(size as usize)),
            onsets: Onsets::in_the_middle(),
            place: cx.k(6) * cx.clock.sr,
            passed: hop,
            hop,
        };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        if self.passed >= self.hop {
            self.analyse(io, world)?;
            self.passed -= self.hop;
        }
        self.passed += io.clock.ksmps;
        Ok(())
    }
}

impl Pvstanal {
    fn analyse(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let (sr, channels) = (io.clock.sr, io.n_outs());
        let Some(engine) = &mut self.engine else { return Ok(()) };
        let sound = Sound::find(world, io.k(3), channels, sr)?;
        let (hop, frames) = (self.hop as f64, sound.frames());
        let (speed, watched, wraps) = (io.k(0) * sound.speed, io.k(4) != 0.0, io.k(5) != 0.0);
        let (amp, pitch) =
            (f64::from(io.k(1) as f32), f64::from((f64::from(io.k(2) as f32) * sound.speed) as f32));
        if !wraps && self.place == 0.0 {
            self.place = hop;
        }
        let over = !wraps && self.place >= frames;
        if !over {
            // From a hop on, as the window before it must not begin below 0.
            self.place -= (self.place / frames).floor().max(0.0) * frames;
            let turns = ((hop - self.place) / (frames + hop)).ceil().max(0.0);
            self.place += turns * (frames + hop);
        }
        let start = self.place;
        let place = |i: usize| start + i as f64 * pitch;
        for c in 0..channels {
            let Some(mut out) = io.spectrum_out(c) else { continue };
            out.frame_count = out.frame_count.wrapping_add(1);
            if over {
                out.frame.fill([0.0; 2]);
                continue;
            }
            engine.spectrum(|i| amp * sound.at(place(i), place(i).fract(), c, true), false);
            if watched {
                engine.spectrum(|i| amp * sound.at(place(i).trunc() + hop, 0.0, c, true), true);
                let [next, now] = [&engine.back, &engine.front].map(|bins| power(bins));
                self.onsets.listen(next, now, io.k(9));
            } else {
                self.onsets.stretching = true;
            }
            let back = hop * pitch;
            engine.spectrum(|i| sound.at(place(i) - back, place(i).fract(), c, true), true);
            engine.frame(self.hop, sr, &mut out.frame);
        }
        if !over {
            self.place += hop * self.onsets.step(speed, watched);
        }
        Ok(())
    }
}

/// Power of a spectrum as the reference sums it up, in single precision: packed numbers from the first
/// bin on, each with the one after it.
fn power(bins: &[Bin]) -> f64 {
    let numbers = |from: usize| bins[1..bins.len() - 1].iter().flat_map(|b| [b.re, b.im]).skip(from);
    let pairs = numbers(0).zip(numbers(1).chain([0.0]));
    f64::from(pairs.fold(1e-20f32, |sum, (a, b)| (f64::from(sum) + (a * a + b * b)) as f32))
}
