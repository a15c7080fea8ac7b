//! `mpulse`: single samples at an interval.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

use crate::lookup::nearest;

/// Definition of `mpulse`.
pub static MPULSE: OpDef = OpDef::new("mpulse", "Impulses at an interval.").quiet_init()
    .sigs(&[sig("a", "kko", Make::Unit(unit::<Mpulse>))])
    .outs(&[port("ares", "impulses, each one sample long")])
    .ins(&[
        port("kamp", "amplitude"),
        port("kintvl", "interval in seconds, in samples where negative; 0 for one impulse only; taken in cycles with an impulse"),
        port("ioffset", "time in seconds before the first impulse; default 0"),
    ])
    .source("Manual: mpulse");

#[derive(Default)]
struct Mpulse {
    /// Samples until the next impulse.
    next: i64,
}

impl Ugen for Mpulse {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.next = i64::from(nearest(cx.k(2) * cx.clock.sr)).abs();
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let interval = io.k(1);
        let samples = if interval == 0.0 {
            i64::from(i32::MAX)
        } else if interval < 0.0 {
            (-interval) as i64
        } else {
            (interval * io.clock.sr) as i64
        };
        for out in io.out(0) {
            out.set(if self.next == 0 { io.k(0) } else { 0.0 });
            self.next = if self.next == 0 { samples } else { self.next }.saturating_sub(1);
        }
        // An interval below one sample leads below 0; the next cycle starts anew.
        self.next = self.next.saturating_abs();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn impulses_come_at_the_interval() {
        let mut bench = Bench::new(&MPULSE, 0);
        for (i, x) in [1.0, 0.001].into_iter().enumerate() {
            bench.set(i, x);
        }
        let out = bench.render(200);
        let at: Vec<usize> = (0..out.len()).filter(|&n| out[n] == 1.0).collect();
        assert_eq!(at, [0, 44, 88, 132, 176]);
    }
}
