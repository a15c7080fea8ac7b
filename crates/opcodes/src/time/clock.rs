//! Time of the performance and of the note: `times`, `timek`, `timeinsts`, `timeinstk`, `elapsedtime`,
//! `elapsedcycles`, `eventtime`, `eventcycles`, and the clocks that an offline render does not have.

use crate::step::{Step, at_both, at_init, at_perf};
use orchestrion_base::error::OpResult;
use orchestrion_base::event::Command;
use orchestrion_base::op::{Init, Make, OpDef, Res, Sig, Ugen, WorldUgen, port, sig, unit, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const fn def(name: &'static str, summary: &'static str, sigs: &'static [Sig]) -> OpDef {
    OpDef::new(name, summary)
        .sigs(sigs)
        .outs(const { &[port("xtime", "seconds or k-cycles")] })
        .source("Manual: times, timek, timeinsts; ends of cycles measured on the reference (semantics G5)")
}

/// Definition of `times`.
pub static TIMES: OpDef = def(
    "times",
    "Time in seconds since the start of the performance, to the end of this k-cycle.",
    &[sig("k", "", Make::Unit(unit::<Now<0, true>>)), sig("i", "", Make::Init(now::<0, true>))],
);
/// Definition of `timek`.
pub static TIMEK: OpDef = def(
    "timek",
    "k-cycles since the start of the performance, this one included.",
    &[sig("k", "", Make::Unit(unit::<Now<0, false>>)), sig("i", "", Make::Init(now::<0, false>))],
);
/// Definition of `elapsedtime`.
pub static ELAPSEDTIME: OpDef = def(
    "elapsedtime",
    "Time in seconds since the start of the performance, to the start of this k-cycle.",
    &[sig("k", "", Make::Unit(unit::<Now<1, true>>)), sig("i", "", Make::Init(now::<1, true>))],
);
/// Definition of `elapsedcycles`.
pub static ELAPSEDCYCLES: OpDef = def(
    "elapsedcycles",
    "k-cycles since the start of the performance, without this one.",
    &[sig("k", "", Make::Unit(unit::<Now<1, false>>)), sig("i", "", Make::Init(now::<1, false>))],
);
/// Definition of `timeinsts`.
pub static TIMEINSTS: OpDef = def(
    "timeinsts",
    "Time in seconds since the start of the note, to the end of this k-cycle.",
    &[sig("k", "", Make::Unit(unit::<Since<0, true>>))],
);
/// Definition of `timeinstk`.
pub static TIMEINSTK: OpDef = def(
    "timeinstk",
    "k-cycles since the start of the note, this one included.",
    &[sig("k", "", Make::Unit(unit::<Since<0, false>>))],
);
/// Definition of `eventtime`.
pub static EVENTTIME: OpDef = def(
    "eventtime",
    "Time in seconds since the start of the note, to the start of this k-cycle.",
    &[sig("k", "", Make::Unit(unit::<Since<1, true>>))],
);
/// Definition of `eventcycles`.
pub static EVENTCYCLES: OpDef = def(
    "eventcycles",
    "k-cycles since the start of the note, without this one.",
    &[sig("k", "", Make::Unit(unit::<Since<1, false>>))],
);
/// Definition of `rtclock`.
pub static RTCLOCK: OpDef = def(
    "rtclock",
    "Clock time in seconds since the start of the run.",
    &[sig("i", "", at_init::<Rendered>()), sig("k", "", at_perf::<Rendered>())],
)
.differences(&["a render has no clock: this is the time rendered so far"]);
/// Definition of `systime`.
pub static SYSTIME: OpDef = def(
    "systime",
    "Clock time in milliseconds.",
    &[sig("k", "", at_both::<Milliseconds>()), sig("i", "", at_init::<Milliseconds>())],
)
.differences(&["a render has no clock: this is the time rendered so far"]);
/// Definition of `clockon`.
pub static CLOCKON: OpDef = OpDef::new("clockon", "Starts a clock of processor time.")
    .sigs(&[sig("", "i", at_both::<Nothing>())])
    .ins(&[port("inum", "number of the clock")])
    .source("Manual: clockon")
    .differences(&["does nothing: a render has no clock"]);
/// Definition of `clockoff`.
pub static CLOCKOFF: OpDef = OpDef::new("clockoff", "Stops a clock of processor time.")
    .sigs(&[sig("", "i", at_both::<Nothing>())])
    .ins(&[port("inum", "number of the clock")])
    .source("Manual: clockoff")
    .differences(&["does nothing: a render has no clock"]);
/// Definition of `readclock`.
pub static READCLOCK: OpDef = OpDef::new("readclock", "Reads a clock of processor time.")
    .sigs(&[sig("i", "i", at_init::<Nothing>())])
    .outs(&[port("ir", "0")])
    .ins(&[port("inum", "number of the clock")])
    .source("Manual: readclock")
    .differences(&["always 0: a render has no clock"]);
/// Definition of `tempoval`.
pub static TEMPOVAL: OpDef = OpDef::new("tempoval", "Tempo that the opcode tempo set.")
    .sigs(&[sig("k", "", at_perf::<Tempo>())])
    .outs(&[port("kres", "beats per minute; 60 without -t")])
    .source("Manual: tempoval; measured on the reference")
    .reads(Res::EVENTS)
    .differences(&[
        "the manual speaks of percents above or below 60; as the reference, ours gives beats per minute",
    ]);
/// Definition of `tempo`.
pub static TEMPO: OpDef =
    OpDef::new("tempo", "Sets the tempo of a score that is performed with the flag -t.")
        .sigs(&[sig("", "ki", Make::Unit(world_unit::<SetTempo>))])
        .ins(&[
            port("ktempo", "beats per minute; set when it changes, ignored unless above 0"),
            port("istartempo", "beats per minute, above 0; set at init"),
        ])
        .source(
            "Manual: tempo; without -t an init error as in the reference. Measured: what is still to come of the \
             score follows, and the ends of notes that play; the event that is next keeps its start; events that \
             notes schedule keep their seconds",
        )
        .writes(Res::EVENTS)
        .may_fail();

#[derive(Default)]
struct SetTempo {
    /// What was last set or ignored.
    previous: f64,
}

impl WorldUgen for SetTempo {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.world.tempo.is_none() {
            return Err("beat mode is not in force: give the flag -t, or leave out tempo".into());
        }
        self.previous = cx.io.k(1);
        if self.previous.is_nan() || self.previous <= 0.0 {
            return Err("tempo: istartempo must be above 0".into());
        }
        set_tempo(cx.world, self.previous)
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let tempo = io.k(0);
        if tempo == self.previous {
            return Ok(());
        }
        self.previous = tempo;
        set_tempo(world, tempo)
    }
}

fn set_tempo(world: &mut World, tempo: f64) -> OpResult {
    if tempo > 0.0 && tempo.is_finite() {
        world.tempo = Some(tempo);
        world.request(Command::FollowTempo)?;
    }
    Ok(())
}

/// Local k-cycles from the start of the performance to the end of this one; at init those that are
/// complete. An init pass in the middle of a performance (`reinit`) belongs to the cycle it is in.
fn cycles(io: &Io<'_>, performing: bool) -> f64 {
    (io.abs_cycle() + u64::from(performing || io.note.reinit.get())) as f64
}

fn value<const EARLIER: u8, const SECONDS: bool>(io: &Io<'_>, cycles: f64) -> f64 {
    let cycles = cycles - f64::from(EARLIER);
    if SECONDS { cycles * (1.0 / io.clock.kr) } else { cycles }
}

fn now<const EARLIER: u8, const SECONDS: bool>(cx: &mut Init<'_>) -> OpResult {
    cx.io.set(0, value::<EARLIER, SECONDS>(&cx.io, cycles(&cx.io, false)));
    Ok(())
}

#[derive(Default)]
struct Now<const EARLIER: u8, const SECONDS: bool>;

impl<const EARLIER: u8, const SECONDS: bool> Ugen for Now<EARLIER, SECONDS> {
    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        io.set(0, value::<EARLIER, SECONDS>(io, cycles(io, true)));
        Ok(())
    }
}

#[derive(Default)]
struct Since<const EARLIER: u8, const SECONDS: bool> {
    start: f64,
}

impl<const EARLIER: u8, const SECONDS: bool> Ugen for Since<EARLIER, SECONDS> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.start = cycles(&cx.io, false);
        cx.io.set(0, 0.0);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        io.set(0, value::<EARLIER, SECONDS>(io, cycles(io, true) - self.start));
        Ok(())
    }
}

struct Rendered;

impl Step for Rendered {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        io.set(0, io.abs_cycle() as f64 / io.clock.kr);
        Ok(())
    }
}

struct Milliseconds;

impl Step for Milliseconds {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        io.set(0, (io.abs_cycle() as f64 / io.clock.kr * 1000.0).floor());
        Ok(())
    }
}

struct Nothing;

impl Step for Nothing {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        io.set(0, 0.0);
        Ok(())
    }
}

struct Tempo;

impl Step for Tempo {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        io.set(0, world.whole_tempo());
        Ok(())
    }
}
