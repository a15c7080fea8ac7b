//! `reson`, `resonx`, `resonk`, `resonxk`: second-order resonant filter with poles only.

use super::tonex::layers;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::TAU;

pub(super) const OUTS: &[Port] = &[port("xres", "filtered signal")];
pub(super) const INS: &[Port] = &[
    port("xsig", "signal to filter"),
    port("xcf", "centre frequency in Hz"),
    port("xbw", "bandwidth in Hz"),
    port("iscl", "0 no scaling, 1 peak of 1, 2 overall level of 1; default 0 (1 at control rate)"),
    port("iskip", "nonzero keeps the state of the previous note; default 0"),
];
const SERIES_INS: &[Port] = &[
    port("xsig", "signal to filter"),
    port("xcf", "centre frequency in Hz"),
    port("xbw", "bandwidth in Hz"),
    port("inumlayer", "number of filters; below 1 means the default, 4"),
    port("iscl", "0 no scaling, 1 peak of 1, 2 overall level of 1; default 0"),
    port("iskip", "nonzero keeps the state of the previous note; default 0"),
];
const SOURCE: &str = "Manual: reson; y[n] = c1 x[n] + c2 y[n-1] - c3 y[n-2], c3 = exp(-2 pi bw / rate), \
                      c2 = 4 c3 cos(2 pi cf / rate) / (c3 + 1)";

/// Definition of `reson`.
pub static RESON: OpDef = OpDef::new("reson", "Second-order resonant filter.")
    .sigs(&[sig("a", "axxoo", Make::Unit(unit::<Reson>))])
    .outs(OUTS)
    .ins(INS)
    .source(SOURCE)
    .quiet_init();

/// Definition of `resonk`.
pub static RESONK: OpDef = OpDef::new("resonk", "Second-order resonant filter at control rate.")
    .sigs(&[sig("k", "kkkpo", Make::Unit(unit::<Reson>))])
    .outs(OUTS)
    .ins(INS)
    .source(SOURCE)
    .quiet_init();

/// Definition of `resonx`.
pub static RESONX: OpDef = OpDef::new("resonx", "Second-order resonant filters in series.")
    .sigs(&[sig("a", "axxooo", Make::Unit(unit::<Resonx>))])
    .outs(OUTS)
    .ins(SERIES_INS)
    .source(SOURCE)
    .quiet_init();

/// Definition of `resonxk`.
pub static RESONXK: OpDef = OpDef::new("resonxk", "Second-order resonant filters in series at control rate.")
    .sigs(&[sig("k", "kkkooo", Make::Unit(unit::<Resonx>))])
    .outs(OUTS)
    .ins(SERIES_INS)
    .source(SOURCE)
    .quiet_init();

/// How a resonant filter is scaled.
///
/// # Errors
/// The argument is none of 0, 1, 2.
pub(crate) fn scaling(argument: f64) -> OpResult<i32> {
    let scale = argument.clamp(-10.0, 10.0) as i32;
    if (0..=2).contains(&scale) {
        Ok(scale)
    } else {
        Err(format!("illegal reson iscl value, {argument:.6}").into())
    }
}

/// Coefficients with the settings they are for.
#[derive(Clone, Copy, Default)]
struct Tuning {
    cf: f64,
    bw: f64,
    cos: f64,
    c1: f64,
    c2: f64,
    c3: f64,
}

impl Tuning {
    /// Before the first setting.
    const NONE: Tuning = Tuning { cf: -100.0, bw: -100.0, cos: 0.0, c1: 0.0, c2: 0.0, c3: 0.0 };

    #[inline(always)]
    fn set(&mut self, cf: f64, bw: f64, scale: i32, rate: f64) {
        if cf != self.cf || bw != self.bw {
            self.change(cf, bw, scale, rate);
        }
    }

    fn change(&mut self, cf: f64, bw: f64, scale: i32, rate: f64) {
        if cf != self.cf {
            self.cf = cf;
            self.cos = math::cos(cf * (TAU / rate));
        }
        if bw != self.bw {
            self.bw = bw;
            self.c3 = math::exp(bw * (-TAU / rate));
        }
        let (c3p1, c3t4, omc3) = (self.c3 + 1.0, self.c3 * 4.0, 1.0 - self.c3);
        self.c2 = c3t4 * self.cos / c3p1;
        let square = self.c2 * self.c2;
        self.c1 = match scale {
            1 => omc3 * (1.0 - square / c3t4).sqrt(),
            2 => ((c3p1 * c3p1 - square) * omc3 / c3p1).sqrt(),
            _ => 1.0,
        };
    }
}

#[derive(Default)]
struct Reson {
    tuning: Tuning,
    scale: i32,
    y1: f64,
    y2: f64,
}

impl Ugen for Reson {
    const SEAMLESS: Option<&'static [usize]> = Some(&[1, 2]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.scale = scaling(cx.k(3))?;
        self.tuning = Tuning::NONE;
        if cx.k(4) == 0.0 {
            (self.y1, self.y2) = (0.0, 0.0);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, cf, bw, rate, scale) = (io.x(0), io.x(1), io.x(2), io.rate(), self.scale);
        let moving = cf.is_audio() || bw.is_audio();
        let (mut t, mut y1, mut y2) = (self.tuning, self.y1, self.y2);
        t.set(cf.at(0), bw.at(0), scale, rate);
        for (n, out) in io.out(0).iter().enumerate() {
            if moving {
                t.set(cf.at(n), bw.at(n), scale, rate);
            }
            let y = t.c1 * x.at(n) + t.c2 * y1 - t.c3 * y2;
            out.set(y);
            y2 = y1;
            y1 = y;
        }
        (self.tuning, self.y1, self.y2) = (t, y1, y2);
        Ok(())
    }
}

#[derive(Default)]
struct Resonx {
    tuning: Tuning,
    scale: i32,
    state: Vec<[f64; 2]>,
}

impl Ugen for Resonx {
    const SEAMLESS: Option<&'static [usize]> = Some(&[1, 2]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.scale = scaling(cx.k(4))?;
        self.tuning = Tuning::NONE;
        if cx.k(5) == 0.0 {
            self.state.clear();
        }
        self.state.resize(layers(cx.k(3)), [0.0; 2]);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, cf, bw, rate, scale) = (io.x(0), io.x(1), io.x(2), io.rate(), self.scale);
        let moving = cf.is_audio() || bw.is_audio();
        let mut t = self.tuning;
        t.set(cf.at(0), bw.at(0), scale, rate);
        for (n, out) in io.out(0).iter().enumerate() {
            if moving {
                t.set(cf.at(n), bw.at(n), scale, rate);
            }
            let mut y = x.at(n);
            for [y1, y2] in &mut self.state {
                y = t.c1 * y + t.c2 * *y1 - t.c3 * *y2;
                (*y2, *y1) = (*y1, y);
            }
            out.set(y);
        }
        self.tuning = t;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn passes_its_frequency_at_unity_with_scaling() {
        let mut bench = Bench::new(&RESON, 0);
        bench.audio_in(0, |n| math::sin(TAU * n as f64 / 44.1));
        for (i, x) in [(1, 1000.0), (2, 20.0), (3, 1.0)] {
            bench.set(i, x);
        }
        let out = bench.render(44100);
        let peak = out[40000..].iter().fold(0.0f64, |m, y| m.max(y.abs()));
        assert!((peak - 1.0).abs() < 0.01, "{peak}");
    }
}
