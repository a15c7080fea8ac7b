//! `vosim`: bursts of pulses of falling strength at a formant frequency, one burst for each period.

use crate::lookup::{PERIOD, PHASE_MASK, Reading, Step, Wave, power_of_two_table, truncated};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `vosim`.
pub static VOSIM: OpDef = OpDef::new("vosim", "Bursts of pulses that imitate the formants of a voice.")
    .quiet_init()
    .sigs(&[sig("a", "kkkkkkio", Make::Unit(unit::<Vosim>))])
    .outs(&[port("ar", "signal")])
    .ins(&[
        port("kamp", "amplitude of a burst's first pulse"),
        port("kfund", "bursts per second in Hz; its sign does not matter"),
        port("kform", "pulses per second within a burst in Hz; negative reads the table backwards"),
        port("kdecay", "loss of amplitude from pulse to pulse"),
        port("kpulsecount", "number of pulses in a burst"),
        port("kpulsefactor", "ratio of the lengths of successive pulses, as a factor of their frequency"),
        port("ifn", "table of the pulse, a power of two long, usually a squared sine"),
        port("iskip", "nonzero keeps the state of the instance's previous note; default 0"),
    ])
    .source("Manual: vosim; W. Kaegi and S. Tempelaars, J. Audio Eng. Soc. 26(6), 1978; phase of 28 bits")
    .reads(Res::TABLES);

/// Phases from here on have wrapped.
const WRAPPED: i32 = PHASE_MASK + 1;

#[derive(Default)]
struct Vosim {
    table: f64,
    /// Samples left of the burst's period.
    left: i32,
    /// Pulses left, the sounding one included.
    pulses: i32,
    phase: i32,
    step: i32,
    amp: f64,
    loss: f64,
    factor: f64,
}

impl Vosim {
    /// Starts a burst. Amplitude and step are those of the pulse before the first.
    fn burst(&mut self, io: &Io<'_>) {
        let frequency = io.k(1).abs();
        self.pulses = truncated(io.k(4)).saturating_add(1);
        self.left = if frequency == 0.0 { i32::MAX } else { (io.clock.sr / frequency) as i32 };
        if self.left <= 0 {
            // Too short for a sample: a cycle of silence.
            (self.left, self.pulses) = (io.clock.ksmps as i32, 0);
        }
        (self.loss, self.factor) = (io.k(3), io.k(5));
        self.amp = io.k(0) + self.loss;
        self.step = truncated(io.k(2) * (PERIOD / io.clock.sr));
        self.phase = if self.step >= 0 { WRAPPED } else { -1 };
        if self.factor != 0.0 {
            self.step = truncated(f64::from(self.step) / self.factor);
        }
    }

    /// Starts a pulse, or ends the burst where no pulse is left or the next one would not fit.
    fn pulse(&mut self) {
        self.phase &= PHASE_MASK;
        self.step = truncated(f64::from(self.step) * self.factor);
        let length = if self.step == 0 { i32::MAX } else { (PERIOD / f64::from(self.step)).abs() as i32 };
        self.pulses = if self.pulses <= 0 || length > self.left { 0 } else { self.pulses - 1 };
        self.amp -= self.loss;
    }
}

impl Ugen for Vosim {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(7) == 0.0 || self.table == 0.0 {
            let table = power_of_two_table(cx.world, cx.k(6))?;
            *self = Self { table, ..Self::default() };
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let Some(wave) = world.tables.get(self.table).and_then(Wave::of) else {
            io.set(0, 0.0);
            return Ok(());
        };
        for out in io.out(0) {
            if self.left == 0 {
                self.burst(io);
            }
            if !(0..WRAPPED).contains(&self.phase) && (self.pulses > 0) {
                self.pulse();
            }
            self.left -= 1;
            if self.pulses <= 0 {
                out.set(0.0);
                continue;
            }
            self.phase &= PHASE_MASK;
            out.set(Step::at(&wave, self.phase) * self.amp);
            self.phase = self.phase.wrapping_add(self.step);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;
    use orchestrion_base::table::Table;

    #[test]
    fn a_burst_has_its_pulses_and_then_rests() {
        let mut bench = Bench::new(&VOSIM, 0);
        bench.world.tables.insert(1, Table::new(vec![1.0; 9]));
        for (i, x) in [1.0, 441.0, 2205.0, 0.25, 3.0, 1.0, 1.0].into_iter().enumerate() {
            bench.set(i, x);
        }
        let out = bench.render(200);
        assert_eq!((out[5], out[30], out[50], out[80], out[105]), (1.0, 0.75, 0.5, 0.0, 1.0));
    }
}
