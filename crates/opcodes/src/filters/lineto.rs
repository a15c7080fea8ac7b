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
    .source("Manual: lineto; step = way / (kr ktime - 1), measured on the reference")
    .quiet_init();

/// Definition of `tlineto`.
pub static TLINETO: OpDef = OpDef::new("tlineto", "Glides in a straight line when triggered.")
    .quiet_init()
    .sigs(&[sig("k", "kkk", Make::Unit(unit::<Tlineto>))])
    .outs(&[port("kres", "gliding signal")])
    .ins(&[
        port("ksig", "control signal"),
        port("ktime", "time of a glide in seconds"),
        port("ktrig", "nonzero starts a glide to the present value of ksig"),
    ])
    .source("Manual: tlineto; step = way / (kr ktime + 1), measured on the reference");

/// A glide from one value of the signal to another.
#[derive(Default)]
struct Glide {
    started: bool,
    elapsed: f64,
    duration: f64,
    step: f64,
    target: f64,
    value: f64,
}

impl Glide {
    /// At init: what has been reached is kept.
    fn reset(&mut self, duration: f64) {
        *self = Self { target: self.target, value: self.value, duration, ..Self::default() };
    }

    /// In the first cycle the signal is where it wants to be.
    fn begin(&mut self, signal: f64) {
        if !self.started {
            self.started = true;
            (self.target, self.value) = (signal, signal);
        }
    }

    /// A new glide, in as many steps as its duration has cycles, and `more`.
    fn turn(&mut self, signal: f64, duration: f64, kr: f64, more: f64) {
        self.duration = duration;
        self.elapsed = 0.0;
        self.step = (signal - self.target) / (f64::from(truncated(kr * duration)) + more);
        self.target = signal;
    }
}

#[derive(Default)]
struct Lineto(Glide);

impl Ugen for Lineto {
    fn init(&mut self, _: &mut Init<'_>) -> OpResult {
        self.0.reset(0.0);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (glide, signal, kr) = (&mut self.0, io.k(0), io.clock.kr);
        glide.begin(signal);
        if signal != glide.target && glide.elapsed > glide.duration {
            glide.value = glide.target;
            glide.turn(signal, io.k(1), kr, -1.0);
        } else if glide.elapsed < glide.duration {
            glide.value += glide.step;
        }
        glide.elapsed += 1.0 / kr;
        io.set(0, glide.value);
        Ok(())
    }
}

#[derive(Default)]
struct Tlineto(Glide);

impl Ugen for Tlineto {
    fn init(&mut self, _: &mut Init<'_>) -> OpResult {
        self.0.reset(1.0);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (glide, signal, kr) = (&mut self.0, io.k(0), io.clock.kr);
        glide.begin(signal);
        if io.k(2) != 0.0 {
            glide.turn(signal, io.k(1), kr, 1.0);
        } else if glide.elapsed < glide.duration {
            glide.elapsed += 1.0 / kr;
            glide.value += glide.step;
        }
        io.set(0, glide.value);
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
