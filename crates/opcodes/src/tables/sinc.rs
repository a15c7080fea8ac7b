//! `tablexkt`: reading a table with interpolation through many points.

use crate::tables::lookup::{find, missing, point};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::table::Table;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::PI;

/// Definition of `tablexkt`.
pub static TABLEXKT: OpDef =
    OpDef::new("tablexkt", "Reads a table with linear, cubic or sinc interpolation.")
        .quiet_init()
        .sigs(&[sig("a", "xkkiooo", Make::Unit(unit::<Reader>))])
        .outs(&[port("ares", "value of the table")])
        .ins(&[
            port("xndx", "index: points from 0, or 0 to 1 if ixmode is not 0"),
            port("kfn", "table number"),
            port(
                "kwarp",
                "above 1: low-pass at sr/2 divided by this, for reading faster than the table's rate",
            ),
            port("iwsize", "points to interpolate through: 2, or a multiple of 4 up to 1024"),
            port("ixmode", "0: index in points; otherwise 0 to 1 spans the table; default 0"),
            port("ixoff", "added to the index, in its unit; default 0"),
            port("iwrap", "0: the index is limited to the table; otherwise it wraps around; default 0"),
        ])
        .reads(Res::TABLES)
        .may_fail()
        .source("Manual: tablexkt; window measured on the reference");

#[derive(Default)]
struct Reader {
    size: i64,
    /// Curvature of the window.
    window: f64,
}

/// A place in a table: whole and fractional part, and what lies beyond the ends.
#[derive(Clone, Copy)]
struct Place<'t> {
    table: &'t Table,
    i: i64,
    f: f64,
    wrap: bool,
}

impl<'t> Place<'t> {
    fn new(table: &'t Table, index: f64, wrap: bool) -> Self {
        let (whole, len) = (index.floor(), table.len.max(1) as i64);
        let (i, f) = (whole as i64, index - whole);
        let (i, f) = if wrap {
            (i.rem_euclid(len), f)
        } else if i < 0 {
            (0, 0.0)
        } else if i >= len {
            (len, 0.0)
        } else {
            (i, f)
        };
        Self { table, i, f, wrap }
    }

    /// Point `k` places further. Forwards the guard point ends a table that does not wrap; backwards the
    /// first point does.
    fn at(&self, k: i64) -> f64 {
        let (mut j, len) = (self.i + k, self.table.len.max(1) as i64);
        if j < 0 {
            j = if self.wrap { j.rem_euclid(len) } else { 0 };
        } else if k > 0 && j >= len {
            j = if self.wrap { j.rem_euclid(len) } else { len };
        }
        point(self.table, j as usize)
    }

    fn cubic(&self) -> f64 {
        let (f, y) = (self.f, [self.at(-1), self.at(0), self.at(1), self.at(2)]);
        let a3 = (f * f - 1.0) * 0.1666666667;
        let half = (f + 1.0) * 0.5;
        let (a0, a1, a2) = (half - 1.0 - a3, 3.0 * a3 - f, half - 3.0 * a3);
        (a0 * y[0] + a1 * y[1] + a2 * y[2] + a3 * y[3]) * f + y[1]
    }

    /// Sum of the points from `1 - half` to `half`, each times a windowed sinc.
    fn sinc(&self, half: i64, window: f64, warp: f64) -> f64 {
        let weight = |k: i64| {
            let d = k as f64 - self.f;
            let w = 1.0 - d * d * window;
            w * w / d
        };
        if warp > 1.0 {
            return (1 - half..=half).fold(0.0, |sum, k| {
                // Next to the middle of the sinc, where the quotient would be 0 / 0.
                let middle = k == 0 && self.f < 0.00003 || k == 1 && self.f > 0.99997;
                let factor = if middle {
                    1.0 / warp
                } else {
                    math::sin(PI / warp * (k as f64 - self.f)) * (1.0 / PI) * weight(k)
                };
                sum + self.at(k) * factor
            });
        }
        if self.f < 0.00001 {
            return self.at(0);
        }
        if self.f > 0.99999 {
            return self.at(1);
        }
        // Without warp all sines of the sum are the same but for the sign.
        let sum = (1 - half..=half).fold(0.0, |sum, k| {
            let x = self.at(k) * weight(k);
            if k & 1 != 0 { sum + x } else { sum - x }
        });
        sum * (math::sin(PI * self.f) / PI)
    }
}

impl Ugen for Reader {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let size = (cx.k(3) + 0.5) as i64;
        self.size = if size < 3 { 2 } else { (((size + 2) >> 2) << 2).min(1024) };
        let n = self.size as f64;
        // Window of the reference, fitted by its author.
        self.window = (1.0 - math::pow(n * 0.85172, -0.89624)) / ((self.size * self.size) >> 2) as f64;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let number = io.k(1);
        let Ok(table) = find(world, "tablexkt", number) else { return Err(missing("tablexkt", number)) };
        let (index, scaled, offset, wrap) = (io.x(0), io.k(4) != 0.0, io.k(5), io.k(6) != 0.0);
        let half = self.size / 2;
        let (mut warp, mut window) = (1.0, self.window);
        if self.size > 4 && io.k(2) > 1.001 {
            warp = io.k(2);
            let flat = 1.0 / (half * half) as f64;
            let v = half as f64 * (1.0 / warp);
            let v = v - (v.trunc() + 0.5);
            window = (window - flat) * (4.0 * v * v) + flat;
        }
        for (n, out) in io.out(0).iter().enumerate() {
            let x = (index.at(n) + offset) * if scaled { table.len as f64 } else { 1.0 };
            let place = Place::new(table, x, wrap);
            out.set(match self.size {
                2 => place.at(0) + (place.at(1) - place.at(0)) * place.f,
                4 => place.cubic(),
                _ => place.sinc(half, window, warp),
            });
        }
        Ok(())
    }
}
