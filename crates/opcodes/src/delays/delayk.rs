//! `delayk`, `vdel_k`: delays of control signals.

use crate::lookup::{nearest, truncated};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `delayk`.
pub static DELAYK: OpDef = OpDef::new("delayk", "Delays a control signal by a fixed time.")
    .sigs(&[sig("k", "kio", Make::Unit(unit::<Delayk>))])
    .outs(&[port("kr", "delayed signal")])
    .ins(&[
        port("ksig", "control signal"),
        port("idel", "delay in seconds, rounded to k-cycles"),
        port(
            "imode",
            "1 keeps the content of the previous note, 2 holds the first value instead of 0; default 0",
        ),
    ])
    .source("Manual: delayk");

/// Definition of `vdel_k`.
pub static VDEL_K: OpDef = OpDef::new("vdel_k", "Delays a control signal by a changing time.")
    .sigs(&[sig("k", "kkio", Make::Unit(unit::<VdelK>))])
    .outs(&[port("kr", "delayed signal")])
    .ins(&[
        port("ksig", "control signal"),
        port("kdel", "delay in seconds, 0 to imdel"),
        port("imdel", "longest delay in seconds"),
        port(
            "imode",
            "1 keeps the content of the previous note, 2 holds the first value instead of 0; default 0",
        ),
    ])
    .source("Manual: vdel_k")
    .may_fail();

/// Values of the last k-cycles.
#[derive(Default)]
struct Line {
    values: Vec<f64>,
    at: usize,
    /// k-cycles until the line is full.
    fresh: usize,
    hold: bool,
}

impl Line {
    /// Makes room for `seconds`; false if the line of the previous note stays.
    fn prepare(&mut self, cx: &Init<'_>, seconds: f64, mode: f64, name: &str) -> OpResult<bool> {
        let mode = nearest(mode) & 3;
        if mode & 1 != 0 {
            return Ok(false);
        }
        self.hold = mode & 2 != 0;
        let count = truncated(seconds * cx.clock.kr + 1.5);
        let Some(count) = usize::try_from(count).ok().filter(|&n| n > 0) else {
            return Err(format!("{name}: invalid delay time (must be >= 0)").into());
        };
        cx.world.ask_memory(count * 8, name)?;
        self.values.resize(count, 0.0);
        self.at = 0;
        Ok(true)
    }
}

#[derive(Default)]
struct Delayk(Line);

impl Ugen for Delayk {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if self.0.prepare(cx, cx.k(1), cx.k(2), "delayk")? {
            self.0.fresh = self.0.values.len() - 1;
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let line = &mut self.0;
        let x = io.k(0);
        if let Some(value) = line.values.get_mut(line.at) {
            *value = x;
        }
        line.at = if line.at + 1 >= line.values.len() { 0 } else { line.at + 1 };
        if line.fresh > 0 {
            line.fresh -= 1;
            io.set(0, if line.hold { x } else { 0.0 });
        } else {
            io.set(0, line.values.get(line.at).copied().unwrap_or(0.0));
        }
        Ok(())
    }
}

#[derive(Default)]
struct VdelK {
    line: Line,
    first: f64,
}

impl Ugen for VdelK {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if self.line.prepare(cx, cx.k(2), cx.k(3), "vdel_k")? {
            self.line.fresh = self.line.values.len();
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let line = &mut self.line;
        let x = io.k(0);
        if let Some(value) = line.values.get_mut(line.at) {
            *value = x;
        }
        let delay = nearest(io.k(1) * io.clock.kr);
        if delay < 0 {
            return Err("vdel_k: invalid delay time (must be >= 0)".into());
        }
        let count = line.values.len();
        let at = line.at as i64 - i64::from(delay);
        line.at = if line.at + 1 >= count { 0 } else { line.at + 1 };
        if line.fresh > 0 {
            if line.hold && line.fresh == count {
                self.first = x;
            }
            line.fresh -= 1;
            if at < 0 {
                io.set(0, if line.hold { self.first } else { 0.0 });
                return Ok(());
            }
        }
        let at = at.checked_rem_euclid(count as i64).unwrap_or(0) as usize;
        io.set(0, line.values.get(at).copied().unwrap_or(0.0));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn delays_by_k_cycles() {
        let mut bench = Bench::new(&DELAYK, 0);
        bench.set(1, 2.0 / bench.clock.kr);
        let mut out = Vec::new();
        for n in 0..5 {
            bench.set(0, f64::from(n) + 1.0);
            out.extend(bench.render(1));
        }
        assert_eq!(out, [0.0, 0.0, 1.0, 2.0, 3.0]);
    }
}
