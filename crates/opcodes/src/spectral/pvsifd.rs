//! `pvsifd`, `tabifd`: instantaneous frequencies, amplitudes and phases.

use super::frames::output;
use crate::lookup::any_table;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::spectrum::{SpectrumFormat, SpectrumLayout};
use orchestrion_base::world::World;
use orchestrion_dsp::fft::{Bin, RealFft};
use orchestrion_dsp::math;
use std::f64::consts::TAU;

const OUTS: &[Port] = &[
    port("ffr", "spectral signal of amplitudes and frequencies"),
    port("fphs", "spectral signal of amplitudes and phases"),
];
const SIZE: Port = port("ifftsize", "FFT size in samples, a power of two");
const HOP: Port = port("ihopsize", "hop in samples");
const TYPE: Port = port("iwintype", "0 Hamming, 1 Hann");

/// Definition of `pvsifd`.
pub static PVSIFD: OpDef = OpDef::new("pvsifd", "Instantaneous frequencies, amplitudes and phases of a signal.").quiet_init()
    .sigs(&[sig("ff", "aiiip", Make::Unit(unit::<Pvsifd>))])
    .outs(OUTS)
    .ins(&[port("ain", "signal"), SIZE, port("ihopsize", "hop in samples, a divisor of ifftsize"), TYPE, port("iscal", "factor of the amplitudes; default 1")])
    .source("Manual: pvsifd; Friedman, \"Instantaneous-frequency distribution vs. time\", ICASSP 1985; difference of neighbours as derivative of the window measured on the reference");

/// Definition of `tabifd`.
pub static TABIFD: OpDef =
    OpDef::new("tabifd", "Instantaneous frequencies, amplitudes and phases of a table.")
        .quiet_init()
        .sigs(&[sig("ff", "kkkiiii", Make::Unit(unit::<Tabifd>))])
        .outs(OUTS)
        .ins(&[
            port("ktimpt", "place in the table in seconds, wrapped to it"),
            port("kamp", "factor of the amplitudes"),
            port("kpitch", "factor of frequencies, by reading faster"),
            SIZE,
            HOP,
            TYPE,
            port("ifn", "table"),
        ])
        .reads(Res::TABLES)
        .source("Manual: tabifd; as pvsifd")
        .differences(&["It works; the reference crashes."]);

/// Analyses of one size.
struct Engine {
    fft: RealFft,
    window: Vec<f64>,
    /// Differences of neighbouring points of the window.
    slope: Vec<f64>,
    windowed: Vec<f64>,
    spectra: [Vec<Bin>; 2],
    /// Amplitudes and frequencies, amplitudes and phases.
    frames: [Vec<[f32; 2]>; 2],
    norm: f64,
}

impl Default for Engine {
    fn default() -> Self {
        Self::new(1, 0.5)
    }
}

impl Engine {
    /// With the raised cosine of mean `alpha` as window.
    fn new(size: usize, alpha: f64) -> Self {
        let step = TAU / (size as f64 - 1.0);
        let window: Vec<f64> =
            (0..size).map(|i| alpha - (1.0 - alpha) * math::cos(step * i as f64)).collect();
        let slope = window.iter().zip(window.iter().skip(1).chain(&[0.0])).map(|(a, b)| a - b).collect();
        let (fft, norm) = (RealFft::new(size), window.iter().sum());
        let bins = fft.bins();
        Self {
            fft,
            window,
            slope,
            windowed: vec![0.0; size],
            spectra: [vec![Bin::default(); bins], vec![Bin::default(); bins]],
            frames: [vec![[0.0; 2]; bins], vec![[0.0; 2]; bins]],
            norm,
        }
    }

    /// Analyses samples `x(0)`, `x(1)`, ...; phases are those in the middle of the window.
    fn analyse(&mut self, x: impl Fn(usize) -> f64, scale: f64, sr: f64) {
        let size = self.window.len();
        for (window, spectrum) in [&self.window, &self.slope].into_iter().zip(&mut self.spectra) {
            for (i, w) in window.iter().enumerate() {
                self.windowed[(i + size / 2) % size] = x(i) * w;
            }
            self.fft.forward(&self.windowed, spectrum);
        }
        let scale = scale / self.norm;
        let [signal, slope] = &self.spectra;
        let [frequencies, phases] = &mut self.frames;
        let last = signal.len() - 1;
        for i in 0..=last {
            let (bin, change) = (signal[i] * scale, slope[i] * scale);
            let power = bin.re * bin.re + bin.im * bin.im;
            let amp = power.sqrt() as f32;
            let middle = i as f64 * (sr / size as f64);
            let (mut frequency, mut phase) = (middle, 0.0);
            if amp != 0.0 {
                frequency += (bin.re * change.im - bin.im * change.re) / power * (sr / TAU);
                phase = math::atan2(bin.im, bin.re);
            }
            frequencies[i] = [amp, frequency as f32];
            phases[i] = [amp, phase as f32];
        }
        for (i, frequency) in [(0, 0.0), (last, 0.5 * sr)] {
            let amp = (signal[i].re * scale) as f32;
            (frequencies[i], phases[i]) = ([amp, frequency as f32], [amp, 0.0]);
        }
    }

    fn give(&self, io: &Io<'_>) {
        for (o, frame) in self.frames.iter().enumerate() {
            if let Some(mut out) = io.spectrum_out(o) {
                out.frame.clone_from(frame);
                out.frame_count = out.frame_count.wrapping_add(1);
            }
        }
    }
}

/// Prepares the outputs and an engine for FFT size, hop and window type from input `i` on.
fn prepare(cx: &Init<'_>, i: usize) -> OpResult<(Engine, usize)> {
    let (size, hop, kind) = (cx.k(i) as usize, cx.k(i + 1) as usize, cx.k(i + 2) as i32);
    if !size.is_power_of_two() || size < 4 || hop < 1 || hop > size {
        return Err(OpError::new("the FFT size must be a power of two from 4, the hop 1 to the FFT size"));
    }
    let alpha = match kind {
        0 => 0.54,
        1 => 0.5,
        _ => return Err("the window type must be 0 (Hamming) or 1 (Hann)".into()),
    };
    cx.world.ask_memory(size.saturating_mul(16 * size_of::<f64>()), "instantaneous frequencies")?;
    let (number, format) = (size as u32, [SpectrumFormat::AmpFreq, SpectrumFormat::AmpPhase]);
    for (o, format) in format.into_iter().enumerate() {
        let layout = SpectrumLayout {
            size: number,
            hop: hop as u32,
            window: number,
            window_type: kind,
            format,
            sliding: false,
        };
        output(cx, o, layout)?;
    }
    Ok((Engine::new(size, alpha), hop))
}

#[derive(Default)]
struct Pvsifd {
    engine: Engine,
    hop: usize,
    /// The last samples; `at` is the oldest.
    recent: Vec<f64>,
    at: usize,
    scale: f64,
}

impl Ugen for Pvsifd {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let (engine, hop) = prepare(cx, 1)?;
        let size = engine.window.len();
        if !size.is_multiple_of(hop) {
            return Err("pvsifd: the FFT size must be a multiple of the hop".into());
        }
        *self = Self { engine, hop, recent: vec![0.0; size], at: 0, scale: cx.k(4) };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        for x in io.a(0) {
            let (recent, size) = (&mut self.recent, self.engine.window.len());
            recent[self.at] = x.get();
            self.at = (self.at + 1) % size;
            if self.at.is_multiple_of(self.hop) {
                let at = self.at;
                self.engine.analyse(|i| recent[(at + i) % size], self.scale, io.clock.sr);
                self.engine.give(io);
            }
        }
        Ok(())
    }
}

#[derive(Default)]
struct Tabifd {
    engine: Engine,
    hop: usize,
    passed: usize,
    table: f64,
}

impl Ugen for Tabifd {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let (engine, hop) = prepare(cx, 3)?;
        *self = Self { engine, hop, passed: hop, table: any_table(cx.world, cx.k(6))? };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        if self.passed >= self.hop
            && let Some(table) = world.tables.get(self.table)
        {
            let (start, pitch) = (io.k(0) * io.clock.sr, io.k(2));
            let point = |i: usize| table.data.get(i).copied().unwrap_or(0.0);
            let x = |i: usize| {
                let place = start + i as f64 * pitch;
                let at = (place as i64).rem_euclid(table.len as i64) as usize;
                point(at) + place.fract() * (point(at + 1) - point(at))
            };
            self.engine.analyse(x, io.k(1), io.clock.sr);
            self.engine.give(io);
            self.passed -= self.hop;
        }
        self.passed += io.clock.ksmps;
        Ok(())
    }
}
