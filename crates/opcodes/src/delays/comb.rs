//! `comb`, `combinv`, `alpass`: delays with feedback, the parts of a reverberator.

use super::ring::Ring;
use crate::lookup::nearest;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

const OUTS: &[Port] = &[port("ares", "coloured signal")];
const INS: &[Port] = &[
    port("asig", "signal"),
    port("krvt", "seconds in which the echoes fall by 60 dB"),
    port("ilpt", "loop time in seconds, or in samples"),
    port("iskip", "nonzero keeps the content of the previous note; default 0"),
    port("insmps", "nonzero: ilpt is in samples; default 0"),
];

/// Definition of `comb`.
pub static COMB: OpDef = OpDef::new("comb", "Comb filter.")
    .sigs(&[sig("a", "akioo", Make::Unit(unit::<Comb>))])
    .outs(OUTS)
    .ins(INS)
    .source("Schroeder 1962; manual: comb")
    .quiet_init();

/// Definition of `combinv`.
pub static COMBINV: OpDef = OpDef::new("combinv", "Inverse comb filter.")
    .sigs(&[sig("a", "akioo", Make::Unit(unit::<Combinv>))])
    .outs(OUTS)
    .ins(INS)
    .source("Manual: combinv")
    .quiet_init();

/// Definition of `alpass`.
pub static ALPASS: OpDef = OpDef::new("alpass", "Reverberator with flat frequency response.")
    .sigs(&[sig("a", "axioo", Make::Unit(unit::<Alpass>))])
    .outs(OUTS)
    .ins(INS)
    .source("Schroeder 1962; manual: alpass")
    .quiet_init();

/// Natural logarithm of 0.001, as the reference rounds it here.
pub(super) const LOG_THOUSANDTH: f64 = -6.9078;

#[derive(Default)]
struct Loop {
    ring: Ring,
    reverb_time: f64,
    factor: f64,
}

impl Loop {
    fn prepare(&mut self, cx: &Init<'_>) -> OpResult {
        let time = cx.k(2);
        let len = nearest(if cx.k(4) != 0.0 { time } else { time * cx.clock.sr });
        let Some(len) = usize::try_from(len).ok().filter(|&n| n > 0) else {
            return Err("illegal loop time".into());
        };
        if len == self.ring.len() && cx.k(3) != 0.0 {
            return Ok(());
        }
        cx.world.ask_memory(len * 8, "comb")?;
        *self = Self { ring: Ring::new(len), ..Self::default() };
        Ok(())
    }

    /// Factor of each round of the loop; `floor` is the exponent below which it counts as 0.
    #[inline(always)]
    fn tune(&mut self, io: &Io<'_>, floor: f64) -> f64 {
        let time = io.k(1);
        if time != self.reverb_time {
            self.reverb_time = time;
            let exponent = LOG_THOUSANDTH * io.k(2) / time;
            self.factor = if exponent < floor { 0.0 } else { math::exp(exponent) };
        }
        self.factor
    }

    /// Runs `f(x, slot) -> y` along the line.
    #[inline(always)]
    fn run(&mut self, io: &Io<'_>, mut f: impl FnMut(f64, &mut f64) -> f64) {
        let (out, x) = (io.out(0), io.a(0));
        self.ring.run(out.len().min(x.len()), |n, slot| out[n].set(f(x[n].get(), slot)));
    }
}

/// Exponent below which the reference takes the factor of a comb for 0.
const FLOOR: f64 = -36.8413615;

#[derive(Default)]
struct Comb(Loop);

impl Ugen for Comb {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.0.prepare(cx)
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let factor = self.0.tune(io, FLOOR);
        self.0.run(io, |x, slot| {
            let y = *slot;
            *slot = y * factor + x;
            y
        });
        Ok(())
    }
}

#[derive(Default)]
struct Combinv(Loop);

impl Ugen for Combinv {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.0.prepare(cx)
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let factor = self.0.tune(io, FLOOR);
        self.0.run(io, |x, slot| x - factor * std::mem::replace(slot, x));
        Ok(())
    }
}

#[derive(Default)]
struct Alpass(Loop);

impl Ugen for Alpass {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.0.prepare(cx)
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let factor = self.0.tune(io, f64::NEG_INFINITY);
        self.0.run(io, |x, slot| {
            let y = *slot;
            *slot = factor * y + x;
            y - factor * *slot
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn echoes_fall_by_the_factor() {
        let mut bench = Bench::new(&COMB, 0);
        bench.audio_in(0, |n| if n == 0 { 1.0 } else { 0.0 });
        bench.set(1, 0.001);
        bench.set(2, 4.0);
        bench.set(4, 1.0);
        bench.set(1, 4.0 * LOG_THOUSANDTH / -std::f64::consts::LN_2);
        let out = bench.render(16);
        assert_eq!([out[0], out[4]], [0.0, 1.0]);
        assert!((out[8] - 0.5).abs() < 1e-12 && (out[12] - 0.25).abs() < 1e-12);
    }
}
