//! `foscil`, `foscili`: two oscillators, one modulating the frequency of the other.

use crate::lookup::{Line, PERIOD, PHASE_MASK, Reading, Step, Wave, power_of_two_table, truncated};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::signal::Input;
use orchestrion_base::world::World;
use std::marker::PhantomData;

const OUTS: &[Port] = &[port("ares", "signal")];
const INS: &[Port] = &[
    port("xamp", "amplitude"),
    port("kcps", "common factor of both frequencies in Hz"),
    port("xcar", "carrier frequency as a multiple of kcps"),
    port("xmod", "modulating frequency as a multiple of kcps"),
    port("kndx", "index of modulation"),
    port("ifn", "table, a power of two long; default -1, a sine"),
    port("iphs", "start phase of both, 0 to 1; negative keeps the phases of the previous note; default 0"),
];
const SOURCE: &str =
    "Manual: foscil, foscili; both phases of 28 bits, steps truncated (measured on the reference)";

/// Definition of `foscil`.
pub static FOSCIL: OpDef =
    OpDef::new("foscil", "Frequency-modulated oscillator pair, without interpolation.")
        .sigs(&[sig("a", "xkxxkjo", Make::Unit(unit::<Foscil<Step>>))])
        .outs(OUTS)
        .ins(INS)
        .source(SOURCE)
        .quiet_init()
        .reads(Res::TABLES);

/// Definition of `foscili`.
pub static FOSCILI: OpDef =
    OpDef::new("foscili", "Frequency-modulated oscillator pair, with linear interpolation.")
        .sigs(&[sig("a", "xkxxkjo", Make::Unit(unit::<Foscil<Line>>))])
        .outs(OUTS)
        .ins(INS)
        .source(SOURCE)
        .quiet_init()
        .reads(Res::TABLES);

#[derive(Default)]
struct Foscil<R> {
    table: f64,
    carrier: i32,
    modulator: i32,
    per_hertz: f64,
    reading: PhantomData<R>,
}

impl<R: Reading> Ugen for Foscil<R> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.table = power_of_two_table(cx.world, cx.k(5))?;
        if cx.k(6) >= 0.0 {
            self.carrier = truncated(cx.k(6) * PERIOD) & PHASE_MASK;
            self.modulator = self.carrier;
        }
        self.per_hertz = PERIOD / cx.clock.sr;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let Some(wave) = world.tables.get(self.table).and_then(Wave::of) else {
            io.set(0, 0.0);
            return Ok(());
        };
        let (amp, car, modulation) = (io.x(0), io.x(2), io.x(3));
        match (amp.fixed(), car.fixed(), modulation.fixed()) {
            (Some(amp), Some(car), Some(modulation)) => self.play(io, wave, amp, car, modulation),
            _ => self.play(io, wave, amp, car, modulation),
        }
        Ok(())
    }
}

impl<R: Reading> Foscil<R> {
    #[inline(never)]
    fn play(
        &mut self,
        io: &Io<'_>,
        wave: Wave<'_>,
        amp: impl Input,
        car: impl Input,
        modulation: impl Input,
    ) {
        let (cps, index, per_hertz) = (io.k(1), io.k(4), self.per_hertz);
        let car = car.map(|car| cps * car);
        let modulation = modulation.map(|modulation| {
            let speed = cps * modulation;
            (index * speed, truncated(speed * per_hertz))
        });
        let (mut carrier, mut modulator) = (self.carrier, self.modulator);
        for (n, out) in io.out(0).iter().enumerate() {
            let (depth, step) = modulation(n);
            let frequency = car(n) + R::at(&wave, modulator) * depth;
            out.set(R::at(&wave, carrier) * amp.at(n));
            modulator = modulator.wrapping_add(step) & PHASE_MASK;
            carrier = carrier.wrapping_add(truncated(frequency * per_hertz)) & PHASE_MASK;
        }
        (self.carrier, self.modulator) = (carrier, modulator);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn without_modulation_it_is_the_carrier() {
        let mut bench = Bench::new(&FOSCILI, 0);
        bench.world.tables.set_builtin_sine(orchestrion_dsp::math::sin);
        for (i, x) in [1.0, 441.0, 2.0, 1.0, 0.0, -1.0].into_iter().enumerate() {
            bench.set(i, x);
        }
        for (n, y) in bench.render(200).iter().enumerate() {
            let want = orchestrion_dsp::math::sin(std::f64::consts::TAU * n as f64 / 50.0);
            assert!((y - want).abs() < 1e-5);
        }
    }
}
