//! `waveset`: every wave of a signal repeated (Wishart's wavesets).

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `waveset`.
pub static WAVESET: OpDef = OpDef::new("waveset", "Stretches a signal by repeating each of its waves.")
    .quiet_init()
    .sigs(&[sig("a", "ako", Make::Unit(unit::<Waveset>))])
    .outs(&[port("ares", "stretched signal")])
    .ins(&[
        port("ain", "signal"),
        port("krep", "how often a wave is heard"),
        port("ilen", "samples that are remembered; default half the note's length"),
    ])
    .source("Manual: waveset (Wishart, Audible Design); a wave ends at the second change of sign");

#[derive(Default)]
struct Waveset {
    /// Ring of the input.
    memory: Vec<f64>,
    /// Where the input goes, until it meets the wave that is being repeated.
    write: usize,
    full: bool,
    /// Where the output comes from, and where the wave began.
    read: usize,
    start: usize,
    /// How often the wave was heard.
    heard: i32,
    /// Whether the first of two changes of sign has passed.
    half: bool,
    /// Last sample that was not 0.
    last: f64,
}

impl Waveset {
    /// Takes in the samples of a k-cycle; what finds no room is lost.
    fn take(&mut self, x: orchestrion_base::signal::Signal<'_>, samples: usize) {
        if self.full {
            return;
        }
        for n in 0..samples {
            self.memory[self.write] = x.at(n);
            self.write += 1;
            if self.write == self.start {
                self.full = true;
                return;
            }
            if self.write == self.memory.len() {
                self.write = 0;
            }
        }
    }

    fn next(&mut self, repetitions: f64) -> f64 {
        let x = self.memory[self.read];
        self.read += 1;
        if self.read == self.memory.len() {
            self.read = 0;
        }
        if x != 0.0 && self.last * x < 0.0 {
            self.half = !self.half;
            if !self.half {
                self.heard += 1;
                if f64::from(self.heard) > repetitions {
                    self.heard = 1;
                    self.start = self.read;
                    self.full = false;
                } else {
                    self.read = self.start;
                }
            }
        }
        if x != 0.0 {
            self.last = x;
        }
        x
    }
}

impl Ugen for Waveset {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let length = if cx.k(2) == 0.0 { cx.io.pfield(3) * cx.clock.sr * 0.5 } else { cx.k(2) };
        let length = if length >= 1.0 { (length as usize).saturating_add(1) } else { cx.clock.sr as usize };
        cx.world.ask_memory(length.saturating_mul(8), "waveset")?;
        self.memory.clear();
        self.memory.resize(length.max(1), 0.0);
        (self.write, self.read, self.start) = (0, 0, 0);
        (self.heard, self.full, self.half, self.last) = (1, false, false, 1.0);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (out, repetitions) = (io.out(0), io.k(1));
        self.take(io.x(0), out.len());
        for out in out {
            out.set(self.next(repetitions));
        }
        Ok(())
    }
}
