//! `chn_k`, `chn_a`, `chn_S`, `chnparams`: declaring channels and asking what was declared.

use crate::channels::shared::{AUDIO, CONTROL, TEXT, open};
use bstr::ByteSlice;
use orchestrion_base::channel::ChannelInfo;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, port, sig};

pub(super) const NAME: Port = port("Sname", "name of the channel");
pub(super) const MODE: Port =
    port("imode", "1 (\"r\") read by the piece, 2 (\"w\") written, 3 (\"rw\") both");

/// Definition of `chn_k`.
pub static CHN_K: OpDef = OpDef::new("chn_k", "Declares a control channel.")
    .sigs(&[sig("", "SiooooooooN", Make::Init(control)), sig("", "SSooooooooN", Make::Init(control))])
    .ins(&[
        NAME,
        MODE,
        port("itype", "0 no hints, 1 integer, 2 linear, 3 exponential; default 0"),
        port("idflt", "default value, for the host"),
        port("imin", "least value, for the host"),
        port("imax", "greatest value, for the host"),
        port("ix", "place of a widget, for the host; ignored"),
        port("iy", "place of a widget, for the host; ignored"),
        port("iwidth", "size of a widget, for the host; ignored"),
        port("iheight", "size of a widget, for the host; ignored"),
        port("Sattributes", "attributes, for the host; ignored"),
    ])
    .source("Manual: chn_k");
/// Definition of `chn_a`.
pub static CHN_A: OpDef = OpDef::new("chn_a", "Declares an audio channel.")
    .sigs(&[sig("", "Si", Make::Init(|cx| plain(cx, AUDIO)))])
    .ins(&[NAME, MODE])
    .source("Manual: chn_a");
/// Definition of `chn_S`.
pub static CHN_S: OpDef = OpDef::new("chn_S", "Declares a string channel.")
    .sigs(&[sig("", "Si", Make::Init(|cx| plain(cx, TEXT)))])
    .ins(&[NAME, MODE])
    .source("Manual: chn_S");
/// Definition of `chnparams`.
pub static CHNPARAMS: OpDef = OpDef::new("chnparams", "What was declared about a channel.")
    .sigs(&[sig("iiiiii", "S", Make::Init(params))])
    .outs(&[
        port("itype", "1 control, 2 audio, 3 string; 0 if there is no such channel"),
        port("imode", "1 read by the piece, 2 written, 3 both"),
        port("ictltype", "hint of a control channel, 0 to 3"),
        port("idflt", "default value"),
        port("imin", "least value"),
        port("imax", "greatest value"),
    ])
    .ins(&[NAME])
    .source("Manual: chnparams");

/// Direction that input 1 gives: 1 the piece reads, 2 it writes, 3 both.
///
/// # Errors
/// It is none of these.
pub(super) fn mode(cx: &Init<'_>) -> OpResult<i32> {
    if cx.io.is_str(1) {
        return match cx.io.str(1).as_bytes() {
            b"r" => Ok(1),
            b"w" => Ok(2),
            b"rw" => Ok(3),
            _ => Err("invalid mode, should be r, w or rw".into()),
        };
    }
    Some(cx.io.int(1))
        .filter(|m| (1..=3).contains(m))
        .ok_or_else(|| "invalid mode, should be 1, 2 or 3".into())
}

fn plain(cx: &mut Init<'_>, kind: i32) -> OpResult {
    let mode = mode(cx)?;
    open(cx.world, &cx.io.str(0), kind, mode)?;
    Ok(())
}

/// Whether the default of a control channel with a hint lies in its range, which an exponential scale needs to be on
/// one side of 0.
///
/// # Errors
/// Not so.
pub(super) fn check_range(info: &ChannelInfo) -> OpResult {
    let within = (info.min..=info.max).contains(&info.default);
    if info.hint != 0 && (!within || info.hint == 3 && info.min * info.max <= 0.0) {
        return Err("invalid channel parameters".into());
    }
    Ok(())
}

fn control(cx: &mut Init<'_>) -> OpResult {
    let direction = mode(cx)?;
    let io = &cx.io;
    let hint = Some(io.int(2)).filter(|h| (1..=3).contains(h)).unwrap_or(0);
    let mut info = ChannelInfo { direction, hint, default: io.k(3), min: io.k(4), max: io.k(5) };
    match hint {
        0 => info = ChannelInfo { direction, ..ChannelInfo::default() },
        1 => {
            for x in [&mut info.default, &mut info.min, &mut info.max] {
                *x = x.round_ties_even();
            }
        }
        _ => {}
    }
    check_range(&info)?;
    let id = open(cx.world, &io.str(0), CONTROL, direction)?;
    if let Some(channel) = cx.world.channels.get_mut(id) {
        channel.declared = Some(info);
    }
    Ok(())
}

fn params(cx: &mut Init<'_>) -> OpResult {
    let io = &cx.io;
    let found = cx.world.channels.find(&io.str(0)).and_then(|id| cx.world.channels.get(id));
    let (kind, direction, info) = found
        .map_or((0, 0, ChannelInfo::default()), |c| (c.kind, c.direction, c.declared.unwrap_or_default()));
    let values =
        [f64::from(kind), f64::from(direction), f64::from(info.hint), info.default, info.min, info.max];
    for (o, value) in values.into_iter().enumerate() {
        io.set(o, value);
    }
    Ok(())
}
