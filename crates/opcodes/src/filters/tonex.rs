//! `tonex`, `atonex`: several first-order filters one after the other.

use super::tone::Pole;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const OUTS: &[Port] = &[port("ares", "filtered signal")];
const INS: &[Port] = &[
    port("asig", "signal to filter"),
    port("xhp", "half-power point of each filter in Hz, 0 to sr/2"),
    port("inumlayer", "number of filters; below 1 means the default, 4"),
    port("iskip", "nonzero keeps the state of the previous note; default 0"),
];

/// Definition of `tonex`.
pub static TONEX: OpDef = OpDef::new("tonex", "Low-pass filters in series.")
    .sigs(&[sig("a", "akoo", Make::Unit(unit::<Tonex>)), sig("a", "aaoo", Make::Unit(unit::<Tonex>))])
    .outs(OUTS)
    .ins(INS)
    .source("Manual: tonex; a new half-power point counts from the next k-cycle (measured)")
    .quiet_init()
    .differences(REUSE);

/// Definition of `atonex`.
pub static ATONEX: OpDef = OpDef::new("atonex", "High-pass filters in series.")
    .sigs(&[sig("a", "akoo", Make::Unit(unit::<Atonex>)), sig("a", "aaoo", Make::Unit(unit::<Atonex>))])
    .outs(OUTS)
    .ins(INS)
    .source(
        "Manual: atonex; one filter fewer than asked for, a new half-power point one k-cycle late (measured)",
    )
    .quiet_init()
    .differences(REUSE);

const REUSE: &[&str] = &[
    "a half-power point at audio rate counts as 0 Hz in a note's first k-cycle; in the reference a note in the memory \
     of an earlier one begins with what that had last",
];

/// The half-power point that a note begins with.
fn at_init(cx: &Init<'_>) -> f64 {
    if cx.is_audio_in(1) { 0.0 } else { cx.k(1) }
}

/// Most filters in series.
const MOST: f64 = 1_000_000.0;

/// Number of filters that an argument asks for.
pub(super) fn layers(argument: f64) -> usize {
    let count = (argument + 0.5).clamp(-1.0, MOST) as i32;
    if count < 1 { 4 } else { count as usize }
}

#[derive(Default)]
struct Tonex {
    pole: Pole,
    state: Vec<f64>,
}

/// Makes room for `count` states and clears them unless the note keeps the previous one's.
fn prepare(state: &mut Vec<f64>, count: usize, keep: bool) {
    if !keep {
        state.clear();
    }
    state.resize(count, 0.0);
}

impl Ugen for Tonex {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.pole = Pole::new(at_init(cx), cx.clock.sr);
        prepare(&mut self.state, layers(cx.k(2)), cx.k(3) != 0.0);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, half_power) = (io.x(0), io.x(1));
        let Pole { c1, c2, .. } = self.pole;
        let last = half_power.at(io.out(0).len().saturating_sub(1));
        for (n, out) in io.out(0).iter().enumerate() {
            let mut y = x.at(n);
            for state in &mut self.state {
                y = c1 * y + c2 * *state;
                *state = y;
            }
            out.set(y);
        }
        if last != self.pole.half_power {
            self.pole = Pole::new(last, io.clock.sr);
        }
        Ok(())
    }
}

#[derive(Default)]
struct Atonex {
    pole: Pole,
    /// Half-power point at the end of the last k-cycle.
    before: f64,
    state: Vec<f64>,
}

impl Ugen for Atonex {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.before = at_init(cx);
        self.pole = Pole::new(self.before, cx.clock.sr);
        prepare(&mut self.state, layers(cx.k(2)), cx.k(3) != 0.0);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, half_power, out) = (io.x(0), io.x(1), io.out(0));
        if !io.is_audio_in(1) {
            let c2 = self.pole.c2;
            for (n, out) in out.iter().enumerate() {
                let mut y = x.at(n);
                for state in self.state.iter_mut().skip(1) {
                    let high = c2 * (*state + y);
                    *state = high - y;
                    y = high;
                }
                out.set(y);
            }
            if half_power.at(0) != self.pole.half_power {
                self.pole = Pole::new(half_power.at(0), io.clock.sr);
            }
            return Ok(());
        }
        self.moving(io);
        Ok(())
    }
}

impl Atonex {
    /// At audio rate the reference tunes all filters, from the first change in the k-cycle on, to the
    /// half-power point with which the previous k-cycle ended (measured).
    fn moving(&mut self, io: &Io<'_>) {
        let (x, half_power, out) = (io.x(0), io.a(1), io.out(0));
        let late = Pole::new(self.before, io.clock.sr).c2;
        let mut c2 = self.pole.c2;
        let mut before = self.before;
        // The output may be the same variable as the half-power point, which is then overwritten first,
        // as in the reference.
        for (n, out) in out.iter().enumerate() {
            out.set(x.at(n));
        }
        for state in self.state.iter_mut().skip(1) {
            for (out, half_power) in out.iter().zip(half_power) {
                if half_power.get() != before {
                    before = half_power.get();
                    c2 = late;
                }
                let y = out.get();
                let high = c2 * (*state + y);
                *state = high - y;
                out.set(high);
            }
        }
        self.pole.c2 = c2;
        self.before = before;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn more_layers_damp_more() {
        let level = |layers: f64| {
            let mut bench = Bench::new(&TONEX, 0);
            bench.audio_in(0, |n| if n % 8 < 4 { 1.0 } else { -1.0 });
            bench.set(1, 1000.0);
            bench.set(2, layers);
            bench.render(2000)[1900..].iter().fold(0.0f64, |m, y| m.max(y.abs()))
        };
        assert!(level(1.0) > 2.0 * level(2.0) && level(0.0) == level(4.0));
    }
}
