//! `pvsadsyn`: resynthesis of a spectral signal by a bank of oscillators.

use super::frames::plain_input;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::spectrum::SpectrumFormat;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::PI;

/// Definition of `pvsadsyn`.
pub static PVSADSYN: OpDef = OpDef::new("pvsadsyn", "Resynthesis of a spectral signal by oscillators.").quiet_init()
    .sigs(&[sig("a", "fikopo", Make::Unit(unit::<Pvsadsyn>))])
    .outs(&[port("ares", "signal, late by a hop")])
    .ins(&[
        port("fsrc", "spectral signal of amplitudes and frequencies"),
        port("inoscs", "number of oscillators"),
        port("kfmod", "factor of all frequencies"),
        port("ibinoffset", "first bin; default 0"),
        port("ibinincr", "bins from oscillator to oscillator; default 1"),
        port("iinit", "not used"),
    ])
    .source("Manual: pvsadsyn; oscillators of two multiplications (Gordon and Smith, \"A Sine Generation Algorithm for VLSI Applications\", ICMC 1985); amplitudes along lines, frequencies in steps, measured on the reference");

/// A sine by two multiplications a sample.
#[derive(Clone, Copy)]
struct Oscillator {
    bin: usize,
    amp: f64,
    cosine: f64,
    sine: f64,
}

impl Oscillator {
    /// Adds a hop of a sinusoid with `factor` = 2 sin(pi f / sr) whose amplitude moves to `amp`.
    fn add(&mut self, factor: f64, amp: f64, per_hop: f64, hop: &mut [f64]) {
        let step = (amp - self.amp) * per_hop;
        let (mut level, mut x, mut y) = (self.amp, self.cosine, self.sine);
        for out in hop {
            x -= factor * y;
            y = (y + factor * x).clamp(-1.0, 1.0);
            *out += level * y;
            level += step;
        }
        (self.amp, self.cosine, self.sine) = (amp, x, y);
    }
}

#[derive(Default)]
struct Pvsadsyn {
    bank: Vec<Oscillator>,
    hop: Vec<f64>,
    given: usize,
}

impl Ugen for Pvsadsyn {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let layout = plain_input(cx, 0, &[SpectrumFormat::AmpFreq])?.layout;
        let (count, first, step) = (cx.k(1) as i32, cx.k(3) as i32, cx.k(4) as i32);
        if count < 1 {
            return Err("pvsadsyn: inoscs must be at least 1".into());
        }
        let last = i64::from(first) + i64::from(count) * i64::from(step.max(1));
        if first < 0 || step < 1 || last > layout.bins() as i64 {
            return Err("pvsadsyn: ibinoffset + inoscs * ibinincr is out of the signal's bins".into());
        }
        let bins = (first as usize..last as usize).step_by(step as usize);
        self.bank = bins.map(|bin| Oscillator { bin, amp: 0.0, cosine: 1.0, sine: 0.0 }).collect();
        cx.world.ask_memory(layout.hop as usize * size_of::<f64>(), "pvsadsyn")?;
        self.hop = vec![0.0; layout.hop as usize];
        self.given = 0;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let Some(s) = io.spectrum(0) else { return Ok(()) };
        for y in io.out(0) {
            if self.given == self.hop.len() {
                self.synthesise(&s.frame, io.k(2), io.clock.sr);
                self.given = 0;
            }
            y.set(self.hop.get(self.given).copied().unwrap_or(0.0));
            self.given += 1;
        }
        Ok(())
    }
}

impl Pvsadsyn {
    fn synthesise(&mut self, frame: &[[f32; 2]], factor: f64, sr: f64) {
        self.hop.fill(0.0);
        // Single precision, as the reference keeps it.
        let per_hop = f64::from((1.0 / self.hop.len() as f64) as f32);
        for oscillator in &mut self.bank {
            let Some(&[amp, frequency]) = frame.get(oscillator.bin) else { continue };
            let frequency = factor * f64::from(frequency).abs();
            let amp = if frequency > 0.5 * sr { 0.0 } else { f64::from(amp) };
            oscillator.add(2.0 * math::sin(frequency * (PI / sr)), amp, per_hop, &mut self.hop);
        }
    }
}
