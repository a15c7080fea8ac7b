//! `vlowres`: resonant low-pass filters in series, whose cutoffs are spread.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `vlowres`.
pub static VLOWRES: OpDef = OpDef::new("vlowres", "A bank of resonant low-pass filters in series.")
    .quiet_init()
    .sigs(&[sig("a", "akkik", Make::Unit(unit::<Vlowres>))])
    .outs(&[port("ares", "filtered signal")])
    .ins(&[
        port("asig", "signal to filter"),
        port("kfco", "cutoff of the first filter"),
        port("kres", "resonance"),
        port("iord", "number of filters, 1 to 10; below 1 means 4"),
        port("ksep", "how far the last cutoff lies above the first, in cutoffs"),
    ])
    .source("Manual: vlowres; the filter of lowres");

/// Most filters.
const MOST: usize = 10;

#[derive(Clone, Copy, Default)]
struct Layer {
    /// Factors of y[n-1] and y[n-2], and of everything.
    c1: f64,
    k: f64,
    c2: f64,
    y: [f64; 2],
}

#[derive(Default)]
struct Vlowres {
    layers: Vec<Layer>,
}

impl Ugen for Vlowres {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let layers = match cx.int(3) {
            n if n < 1 => 4,
            n if n as usize <= MOST => n as usize,
            _ => return Err("illegal order num. (min 1, max 10)".into()),
        };
        self.layers.clear();
        self.layers.resize(layers, Layer::default());
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, cutoff, resonance) = (io.x(0), io.k(1), io.k(2));
        let separation = io.k(4) / self.layers.len() as f64;
        for (j, layer) in self.layers.iter_mut().enumerate() {
            let cutoff = cutoff * (1.0 + separation * j as f64);
            let b = 10.0 / (resonance * cutoff.sqrt()) - 1.0;
            let k = 1000.0 / cutoff;
            (layer.c1, layer.k, layer.c2) = (b + 2.0 * k, k, 1.0 / (1.0 + b + k));
        }
        for (n, out) in io.out(0).iter().enumerate() {
            let mut y = x.at(n);
            for layer in &mut self.layers {
                let [y1, y2] = layer.y;
                y = (layer.c1 * y1 - layer.k * y2 + y) * layer.c2;
                layer.y = [y, y1];
            }
            out.set(y);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn damps_the_highest_frequency() {
        let mut bench = Bench::new(&VLOWRES, 0);
        bench.audio_in(0, |n| if n % 2 == 0 { 1.0 } else { -1.0 });
        for (i, x) in [(1, 100.0), (2, 1.0), (3, 2.0)] {
            bench.set(i, x);
        }
        assert!(bench.render(4000)[3999].abs() < 0.01);
    }
}
