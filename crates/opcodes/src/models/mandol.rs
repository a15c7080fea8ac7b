//! `mandol`: a mandolin, two plucked strings a little out of tune.

use crate::lookup::any_table;
use crate::physical::{AllpassDelay, Countdown, LinearDelay, OneZero};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::table::Table;
use orchestrion_base::world::World;

/// Definition of `mandol`.
pub static MANDOL: OpDef = OpDef::new("mandol", "Mandolin.")
    .sigs(&[sig("a", "kkkkkkio", Make::Unit(unit::<Mandolin>))])
    .outs(&[port("ares", "signal")])
    .ins(&[
        port("kamp", "amplitude"),
        port("kfreq", "frequency in Hz"),
        port("kpluck", "place of the pluck along the string, 0 to 1; its value at init"),
        port("kdetune", "detuning of the strings as a factor, 0.9 to 1"),
        port("kgain", "gain of the loop, 0.97 to 1"),
        port("ksize", "points of the pluck's table per sample: the size of the body"),
        port("ifn", "table of the pluck"),
        port("iminfreq", "lowest frequency in Hz; 0 for the first kfreq, negative skips init; default 0"),
    ])
    .source("Manual: mandol; STK (Cook and Scavone 1999), commuted synthesis")
    .reads(Res::TABLES);

/// Frequency in Hz that the strings are set for at first.
const FIRST: f64 = 50.0;

#[derive(Default)]
struct Guided {
    line: AllpassDelay,
    filter: OneZero,
}

impl Guided {
    #[inline]
    fn next(&mut self, pluck: f64, gain: f64) -> f64 {
        let x = self.filter.next(pluck + self.line.last * gain);
        self.line.next(x)
    }
}

#[derive(Default)]
struct Mandolin {
    table: f64,
    strings: [Guided; 2],
    comb: LinearDelay,
    frequency: f64,
    at: f64,
    /// Whether the pluck's table has been played.
    over: bool,
    /// Samples of stronger damping still to come.
    damped: i64,
    decay: Countdown,
}

/// The pluck's table between two points, scaled to 1/20; the slope is that of the unscaled start, as in
/// the reference.
#[inline]
fn scaled(table: &Table, at: f64) -> f64 {
    let i = at as usize;
    let point = |i: usize| table.data.get(i).copied().unwrap_or(0.0);
    let a = 0.05 * point(i);
    a + (at - i as f64) * 0.05 * (point(i + 1) - a)
}

impl Mandolin {
    #[inline]
    fn pluck(&mut self, table: &Table, step: f64, amp: f64) -> f64 {
        if self.over {
            return 0.0;
        }
        self.at += step;
        self.over = self.at >= table.len as f64;
        self.at = if self.over { table.len as f64 - 1.0 } else { self.at.max(0.0) };
        let x = scaled(table, self.at) * amp;
        x - self.comb.next(x)
    }
}

impl Ugen for Mandolin {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let table = any_table(cx.world, cx.k(6))?;
        self.table = table;
        let (sr, lowest, frequency) = (cx.clock.sr, cx.k(7), cx.k(1));
        if lowest < 0.0 {
            return Ok(());
        }
        let longest = [lowest * 0.9, frequency, FIRST].into_iter().find(|&f| f != 0.0).unwrap_or(FIRST);
        let len = (sr / longest + 1.0).max(1.0) as usize;
        cx.world.ask_memory(len.saturating_mul(24), "mandol")?;
        cx.note.ask_extra_cycles((cx.world.header.kr * 0.1) as u32);
        let period = sr / FIRST;
        let mut comb = LinearDelay::new(len);
        comb.set_delay(0.5 * cx.k(2) * period);
        let string = || Guided { line: AllpassDelay::new(len), ..Guided::default() };
        *self = Self {
            table,
            strings: [string(), string()],
            comb,
            frequency: FIRST,
            damped: period as i64 + 1,
            decay: Countdown::before_end(cx, 0.0),
            ..Self::default()
        };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let Some(table) = world.tables.get(self.table) else {
            io.set(0, 0.0);
            return Ok(());
        };
        let (full, sr) = (world.header.zero_dbfs, io.clock.sr);
        let amp = io.k(0) / full;
        let mut gain = io.k(4) + self.frequency * 0.000005;
        if gain > 1.0 {
            gain = 0.99999;
        }
        if self.frequency != io.k(1) {
            self.frequency = io.k(1);
            let (period, detune) = (sr / self.frequency, io.k(3));
            self.strings[0].line.set_delay(period / detune - 0.5);
            self.strings[1].line.set_delay(period * detune - 0.5);
        }
        if self.decay.ends(io.note.releasing.get()) {
            gain = (1.0 - amp) * 0.5;
        }
        let step = io.k(5);
        for out in io.out(0) {
            let pluck = self.pluck(table, step, amp);
            self.damped = (self.damped - 1).max(-1);
            let gain = if self.damped >= 0 { 0.7 } else { gain };
            let [first, second] = &mut self.strings;
            out.set((first.next(pluck, gain) + second.next(pluck, gain)) * 3.7 * full);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn a_pluck_sounds() {
        let mut bench = Bench::new(&MANDOL, 0);
        bench.world.header.zero_dbfs = 1.0;
        bench.world.tables.set_builtin_sine(orchestrion_dsp::math::sin);
        for (i, x) in [0.9, 440.0, 0.4, 0.99, 0.995, 50.0, -1.0, 0.0].into_iter().enumerate() {
            bench.set(i, x);
        }
        assert!(bench.render(4000).iter().any(|y| y.abs() > 1e-3));
    }
}
