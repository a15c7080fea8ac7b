//! `resonbnk`: second-order resonators whose frequencies and bandwidths come from an array.

use crate::filters::scaling;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::TAU;

/// Definition of `resonbnk`.
pub static RESONBNK: OpDef = OpDef::new("resonbnk", "A bank of resonators, in series or in parallel.")
    .quiet_init()
    .sigs(&[sig("a", "ak[]kkipoo", Make::Unit(unit::<Resonbnk>))])
    .outs(&[port("ares", "filtered signal")])
    .ins(&[
        port("asig", "signal to filter"),
        port("kPar[]", "centre frequency and bandwidth in Hz of each resonator in turns"),
        port("kmin", "frequency in Hz up to which resonators stay as they are"),
        port("kmax", "frequency in Hz from which on they stay as they are"),
        port("iper", "samples in which parameters move to their new values"),
        port("imode", "0 series, nonzero parallel; default 1"),
        port("iscl", "0 no scaling, 1 peak of 1, 2 overall level of 1; default 0"),
        port("iskip", "nonzero keeps the state of the previous note; default 0"),
    ])
    .source("Manual: resonbnk; the filter of reson");

/// A resonator: its past, and its coefficients now and one period ago.
#[derive(Clone, Copy, Default)]
struct Resonator {
    y: [f64; 2],
    now: [f64; 2],
    before: [f64; 2],
}

impl Resonator {
    fn tune(&mut self, frequency: f64, bandwidth: f64, sr: f64) {
        let c3 = math::exp(bandwidth * (-TAU / sr));
        self.now = [c3 * 4.0 * math::cos(frequency * (TAU / sr)) / (c3 + 1.0), c3];
    }

    #[inline(always)]
    fn next(&mut self, x: f64, way: f64, scale: i32) -> f64 {
        let [c2, c3]: [f64; 2] =
            std::array::from_fn(|i| self.before[i] + (self.now[i] - self.before[i]) * way);
        let c1 = match scale {
            1 => (1.0 - c3) * (1.0 - c2 * c2 / (4.0 * c3)).sqrt(),
            2 => (((c3 + 1.0) * (c3 + 1.0) - c2 * c2) * (1.0 - c3) / (c3 + 1.0)).sqrt(),
            _ => 1.0,
        };
        let y = c1 * x + c2 * self.y[0] - c3 * self.y[1];
        self.y = [y, self.y[0]];
        y
    }
}

#[derive(Default)]
struct Resonbnk {
    scale: i32,
    resonators: Vec<Resonator>,
    /// Samples since the last new values.
    count: f64,
}

impl Ugen for Resonbnk {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.scale = scaling(cx.k(6))?;
        let count = cx.array(1).map_or(0, |a| a.nums().len().div_ceil(2));
        if cx.k(7) == 0.0 {
            for resonator in &mut self.resonators {
                *resonator = Resonator { now: resonator.now, ..Resonator::default() };
            }
        }
        self.resonators.resize(count, Resonator::default());
        self.count = 0.0;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let Some(array) = io.array(1) else { return Ok(()) };
        let (x, parameters) = (io.x(0), array.nums());
        let (least, most, period) = (io.k(2), io.k(3), io.k(4));
        let (parallel, sr) = (io.k(5) as i32 != 0, io.clock.sr);
        for (n, out) in io.out(0).iter().enumerate() {
            if self.count == period {
                self.count = 0.0;
            }
            let way = self.count / period;
            let (mut y, mut sum) = (x.at(n), 0.0);
            for (j, resonator) in self.resonators.iter_mut().enumerate() {
                if self.count == 0.0 {
                    resonator.before = resonator.now;
                    let pair = |i: usize| parameters.get(2 * j + i).copied().unwrap_or(0.0);
                    if pair(0) > least && pair(0) < most {
                        resonator.tune(pair(0), pair(1), sr);
                    }
                }
                if parallel {
                    y = x.at(n);
                }
                y = resonator.next(y, way, self.scale);
                sum += y;
            }
            self.count += 1.0;
            out.set(if parallel { sum } else { y });
        }
        Ok(())
    }
}
