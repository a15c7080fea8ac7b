//! `xyin`: place of the mouse in a window, which stays where it begins.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, port, sig};

/// Definition of `xyin`.
pub static XYIN: OpDef = OpDef::new("xyin", "Place of the mouse in a window: the initial one.")
    .sigs(&[sig("kk", "iiiiioo", Make::Init(place))])
    .outs(&[port("kx", "initial place, within its limits"), port("ky", "the same for the other direction")])
    .ins(&[
        port("iprd", "seconds between two looks; ignored"),
        port("ixmin", "least x"),
        port("ixmax", "greatest x"),
        port("iymin", "least y"),
        port("iymax", "greatest y"),
        port("ixinit", "x at first; default 0"),
        port("iyinit", "y at first; default 0"),
    ])
    .silent("there is no window with a mouse: it stays where it begins")
    .source("Manual: xyin")
    .differences(&["the reference has given it up and drops the note"]);

fn place(cx: &mut Init<'_>) -> OpResult {
    let io = &cx.io;
    for (o, [least, greatest, first]) in [[1, 2, 5], [3, 4, 6]].into_iter().enumerate() {
        io.set(o, io.k(first).min(io.k(greatest)).max(io.k(least)));
    }
    Ok(())
}
