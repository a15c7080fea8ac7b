//! Sample playback: sound from tables, with loops.

use orchestrion_base::op::OpDef;

mod bbcut;
mod flooper;
mod flooper2;
mod loscil;
mod loscilx;
mod lposcil;
mod paulstretch;
mod sndload;
mod sndloop;
mod sndwarp;
mod waveset;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &bbcut::BBCUTM,
    &bbcut::BBCUTS,
    &flooper::FLOOPER,
    &flooper2::FLOOPER2,
    &loscil::LOSCIL,
    &loscil::LOSCIL3,
    &loscil::LOSCILPHS,
    &loscil::LOSCIL3PHS,
    &loscilx::LOSCILX,
    &lposcil::LPOSCIL,
    &lposcil::LPOSCIL3,
    &lposcil::LPOSCILA,
    &lposcil::LPOSCILSA,
    &lposcil::LPOSCILSA2,
    &sndload::SNDLOAD,
    &paulstretch::PAULSTRETCH,
    &sndloop::SNDLOOP,
    &sndwarp::SNDWARP,
    &sndwarp::SNDWARPST,
    &waveset::WAVESET,
];
