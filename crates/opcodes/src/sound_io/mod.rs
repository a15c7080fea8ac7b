//! Input and output of the orchestra, channel by channel, and of sound files.

use orchestrion_base::op::OpDef;

mod diskin;
mod fileinfo;
mod fout;
mod input;
mod monitor;
mod output;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &diskin::DISKIN,
    &diskin::DISKIN2,
    &diskin::SOUNDIN,
    &fileinfo::FILEBIT,
    &fileinfo::FILELEN,
    &fileinfo::FILENCHNLS,
    &fileinfo::FILEPEAK,
    &fileinfo::FILESR,
    &fileinfo::FILEVALID,
    &fout::FOUT,
    &fout::FOUTK,
    &fout::SOUNDOUT,
    &fout::SOUNDOUTS,
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
