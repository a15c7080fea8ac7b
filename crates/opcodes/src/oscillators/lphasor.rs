//! `lphasor`: a place that moves through a table by whole samples, with a loop.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `lphasor`.
pub static LPHASOR: OpDef = OpDef::new("lphasor", "Moving place in a table, with a loop.")
    .quiet_init()
    .sigs(&[sig("a", "xooooooo", Make::Unit(unit::<Lphasor>))])
    .outs(&[port("ares", "place in samples")])
    .ins(&[
        port("xtrns", "samples to move by per sample; negative goes back"),
        port("ilps", "start of the loop; default 0"),
        port("ilpe", "end of the loop; no loop unless above ilps; default 0"),
        port("imode", "0 no loop, 1 forwards, 2 backwards, 3 to and fro; default 0"),
        port("istrt", "first place; default 0"),
        port("istor", "nonzero keeps the state of the instance's previous note; default 0"),
        port("iunused1", "ignored"),
        port("iunused2", "ignored"),
    ])
    .source("Manual: lphasor (I. Varga)");

#[derive(Default)]
struct Lphasor {
    place: f64,
    start: f64,
    end: f64,
    mode: i32,
    backwards: bool,
}

impl Lphasor {
    /// Brings the place back into the loop where it has left it.
    #[inline]
    fn wrap(&mut self, forwards: bool) {
        let length = self.end - self.start;
        let (left, far, turns) = match forwards {
            true => (self.place >= self.end, self.start, self.mode & 2 != 0),
            false => (self.place <= self.start, self.end, self.mode & 1 != 0),
        };
        if !left {
            return;
        }
        self.place += length * f64::from(crate::lookup::truncated((far - self.place) / length));
        if turns {
            self.place = self.start + self.end - self.place;
            self.backwards = !self.backwards;
        }
    }
}

impl Ugen for Lphasor {
    const SEAMLESS: Option<&'static [usize]> = Some(&[0]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(5) != 0.0 {
            return Ok(());
        }
        let (start, end) = (cx.k(1), cx.k(2));
        let mode = if end <= start { 0 } else { (cx.k(3) + 0.5) as i32 & 3 };
        *self = Self { place: cx.k(4), start, end, mode, backwards: false };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let step = io.x(0);
        for (n, out) in io.out(0).iter().enumerate() {
            let step = step.at(n);
            out.set(self.place);
            self.place += if self.backwards { -step } else { step };
            if self.mode != 0 {
                self.wrap((step < 0.0) == self.backwards);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn places_loop() {
        for (mode, want) in [
            (0.0, [0.0, 3.0, 6.0, 9.0, 12.0]),
            (1.0, [0.0, 3.0, 6.0, 4.0, 7.0]),
            (3.0, [0.0, 3.0, 6.0, 7.0, 4.0]),
        ] {
            let mut bench = Bench::new(&LPHASOR, 0);
            for (i, x) in [3.0, 3.0, 8.0, mode].into_iter().enumerate() {
                bench.set(i, x);
            }
            assert_eq!(bench.render(16)[..5], want, "mode {mode}");
        }
    }
}
