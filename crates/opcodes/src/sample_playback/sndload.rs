//! `sndload`: checks that `loscilx` will find a sound file. There is nothing to prepare: a file is decoded once
//! whoever asks for it first.

use crate::sound::read;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, port, sig};

/// Definition of `sndload`.
pub static SNDLOAD: OpDef = OpDef::new("sndload", "Loads a sound file that loscilx is to play.")
    .sigs(&[sig("", "iooooojjoo", Make::Init(load)), sig("", "Sooooojjoo", Make::Init(load))])
    .ins(&[
        port("Sfname", "name of the file, or number n for soundin.n"),
        port("ifmt", "encoding of a file without a header; such files are refused"),
        port("ichns", "channels of such a file"),
        port("isr", "sample rate of such a file"),
        port("ibas", "frequency in Hz at which it was recorded; ignored"),
        port("iamp", "amplitude; ignored"),
        port("istrt", "first frame; ignored"),
        port("ilpmod", "loop; ignored"),
        port("ilps", "start of the loop; ignored"),
        port("ilpe", "end of the loop; ignored"),
    ])
    .source("Manual: sndload, whose note says that the parameters reach nobody");

fn load(cx: &mut Init<'_>) -> OpResult {
    read(cx, 0).map(drop)
}
