//! `pitchac`: pitch by autocorrelation.

use crate::lookup::truncated;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `pitchac`.
pub static PITCHAC: OpDef = OpDef::new("pitchac", "Tracks a pitch by autocorrelation.")
    .quiet_init()
    .sigs(&[sig("k", "akki", Make::Unit(unit::<Pitchac>))])
    .outs(&[port("kpch", "estimated frequency in Hz; 0 before the first estimate")])
    .ins(&[
        port("asig", "signal"),
        port("kfmin", "lowest frequency in Hz"),
        port("kfmax", "highest frequency in Hz; estimates above do not count"),
        port("iflow", "lowest value that kfmin will have, in Hz"),
    ])
    .source("Manual: pitchac; autocorrelation of successive frames, measured on the reference");

#[derive(Default)]
struct Pitchac {
    /// The last frame, the one that fills, and their correlation.
    last: Vec<f64>,
    filling: Vec<f64>,
    correlation: Vec<f64>,
    at: usize,
    len: usize,
    pitch: f64,
}

impl Pitchac {
    /// Correlates the last frame with the running one at the lag that is reached.
    fn correlate(&mut self) {
        let mut j = self.at;
        for x in &self.last[..self.len] {
            self.correlation[self.at] += x * self.filling.get(j).copied().unwrap_or(0.0);
            // The reference reads one point past the frame before it wraps.
            j = if j == self.len { 0 } else { j + 1 };
        }
    }

    /// Lag of the greatest correlation; starts the next frame.
    fn end_frame(&mut self) -> usize {
        let (mut greatest, mut lag) = (0.0f32, 0);
        for (i, c) in self.correlation[..self.len].iter_mut().enumerate() {
            if *c > f64::from(greatest) {
                greatest = *c as f32;
                lag = i;
            }
            *c = 0.0;
        }
        self.last[..self.len].copy_from_slice(&self.filling[..self.len]);
        self.at = 0;
        lag
    }
}

impl Ugen for Pitchac {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let Some(size) = usize::try_from(truncated(cx.clock.sr / cx.k(3))).ok().filter(|&n| n > 0) else {
            return Err("iflow must be a frequency above 0 and below the sample rate".into());
        };
        cx.world.ask_memory(size * 24, "pitchac")?;
        for frame in [&mut self.last, &mut self.filling, &mut self.correlation] {
            frame.clear();
            frame.resize(size, 0.0);
        }
        (self.at, self.len, self.pitch) = (0, size, 0.0);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, mut lag) = (io.x(0), 0);
        for n in 0..io.samples_len() {
            self.correlate();
            self.filling[self.at] = x.at(n);
            self.at += 1;
            if self.at == self.len {
                lag = self.end_frame();
                let asked = truncated(io.clock.sr / io.k(1)).max(1) as usize;
                self.len = asked.min(self.last.len());
            }
        }
        if lag > 0 {
            let pitch = io.clock.sr / lag as f64;
            if pitch <= io.k(2) {
                self.pitch = pitch;
            }
        }
        io.set(0, self.pitch);
        Ok(())
    }
}
