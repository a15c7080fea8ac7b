//! `metro`, `metro2`, `metrobpm`: metronomes.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const PHASE: Port =
    port("initphase", "0 ticks at once, up to 1; negative goes on from the previous note; default 0");

/// Definition of `metro`.
pub static METRO: OpDef = OpDef::new("metro", "Ticks at a frequency.")
    .sigs(&[sig("k", "ko", Make::Unit(unit::<Metro>))])
    .outs(&[port("ktrig", "1 at a tick, else 0")])
    .ins(&[port("kfreq", "ticks per second in Hz"), PHASE])
    .source("Manual: metro")
    .quiet_init();
/// Definition of `metrobpm`.
pub static METROBPM: OpDef = OpDef::new("metrobpm", "Ticks at a tempo, held for part of a beat.")
    .quiet_init()
    .sigs(&[sig("k", "koO", Make::Unit(unit::<MetroBpm>))])
    .outs(&[port("ktrig", "1 from a tick until the gate closes, else 0")])
    .ins(&[
        port("kbpm", "ticks per minute"),
        PHASE,
        port("kgate", "part of a beat to hold, 0 to 1; default 0"),
    ])
    .source("Manual: metrobpm");
/// Definition of `metro2`.
pub static METRO2: OpDef = OpDef::new("metro2", "Ticks at a frequency with swing.")
    .quiet_init()
    .sigs(&[sig("k", "kkpo", Make::Unit(unit::<Metro2>))])
    .outs(&[port("ktrig", "1 at a tick, iamp at a swung tick, else 0")])
    .ins(&[
        port("kfreq", "ticks per second in Hz, both kinds together"),
        port("kswing", "place of the swung tick between two others, 0 to 1"),
        port("iamp", "value of the swung tick; default 1"),
        PHASE,
    ])
    .source("Manual: metro2");

/// A phase from 0 to 1 that ticks when it is passed, and at the very start if it stands at 0.
#[derive(Default)]
struct Ticks {
    phase: f64,
    first: bool,
}

impl Ticks {
    fn start(&mut self, phase: f64) {
        self.phase = phase;
        self.first = true;
    }

    fn tick(&mut self, step: f64, end: f64) -> bool {
        let at_start = self.phase == 0.0 && self.first;
        if !at_start {
            self.phase += step;
            if !(self.phase >= end) {
                return false;
            }
            self.phase -= 1.0;
        }
        self.first = false;
        true
    }
}

#[derive(Default)]
struct Metro {
    ticks: Ticks,
}

fn start(cx: &Init<'_>, input: usize, ticks: &mut Ticks) {
    let phase = cx.k(input);
    ticks.first = true;
    if phase >= 0.0 {
        ticks.start(phase - phase.trunc());
    }
}

impl Ugen for Metro {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        start(cx, 1, &mut self.ticks);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let tick = self.ticks.tick(io.k(0) * (1.0 / io.clock.kr), 1.0);
        io.set(0, f64::from(tick));
        Ok(())
    }
}

#[derive(Default)]
struct MetroBpm {
    ticks: Ticks,
}

impl Ugen for MetroBpm {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        start(cx, 1, &mut self.ticks);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        if self.ticks.tick(io.k(0) * (1.0 / io.clock.kr) / 60.0, 1.0) {
            io.set(0, 1.0);
        } else if self.ticks.phase >= io.k(2) {
            io.set(0, 0.0);
        }
        Ok(())
    }
}

#[derive(Default)]
struct Metro2 {
    main: Ticks,
    swung: Ticks,
    swing: f64,
}

impl Ugen for Metro2 {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let (swing, phase) = (cx.k(1), cx.k(3));
        start(cx, 3, &mut self.main);
        self.swung.first = true;
        if phase >= 0.0 {
            self.swung.start(phase - phase.trunc() + 1.0 - swing);
        }
        self.swing = swing;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let step = io.k(0) * (1.0 / io.clock.kr) * 0.5;
        let main = self.main.tick(step, 1.0);
        let swung = self.swung.tick(step, 1.0 + io.k(1) - self.swing);
        io.set(0, if swung { io.k(2) } else { f64::from(main) });
        Ok(())
    }
}
