//! `envlpx`: rise from a table, then a pseudo-steady state and an exponential decay.

use super::segments::OUTS;
use crate::lookup::{PERIOD, Wave, power_of_two_table, truncated};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

/// Definition of `envlpx`.
pub static ENVLPX: OpDef = OpDef::new("envlpx", "Rise from a table, pseudo-steady state, exponential decay.")
    .quiet_init()
    .sigs(&[
        sig("k", "kiiiiiio", Make::Unit(unit::<Envlpx>)),
        sig("a", "aiiiiiio", Make::Unit(unit::<Envlpx>)),
        sig("a", "kiiiiiio", Make::Unit(unit::<Envlpx>)),
    ])
    .outs(OUTS)
    .ins(&[
        port("xamp", "signal"),
        port("irise", "rise in seconds; 0 or less for none"),
        port("idur", "whole duration in seconds; 0 or less leaves the envelope as it was"),
        port("idec", "decay in seconds"),
        port("ifn", "table of the rise, a power of two long; its last point may not be 0"),
        port("iatss", "factor of the steady state, per steady state, or per second if negative"),
        port("iatdec", "factor of the decay, above 0"),
        port("ixmod", "bends the steady state, -0.9 to 0.9; default 0"),
    ])
    .source("Manual: envlpx; at audio rate the table is read backwards between points (measured)")
    .reads(Res::TABLES);

/// Bound of the asymptote of the steady state.
const FAR: f64 = 100.0;

/// Steady-state factor and asymptote, as a fraction of the end of the rise.
pub(super) fn steady_state(level: f64, bend: f64) -> OpResult<(f64, f64)> {
    let level = level.abs();
    if level == 0.0 {
        return Err("iatss = 0".into());
    }
    if level == 1.0 || bend == 0.0 {
        return Ok((level, 0.0));
    }
    if bend.abs() > 0.95 {
        return Err("ixmod out of range.".into());
    }
    let bend = -math::sin(math::sin(bend));
    let product = bend * level;
    let divisor = bend - level + product + 1.0;
    let mut far = if divisor == 0.0 { FAR } else { 2.0 * product / divisor };
    if far.abs() > FAR {
        far = FAR;
    }
    Ok(((level - far) / (1.0 - far), far))
}

/// First and last point of the table of the rise.
///
/// # Errors
/// The last one is 0.
pub(super) fn ends(world: &World, number: f64) -> OpResult<(f64, f64)> {
    let table = world.tables.get(number);
    let (first, last) = table.map_or((0.0, 0.0), |t| (t.data[0], t.data.get(t.len).copied().unwrap_or(0.0)));
    if last == 0.0 { Err("rise func ends with zero".into()) } else { Ok((first, last)) }
}

/// The rise read between two points; at audio rate the reference swaps them.
#[inline(always)]
pub(super) fn rise(wave: &Wave<'_>, phase: i32, audio: bool) -> f64 {
    let i = wave.index(phase);
    let (a, b) = (wave.point(i), wave.point(i + 1));
    let (a, b) = if audio { (b, a) } else { (a, b) };
    a + (b - a) * wave.fraction(phase)
}

#[derive(Default)]
struct Envlpx {
    table: f64,
    /// Phase of the rise; negative after it.
    phase: i32,
    step: i32,
    steady: i32,
    value: f64,
    steady_factor: f64,
    decay_factor: f64,
    asymptote: f64,
}

impl Ugen for Envlpx {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let (mut rise, duration, decay) = (cx.k(1), cx.k(2), cx.k(3));
        let rate = cx.rate();
        self.table = power_of_two_table(cx.world, cx.k(4))?;
        if duration <= 0.0 {
            return Ok(());
        }
        let (level, far) = steady_state(cx.k(5), cx.k(7))?;
        let (first, last) = ends(cx.world, self.table)?;
        self.asymptote = far * last;
        if rise > 0.0 {
            if rise + decay > cx.pfield(3) {
                cx.world.warn("p3 too short in envlpx");
            }
            self.phase = 0;
            self.step = truncated(PERIOD / rate / rise);
            self.value = first;
        } else {
            self.phase = -1;
            self.value = last - self.asymptote;
            rise = 0.0;
        }
        let half = if cx.is_audio_out() { 0.0 } else { 0.5 };
        // In this order (measured on the reference): a duration that ends in half a step depends on it.
        let steady = truncated((duration - decay - rise) * rate + half);
        let steps = if steady <= 4 || cx.k(5) < 0.0 { rate } else { f64::from(steady) };
        self.steady = steady.max(0);
        self.steady_factor = math::pow(level, 1.0 / steps);
        if decay > 0.0 {
            if cx.k(6) <= 0.0 {
                return Err("non-positive iatdec".into());
            }
            self.decay_factor = math::pow(cx.k(6), 1.0 / rate / decay);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let Some(wave) = world.tables.get(self.table).and_then(Wave::of) else {
            io.set(0, 0.0);
            return Ok(());
        };
        let (x, audio) = (io.x(0), io.is_audio_out());
        for (n, out) in io.out(0).iter().enumerate() {
            let factor = self.next(&wave, audio);
            out.set(x.at(n) * factor);
        }
        Ok(())
    }
}

impl Envlpx {
    #[inline(always)]
    fn next(&mut self, wave: &Wave<'_>, audio: bool) -> f64 {
        if self.phase >= 0 {
            let factor = rise(wave, self.phase, audio);
            self.phase = self.phase.saturating_add(self.step);
            if self.phase >= 1 << 28 {
                self.value = wave.point(wave.len) - self.asymptote;
                self.phase = -1;
            }
            return factor;
        }
        let mut factor = self.value;
        if self.steady > 0 {
            self.value *= self.steady_factor;
            factor += self.asymptote;
            self.steady -= 1;
            if self.steady == 0 {
                self.value += self.asymptote;
            }
        } else {
            self.value *= self.decay_factor;
        }
        factor
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;
    use orchestrion_base::table::Table;

    #[test]
    fn rises_stays_and_decays() {
        let mut bench = Bench::new(&ENVLPX, 0);
        bench.world.tables.insert(1, Table::new(vec![0.0, 0.25, 0.5, 0.75, 1.0]));
        let kr = bench.clock.kr;
        for (i, x) in [1.0, 4.0 / kr, 10.0 / kr, 1.0 / kr, 1.0, 1.0, 0.5].into_iter().enumerate() {
            bench.set(i, x);
        }
        let out = bench.render(12);
        assert_eq!(out[..6], [0.0, 0.25, 0.5, 0.75, 1.0, 1.0]);
        assert!((out[10] - 0.5).abs() < 1e-12);
    }
}
