//! `dcblock`, `dcblock2`: remove a constant offset.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `dcblock`.
pub static DCBLOCK: OpDef = OpDef::new("dcblock", "Removes a constant offset.")
    .quiet_init()
    .sigs(&[sig("a", "ao", Make::Unit(unit::<Dcblock>))])
    .outs(&[port("ares", "signal without offset")])
    .ins(&[
        port("asig", "signal"),
        port("igain", "place of the pole, between -1 and 1; 0 or beyond means the default, 0.99"),
    ])
    .source("Manual: dcblock; y[n] = x[n] - x[n-1] + g y[n-1]");

/// Definition of `dcblock2`.
pub static DCBLOCK2: OpDef = OpDef::new("dcblock2", "Removes a constant offset with linear phase.")
    .quiet_init()
    .sigs(&[sig("a", "aoo", Make::Unit(unit::<Dcblock2>))])
    .outs(&[port("ares", "signal without offset, delayed")])
    .ins(&[
        port("asig", "signal"),
        port("iorder", "length of the moving averages, at least 4; 0 means the default, 128"),
        port("iskip", "nonzero keeps the state of the previous note; default 0"),
    ])
    .source("Yates and Lyons, DC blocker algorithms, 2008; four moving averages");

#[derive(Default)]
struct Dcblock {
    gain: f64,
    x: f64,
    y: f64,
}

impl Ugen for Dcblock {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let gain = cx.k(1);
        let gain = if gain == 0.0 || gain.abs() >= 1.0 { 0.99 } else { gain };
        *self = Self { gain, x: 0.0, y: 0.0 };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (input, gain, mut past, mut y) = (io.x(0), self.gain, self.x, self.y);
        for (n, out) in io.out(0).iter().enumerate() {
            let x = input.at(n);
            y = x - past + gain * y;
            past = x;
            out.set(y);
        }
        (self.x, self.y) = (past, y);
        Ok(())
    }
}

#[derive(Default)]
struct Dcblock2 {
    scale: f64,
    delay: Vec<f64>,
    delay_at: usize,
    /// The last inputs of the four averages.
    past: Vec<[f64; 4]>,
    past_at: usize,
    sums: [f64; 4],
}

impl Ugen for Dcblock2 {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let order = cx.k(1).clamp(-1.0, 1e9) as usize;
        let order = if order == 0 && cx.k(1) > -1.0 { 128 } else { order.max(4) };
        cx.world.ask_memory(order.saturating_mul(48), "dcblock2")?;
        let keep = cx.k(2) != 0.0;
        if self.delay.len() < (order - 1) * 2 {
            self.delay = vec![0.0; (order - 1) * 2];
        }
        if self.past.len() < order {
            self.past = vec![[0.0; 4]; order];
        }
        self.scale = 1.0 / order as f64;
        if !keep {
            self.sums = [0.0; 4];
            self.delay[..(order - 1) * 2].fill(0.0);
            self.past[..order].fill([0.0; 4]);
            (self.delay_at, self.past_at) = (0, 0);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let x = io.x(0);
        for (n, out) in io.out(0).iter().enumerate() {
            let (Some(delay), Some(past)) =
                (self.delay.get_mut(self.delay_at), self.past.get_mut(self.past_at))
            else {
                (self.delay_at, self.past_at) = (0, 0);
                continue;
            };
            let delayed = std::mem::replace(delay, x.at(n));
            let mut x = *delay;
            for (past, sum) in past.iter_mut().zip(&mut self.sums) {
                *sum += x - std::mem::replace(past, x);
                x = *sum * self.scale;
            }
            out.set(delayed - x);
            self.delay_at = if self.delay_at + 1 == self.delay.len() { 0 } else { self.delay_at + 1 };
            self.past_at = if self.past_at + 1 == self.past.len() { 0 } else { self.past_at + 1 };
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn a_constant_disappears() {
        for op in [&DCBLOCK, &DCBLOCK2] {
            let mut bench = Bench::new(op, 0);
            bench.audio_in(0, |_| 1.0);
            assert!(bench.render(3000)[2999].abs() < 1e-9, "{}", op.name);
        }
    }
}
