//! `lineto`, `tlineto`: straight glides between control values.

use crate::lookup::truncated;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `lineto`.
pub static LINETO: OpDef = OpDef::new("lineto", "Glides in a straight line to each new value.")
    .sigs(&[sig("k", "kk", Make::Unit(unit::<Lineto>))])
    .outs(&[port("kres", "gliding signal")])
    .ins(&[port("ksig", "control signal"), port("ktime", "time of a glide in seconds")])
    .source("Manual: lineto; step = way / (kr ktime - 1), measured on the reference");

/// Definition of `tlineto`.
pub static TLINETO: OpDef = OpDef::new("tlineto", "Glides in a straight line when triggered.")
    .sigs(&[sig("k", "kkk", Make::Unit(unit::<Tlineto>))])
    .outs(&[port("kres", "gliding signal")])
    .ins(&[
        port("ksig", "control signal"),
        port("ktime", "time of a glide in seconds"),
        port("ktrig", "nonzero starts a glide to the present value of ksig"),
    ])
    .source("Manual: tlineto; step = way / (kr ktime + 1), measured on the reference");

#[derive(Default)]
struct Lineto {
    started: bool,
    elapsed: f64,
    duration: f64,
    step: f64,
    target: f64,
    value: f64,
}

impl Ugen for Lineto {
    fn init(&mut self, _: &mut Init<'_>) -> OpResult {
        *self = Self { target: self.target, value: self.value, ..Self::default() };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (signal, kr) = (io.k(0), io.clock.kr);
        if !self.started {
            self.started = true;
            (self.target, self.value) = (signal, signal);
        }
        if signal != self.target && self.elapsed > self.duration {
            self.duration = io.k(1);
            self.value = self.target;
            self.elapsed = 0.0;
            self.step = (signal - self.target) / (f64::from(truncated(kr * self.duration)) - 1.0);
            self.target = signal;
        } else if self.elapsed < self.duration {
            self.value += self.step;
        }
        self.elapsed += 1.0 / kr;
        io.set(0, self.value);
        Ok(())
    }
}

#[derive(Default)]
struct Tlineto {
    started: bool,
    elapsed: f64,
    duration: f64,
    step: f64,
    target: f64,
    value: f64,
}

impl Ugen for Tlineto {
    fn init(&mut self, _: &mut Init<'_>) -> OpResult {
        *self = Self { target: self.target, value: self.value, duration: 1.0, ..Self::default() };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (signal, kr) = (io.k(0), io.clock.kr);
        if !self.started {
            self.started = true;
            (self.target, self.value) = (signal, signal);
        }
        if io.k(2) != 0.0 {
            self.duration = io.k(1);
            self.elapsed = 0.0;
            self.step = (signal - self.target) / (f64::from(truncated(kr * self.duration)) + 1.0);
            self.target = signal;
        } else if self.elapsed < self.duration {
            self.elapsed += 1.0 / kr;
            self.value += self.step;
        }
        io.set(0, self.value);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn glides() {
        let mut bench = Bench::new(&LINETO, 0);
        bench.set(1, 5.0 / bench.clock.kr);
        bench.render(2);
        bench.set(0, 4.0);
        assert_eq!(bench.render(5), [0.0, 1.0, 2.0, 3.0, 4.0]);
    }
}
