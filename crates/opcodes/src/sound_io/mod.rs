//! Input and output of the orchestra, channel by channel, and of sound files.

use orchestrion_base::op::OpDef;

mod diskin;
mod dumpk;
mod fileinfo;
mod fin;
mod fini;
pub(crate) mod fout;
mod fouti;
mod hardware;
mod input;
mod monitor;
mod mp3;
mod output;
mod readf;
mod readks;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &diskin::DISKIN,
    &diskin::DISKIN2,
    &diskin::SOUNDIN,
    &dumpk::DUMPK,
    &dumpk::DUMPK2,
    &dumpk::DUMPK3,
    &dumpk::DUMPK4,
    &dumpk::READK,
    &dumpk::READK2,
    &dumpk::READK3,
    &dumpk::READK4,
    &fileinfo::FILEBIT,
    &fileinfo::FILELEN,
    &fileinfo::FILENCHNLS,
    &fileinfo::FILEPEAK,
    &fileinfo::FILESR,
    &fileinfo::FILEVALID,
    &fin::FIN,
    &fin::FINK,
    &fini::FINI,
    &fout::FOUT,
    &fout::FOUTK,
    &fout::SOUNDOUT,
    &fout::SOUNDOUTS,
    &fouti::FICLOSE,
    &fouti::FIOPEN,
    &fouti::FOUTI,
    &fouti::FOUTIR,
    &hardware::NCHNLS_HW,
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
    &mp3::MP3BITRATE,
    &mp3::MP3IN,
    &mp3::MP3LEN,
    &mp3::MP3NCHNLS,
    &mp3::MP3SR,
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
    &readf::READF,
    &readf::READFI,
    &readks::READKS,
];
