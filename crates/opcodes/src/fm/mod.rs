//! Signal generators: FM synthesis.

use orchestrion_base::op::OpDef;

mod crossfm;
mod fmvoice;
mod instruments;
mod operators;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &crossfm::CROSSFM,
    &crossfm::CROSSFMI,
    &crossfm::CROSSFMPM,
    &crossfm::CROSSFMPMI,
    &crossfm::CROSSPM,
    &crossfm::CROSSPMI,
    &fmvoice::FMVOICE,
    &instruments::FMB3,
    &instruments::FMBELL,
    &instruments::FMMETAL,
    &instruments::FMPERCFL,
    &instruments::FMRHODE,
    &instruments::FMWURLIE,
];
