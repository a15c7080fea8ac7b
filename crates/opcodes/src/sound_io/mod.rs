//! Input and output of the orchestra, channel by channel.

use orchestrion_base::op::OpDef;

mod input;
mod monitor;
mod output;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &input::IN,
    &input::INS,
    &input::INQ,
    &input::INH,
    &input::INO,
    &input::INX,
    &input::IN32,
    &input::INCH,
    &input::INRG,
    &monitor::MONITOR,
    &output::OUT,
    &output::OUTS,
    &output::OUTQ,
    &output::OUTH,
    &output::OUTO,
    &output::OUTX,
    &output::OUT32,
    &output::OUTC,
    &output::OUTS1,
    &output::OUTS2,
    &output::OUTQ1,
    &output::OUTQ2,
    &output::OUTQ3,
    &output::OUTQ4,
    &output::OUTALL,
    &output::OUTCH,
    &output::OUTRG,
];
