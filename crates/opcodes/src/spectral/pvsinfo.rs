//! `pvsinfo`: the sizes of a spectral signal.

use super::frames::input;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, port, sig};

/// Definition of `pvsinfo`.
pub static PVSINFO: OpDef = OpDef::new("pvsinfo", "Sizes of a spectral signal.")
    .sigs(&[sig("iiii", "f", Make::Init(init))])
    .outs(&[
        port("ioverlap", "hop in samples"),
        port("inumbins", "number of bins, half the FFT size plus 1"),
        port("iwinsize", "window in samples"),
        port("iformat", "0 amplitude and frequency, 1 amplitude and phase, 2 complex, 3 tracks"),
    ])
    .ins(&[port("fsrc", "spectral signal")])
    .source("Manual: pvsinfo");

fn init(cx: &mut Init<'_>) -> OpResult {
    let layout = input(cx, 0)?.layout;
    cx.set(0, f64::from(layout.hop));
    cx.set(1, layout.bins() as f64);
    cx.set(2, f64::from(layout.window));
    cx.set(3, f64::from(layout.format.number()));
    Ok(())
}
