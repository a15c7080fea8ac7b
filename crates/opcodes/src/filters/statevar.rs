//! `statevar`, `svfilter`: state-variable filters with all outputs at once.

use crate::lookup::truncated;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::PI;

/// Outputs of a filter that gives all four at once.
pub(super) const FOUR: &[Port] = &[
    port("ahp", "high-pass"),
    port("alp", "low-pass"),
    port("abp", "band-pass"),
    port("abr", "band-reject"),
];

/// Definition of `statevar`.
pub static STATEVAR: OpDef = OpDef::new("statevar", "Oversampled state-variable filter.")
    .quiet_init()
    .sigs(&[sig("aaaa", "axxoo", Make::Unit(unit::<Statevar>))])
    .outs(FOUR)
    .ins(&[
        port("ain", "signal to filter"),
        port("xcf", "cutoff in Hz"),
        port("xq", "resonance"),
        port("iosamps", "oversampling; default 3"),
        port("istor", "nonzero keeps the state of the previous note; default 0"),
    ])
    .source("Chamberlin 1985; manual: statevar");

/// Definition of `svfilter`.
pub static SVFILTER: OpDef = OpDef::new("svfilter", "State-variable filter.")
    .quiet_init()
    .sigs(&[sig("aaa", "axxoo", Make::Unit(unit::<Svfilter>))])
    .outs(&[port("alow", "low-pass"), port("ahigh", "high-pass"), port("aband", "band-pass")])
    .ins(&[
        port("asig", "signal to filter"),
        port("xcf", "cutoff in Hz"),
        port("xq", "resonance, 1 to 500"),
        port("iscl", "nonzero divides the signal by the resonance; default 0"),
        port("iskip", "nonzero clears the state, as the reference has it; default 0"),
    ])
    .source("Chamberlin 1985; manual: svfilter; meaning of iskip measured on the reference");

/// Greatest oversampling.
const MOST_TIMES: i32 = 1 << 16;

#[derive(Default)]
struct Statevar {
    times: i32,
    cutoff: f64,
    resonance: f64,
    f: f64,
    q: f64,
    band: f64,
    low: f64,
}

impl Ugen for Statevar {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(4) == 0.0 {
            *self = Self { f: self.f, q: self.q, ..Self::default() };
        }
        self.times = if cx.k(3) <= 0.0 { 3 } else { truncated(cx.k(3)).clamp(0, MOST_TIMES) };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, cutoff, resonance) = (io.x(0), io.x(1), io.x(2));
        let times = f64::from(self.times);
        let (mut band, mut low) = (self.band, self.low);
        for (n, out) in io.out(0).iter().enumerate() {
            let (fr, rs) = (cutoff.at(n), resonance.at(n));
            if fr != self.cutoff || rs != self.resonance {
                (self.cutoff, self.resonance) = (fr, rs);
                self.f = 2.0 * math::sin(fr * (PI / io.clock.sr) / times);
                self.q = (1.0 / rs).max((2.0 - self.f) * 0.05 / times);
            }
            let (x, mut high) = (x.at(n), 0.0);
            for _ in 0..self.times {
                high = x - self.q * band - low;
                let next = high * self.f + band;
                low += band * self.f;
                band = next;
            }
            out.set(high);
            for (o, y) in [(1, low), (2, band), (3, low + high)] {
                if let Some(out) = io.out(o).get(n) {
                    out.set(y);
                }
            }
        }
        (self.band, self.low) = (band, low);
        Ok(())
    }
}

#[derive(Default)]
struct Svfilter {
    cutoff: f64,
    resonance: f64,
    f: f64,
    damping: f64,
    band: f64,
    low: f64,
    scaled: bool,
}

impl Ugen for Svfilter {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(4) != 0.0 {
            (self.band, self.low) = (0.0, 0.0);
        }
        self.cutoff = f64::NAN;
        self.scaled = cx.k(3) != 0.0;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, cutoff, resonance) = (io.x(0), io.x(1), io.x(2));
        let (mut band, mut low) = (self.band, self.low);
        for (n, ((out_low, out_high), out_band)) in io.out(0).iter().zip(io.out(1)).zip(io.out(2)).enumerate()
        {
            let (fr, q) = (cutoff.at(n), resonance.at(n));
            if fr != self.cutoff || q != self.resonance {
                (self.cutoff, self.resonance) = (fr, q);
                self.f = 2.0 * math::sin(fr * (PI / io.clock.sr));
                self.damping = if q < 0.000001 { 1.0 } else { 1.0 / q };
            }
            let scale = if self.scaled { self.damping } else { 1.0 };
            let x = x.at(n);
            low += self.f * band;
            let high = scale * x - low - self.damping * band;
            band += self.f * high;
            out_low.set(low);
            out_high.set(high);
            out_band.set(band);
        }
        (self.band, self.low) = (band, low);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn outputs_for_a_constant() {
        for (op, want) in [(&STATEVAR, 0.0), (&SVFILTER, 1.0)] {
            let mut bench = Bench::new(op, 0);
            bench.audio_in(0, |_| 1.0);
            bench.set(1, 1000.0);
            bench.set(2, 1.0);
            assert!((bench.render(4000)[3999] - want).abs() < 1e-9, "{}", op.name);
        }
    }
}
