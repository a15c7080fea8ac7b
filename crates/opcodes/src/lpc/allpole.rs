//! `allpole`: a filter with poles only, coefficients from an array.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `allpole`.
pub static ALLPOLE: OpDef = OpDef::new("allpole", "All-pole filter with coefficients from an array.")
    .sigs(&[sig("a", "ak[]", Make::Unit(unit::<Allpole>))])
    .outs(&[port("ares", "filtered signal")])
    .ins(&[port("asig", "signal to filter"), port("kCoef[]", "factors of y[n-1], y[n-2], ..., subtracted")])
    .source("Manual: allpole")
    .quiet_init();

/// Past outputs of a filter with poles only, a ring; the oldest is at `at`.
#[derive(Default)]
pub(super) struct AllPole {
    past: Vec<f64>,
    at: usize,
}

impl AllPole {
    /// A filter of some order, at rest.
    pub fn new(order: usize) -> Self {
        Self { past: vec![0.0; order], at: 0 }
    }

    /// The next output; missing coefficients count as 0.
    #[inline(always)]
    pub fn next(&mut self, x: f64, coefficients: &[f64]) -> f64 {
        let order = self.past.len();
        let (newer, older) = self.past.split_at(self.at);
        let coefficient = |i: usize| coefficients.get(order - 1 - i).copied().unwrap_or(0.0);
        let y = older.iter().chain(newer).enumerate().fold(x, |y, (i, past)| y - coefficient(i) * past);
        if let Some(oldest) = self.past.get_mut(self.at) {
            *oldest = y;
        }
        self.at = if self.at + 1 < order { self.at + 1 } else { 0 };
        y
    }
}

#[derive(Default)]
struct Allpole(AllPole);

impl Ugen for Allpole {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let order = cx.array(1).map_or(0, |a| a.nums().len());
        if order == 0 {
            return Err("kCoef[] is empty: give it as many elements as there are poles".into());
        }
        self.0 = AllPole::new(order);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let Some(array) = io.array(1) else { return Ok(()) };
        let x = io.x(0);
        for (n, out) in io.out(0).iter().enumerate() {
            out.set(self.0.next(x.at(n), array.nums()));
        }
        Ok(())
    }
}
