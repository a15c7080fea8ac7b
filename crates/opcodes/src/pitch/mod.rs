//! Pitch and level converters.

use orchestrion_base::op::OpDef;

mod convert;
mod names;
mod tuning;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &convert::OCTPCH,
    &convert::PCHOCT,
    &convert::CPSOCT,
    &convert::CPSPCH,
    &convert::OCTCPS,
    &convert::CPSMIDINN,
    &convert::OCTMIDINN,
    &convert::PCHMIDINN,
    &convert::PCHTOM,
    &convert::MTOF,
    &convert::FTOM,
    &convert::SEMITONE,
    &convert::CENT,
    &convert::OCTAVE,
    &convert::DB,
    &convert::AMPDB,
    &convert::DBAMP,
    &convert::AMPDBFS,
    &convert::DBFSAMP,
    &names::NTOM,
    &names::NTOF,
    &names::MTON,
    &tuning::CPS2PCH,
    &tuning::CPSXPCH,
    &tuning::CPSTUNI,
    &tuning::CPSTUN,
];
