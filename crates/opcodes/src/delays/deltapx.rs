//! `deltapx`, `deltapxw`: read and write a delay line between samples with a windowed sinc.

use super::delayr::{find, wrap};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::PI;

const LINE: Port = port(
    "indx",
    "which line: 0 the last opened, negative as delayr gave it, positive counts back; default 0",
);
const SIZE: Port = port("iws", "points of interpolation, 4 to 1024; 4 is cubic");
const SOURCE: &str = "Manual: deltapx; sinc with a squared parabolic window; cubic through four samples";

/// Definition of `deltapx`.
pub static DELTAPX: OpDef = OpDef::new("deltapx", "Taps a delay line with interpolation of high order.")
    .sigs(&[sig("a", "aio", Make::Unit(unit::<Deltapx>))])
    .outs(&[port("ares", "delayed signal")])
    .ins(&[port("adel", "delay in seconds"), SIZE, LINE])
    .source(SOURCE)
    .quiet_init()
    .reads(Res::NOTE);

/// Definition of `deltapxw`.
pub static DELTAPXW: OpDef = OpDef::new("deltapxw", "Adds to a delay line with interpolation of high order.")
    .sigs(&[sig("", "aaio", Make::Unit(unit::<Deltapxw>))])
    .ins(&[port("ain", "signal to add"), port("adel", "delay in seconds"), SIZE, LINE])
    .source(SOURCE)
    .quiet_init()
    .writes(Res::NOTE);

/// Interpolation of an even number of points.
#[derive(Clone, Copy, Default)]
pub(super) struct Sinc {
    /// Half the number of points.
    pub half: usize,
    bend: f64,
}

impl Sinc {
    /// For a number of points, a multiple of 4 from 4 to 1024.
    pub fn new(points: usize) -> Self {
        let half = points / 2;
        // Window measured on the reference.
        let bend = (1.0 - math::pow(points as f64 * 0.85172, -0.89624)) / (half * half) as f64;
        Self { half, bend }
    }

    /// Calls `f` with the weight of each point, first to last, without the common factor
    /// `sin(pi fraction) / pi`.
    #[inline(always)]
    pub fn each(&self, fraction: f64, mut f: impl FnMut(f64)) {
        let mut distance = 1.0 - self.half as f64 - fraction;
        let mut sign = 1.0;
        for _ in 0..self.half * 2 {
            let window = 1.0 - distance * distance * self.bend;
            f(sign * window * window / distance);
            sign = -sign;
            distance += 1.0;
        }
    }
}

/// Weights of the four samples around a fraction.
fn cubic(f: f64) -> [f64; 4] {
    let square = f * f;
    let a2 = 0.16666667 * (f * square - f);
    let a1 = 0.5 * (square + f) - 3.0 * a2;
    [0.5 * (square - f) - a2, 3.0 * a2 - square + 1.0, a1, a2]
}

/// Number of points that an argument asks for.
fn points(argument: f64) -> usize {
    let points = (argument.clamp(-1.0, 2000.0) + 0.5) as i32;
    (((points + 2) >> 2) << 2).clamp(4, 1024) as usize
}

#[derive(Default)]
struct Deltapx {
    line: usize,
    sinc: Sinc,
}

/// Whole part and fraction of a position in a ring of `len` samples.
#[inline(always)]
fn split(position: f64, len: usize) -> (usize, f64) {
    let len = len as f64;
    let position = if position < 0.0 { position - (position / len).floor() * len } else { position };
    let whole = position as i64;
    (wrap(whole, len as i64), position - whole as f64)
}

/// Where the fraction is too close to a sample to interpolate.
const CLOSE: f64 = 0.00000001;

impl Ugen for Deltapx {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.line = find(cx, cx.k(2))?;
        self.sinc = Sinc::new(points(cx.k(1)));
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let shared = io.note.lines.borrow();
        let Some(line) = shared.lines.get(self.line) else { return Ok(()) };
        let len = line.samples.len();
        let sample = |at: usize| line.samples.get(at).copied().unwrap_or(0.0);
        for (n, (out, delay)) in io.out(0).iter().zip(io.a(0)).enumerate() {
            let (at, f) = split((line.at + n) as f64 - delay.get() * io.clock.sr, len);
            let first = |back: usize| wrap(at as i64 - back as i64, len as i64);
            let mut sum = 0.0;
            if self.sinc.half == 2 {
                let mut at = first(1);
                for weight in cubic(f) {
                    sum += weight * sample(at);
                    at = if at + 1 >= len { 0 } else { at + 1 };
                }
            } else if f > CLOSE && f < 1.0 - CLOSE {
                let mut at = first(self.sinc.half - 1);
                self.sinc.each(f, |weight| {
                    sum += weight * sample(at);
                    at = if at + 1 >= len { 0 } else { at + 1 };
                });
                sum = sum * math::sin(PI * f) / PI;
            } else {
                sum = sample(wrap(at as i64 + f.round_ties_even() as i64, len as i64));
            }
            out.set(sum);
        }
        Ok(())
    }
}

#[derive(Default)]
struct Deltapxw {
    line: usize,
    sinc: Sinc,
}

impl Ugen for Deltapxw {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.line = find(cx, cx.k(3))?;
        self.sinc = Sinc::new(points(cx.k(2)));
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let mut shared = io.note.lines.borrow_mut();
        let Some(line) = shared.lines.get_mut(self.line) else { return Ok(()) };
        let (start, len) = (line.at, line.samples.len());
        let mut add = |at: usize, x: f64| {
            if let Some(sample) = line.samples.get_mut(at) {
                *sample += x;
            }
        };
        // For the sinc, the reference takes the first sample of a k-cycle for all of it (measured).
        let held = io.k(0);
        for (n, (x, delay)) in io.a(0).iter().zip(io.a(1)).enumerate() {
            let (at, f) = split((start + n) as f64 - delay.get() * io.clock.sr, len);
            let first = |back: usize| wrap(at as i64 - back as i64, len as i64);
            if self.sinc.half == 2 {
                let mut at = first(1);
                for weight in cubic(f) {
                    add(at, weight * x.get());
                    at = if at + 1 >= len { 0 } else { at + 1 };
                }
            } else if f > CLOSE && f < 1.0 - CLOSE {
                let scaled = held * (math::sin(PI * f) / PI);
                let mut at = first(self.sinc.half - 1);
                self.sinc.each(f, |weight| {
                    add(at, weight * scaled);
                    at = if at + 1 >= len { 0 } else { at + 1 };
                });
            } else {
                add(wrap(at as i64 + f.round_ties_even() as i64, len as i64), x.get());
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_add_up_to_one() {
        for f in [0.1, 0.5, 0.9] {
            assert!((cubic(f).iter().sum::<f64>() - 1.0).abs() < 1e-7);
            let mut sum = 0.0;
            Sinc::new(64).each(f, |w| sum += w);
            assert!((sum * math::sin(PI * f) / PI - 1.0).abs() < 0.02, "{f}");
        }
        assert_eq!([points(4.0), points(0.0), points(62.0), points(1e9)], [4, 4, 64, 1024]);
    }
}
