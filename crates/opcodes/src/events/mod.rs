//! Starting, stopping and counting notes.

use orchestrion_base::op::OpDef;

mod compile;
mod lastcycle;
mod life;
mod manage;
mod nstance;
mod off;
mod schedkwhen;
mod schedule;
mod score;
mod sequ;
pub(crate) mod target;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &compile::COMPILESTR,
    &compile::COMPILEORC,
    &compile::COMPILECSD,
    &compile::EVALSTR,
    &compile::RETURN,
    &lastcycle::LASTCYCLE,
    &life::TURNOFF,
    &life::IHOLD,
    &life::XTRATIM,
    &life::RELEASE,
    &manage::ALWAYSON,
    &manage::TURNON,
    &manage::MAXALLOC,
    &manage::CPUPRC,
    &manage::PREALLOC,
    &manage::MUTE,
    &manage::ACTIVE,
    &manage::NSTRNUM,
    &manage::NSTRSTR,
    &manage::MASSIGN,
    &manage::PGMASSIGN,
    &manage::REMOVE,
    &manage::EXITNOW,
    &nstance::NSTANCE,
    &off::TURNOFF2,
    &off::TURNOFF2_I,
    &off::TURNOFF3,
    &schedkwhen::SCHEDKWHEN,
    &schedkwhen::SCHEDKWHENNAMED,
    &schedule::SCHEDULE,
    &schedule::SCHEDULEK,
    &schedule::EVENT,
    &schedule::EVENT_I,
    &schedule::SCHEDWHEN,
    &score::SCORELINE,
    &score::SCORELINE_I,
    &score::READSCORE,
    &score::SETSCOREPOS,
    &score::REWINDSCORE,
    &sequ::SEQU,
    &sequ::SEQUSTATE,
];
