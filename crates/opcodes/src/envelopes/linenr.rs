//! `linenr`: straight rise, exponential decay from the release of the note.

use super::segments::{OUTS, ask_release, cycles};
use crate::lookup::truncated;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

/// Definition of `linenr`.
pub static LINENR: OpDef =
    OpDef::new("linenr", "Straight rise, and exponential decay when the note is released.")
        .quiet_init()
        .sigs(&[
            sig("k", "kiii", Make::Unit(unit::<Linenr>)),
            sig("a", "aiii", Make::Unit(unit::<Linenr>)),
            sig("a", "kiii", Make::Unit(unit::<Linenr>)),
        ])
        .outs(OUTS)
        .ins(&[
            port("xamp", "signal"),
            port("irise", "rise in seconds; 0 or less for none"),
            port("idec", "decay in seconds after the release; 0 or less for none"),
            port("iatdec", "factor that the signal falls by during the decay, above 0; often 0.01"),
        ])
        .source("Manual: linenr; semantics K5");

#[derive(Default)]
struct Linenr {
    rise: f64,
    up: f64,
    rising: i32,
    factor: f64,
    decay: f64,
    down: f64,
}

impl Ugen for Linenr {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let half = if cx.is_audio_out() { 0.0 } else { 0.5 };
        self.rising = truncated(cx.k(1) * cx.rate() + half);
        (self.up, self.factor) =
            if self.rising > 0 { (1.0 / f64::from(self.rising), 0.0) } else { (1.0, 1.0) };
        self.down = 1.0;
        if cx.k(2) > 0.0 {
            ask_release(cx, cycles(cx, cx.k(2)));
            if cx.k(3) <= 0.0 {
                return Err("non-positive iatdec".into());
            }
            self.down = math::pow(cx.k(3), 1.0 / cx.rate() / cx.k(2));
        }
        (self.rise, self.decay) = (0.0, 1.0);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let releasing = io.note.releasing.get();
        if io.is_audio_out() {
            self.audio(io, releasing);
            return Ok(());
        }
        let mut factor = 1.0;
        if self.rising > 0 {
            factor = self.rise;
            self.rise += self.up;
            self.rising -= 1;
        }
        if releasing {
            factor *= self.decay;
            self.decay *= self.down;
        }
        io.set(0, io.k(0) * factor);
        Ok(())
    }
}

impl Linenr {
    /// At audio rate the last factor of the rise holds until the end of its k-cycle (measured on the
    /// reference).
    #[inline(always)]
    fn audio(&mut self, io: &Io<'_>, releasing: bool) {
        let x = io.x(0);
        let mut shaped = false;
        for (n, out) in io.out(0).iter().enumerate() {
            if self.rising > 0 {
                shaped = true;
                self.factor = self.rise;
                self.rise += self.up;
                self.rising -= 1;
            }
            if releasing {
                shaped = true;
                self.factor = if self.rising == 0 { self.decay } else { self.factor * self.decay };
                self.decay *= self.down;
            }
            out.set(if shaped { x.at(n) * self.factor } else { x.at(n) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn rises_in_equal_steps() {
        let mut bench = Bench::new(&LINENR, 0);
        let kr = bench.clock.kr;
        for (i, x) in [2.0, 4.0 / kr, 1.0, 0.01].into_iter().enumerate() {
            bench.set(i, x);
        }
        assert_eq!(bench.render(6), [0.0, 0.5, 1.0, 1.5, 2.0, 2.0]);
    }
}
