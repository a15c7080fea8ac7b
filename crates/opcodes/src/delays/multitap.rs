//! `multitap`: delay with several fixed taps.

use crate::lookup::truncated;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `multitap`.
pub static MULTITAP: OpDef = OpDef::new("multitap", "Delay with several taps.")
    .quiet_init()
    .sigs(&[sig("a", "am", Make::Unit(unit::<Multitap>))])
    .outs(&[port("ares", "sum of the taps")])
    .ins(&[
        port("asig", "signal to delay"),
        port("itime1", "delay of the first tap in seconds"),
        port("igain1", "its gain"),
        port("...", "further delays and gains"),
    ])
    .source("Manual: multitap; the longest tap sounds at once, one sample late, measured on the reference");

#[derive(Default)]
struct Multitap {
    line: Vec<f64>,
    at: usize,
    /// Delays in samples and gains.
    taps: Vec<(usize, f64)>,
}

/// Position `delay` samples behind `at` in a ring of `len`, at least `delay`.
#[inline(always)]
fn behind(at: usize, delay: usize, len: usize) -> usize {
    if at >= delay { at - delay } else { at + len - delay }
}

impl Ugen for Multitap {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.n_ins().is_multiple_of(2) {
            return Err("Wrong input count in multitap\n".into());
        }
        let sr = cx.clock.sr;
        let samples = |seconds: f64| truncated(sr * seconds).max(0) as usize;
        self.taps = (0..cx.n_ins() / 2).map(|i| (samples(cx.k(2 * i + 1)), cx.k(2 * i + 2))).collect();
        let len = self.taps.iter().map(|t| t.0).max().unwrap_or(0).max(1);
        cx.world.ask_memory(len * 8, "multitap")?;
        self.line.clear();
        self.line.resize(len, 0.0);
        self.at = 0;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let len = self.line.len();
        for (out, x) in io.out(0).iter().zip(io.a(0)) {
            if let Some(slot) = self.line.get_mut(self.at) {
                *slot = x.get();
            }
            self.at = if self.at + 1 >= len { 0 } else { self.at + 1 };
            let mut sum = 0.0;
            for &(delay, gain) in &self.taps {
                sum += self.line.get(behind(self.at, delay, len)).copied().unwrap_or(0.0) * gain;
            }
            out.set(sum);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_lie_behind_the_writer() {
        assert_eq!([behind(5, 3, 8), behind(1, 3, 8), behind(0, 8, 8)], [2, 6, 0]);
    }
}
