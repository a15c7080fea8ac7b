//! `jitter`, `jitter2`: slow random movement of straight lines.

use crate::random::phase::{Line, Phase, scale};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `jitter`.
pub static JITTER: OpDef = OpDef::new("jitter", "Random straight lines at a rate that is random itself.")
    .sigs(&[sig("k", "kkk", Make::Unit(world_unit::<Jitter>))])
    .outs(&[port("kout", "-kamp to kamp")])
    .ins(&[
        port("kamp", "amplitude"),
        port("kcpsMin", "slowest rate in Hz"),
        port("kcpsMax", "fastest rate in Hz"),
    ])
    .reads(Res::RANDOM)
    .writes(Res::RANDOM)
    .source("Manual: jitter; sequence measured on the reference (semantics J4)");
/// Definition of `jitter2`.
pub static JITTER2: OpDef = OpDef::new("jitter2", "Sum of random straight lines at three rates.")
    .sigs(&[sig("k", "kkkkkkko", Make::Unit(world_unit::<Jitter2>))])
    .outs(&[port("kout", "-ktotamp times the amplitudes to as much")])
    .ins(&[
        port("ktotamp", "amplitude of the sum"),
        port("kamp1", "amplitude of the first line; all amplitudes and rates 0 take defaults"),
        port("kcps1", "rate of the first line in Hz"),
        port("kamp2", "amplitude of the second line"),
        port("kcps2", "rate of the second line in Hz"),
        port("kamp3", "amplitude of the third line"),
        port("kcps3", "rate of the third line in Hz"),
        port("iopt", "not 0 starts with random numbers instead of 0; default 0"),
    ])
    .reads(Res::RANDOM)
    .writes(Res::RANDOM)
    .source("Manual: jitter2");

#[derive(Default)]
struct Jitter {
    phase: Phase,
    line: Line,
    cps: f64,
    starting: bool,
}

impl Jitter {
    fn turn(&mut self, io: &Io<'_>, world: &mut World) {
        self.cps = world.random.gab.unit() * (io.k(2) - io.k(1)) + io.k(1);
        self.line.next(world.random.gab.bipolar());
    }
}

impl WorldUgen for Jitter {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.line.to = cx.world.random.gab.bipolar();
        self.starting = true;
        self.phase = Phase::default();
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        if self.starting {
            self.starting = false;
            let y = self.line.to * io.k(0);
            self.turn(io, world);
            io.set(0, y);
            return Ok(());
        }
        let y = self.line.at(self.phase) * io.k(0);
        if self.phase.advance(self.cps, scale(io.clock.kr)) {
            self.turn(io, world);
        }
        io.set(0, y);
        Ok(())
    }
}

/// Amplitudes and rates that the reference takes if none are given.
const DEFAULTS: [(f64, f64); 3] = [(0.5, 0.82071231913), (0.3, 7.009019029039107), (0.2, 10.0)];

#[derive(Default)]
struct Jitter2 {
    defaults: bool,
    phases: [Phase; 3],
    lines: [Line; 3],
}

impl WorldUgen for Jitter2 {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        // The third rate does not count here, as in the reference.
        self.defaults = [1, 2, 3, 4, 5].iter().all(|&i| cx.io.k(i) == 0.0);
        self.phases = [Phase::default(); 3];
        for line in &mut self.lines {
            // The number that the previous note was heading for remains.
            *line = Line { from: 0.0, to: line.to, ..Line::default() };
            if cx.io.k(7) != 0.0 {
                line.next(cx.world.random.gab.bipolar());
            }
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let parts =
            if self.defaults { DEFAULTS } else { [0, 1, 2].map(|i| (io.k(1 + 2 * i), io.k(2 + 2 * i))) };
        let mut sum = 0.0;
        for ((line, phase), (amp, _)) in self.lines.iter().zip(&self.phases).zip(parts) {
            sum += line.at(*phase) * amp;
        }
        sum *= io.k(0);
        for ((line, phase), (_, cps)) in self.lines.iter_mut().zip(&mut self.phases).zip(parts) {
            if phase.advance(cps, scale(io.clock.kr)) {
                line.next(world.random.gab.bipolar());
            }
        }
        io.set(0, sum);
        Ok(())
    }
}
