//! `space`, `spsend`, `spdist`: a signal in a square with four loudspeakers, with distance.

use super::send::{self, CHANNELS, Distance, Sends};
use crate::lookup::any_table;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Ugen, WorldUgen, port, sig, unit, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::{FRAC_PI_2, SQRT_2};

const OUTS: &[Port] =
    &[port("a1", "left front"), port("a2", "right front"), port("a3", "left back"), port("a4", "right back")];
const TABLE: Port = port("ifn", "table of pairs x, y, 100 a second; 0 means kx and ky");
const TIME: Port = port("ktime", "time in seconds, index into the table");
const X: Port = port("kx", "place from left (-1) to right (1)");
const Y: Port = port("ky", "place from back (-1) to front (1)");
const SOURCE: &str = "Karpen 1998; Chowning 1971; manual: space";

/// Definition of `space`.
pub static SPACE: OpDef = OpDef::new("space", "Distributes a signal among four channels, with distance.")
    .sigs(&[sig("aaaa", "aikkkk", Make::Unit(world_unit::<Space>))])
    .outs(OUTS)
    .ins(&[port("asig", "signal"), TABLE, TIME, port("kreverbsend", "share of the signal for spsend"), X, Y])
    .source(SOURCE)
    .reads(Res::TABLES)
    .writes(Res::FAMILY);

/// Definition of `spsend`.
pub static SPSEND: OpDef = OpDef::new("spsend", "What the last space leaves for reverberation.")
    .sigs(&[sig("aaaa", "", Make::Unit(unit::<Spsend>))])
    .outs(OUTS)
    .source(SOURCE)
    .reads(Res::FAMILY);

/// Definition of `spdist`.
pub static SPDIST: OpDef = OpDef::new("spdist", "Distance of a place from the middle, at least 1.")
    .sigs(&[sig("k", "ikkk", Make::Unit(unit::<Spdist>))])
    .outs(&[port("k1", "distance")])
    .ins(&[TABLE, TIME, X, Y])
    .source(SOURCE)
    .reads(Res::TABLES);

/// Pairs per second in a table.
const PAIRS: f64 = 100.0;

/// Where the source is: from the table with input number `at`, else from the two inputs after the time.
fn place(io: &Io<'_>, world: &World, at: usize, x: usize) -> (f64, f64) {
    if io.k(at) <= 0.0 {
        return (io.k(x), io.k(x + 1));
    }
    let Some(table) = world.tables.get(io.k(at)) else { return (0.0, 0.0) };
    let last = ((table.len / 2).max(1) - 1) as f64;
    let position = io.k(at + 1) * PAIRS;
    let (pair, fraction) = if position > last {
        (last, 0.0)
    } else if position >= 0.0 {
        (position.floor(), position - position.floor())
    } else {
        (0.0, 0.0)
    };
    let point = |i: usize| table.data.get(2 * pair as usize + i).copied().unwrap_or(0.0);
    let between = |i: usize| point(i) + (point(i + 2) - point(i)) * fraction;
    (between(0), between(1))
}

/// Gains of the four channels for a place.
fn gains(x: f64, y: f64) -> [f64; CHANNELS] {
    let outer = x.abs().max(y.abs());
    let (x, y) = if outer > 1.0 { (x / outer, y / outer) } else { (x, y) };
    let (right, front) = ((x + 1.0) * 0.5, (y + 1.0) * 0.5);
    let side = |share: f64| math::sin(FRAC_PI_2 * share);
    [
        side(1.0 - right) * side(front) * SQRT_2,
        side(right) * side(front) * SQRT_2,
        side(1.0 - right) * side(1.0 - front) * SQRT_2,
        side(right) * side(1.0 - front) * SQRT_2,
    ]
}

fn distance(x: f64, y: f64) -> f64 {
    math::hypot(x, y).max(1.0)
}

#[derive(Default)]
struct Space {
    number: Option<usize>,
}

impl WorldUgen for Space {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(1) > 0.0 {
            any_table(cx.world, cx.k(1))?;
        }
        let samples = cx.clock.ksmps;
        self.number = Some(send::announce::<Space>(cx.world, self.number, CHANNELS, samples));
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let (x, y) = place(io, world, 1, 4);
        let (gains, distance) = (gains(x, y), Distance::new(distance(x, y), io.k(3)));
        let signal = io.x(0);
        let sends = send::write::<Space>(world, self.number.unwrap_or(usize::MAX));
        for (n, send) in sends.iter_mut().enumerate().take(io.samples_len()) {
            let x = signal.at(n);
            for o in 0..CHANNELS {
                let (y, reverberation) = distance.channel(x, gains[o]);
                send[o] = reverberation;
                if let Some(out) = io.out(o).get(n) {
                    out.set(y);
                }
            }
        }
        Ok(())
    }
}

#[derive(Default)]
struct Spsend {
    number: usize,
}

impl Ugen for Spsend {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let last = cx.world.shared_ref::<Sends<Space>>().and_then(|s| s.last);
        self.number = last.ok_or("spsend needs a space before it")?.0;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let sends = send::read::<Space>(world, self.number);
        for o in 0..CHANNELS {
            for (n, out) in io.out(o).iter().enumerate() {
                out.set(sends.get(n).map_or(0.0, |s| s[o]));
            }
        }
        Ok(())
    }
}

#[derive(Default)]
struct Spdist;

impl Ugen for Spdist {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(0) > 0.0 {
            any_table(cx.world, cx.k(0))?;
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let (x, y) = place(io, world, 0, 2);
        io.set(0, distance(x, y));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_belong_to_one_channel() {
        let [left, right, ..] = gains(5.0, 5.0);
        assert!(left.abs() < 1e-15 && (right - SQRT_2).abs() < 1e-15);
        assert_eq!(distance(0.3, 0.4), 1.0);
    }
}
