//! `nchnls_hw`: channels of the sound card, of which an offline render has none.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, port, sig};

/// Definition of `nchnls_hw`.
pub static NCHNLS_HW: OpDef = OpDef::new("nchnls_hw", "Number of channels of the sound card: none offline.")
    .sigs(&[sig("ii", "", Make::Init(none))])
    .outs(&[port("idacs", "output channels: 0"), port("iadcs", "input channels: 0")])
    .source("Manual: nchnls_hw; 0 for a render to a file measured on the reference");

fn none(cx: &mut Init<'_>) -> OpResult {
    cx.io.set(0, 0.0);
    cx.io.set(1, 0.0);
    Ok(())
}
