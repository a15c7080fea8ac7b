//! `oscilikt`, `osciliktp`, `oscilikts`: interpolating oscillators whose table may change.

use crate::phase31::{MASK, Reader, phase_of};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const OUTS: &[Port] = &[port("xres", "signal")];
const AMP: Port = port("xamp", "amplitude");
const CPS: Port = port("xcps", "frequency in Hz");
const TABLE: Port = port("kfn", "table, a power of two long");
const STORED: Port = port("istor", "nonzero keeps the phase of the instance's previous note; default 0");
const SOURCE: &str = "Manual (I. Varga); phase of 31 bits";

/// Definition of `oscilikt`.
pub static OSCILIKT: OpDef = OpDef::new("oscilikt", "Interpolating oscillator whose table may change.")
    .quiet_init()
    .sigs(
        &const {
            let make = Make::Unit(unit::<Oscilikt>);
            [
                sig("a", "kkkoo", make),
                sig("k", "kkkoo", make),
                sig("a", "kakoo", make),
                sig("a", "akkoo", make),
                sig("a", "aakoo", make),
            ]
        },
    )
    .outs(OUTS)
    .ins(&[AMP, CPS, TABLE, port("iphs", "start phase, 0 to 1; default 0"), STORED])
    .source(SOURCE)
    .reads(Res::TABLES)
    .may_fail();

/// Definition of `osciliktp`.
pub static OSCILIKTP: OpDef =
    OpDef::new("osciliktp", "Interpolating oscillator whose table and phase may change.")
        .quiet_init()
        .sigs(&[sig("a", "kkko", Make::Unit(unit::<Osciliktp>))])
        .outs(OUTS)
        .ins(&[
            port("kcps", "frequency in Hz"),
            TABLE,
            port("kphs", "phase, 0 to 1; moves take a k-cycle"),
            STORED,
        ])
        .source(SOURCE)
        .reads(Res::TABLES)
        .may_fail();

/// Definition of `oscilikts`.
pub static OSCILIKTS: OpDef =
    OpDef::new("oscilikts", "Interpolating oscillator that can be set back to a phase.")
        .quiet_init()
        .sigs(&[sig("a", "xxkako", Make::Unit(unit::<Oscilikts>))])
        .outs(OUTS)
        .ins(&[
            AMP,
            CPS,
            TABLE,
            port("async", "sets the phase to kphs in every sample in which it is above 0"),
            port("kphs", "phase to be set to, 0 to 1; at first as well"),
            STORED,
        ])
        .source(SOURCE)
        .reads(Res::TABLES)
        .may_fail();

#[derive(Default)]
struct Oscilikt {
    phase: u32,
}

impl Ugen for Oscilikt {
    const SEAMLESS: Option<&'static [usize]> = Some(&[0, 1]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(4) == 0.0 {
            self.phase = phase_of(cx.k(3).fract());
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let wave = Reader::find(world, io.k(2))?;
        let (period, mut phase) = (1.0 / io.rate(), self.phase);
        let (amp, step) = (io.x(0), io.x(1).map(|cps| phase_of(cps * period)));
        for (n, out) in io.out(0).iter().enumerate() {
            let y = wave.line(phase) * amp.at(n);
            phase = phase.wrapping_add(step(n)) & MASK;
            out.set(y);
        }
        self.phase = phase;
        Ok(())
    }
}

#[derive(Default)]
struct Osciliktp {
    phase: u32,
    /// `kphs` in the last cycle; `None` before the first.
    seen: Option<f64>,
}

impl Ugen for Osciliktp {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(3) == 0.0 {
            *self = Self::default();
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let wave = Reader::find(world, io.k(1))?;
        let wanted = io.k(2);
        let seen = self.seen.unwrap_or_else(|| {
            self.phase = phase_of(wanted.fract());
            wanted
        });
        self.seen = Some(wanted);
        let moved = phase_of((wanted - seen) / io.samples_len() as f64);
        let step = phase_of(io.k(0) / io.clock.sr).wrapping_add(moved);
        for out in io.out(0) {
            out.set(wave.line(self.phase));
            self.phase = self.phase.wrapping_add(step) & MASK;
        }
        Ok(())
    }
}

#[derive(Default)]
struct Oscilikts {
    phase: u32,
    started: bool,
}

impl Ugen for Oscilikts {
    const SEAMLESS: Option<&'static [usize]> = Some(&[0, 1]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(5) == 0.0 {
            *self = Self::default();
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let wave = Reader::find(world, io.k(2))?;
        let period = 1.0 / io.clock.sr;
        let (amp, step, reset) = (io.x(0), io.x(1).map(|cps| phase_of(cps * period)), io.x(3));
        let start = phase_of(io.k(4).fract());
        let mut phase = if self.started { self.phase } else { start };
        self.started = true;
        for (n, out) in io.out(0).iter().enumerate() {
            if reset.at(n) > 0.0 {
                phase = start;
            }
            let y = wave.line(phase) * amp.at(n);
            phase = phase.wrapping_add(step(n)) & MASK;
            out.set(y);
        }
        self.phase = phase;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn a_sine_is_set_back() {
        let mut bench = Bench::new(&OSCILIKTS, 0);
        bench.world.tables.set_builtin_sine(orchestrion_dsp::math::sin);
        bench.audio_in(3, |n| if n == 30 { 1.0 } else { 0.0 });
        for (i, x) in [(0, 1.0), (1, 441.0), (2, -1.0), (4, 0.25)] {
            bench.set(i, x);
        }
        let out = bench.render(64);
        for n in 0..64 {
            let want = orchestrion_dsp::math::cos(std::f64::consts::TAU * (n % 30) as f64 / 100.0);
            assert!(n >= 60 || (out[n] - want).abs() < 1e-6, "{n}");
        }
    }
}
