//! Graphical displays, of which an offline renderer has none: the opcodes check nothing, compute nothing
//! and warn once.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, port, sig};

const DIFFERENCES: &[&str] = &["Nothing is displayed; the first use warns."];

/// Definition of `display`.
pub static DISPLAY: OpDef = OpDef::new("display", "Would display a signal.")
    .sigs(&[sig("", "kioo", Make::Init(warn)), sig("", "aioo", Make::Init(warn))])
    .ins(&[port("xsig", "signal"), port("iprd", "period in seconds")])
    .source("Manual: display")
    .differences(DIFFERENCES);

/// Definition of `dispfft`.
pub static DISPFFT: OpDef = OpDef::new("dispfft", "Would display a spectrum.")
    .sigs(&[sig("", "kiiooooo", Make::Init(warn)), sig("", "aiiooooo", Make::Init(warn))])
    .ins(&[
        port("xsig", "signal"),
        port("iprd", "period in seconds"),
        port("iwsiz", "window length in samples"),
    ])
    .source("Manual: dispfft")
    .differences(DIFFERENCES);

/// Definition of `pvsdisp`.
pub static PVSDISP: OpDef = OpDef::new("pvsdisp", "Would display a spectral signal.")
    .sigs(&[sig("", "foo", Make::Init(warn))])
    .ins(&[
        port("fsig", "spectral signal"),
        port("ibins", "number of bins; default all"),
        port("iwtflg", "1 would wait at each display"),
    ])
    .source("Manual: pvsdisp")
    .differences(DIFFERENCES);

/// Whether the warning was given.
#[derive(Default)]
struct Warned(bool);

fn warn(cx: &mut Init<'_>) -> OpResult {
    if !std::mem::replace(&mut cx.world.shared::<Warned>().0, true) {
        cx.world.warn("displays are not shown");
    }
    Ok(())
}
