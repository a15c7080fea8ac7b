//! `chnexport`: a global variable that is a channel at the same time.

use crate::channels::declare::{MODE, NAME, check_range, mode};
use crate::channels::shared::{AUDIO, CONTROL, TEXT, open};
use orchestrion_base::channel::ChannelInfo;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, port, sig};

/// Definition of `chnexport`.
pub static CHNEXPORT: OpDef = OpDef::new("chnexport", "Makes a global variable a channel.")
    .sigs(&[
        sig("i", "Sioooo", Make::Init(control)),
        sig("k", "Sioooo", Make::Init(control)),
        sig("a", "Si", Make::Init(|cx| export(cx, AUDIO, None))),
        sig("S", "Si", Make::Init(|cx| export(cx, TEXT, None))),
    ])
    .outs(&[port("gxval", "the variable, which keeps its value; must be global")])
    .ins(&[
        NAME,
        MODE,
        port(
            "itype",
            "0 no hints, 1 integer, 2 linear, 3 exponential; default 0; ignored, chnparams tells 2",
        ),
        port("idflt", "default value between imin and imax, for the host; the variable does not get it"),
        port("imin", "least value, for the host"),
        port("imax", "greatest value, for the host"),
    ])
    .exports()
    .source("Manual: chnexport; what chnparams then tells, measured on the reference");

/// The hint that an exported control channel has, whatever itype is (measured).
const LINEAR: i32 = 2;

fn control(cx: &mut Init<'_>) -> OpResult {
    let io = &cx.io;
    let info =
        ChannelInfo { hint: LINEAR, default: io.k(3), min: io.k(4), max: io.k(5), ..ChannelInfo::default() };
    check_range(&info)?;
    export(cx, CONTROL, Some(info))
}

fn export(cx: &mut Init<'_>, kind: i32, info: Option<ChannelInfo>) -> OpResult {
    let direction = mode(cx)?;
    let io = &cx.io;
    // The compiler appended the variable's number.
    let Ok(global) = u16::try_from(io.int(io.n_ins() - 1)) else {
        return Err("only a global variable can be exported".into());
    };
    let name = io.str(0);
    if cx.world.channels.find(&name).is_some() {
        return Err(format!(
            "channel \"{}\" exists already; give it another name or export it first",
            &*name
        )
        .into());
    }
    let id = open(cx.world, &name, kind, direction)?;
    if let Some(channel) = cx.world.channels.get_mut(id) {
        channel.export(kind, global);
        channel.declared = info.map(|info| ChannelInfo { direction, ..info });
    }
    Ok(())
}
