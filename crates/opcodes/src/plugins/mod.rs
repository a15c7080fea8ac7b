//! Opcodes of the collection csound-plugins that csoundengine's orchestras use; csound does not have them.

use orchestrion_base::op::OpDef;

mod atstop;
mod bisect;
mod column;
mod detectsilence;
mod elements;
mod errors;
mod ftables;
mod interp1d;
mod nametoinstrnum;
mod numbers;
mod panstereo;
mod paths;
mod picksource;
mod pool;
mod pread;
mod pwrite;
mod ramptrig;
mod rows;
mod sigmdrive;
mod texts;
mod triggers;
mod uniqinstance;
mod zerocrossing;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &atstop::ATSTOP,
    &bisect::BISECT,
    &detectsilence::DETECTSILENCE,
    &elements::ZEROARRAY,
    &elements::SETSLICE,
    &elements::EXTENDARRAY,
    &elements::FINDARRAY,
    &elements::WEIGHTEDSUM,
    &errors::THROWERROR,
    &errors::INITERROR,
    &ftables::FTFILL,
    &ftables::FTNEW,
    &ftables::FTFIND,
    &ftables::FTSETPARAMS,
    &interp1d::INTERP1D,
    &nametoinstrnum::NAMETOINSTRNUM,
    &numbers::FRAC2INT,
    &numbers::GAINTOVEL,
    &numbers::LINEXP,
    &panstereo::PANSTEREO,
    &paths::PATHSPLIT,
    &paths::PATHSPLITK,
    &paths::PATHSPLITEXT,
    &paths::PATHSPLITEXTK,
    &paths::PATHJOIN,
    &paths::PATHISABSOLUTE,
    &paths::FILEEXISTS,
    &picksource::PICKSOURCE,
    &pool::POOL_NEW,
    &pool::POOL_GEN,
    &pool::POOL_FREE,
    &pool::POOL_POP,
    &pool::POOL_PUSH,
    &pool::POOL_AT,
    &pool::POOL_SIZE,
    &pool::POOL_CAPACITY,
    &pool::POOL_ISFULL,
    &pread::PREAD,
    &pwrite::PWRITE,
    &ramptrig::RAMPTRIG,
    &rows::GETROWLIN,
    &rows::TABROWLIN,
    &sigmdrive::SIGMDRIVE,
    &texts::STRSPLIT,
    &texts::STRJOIN,
    &texts::STRMUL,
    &texts::SREF,
    &texts::SDEREF,
    &triggers::SCHMITT,
    &triggers::ACCUM,
    &triggers::MTRO,
    &uniqinstance::UNIQINSTANCE,
    &zerocrossing::ZEROCROSSING,
];
