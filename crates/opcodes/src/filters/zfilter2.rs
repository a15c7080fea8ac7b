//! `zfilter2`: a filter of any order whose poles can be moved.

use super::filter2::Direct;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::fft::Bin;
use orchestrion_dsp::math;
use orchestrion_dsp::roots::find_roots;
use std::f64::consts::PI;

/// Definition of `zfilter2`.
pub static ZFILTER2: OpDef = OpDef::new("zfilter2", "Filter of any order with movable poles.")
    .quiet_init()
    .sigs(&[sig("a", "akkiim", Make::Unit(unit::<Zfilter2>))])
    .outs(&[port("ares", "filtered signal")])
    .ins(&[
        port("asig", "signal to filter"),
        port("kdamp", "moves complex poles: 1 the largest to the unit circle, -1 all to 0"),
        port("kfreq", "turns complex poles: 1 the highest to half the sample rate, -1 all to 0 Hz"),
        port("iM", "number of the zeros' coefficients, 1 to 51"),
        port("iN", "number of the poles' coefficients, 0 to 50"),
        port("ib0 ... ia1 ...", "iM coefficients of the zeros, then iN of the poles"),
    ])
    .source("Casey 1993; manual: zfilter2");

/// A pole in polar form.
#[derive(Clone, Copy)]
struct Pole {
    magnitude: f64,
    phase: f64,
    /// Whether it is one of a pair; only these move.
    complex: bool,
}

/// Imaginary parts up to this count as 0.
const REAL: f64 = 0.000001;

#[derive(Default)]
struct Zfilter2 {
    filter: Direct,
    poles: Vec<Pole>,
    polynomial: Vec<Bin>,
}

/// Factor that takes something from 1 to `most` for an amount of 1, and to 0 for -1.
fn factor(amount: f64, most: f64) -> f64 {
    if amount > 0.0 && amount <= 1.0 {
        1.0 + (most - 1.0) * amount
    } else if (-1.0..0.0).contains(&amount) {
        amount + 1.0
    } else {
        1.0
    }
}

impl Zfilter2 {
    /// Coefficients of the filter with moved poles.
    fn place_poles(&mut self, damping: f64, turn: f64) {
        let largest = self.poles.iter().filter(|p| p.complex).map(|p| p.magnitude).fold(0.0, f64::max);
        let highest = self.poles.iter().map(|p| p.phase).fold(0.0, f64::max);
        let stretch = if largest > 0.0 { factor(damping, 1.0 / largest) } else { 1.0 };
        let turn = factor(turn, 2.0 - highest / PI);
        self.polynomial.fill(Bin::default());
        self.polynomial[0] = Bin::new(1.0, 0.0);
        for (count, pole) in self.poles.iter().enumerate() {
            let (magnitude, phase) = if pole.complex {
                (pole.magnitude * stretch, pole.phase * turn)
            } else {
                (pole.magnitude, pole.phase)
            };
            let (sin, cos) = math::sin_cos(phase);
            let root = Bin::new(magnitude * cos, magnitude * sin);
            for k in (1..=count + 1).rev() {
                self.polynomial[k] = self.polynomial[k] - root * self.polynomial[k - 1];
            }
        }
        for (a, z) in self.filter.a.iter_mut().zip(&self.polynomial[1..]) {
            *a = z.re;
        }
    }
}

impl Ugen for Zfilter2 {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.filter.prepare(cx, 3)?;
        let mut roots = vec![Bin::default(); self.filter.a.len()];
        find_roots(&self.filter.a, &mut roots);
        self.poles.clear();
        self.poles.extend(roots.iter().map(|z| Pole {
            magnitude: math::hypot(z.re, z.im),
            phase: math::atan2(z.im, z.re),
            complex: z.im.abs() > REAL,
        }));
        self.polynomial = vec![Bin::default(); roots.len() + 1];
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        self.place_poles(io.k(1), io.k(2));
        let x = io.x(0);
        for (n, out) in io.out(0).iter().enumerate() {
            out.set(self.filter.next(x.at(n)));
        }
        Ok(())
    }
}
