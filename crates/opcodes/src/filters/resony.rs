//! `resony`: resonant filters in parallel, spread in pitch or in frequency.

use super::reson::{OUTS, scaling};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::TAU;

/// Definition of `resony`.
pub static RESONY: OpDef = OpDef::new("resony", "A bank of second-order resonant filters in parallel.")
    .quiet_init()
    .sigs(&[sig("a", "akkikooo", Make::Unit(unit::<Resony>))])
    .outs(OUTS)
    .ins(&[
        port("asig", "signal to filter"),
        port("kbf", "frequency in Hz of the lowest filter"),
        port("kbw", "its bandwidth in Hz; the others grow with their frequency"),
        port("inum", "number of filters; below 1 means 4"),
        port("ksep", "separation: octaves from the first to beyond the last filter, or a factor"),
        port("isepmode", "0 equal steps in pitch, nonzero multiples of kbf ksep / inum; default 0"),
        port("iscl", "0 no scaling, 1 peak of 1, 2 overall level of 1; default 0"),
        port("iskip", "nonzero keeps the state of the previous note; default 0"),
    ])
    .source("Manual: resony; the filter of reson");

#[derive(Clone, Copy, Default)]
struct Layer {
    c: [f64; 3],
    y: [f64; 2],
}

#[derive(Default)]
struct Resony {
    scale: i32,
    layers: Vec<Layer>,
}

/// Most filters.
const MOST: i32 = 1 << 16;

impl Ugen for Resony {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.scale = scaling(cx.k(6))?;
        let count = if cx.int(3) < 1 { 4 } else { cx.int(3).min(MOST) as usize };
        if cx.k(7) == 0.0 {
            self.layers.clear();
        }
        self.layers.resize(count, Layer::default());
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, base, width, sr) = (io.x(0), io.k(1), io.k(2), io.clock.sr);
        let separation = io.k(4) / self.layers.len() as f64;
        let linear = io.k(5) as i32 != 0;
        for (j, layer) in self.layers.iter_mut().enumerate() {
            let steps = separation * j as f64;
            let frequency = base * if linear { steps } else { math::pow(2.0, steps) };
            let c3 = math::exp(width * (frequency / base) * (-TAU / sr));
            let (c3p1, omc3) = (c3 + 1.0, 1.0 - c3);
            let c2 = c3 * 4.0 * math::cos(frequency * (TAU / sr)) / c3p1;
            let c1 = match self.scale {
                1 => omc3 * (1.0 - c2 * c2 / (c3 * 4.0)).sqrt(),
                2 => ((c3p1 * c3p1 - c2 * c2) * omc3 / c3p1).sqrt(),
                _ => 1.0,
            };
            layer.c = [c1, c2, c3];
        }
        for (n, out) in io.out(0).iter().enumerate() {
            let x = x.at(n);
            let mut sum = 0.0;
            for Layer { c, y } in &mut self.layers {
                *y = [c[0] * x + c[1] * y[0] - c[2] * y[1], y[0]];
                sum += y[0];
            }
            out.set(sum);
        }
        Ok(())
    }
}
