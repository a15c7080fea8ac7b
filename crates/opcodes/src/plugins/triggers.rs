//! `schmitt`, `accum`, `mtro`: triggers and counters.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `schmitt`.
pub static SCHMITT: OpDef = OpDef::new("schmitt", "Compares a signal with two thresholds.")
    .sigs(&[sig("k", "kkk", Make::Unit(unit::<Schmitt>)), sig("a", "akk", Make::Unit(unit::<Schmitt>))])
    .outs(&[port("xout", "1 from where the signal reaches khigh to where it falls to klow, else 0")])
    .ins(&[port("xin", "signal"), port("khigh", "upper threshold"), port("klow", "lower threshold")])
    .extension()
    .source("Manual of csound-plugins: schmitt")
    .quiet_init();
/// Definition of `accum`.
pub static ACCUM: OpDef = OpDef::new("accum", "Adds a number in every k-cycle or sample.")
    .quiet_init()
    .sigs(&[sig("k", "koO", Make::Unit(unit::<Accum>)), sig("a", "koO", Make::Unit(unit::<Accum>))])
    .outs(&[port("xout", "sum before the addition")])
    .ins(&[
        port("kstep", "number to add"),
        port("initial", "sum at the start; default 0"),
        port("kreset", "1 sets the sum back to where it started; default 0"),
    ])
    .extension()
    .source("Manual of csound-plugins: accum");
/// Definition of `mtro`.
pub static MTRO: OpDef = OpDef::new("mtro", "A metronome that does not drift.")
    .quiet_init()
    .sigs(&[sig("k", "kp", Make::Unit(unit::<Metro>))])
    .outs(&[port("kout", "1 in k-cycles with a beat, else 0")])
    .ins(&[
        port("kfreq", "beats per second"),
        port("iphase", "1 beats in the first cycle, 0 one period later; default 1"),
    ])
    .extension()
    .source("Manual of csound-plugins: mtro");

#[derive(Default)]
struct Schmitt {
    on: bool,
}

impl Ugen for Schmitt {
    fn init(&mut self, _: &mut Init<'_>) -> OpResult {
        self.on = false;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (input, high, low) = (io.x(0), io.k(1), io.k(2));
        for (n, out) in io.out(0).iter().enumerate() {
            let x = input.at(n);
            self.on = x > low && (x >= high || self.on);
            out.set(f64::from(u8::from(self.on)));
        }
        Ok(())
    }
}

#[derive(Default)]
struct Accum {
    sum: f64,
}

impl Ugen for Accum {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.sum = cx.k(1);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        if io.k(2) == 1.0 {
            self.sum = io.k(1);
        }
        let step = io.k(0);
        for out in io.out(0) {
            out.set(self.sum);
            self.sum += step;
        }
        Ok(())
    }
}

/// The phase is counted in cycles since the last beat or change of frequency, not summed up.
#[derive(Default)]
struct Metro {
    phase: f64,
    cycles: f64,
    frequency: f64,
}

impl Ugen for Metro {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        *self = Self { phase: cx.k(1), cycles: 0.0, frequency: 0.0 };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let frequency = io.k(0);
        if frequency != self.frequency {
            self.phase += self.cycles * self.frequency / io.clock.kr;
            self.cycles = 0.0;
            self.frequency = frequency;
        }
        let phase = self.phase + self.cycles * (frequency / io.clock.kr);
        let beat = phase >= 1.0;
        if beat {
            self.phase = phase - 1.0;
            self.cycles = 0.0;
        }
        self.cycles += 1.0;
        io.set(0, f64::from(u8::from(beat)));
        Ok(())
    }
}
