//! Time, and what a note knows about itself.

use orchestrion_base::op::OpDef;

mod clock;
mod date;
mod pfields;
mod processor;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &clock::TIMES,
    &clock::TIMEK,
    &clock::ELAPSEDTIME,
    &clock::ELAPSEDCYCLES,
    &clock::TIMEINSTS,
    &clock::TIMEINSTK,
    &clock::EVENTTIME,
    &clock::EVENTCYCLES,
    &clock::RTCLOCK,
    &clock::SYSTIME,
    &clock::CLOCKON,
    &clock::CLOCKOFF,
    &clock::READCLOCK,
    &clock::TEMPO,
    &clock::TEMPOVAL,
    &date::DATE,
    &date::DATES,
    &pfields::P,
    &pfields::PCOUNT,
    &pfields::PINDEX,
    &pfields::PASSIGN,
    &pfields::TIVAL,
    &processor::CPUMETER,
];
