//! `compress`, `compress2`: compressor, limiter, expander and noise gate, with a look-ahead.

use crate::lookup::nearest;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

const OUTS: &[Port] = &[port("ar", "signal with changed dynamics")];
const INS: &[Port] = &[
    port("aasig", "signal to change"),
    port("acsig", "signal whose level decides"),
    port("kthresh", "level in decibels below which nothing passes"),
    port("kloknee", "level in decibels where compression sets in"),
    port("khiknee", "level in decibels from where on the full ratio holds"),
    port("kratio", "ratio above the knees; below 1 expands"),
    port("katt", "seconds of attack"),
    port("krel", "seconds of release"),
    port("ilook", "seconds of look-ahead, by which the output is late"),
];

/// Definition of `compress`.
pub static COMPRESS: OpDef = OpDef::new("compress", "Compressor with levels from 0 to 90 dB.")
    .sigs(&[sig("a", "aakkkkkki", Make::Unit(unit::<Compress<0>>))])
    .outs(OUTS)
    .ins(INS)
    .source("Manual: compress; constants measured on the reference")
    .quiet_init();

/// Definition of `compress2`.
pub static COMPRESS2: OpDef = OpDef::new("compress2", "Compressor with levels from -90 to 0 dB.")
    .sigs(&[sig("a", "aakkkkkki", Make::Unit(unit::<Compress<90>>))])
    .outs(OUTS)
    .ins(INS)
    .source("Manual: compress2; constants measured on the reference")
    .quiet_init();

/// ln(10) / 20 as the reference rounds it.
const DECIBEL: f64 = 0.11512925;
/// Inside, full scale is that of 16 bits.
const FULL_SCALE: f64 = 32768.0;

/// Gain as a function of level.
#[derive(Clone, Copy)]
struct Curve {
    gate: f64,
    low_knee: f64,
    low_knee_level: f64,
    span: f64,
    span_factor: f64,
    span_gain: f64,
    ratio_factor: f64,
}

impl Curve {
    fn new(io: &Io<'_>, bias: f64) -> Self {
        let (low, high) = (io.k(3), io.k(4));
        let level = |decibels: f64| math::exp((decibels + bias) * DECIBEL);
        let ratio = if io.k(5) < 0.01 { 0.01 } else { io.k(5) };
        let ratio_factor = DECIBEL * (1.0 - ratio) / ratio;
        let span = (high - low).max(0.0);
        let span_factor = if span > 0.0 { ratio_factor * 0.5 / span } else { 0.0 };
        Self {
            gate: level(io.k(2)),
            low_knee: low + bias,
            low_knee_level: level(low),
            span,
            span_factor,
            span_gain: if span > 0.0 { math::exp(span_factor * span * span) } else { 1.0 },
            ratio_factor,
        }
    }

    /// Gain for an envelope above the lower knee.
    fn gain(&self, envelope: f64) -> f64 {
        let excess = math::ln(envelope + 0.001) / DECIBEL - self.low_knee;
        if excess < self.span {
            math::exp(self.span_factor * excess * excess)
        } else {
            self.span_gain * math::exp(self.ratio_factor * (excess - self.span))
        }
    }
}

/// Factor of the old value per sample, for a time in which a step is half done.
fn smoothing(time: f64, sr: f64) -> f64 {
    if time < 1.0 / sr { 0.0 } else { math::pow(0.5, 1.0 / sr / time) }
}

#[derive(Default)]
struct Compress<const BIAS: u32> {
    signal: Vec<f64>,
    control: Vec<f64>,
    at: usize,
    /// Greatest value in `control`, and where it is.
    greatest: f64,
    greatest_at: usize,
    envelope: f64,
    /// Whether `gain` is out of date.
    moved: bool,
    gain: f64,
}

impl<const BIAS: u32> Compress<BIAS> {
    /// Puts a control value in the place of the oldest and keeps track of the greatest.
    fn look_ahead(&mut self, level: f64) {
        let at = self.at;
        self.control[at] = level;
        if at == self.greatest_at {
            self.greatest = 0.0;
            let len = self.control.len();
            for i in (at + 1..len).chain(0..=at) {
                if self.control[i] >= self.greatest {
                    (self.greatest, self.greatest_at) = (self.control[i], i);
                }
            }
        } else if level >= self.greatest {
            (self.greatest, self.greatest_at) = (level, at);
        }
    }
}

impl<const BIAS: u32> Ugen for Compress<BIAS> {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let len = nearest(cx.k(8) * cx.clock.sr).max(1) as usize;
        cx.world.ask_memory(len * 16, "compress")?;
        self.signal.clear();
        self.signal.resize(len, 0.0);
        self.control.clear();
        self.control.resize(len, 0.0);
        (self.at, self.greatest, self.greatest_at) = (0, 0.0, len - 1);
        (self.envelope, self.moved) = (0.0, false);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let scale = FULL_SCALE / world.header.zero_dbfs;
        let curve = Curve::new(io, f64::from(BIAS));
        let (attack, release) = (smoothing(io.k(6), io.clock.sr), smoothing(io.k(7), io.clock.sr));
        let (x, control) = (io.x(0), io.x(1));
        for (n, out) in io.out(0).iter().enumerate() {
            let mut y = std::mem::replace(&mut self.signal[self.at], x.at(n) * scale);
            let level = self.control[self.at];
            self.look_ahead((control.at(n) * scale).abs());
            let factor = if level > self.envelope {
                Some(attack)
            } else if self.envelope > self.greatest {
                Some(release)
            } else {
                None
            };
            if let Some(factor) = factor {
                self.envelope = (1.0 - factor) * level + factor * self.envelope;
                self.moved = true;
            }
            if self.envelope > curve.low_knee_level {
                if self.moved {
                    self.moved = false;
                    self.gain = curve.gain(self.envelope);
                }
                y *= self.gain;
            } else if self.envelope < curve.gate {
                y = 0.0;
            }
            out.set(y / scale);
            self.at += 1;
            if self.at >= self.signal.len() {
                self.at = 0;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn loud_signals_lose_by_the_ratio() {
        let mut bench = Bench::new(&COMPRESS2, 0);
        bench.world.header.zero_dbfs = 1.0;
        bench.audio_in(0, |_| 1.0);
        bench.audio_in(1, |_| 1.0);
        for (i, x) in [(2, -90.0), (3, -20.0), (4, -20.0), (5, 2.0), (6, 0.001), (7, 0.01), (8, 0.001)] {
            bench.set(i, x);
        }
        // 20 dB above the knee at 2:1 loses 10 dB, and 90 dB stand for the 90.3 of 16 bits.
        let decibels = 20.0 * math::log10(bench.render(8000)[7999]);
        assert!((decibels + 10.15).abs() < 0.1, "{decibels}");
    }
}
