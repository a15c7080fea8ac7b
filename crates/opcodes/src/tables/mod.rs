//! Function tables: making, reading, writing, combining.

use orchestrion_base::op::OpDef;

mod arguments;
mod bulk;
mod farey;
mod files;
mod filter;
mod ftaudio;
mod ftgen;
mod ftprint;
mod info;
pub(crate) mod lookup;
pub mod make;
mod modmatrix;
mod morf;
mod morph;
mod resize;
mod samplebank;
mod sinc;
mod stream;
mod tab;
mod table;
mod tablew;
mod tabrec;
mod tb;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &arguments::GETFTARGS,
    &bulk::TABLECOPY,
    &bulk::TABLEICOPY,
    &bulk::TABLEGPW,
    &bulk::TABLEIGPW,
    &bulk::TABLEMIX,
    &bulk::TABLEIMIX,
    &bulk::TABSUM,
    &bulk::FTSET,
    &bulk::FTSLICE,
    &bulk::FTSLICEI,
    &farey::FAREYLEN,
    &farey::FAREYLENI,
    &files::FTSAVE,
    &files::FTLOAD,
    &files::FTSAVEK,
    &files::FTLOADK,
    &filter::TABLEFILTER,
    &filter::TABLEFILTERI,
    &ftaudio::FTAUDIO,
    &ftgen::FTGEN,
    &ftgen::FTGENTMP,
    &ftgen::FTGENONCE,
    &ftgen::FTFREE,
    &info::FTLEN,
    &info::FTSR,
    &info::FTCHNLS,
    &info::FTCPS,
    &info::NSAMP,
    &info::FTLPTIM,
    &info::TABLENG,
    &info::FTEXISTS,
    &modmatrix::MODMATRIX,
    &morf::FTMORF,
    &morf::TABLESHUFFLE,
    &morf::TABLESHUFFLEI,
    &morph::TABMORPH,
    &morph::TABMORPHI,
    &morph::TABMORPHA,
    &morph::TABMORPHAK,
    &resize::FTRESIZE,
    &resize::FTRESIZEI,
    &samplebank::FTSAMPLEBANK,
    &sinc::TABLEXKT,
    &stream::TABLERA,
    &stream::TABLEWA,
    &tab::TAB,
    &tab::TAB_I,
    &tab::TABW,
    &tab::TABW_I,
    &table::TABLE,
    &table::TABLEI,
    &table::TABLE3,
    &table::PTABLE,
    &table::PTABLEI,
    &table::PTABLE3,
    &table::TABLEKT,
    &table::TABLEIKT,
    &table::TABLE3KT,
    &tablew::TABLEW,
    &tablew::PTABLEW,
    &tablew::TABLEIW,
    &tablew::PTABLEIW,
    &tablew::TABLEWKT,
    &tabrec::TABPLAY,
    &tabrec::TABREC,
    &tb::INIT[0],
    &tb::INIT[1],
    &tb::INIT[2],
    &tb::INIT[3],
    &tb::INIT[4],
    &tb::INIT[5],
    &tb::INIT[6],
    &tb::INIT[7],
    &tb::INIT[8],
    &tb::INIT[9],
    &tb::INIT[10],
    &tb::INIT[11],
    &tb::INIT[12],
    &tb::INIT[13],
    &tb::INIT[14],
    &tb::INIT[15],
    &tb::READ[0],
    &tb::READ[1],
    &tb::READ[2],
    &tb::READ[3],
    &tb::READ[4],
    &tb::READ[5],
    &tb::READ[6],
    &tb::READ[7],
    &tb::READ[8],
    &tb::READ[9],
    &tb::READ[10],
    &tb::READ[11],
    &tb::READ[12],
    &tb::READ[13],
    &tb::READ[14],
    &tb::READ[15],
    &ftprint::FTPRINT,
];
