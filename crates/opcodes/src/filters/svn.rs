//! `svn`: state-variable filter with a non-linearity in front of each integrator.

use super::statevar::FOUR;
use super::zdf::integrator_gain;
use crate::lookup::any_table;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::round;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

/// Definition of `svn`.
pub static SVN: OpDef = OpDef::new("svn", "Non-linear state-variable filter.")
    .quiet_init()
    .sigs(&[
        sig("aaaa", "akkkoopo", Make::Unit(unit::<Svn>)),
        sig("aaaa", "aakkoopo", Make::Unit(unit::<Svn>)),
        sig("aaaa", "akakoopo", Make::Unit(unit::<Svn>)),
        sig("aaaa", "aaakoopo", Make::Unit(unit::<Svn>)),
    ])
    .outs(FOUR)
    .ins(&[
        port("asig", "signal to filter"),
        port("xcf", "cutoff in Hz"),
        port("xQ", "resonance, from 0.5"),
        port("kdrive", "drive; 0 or less is linear at control rate"),
        port("ifn", "table of the non-linearity from -imx to imx; default 0 is a hyperbolic tangent"),
        port("inm", "table of gains that make up for the drive, up to imx; default 0 is 1 / kdrive"),
        port("imx", "range of the tables; default 1"),
        port("istor", "nonzero keeps the state of the previous note; default 0"),
    ])
    .source("Lazzarini and Timoney, The design of a non-linear SVF (2022); manual: svn")
    .reads(Res::TABLES);

/// Points and range of the built-in hyperbolic tangent (measured on the reference).
const TANH_POINTS: usize = 20000;
const TANH_RANGE: f64 = 4.0;
/// Drive that stands for none at audio rate.
const LEAST_DRIVE: f64 = 0.0001;

#[derive(Default)]
struct Svn {
    tanh: Vec<f64>,
    cutoff: f64,
    w: f64,
    s: [f64; 2],
}

/// A table of the non-linearity, read linearly.
struct Shape<'a> {
    points: &'a [f64],
    len: f64,
    /// Inverse of the range from end to end.
    scale: f64,
}

impl Shape<'_> {
    fn at(&self, x: f64) -> f64 {
        let place = (x * self.scale + 0.5) * self.len;
        let point = |i: f64| self.points.get(i as usize).copied().unwrap_or(0.0);
        if place < 1.0 {
            point(0.0)
        } else if place < self.len {
            let whole = round::floor(place);
            point(whole) + (place - whole) * (point(whole + 1.0) - point(whole))
        } else {
            point(self.len - 1.0)
        }
    }
}

impl Svn {
    /// One sample: high-pass, band-pass and low-pass; `shape` stands before each integrator.
    #[inline(always)]
    fn next(&mut self, x: f64, damping: f64, shape: impl Fn(f64) -> f64) -> [f64; 3] {
        let w = self.w;
        let high = (x - (damping + w) * self.s[0] - self.s[1]) / (1.0 + w * damping + w * w);
        let step = w * shape(high);
        let band = step + self.s[0];
        self.s[0] = band + step;
        let step = w * shape(band);
        let low = step + self.s[1];
        self.s[1] = low + step;
        [high, band, low]
    }
}

impl Ugen for Svn {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(7) == 0.0 {
            self.s = [0.0; 2];
        }
        self.cutoff = f64::NAN;
        if cx.k(4) != 0.0 {
            any_table(cx.world, cx.k(4))?;
        } else if self.tanh.is_empty() {
            let step = 2.0 * TANH_RANGE / TANH_POINTS as f64;
            // The reference adds the steps up, and the filter amplifies what that rounds (measured).
            let mut x = -TANH_RANGE;
            self.tanh.extend((0..TANH_POINTS).map(|_| {
                let y = math::tanh(x);
                x += step;
                y
            }));
            self.tanh.push(self.tanh[TANH_POINTS - 1]);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let (x, cutoff, q) = (io.x(0), io.x(1), io.x(2));
        let (full, range) = (world.header.zero_dbfs, io.k(6));
        let moving = cutoff.is_audio() || q.is_audio();
        let tanh = std::mem::take(&mut self.tanh);
        let shape = match world.tables.get(io.k(4)).filter(|_| io.k(4) != 0.0) {
            Some(table) => Shape { points: &table.data, len: table.len as f64, scale: 0.5 / range },
            None => Shape { points: &tanh, len: TANH_POINTS as f64, scale: 0.5 / TANH_RANGE },
        };
        let gains = world.tables.get(io.k(5)).filter(|_| io.k(5) > 0.0);
        let mut drive = io.k(3);
        if moving && !(drive > 0.0) {
            drive = LEAST_DRIVE;
        }
        if gains.is_some() {
            drive = drive.min(range);
        } else if !moving {
            // Only at control rate the drive counts in units of the table's range.
            drive /= shape.scale;
        }
        let gain = match gains {
            Some(table) => {
                table.data.get((table.len as f64 * drive / range) as usize).copied().unwrap_or(0.0)
            }
            None => 1.0 / drive,
        };
        let linear = !(drive > 0.0);
        for n in 0..io.samples_len() {
            if cutoff.at(n) != self.cutoff {
                self.cutoff = cutoff.at(n);
                self.w = integrator_gain(self.cutoff, io.clock.sr);
            }
            let damping = 1.0 / q.at(n).max(0.5);
            let [high, band, low] =
                self.next(x.at(n) / full, damping, |y| if linear { y } else { shape.at(y * drive) * gain });
            for (o, y) in [high, low, band, high + low].into_iter().enumerate() {
                if let Some(out) = io.out(o).get(n) {
                    out.set(y * full);
                }
            }
        }
        self.tanh = tanh;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn high_pass_stops_a_constant() {
        let mut bench = Bench::new(&SVN, 0);
        bench.world.header.zero_dbfs = 1.0;
        bench.audio_in(0, |_| 0.5);
        for (i, x) in [(1, 1000.0), (2, 1.0), (6, 1.0)] {
            bench.set(i, x);
        }
        assert!(bench.render(4000)[3999].abs() < 1e-6);
    }
}
