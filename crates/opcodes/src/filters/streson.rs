//! `streson`: the resonance of a string.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `streson`.
pub static STRESON: OpDef = OpDef::new("streson", "String resonator.")
    .quiet_init()
    .sigs(&[sig("a", "akk", Make::Unit(unit::<Streson>))])
    .outs(&[port("ares", "resonated signal")])
    .ins(&[
        port("asig", "signal"),
        port("kfr", "fundamental frequency in Hz, from 20"),
        port("kfdbgain", "gain of the feedback, 0 to 1"),
    ])
    .source("Karplus and Strong 1983, Jaffe and Smith 1983; manual: streson");

/// Lowest frequency in Hz.
const LOWEST: f64 = 20.0;

#[derive(Default)]
struct Streson {
    line: Vec<f64>,
    at: usize,
    low_pass: f64,
    all_pass: f64,
}

impl Ugen for Streson {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let len = ((cx.clock.sr / LOWEST) as usize).max(1);
        self.line.clear();
        self.line.resize(len, 0.0);
        (self.at, self.low_pass, self.all_pass) = (0, 0.0, 0.0);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, gain, len) = (io.x(0), io.k(2), self.line.len());
        let period = io.clock.sr / io.k(1).max(LOWEST);
        let delay = (period - 0.5) as usize;
        // The low-pass delays by half a sample, the all-pass by the rest.
        let fraction = period - (delay as f64 + 0.5);
        let a = (1.0 - fraction) / (1.0 + fraction);
        let (mut low_pass, mut all_pass) = (self.low_pass, self.all_pass);
        for (n, out) in io.out(0).iter().enumerate() {
            let w = x.at(n) + self.line[(self.at + len - delay.min(len)) % len];
            let s = (low_pass + w) * 0.5;
            low_pass = w;
            let y = all_pass + s * a;
            all_pass = s - y * a;
            self.line[self.at] = y * gain;
            out.set(y);
            self.at = if self.at + 1 < len { self.at + 1 } else { 0 };
        }
        (self.low_pass, self.all_pass) = (low_pass, all_pass);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn rings_with_its_period() {
        let mut bench = Bench::new(&STRESON, 0);
        bench.audio_in(0, |n| if n == 0 { 1.0 } else { 0.0 });
        bench.set(1, 44100.0 / 10.5);
        bench.set(2, 0.9);
        let out = bench.render(32);
        assert!((out[10..13].iter().sum::<f64>() - 0.9).abs() < 1e-9 && out[11] > out[10], "{out:?}");
        assert!(out[2..10].iter().all(|y| y.abs() < 1e-9), "{out:?}");
    }
}
