//! Panning: signals among loudspeakers.

use orchestrion_base::op::OpDef;

mod locsig;
mod midside;
mod pan;
mod pan2;
mod send;
mod space;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &locsig::LOCSIG,
    &locsig::LOCSEND,
    &midside::MS2ST,
    &midside::ST2MS,
    &pan::PAN,
    &pan2::PAN2,
    &space::SPACE,
    &space::SPDIST,
    &space::SPSEND,
];
