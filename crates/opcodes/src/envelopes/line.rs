//! `line`, `expon`: one segment that goes on for ever.

use super::segments::OUTS;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::cell::Cell;

const INS: &[Port] = &[
    port("ia", "start value"),
    port("idur", "time in seconds; 0 or less leaves the envelope as it was"),
    port("ib", "value after idur seconds"),
];

/// Definition of `line`.
pub static LINE: OpDef = OpDef::new("line", "Straight line between two points, and beyond.")
    .sigs(&[sig("k", "iii", Make::Unit(unit::<Line>)), sig("a", "iii", Make::Unit(unit::<Line>))])
    .outs(OUTS)
    .ins(INS)
    .source("Manual: line; semantics K4")
    .quiet_init();

/// Definition of `expon`.
pub static EXPON: OpDef = OpDef::new("expon", "Exponential curve between two points, and beyond.")
    .sigs(&[sig("k", "iii", Make::Unit(unit::<Expon>)), sig("a", "iii", Make::Unit(unit::<Expon>))])
    .outs(OUTS)
    .ins(INS)
    .source("Manual: expon; semantics K4")
    .quiet_init();

#[derive(Default)]
struct Line {
    value: f64,
    step: f64,
}

impl Ugen for Line {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(1) > 0.0 {
            self.step = (cx.k(2) - cx.k(0)) / cx.k(1) * (1.0 / cx.clock.sr);
            if !cx.is_audio_out() {
                self.step *= cx.clock.ksmps as f64;
            }
            self.value = cx.k(0);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        self.value = play(io.out(0), self.value, self.step);
        Ok(())
    }
}

/// Fills `out` and returns the value after it. The reference's compiler counts even and odd samples
/// of a k-cycle separately, in steps of two (measured: equal bits for every ksmps tried).
#[inline(always)]
fn play(out: &[Cell<f64>], start: f64, step: f64) -> f64 {
    let count = out.len();
    if count <= 1 {
        out.iter().for_each(|o| o.set(start));
        return if count == 1 { start + step } else { start };
    }
    let (mut even, mut odd, twice) = (start, start + step, step + step);
    let mut last = start;
    for pair in out.chunks_exact(2) {
        pair[0].set(even);
        pair[1].set(odd);
        last = odd;
        even += twice;
        odd += twice;
    }
    if count % 2 == 1 {
        last = start + (count - 1) as f64 * step;
        out[count - 1].set(last);
    }
    last + step
}

#[derive(Default)]
struct Expon {
    value: f64,
    factor: f64,
}

impl Ugen for Expon {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);
    const SEAMLESS_CONTROL: bool = true;

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let (a, b) = (cx.k(0), cx.k(2));
        if cx.k(1) > 0.0 {
            if a == 0.0 {
                return Err("arg1 is zero".into());
            }
            if b == 0.0 {
                return Err("arg2 is zero".into());
            }
            if a * b < 0.0 {
                return Err("unlike signs".into());
            }
            self.factor = math::pow(b / a, 1.0 / cx.rate() / cx.k(1));
            self.value = a;
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (mut value, factor) = (self.value, self.factor);
        for out in io.out(0) {
            out.set(value);
            value *= factor;
        }
        self.value = value;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn reach_their_targets_and_go_on() {
        for (op, after) in [(&LINE, 5.0), (&EXPON, 8.0)] {
            let mut bench = Bench::new(op, 0);
            let kr = bench.clock.kr;
            for (i, x) in [2.0, 4.0 / kr, if op.name == "line" { 4.0 } else { 8.0 }].into_iter().enumerate() {
                bench.set(i, x);
            }
            let out = bench.render(7);
            assert_eq!(out[0], 2.0);
            let want = if op.name == "line" { after } else { 16.0 };
            assert!((out[6] - want).abs() < 1e-9, "{}: {out:?}", op.name);
        }
    }
}
