//! `nreverb`: reverberation with damping of high frequencies and free choice of loops.

use super::ring::{BLOCK, Ring};
use crate::lookup::{any_table, truncated};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::cell::Cell;

const OUTS: &[Port] = &[port("ares", "reverberation without the direct sound")];
const INS: &[Port] = &[
    port("asig", "signal"),
    port("ktime", "seconds in which the sound falls by 60 dB"),
    port("khdif", "damping of high frequencies, 0 to 1"),
    port("iskip", "nonzero keeps the content of the previous note; default 0"),
    port("inumCombs", "number of combs; default 0, the built-in six"),
    port("ifnCombs", "table of their times (seconds, or negative in samples) and gains"),
    port("inumAlpas", "number of all-passes; default 0, the built-in five"),
    port("ifnAlpas", "table of their times and gains"),
];
const SOURCE: &str =
    "Moorer, About this reverberation business, 1979; manual: nreverb; loop times in samples are made prime";

/// Definition of `nreverb`.
pub static NREVERB: OpDef =
    OpDef::new("nreverb", "Reverberation of low-pass combs and all-passes in series.")
        .sigs(&[sig("a", "akkoojoj", Make::Unit(unit::<Nreverb>))])
        .outs(OUTS)
        .ins(INS)
        .source(SOURCE)
        .quiet_init();

/// Definition of `reverb2`.
pub static REVERB2: OpDef = OpDef::new("reverb2", "Older name of nreverb.")
    .sigs(&[sig("a", "akkoojoj", Make::Unit(unit::<Nreverb>))])
    .outs(OUTS)
    .ins(INS)
    .source(SOURCE)
    .quiet_init();

/// Times in seconds and gains of the built-in combs (manual: nreverb).
const COMBS: [[f64; 2]; 6] = [
    [0.055887056, 0.822],
    [0.062439062, 0.802],
    [0.072813073, 0.773],
    [0.080067080, 0.753],
    [0.087789088, 0.753],
    [0.093561094, 0.753],
];
/// Times in seconds and gains of the built-in all-passes.
const ALL_PASSES: [[f64; 2]; 5] =
    [[0.013533014, 0.7], [0.0044070044, 0.7], [0.0014430014, 0.7], [0.0023010023, 0.7], [0.0016770017, 0.7]];
/// Natural logarithm of 0.001, as the reference has it.
const LOG_THOUSANDTH: f64 = -6.9077552789821370521;
/// Most loops of each kind.
const MOST_LOOPS: usize = 4096;

#[derive(Default)]
struct Loop {
    ring: Ring,
    seconds: f64,
    /// Gain of the loop as the table has it.
    given: f64,
    gain: f64,
    low: f64,
}

impl Loop {
    fn tune(&mut self, time: f64, damping: f64) {
        self.gain = math::exp(LOG_THOUSANDTH * self.seconds / (self.given * time)) * (1.0 - damping);
    }
}

#[derive(Default)]
struct Nreverb {
    combs: Vec<Loop>,
    all_passes: Vec<Loop>,
    /// Damping that the combs use.
    damping: f64,
    time_seen: f64,
    damping_seen: f64,
}

/// A loop time in samples: odd and prime, as the reference makes it.
fn prime_from(mut n: i64) -> i64 {
    n |= 1;
    while !looks_prime(n) {
        n += 2;
    }
    n
}

/// Primality as the reference tests it: above 3572 it takes squares of primes for primes.
fn looks_prime(n: i64) -> bool {
    let root = (n as f64).sqrt() as i64;
    let last = if n < 3572 { root } else { root - 1 };
    n > 1 && (2..=last).all(|d| n % d != 0)
}

/// Times and gains of loops: from a table of `count` times and `count` gains, or the built-in ones.
fn plan(world: &World, count: f64, table: f64, builtin: &[[f64; 2]], what: &str) -> OpResult<Vec<[f64; 2]>> {
    if count < 1.0 {
        return Ok(builtin.to_vec());
    }
    let count = (count as usize).min(MOST_LOOPS);
    let table = any_table(world, table)?;
    let points = world.tables.get(table).map_or(&[][..], |t| &t.data[..t.len]);
    if points.len() < count * 2 {
        let text = format!("reverbx; {what} ftable must have {count} time and {count} gain values");
        return Err(OpError::new(text));
    }
    Ok((0..count).map(|i| [points[i], points[count + i]]).collect())
}

fn loops(cx: &Init<'_>, plan: &[[f64; 2]], time: f64, damping: f64) -> OpResult<Vec<Loop>> {
    let mut loops = Vec::with_capacity(plan.len());
    let mut total = 0usize;
    for &[seconds, given] in plan {
        let len = if seconds < 0.0 {
            i64::from(truncated(-seconds))
        } else {
            prime_from(i64::from(truncated(seconds * cx.clock.sr)).clamp(0, 1 << 40))
        };
        let len = usize::try_from(len).unwrap_or(0).max(1);
        total = total.saturating_add(len);
        cx.world.ask_memory(total.saturating_mul(8), "nreverb")?;
        let mut new = Loop {
            ring: Ring::new(len),
            seconds: len as f64 * (1.0 / cx.clock.sr),
            given,
            ..Loop::default()
        };
        new.tune(time, damping);
        loops.push(new);
    }
    Ok(loops)
}

impl Ugen for Nreverb {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let (time, damping) = (cx.k(1), cx.k(2));
        if !(0.0..=1.0).contains(&damping) {
            return Err("High frequency diffusion not in (0, 1)\n".into());
        }
        let combs = plan(cx.world, cx.k(4), cx.k(5), &COMBS, "Combs")?;
        let all_passes = plan(cx.world, cx.k(6), cx.k(7), &ALL_PASSES, "Alpas")?;
        if cx.k(3) == 0.0 || self.combs.is_empty() {
            self.combs = loops(cx, &combs, time, damping)?;
            self.all_passes = loops(cx, &all_passes, time, 0.0)?;
            self.damping = damping;
        }
        (self.time_seen, self.damping_seen) = (time, damping);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        if io.k(1) != self.time_seen || io.k(2) != self.damping_seen {
            self.retune(io.k(1), io.k(2));
        }
        for (out, x) in io.out(0).chunks(BLOCK).zip(io.a(0).chunks(BLOCK)) {
            let mut y = [0.0; BLOCK];
            self.combs(x, &mut y);
            for pass in &mut self.all_passes {
                let gain = pass.gain;
                pass.ring.run(x.len(), |n, slot| {
                    let old = *slot;
                    *slot = gain * old + y[n];
                    y[n] = old - gain * *slot;
                });
            }
            out.iter().zip(y).for_each(|(out, y)| out.set(y));
        }
        Ok(())
    }
}

impl Nreverb {
    /// Adds up the combs, two of them at a time.
    fn combs(&mut self, x: &[Cell<f64>], y: &mut [f64; BLOCK]) {
        let damping = self.damping;
        let turn = |slot: &mut f64, x: f64, y: &mut f64, low: &mut f64, gain: f64| {
            *y += *slot;
            *low = *slot + *low * damping;
            *slot = *low * gain + x;
        };
        let (pairs, last) = self.combs.as_chunks_mut::<2>();
        for [a, b] in pairs {
            let (mut low_a, mut low_b, gains) = (a.low, b.low, [a.gain, b.gain]);
            Ring::run_both(&mut a.ring, &mut b.ring, x.len(), |n, [p, q]| {
                turn(p, x[n].get(), &mut y[n], &mut low_a, gains[0]);
                turn(q, x[n].get(), &mut y[n], &mut low_b, gains[1]);
            });
            (a.low, b.low) = (low_a, low_b);
        }
        for comb in last {
            let (mut low, gain) = (comb.low, comb.gain);
            comb.ring.run(x.len(), |n, slot| turn(slot, x[n].get(), &mut y[n], &mut low, gain));
            comb.low = low;
        }
    }

    /// New settings also forget what the low-passes held (measured on the reference).
    fn retune(&mut self, time: f64, damping: f64) {
        let damping = damping.clamp(0.0, 1.0);
        let time = if time <= 0.0 { 0.001 } else { time };
        for comb in &mut self.combs {
            comb.tune(time, damping);
            comb.low = 0.0;
        }
        for pass in &mut self.all_passes {
            pass.tune(time, 0.0);
        }
        self.damping = damping;
        (self.time_seen, self.damping_seen) = (time, damping);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loop_times_are_primes() {
        assert_eq!([prime_from(8), prime_from(9), prime_from(24), prime_from(1)], [11, 11, 29, 3]);
        assert!(looks_prime(3719) && !looks_prime(3723) && looks_prime(61 * 61));
    }
}
