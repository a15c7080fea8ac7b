//! `median`, `mediank`: median of the last values.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const OUTS: &[Port] = &[port("xres", "median")];
const INS: &[Port] = &[
    port("xsig", "signal"),
    port("kwindow", "how many values count, 1 to imaxsize"),
    port("imaxsize", "most values that can count"),
    port(
        "iskip",
        "nonzero clears the window, as the reference has it; default 0 keeps that of the previous note",
    ),
];

/// Definition of `median`.
pub static MEDIAN: OpDef = OpDef::new("median", "Median filter.")
    .sigs(&[sig("a", "akio", Make::Unit(unit::<Median>))])
    .outs(OUTS)
    .ins(INS)
    .source("Manual: median")
    .quiet_init();

/// Definition of `mediank`.
pub static MEDIANK: OpDef = OpDef::new("mediank", "Median filter at control rate.")
    .sigs(&[sig("k", "kkio", Make::Unit(unit::<Median>))])
    .outs(OUTS)
    .ins(INS)
    .source("Manual: mediank")
    .quiet_init();

#[derive(Default)]
struct Median {
    /// The last values, a ring.
    past: Vec<f64>,
    next: usize,
    /// Where the values that count are put in order.
    sorted: Vec<f64>,
}

/// The middle of some values, the lower one of two; changes their order. 0 if there are none.
pub(crate) fn middle(values: &mut [f64]) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    let at = values.len().div_ceil(2) - 1;
    *values.select_nth_unstable_by(at, f64::total_cmp).1
}

impl Ugen for Median {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let Some(len) = usize::try_from(cx.int(2)).ok().filter(|&n| n > 0) else {
            return Err("imaxsize must be at least 1".into());
        };
        cx.world.ask_memory(len.saturating_mul(16), "median")?;
        if cx.k(3) != 0.0 || self.past.len() < len {
            self.past.clear();
        }
        self.past.resize(len, 0.0);
        self.sorted.resize(len, 0.0);
        self.next = 0;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, len) = (io.x(0), self.past.len());
        let window = usize::try_from(io.int(1)).unwrap_or(0).clamp(1, len);
        for (n, out) in io.out(0).iter().enumerate() {
            self.past[self.next] = x.at(n);
            self.next = if self.next + 1 < len { self.next + 1 } else { 0 };
            for (i, value) in self.sorted[..window].iter_mut().enumerate() {
                *value = self.past[(self.next + len - 1 - i) % len];
            }
            out.set(middle(&mut self.sorted[..window]));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lower_of_two() {
        assert_eq!(middle(&mut [3.0, 1.0, 2.0]), 2.0);
        assert_eq!(middle(&mut [4.0, 1.0, 2.0, 3.0]), 2.0);
        assert_eq!(middle(&mut []), 0.0);
    }
}
