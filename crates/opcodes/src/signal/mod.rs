//! Signals: rate conversion, triggers, measuring and following.

use orchestrion_base::op::OpDef;

mod calculus;
mod convert;
mod counter;
mod delayk;
mod follow;
mod level;
mod metro;
mod scratch;
mod select;
mod sense;
mod seqtime;
mod timedseq;
mod trigger;
mod trighold;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &calculus::DIFF,
    &calculus::INTEG,
    &convert::UPSAMP,
    &convert::DOWNSAMP,
    &convert::INTERP,
    &convert::SAMPHOLD,
    &counter::CNTCREATE,
    &counter::COUNT,
    &counter::COUNT_I,
    &counter::CNTREAD,
    &counter::CNTCYCLES,
    &counter::CNTSTATE,
    &counter::CNTRESET,
    &counter::CNTDELETE,
    &counter::CNTDELETE_I,
    &delayk::DELAYK,
    &delayk::VDEL_K,
    &follow::FOLLOW,
    &follow::FOLLOW2,
    &follow::PEAK,
    &follow::MAX_K,
    &level::RMS,
    &level::GAIN,
    &level::BALANCE,
    &level::BALANCE2,
    &metro::METRO,
    &metro::METRO2,
    &metro::METROBPM,
    &scratch::READSCRATCH,
    &scratch::WRITESCRATCH,
    &select::SELECT,
    &sense::SENSE,
    &sense::SENSEKEY,
    &timedseq::TIMEDSEQ,
    &seqtime::SEQTIME,
    &seqtime::SEQTIME2,
    &seqtime::TRIGSEQ,
    &seqtime::SPLITRIG,
    &trigger::TRIGGER,
    &trigger::CHANGED,
    &trigger::CHANGED2,
    &trighold::TRIGHOLD,
    &trighold::SC_TRIG,
    &trighold::TRIGPHASOR,
    &trighold::SC_PHASOR,
];
