//! `lowres`, `lowresx`: resonant low-pass filter, and several in series.

use crate::lookup::nearest;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `lowres`.
pub static LOWRES: OpDef = OpDef::new("lowres", "Resonant low-pass filter.")
    .quiet_init()
    .sigs(&[
        sig("a", "akko", Make::Unit(unit::<Lowres>)),
        sig("a", "aaao", Make::Unit(unit::<Lowres>)),
        sig("a", "aako", Make::Unit(unit::<Lowres>)),
        sig("a", "akao", Make::Unit(unit::<Lowres>)),
    ])
    .outs(&[port("ares", "filtered signal")])
    .ins(&[
        port("asig", "signal to filter"),
        port("xcutoff", "cutoff, above 0, not in Hz"),
        port("xresonance", "resonance"),
        port("iskip", "nonzero keeps the state of the previous note; default 0"),
    ])
    .source("Manual: lowres")
    .may_fail();

/// Definition of `lowresx`.
pub static LOWRESX: OpDef = OpDef::new("lowresx", "Resonant low-pass filters in series.")
    .quiet_init()
    .sigs(&[
        sig("a", "akkoo", Make::Unit(unit::<Lowresx>)),
        sig("a", "aakoo", Make::Unit(unit::<Lowresx>)),
        sig("a", "akaoo", Make::Unit(unit::<Lowresx>)),
        sig("a", "aaaoo", Make::Unit(unit::<Lowresx>)),
    ])
    .outs(&[port("ares", "filtered signal")])
    .ins(&[
        port("asig", "signal to filter"),
        port("xcutoff", "cutoff, not in Hz"),
        port("xresonance", "resonance"),
        port("inumlayer", "number of filters, 1 to 10; below 1 means the default, 4"),
        port("iskip", "nonzero keeps the state of the previous note; default 0"),
    ])
    .source("Manual: lowresx");

#[derive(Clone, Copy, Default)]
struct Tuning {
    cutoff: f64,
    resonance: f64,
    k: f64,
    first: f64,
    scale: f64,
}

impl Tuning {
    fn new(cutoff: f64, resonance: f64) -> Self {
        Self::with(cutoff, resonance, 1000.0 / cutoff)
    }

    fn with(cutoff: f64, resonance: f64, k: f64) -> Self {
        let b = 10.0 / (resonance * cutoff.sqrt()) - 1.0;
        Self { cutoff, resonance, k, first: b + 2.0 * k, scale: 1.0 / (1.0 + b + k) }
    }
}

#[derive(Default)]
struct Lowres {
    tuning: Tuning,
    y: [f64; 2],
}

impl Ugen for Lowres {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(3) == 0.0 {
            self.y = [0.0; 2];
        }
        (self.tuning.cutoff, self.tuning.resonance) = (0.0, 0.0);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, cutoff, resonance) = (io.x(0), io.x(1), io.x(2));
        let moving = cutoff.is_audio() || resonance.is_audio();
        // With both at audio rate one coefficient follows the cutoff by k-cycles only (measured).
        let held = (cutoff.is_audio() && resonance.is_audio()).then(|| 1000.0 / cutoff.at(0));
        let (mut t, [mut y1, mut y2]) = (self.tuning, self.y);
        for (n, out) in io.out(0).iter().enumerate() {
            let (f, r) = (cutoff.at(n), resonance.at(n));
            if (n == 0 || moving) && (f != t.cutoff || r != t.resonance) {
                if f <= 0.0 {
                    return Err("Cutoff parameter must be positive".into());
                }
                t = Tuning::with(f, r, held.unwrap_or(1000.0 / f));
            }
            let y = (t.first * y1 - t.k * y2 + x.at(n)) * t.scale;
            (y2, y1) = (y1, y);
            out.set(y);
        }
        (self.tuning, self.y) = (t, [y1, y2]);
        Ok(())
    }
}

#[derive(Default)]
struct Lowresx {
    tuning: Tuning,
    state: [[f64; 2]; 10],
    count: usize,
}

impl Ugen for Lowresx {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.count = match nearest(cx.k(3)) {
            n if n < 1 => 4,
            n if n > 10 => return Err("illegal order num. (min 1, max 10)".into()),
            n => n as usize,
        };
        if cx.k(4) == 0.0 {
            self.state = [[0.0; 2]; 10];
        }
        self.tuning.cutoff = -1.0;
        self.tuning.resonance = -1.0;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, cutoff, resonance) = (io.x(0), io.x(1), io.x(2));
        let moving = cutoff.is_audio() || resonance.is_audio();
        let mut t = self.tuning;
        for (n, out) in io.out(0).iter().enumerate() {
            if (n == 0 || moving) && (cutoff.at(n) != t.cutoff || resonance.at(n) != t.resonance) {
                t = Tuning::new(cutoff.at(n), resonance.at(n));
            }
            let mut y = x.at(n);
            for [y1, y2] in &mut self.state[..self.count] {
                y = (t.first * *y1 - t.k * *y2 + y) * t.scale;
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
    fn more_layers_are_smoother() {
        let level = |count: f64| {
            let mut bench = Bench::new(&LOWRESX, 0);
            bench.audio_in(0, |n| if n % 4 < 2 { 1.0 } else { -1.0 });
            for (i, x) in [(1, 100.0), (2, 0.5), (3, count)] {
                bench.set(i, x);
            }
            bench.render(800)[700..].iter().fold(0.0f64, |m, y| m.max(y.abs()))
        };
        assert!(level(1.0) > 2.0 * level(3.0));
    }
}
