//! `wguide1`, `wguide2`: one or two delays with a low-pass filter in a feedback loop.

use crate::physical::{OnePole, half_power_pole};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const OUTS: &[Port] = &[port("ares", "signal")];
const SIGNAL: Port = port("asig", "signal");

/// Definition of `wguide1`.
pub static WGUIDE1: OpDef = OpDef::new("wguide1", "Waveguide: a delay with a low-pass filter in a loop.")
    .quiet_init()
    .sigs(&[sig("a", "axkk", Make::Unit(unit::<Guide1>))])
    .outs(OUTS)
    .ins(&[
        SIGNAL,
        port("xfreq", "frequency in Hz whose period is the delay, at least 1"),
        port("kcutoff", "half-power point of the filter in Hz"),
        port("kfeedback", "factor of the feedback"),
    ])
    .source("Manual: wguide1");

/// Definition of `wguide2`.
pub static WGUIDE2: OpDef = OpDef::new("wguide2", "Two waveguides side by side in one loop.")
    .quiet_init()
    .sigs(&[sig("a", "axxkkkk", Make::Unit(unit::<Guide2>))])
    .outs(OUTS)
    .ins(&[
        SIGNAL,
        port("xfreq1", "frequency in Hz whose period is the first delay, at least 1"),
        port("xfreq2", "frequency in Hz whose period is the second delay, at least 1; of xfreq1's rate"),
        port("kcutoff1", "half-power point of the first filter in Hz"),
        port("kcutoff2", "half-power point of the second filter in Hz"),
        port("kfeedback1", "factor of the feedback of the first"),
        port("kfeedback2", "factor of the feedback of the second; their sum should not exceed 0.5"),
    ])
    .source("Manual: wguide2");

/// A second of delay and the filter after it.
#[derive(Default)]
struct Guide {
    ring: Vec<f64>,
    at: usize,
    cutoff: f64,
    filter: OnePole,
}

impl Guide {
    fn new(sr: f64) -> Self {
        Self { ring: vec![0.0; sr.max(1.0) as usize], at: 0, cutoff: 0.0, filter: OnePole::new(1.0, 1.0) }
    }

    fn set_cutoff(&mut self, cutoff: f64, sr: f64) {
        if cutoff != self.cutoff {
            self.cutoff = cutoff;
            self.filter.set(half_power_pole(cutoff, sr), 1.0);
        }
    }

    /// Takes a sample; gives the filtered one from a period of `frequency` ago.
    #[inline]
    fn next(&mut self, x: f64, frequency: f64, sr: f64) -> f64 {
        let len = self.ring.len();
        if let Some(place) = self.ring.get_mut(self.at) {
            *place = x;
        }
        // `max` makes NaN 1 as well.
        let mut from = self.at as f64 - sr / frequency.max(1.0);
        if from < 0.0 {
            from += len as f64;
        }
        let i = from as usize;
        let point = |i: usize| self.ring.get(i).copied().unwrap_or(0.0);
        let (a, b) = (point(i), point(if i + 1 < len { i + 1 } else { 0 }));
        self.at = if self.at + 1 < len { self.at + 1 } else { 0 };
        self.filter.next(a + (from - i as f64) * (b - a))
    }
}

#[derive(Default)]
struct Guide1(Guide);

impl Ugen for Guide1 {
    const SEAMLESS: Option<&'static [usize]> = Some(&[1]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        cx.world.ask_memory((cx.clock.sr * 8.0) as usize, "wguide1")?;
        self.0 = Guide::new(cx.clock.sr);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, frequency, feedback, sr) = (io.x(0), io.x(1), io.k(3), io.clock.sr);
        self.0.set_cutoff(io.k(2), sr);
        for (n, out) in io.out(0).iter().enumerate() {
            let x = x.at(n) + self.0.filter.y * feedback;
            out.set(self.0.next(x, frequency.at(n), sr));
        }
        Ok(())
    }
}

#[derive(Default)]
struct Guide2 {
    guides: [Guide; 2],
    y: f64,
}

impl Ugen for Guide2 {
    const SEAMLESS: Option<&'static [usize]> = Some(&[1, 2]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.is_audio_in(1) != cx.is_audio_in(2) {
            return Err("wguide2: xfreq1 and xfreq2 have to be of the same rate".into());
        }
        cx.world.ask_memory((cx.clock.sr * 16.0) as usize, "wguide2")?;
        *self = Self { guides: [Guide::new(cx.clock.sr), Guide::new(cx.clock.sr)], y: 0.0 };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, frequency1, frequency2, sr) = (io.x(0), io.x(1), io.x(2), io.clock.sr);
        let feedback = io.k(5) + io.k(6);
        let [first, second] = &mut self.guides;
        first.set_cutoff(io.k(3), sr);
        second.set_cutoff(io.k(4), sr);
        for (n, out) in io.out(0).iter().enumerate() {
            let x = x.at(n) + self.y * feedback;
            self.y = first.next(x, frequency1.at(n), sr) + second.next(x, frequency2.at(n), sr);
            out.set(self.y);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn a_click_comes_back_every_period() {
        let mut bench = Bench::new(&WGUIDE1, 0);
        bench.audio_in(0, |n| if n == 0 { 1.0 } else { 0.0 });
        for (i, x) in [(1, 441.0), (2, 20000.0), (3, 0.5)] {
            bench.set(i, x);
        }
        let out = bench.render(300);
        assert!(out[100] > 0.5 && out[201] > 0.2 && out[50].abs() < 1e-9, "{out:?}");
    }
}
