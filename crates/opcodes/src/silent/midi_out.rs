//! Opcodes for MIDI sent to devices.

use super::{NOTHING, refs, silent};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Sig, sig};

/// A note lasts one k-cycle longer, in which the reference ends the MIDI note.
const RINGS: Make = Make::Init(rings);

fn rings(cx: &mut Init<'_>) -> OpResult {
    cx.io.note.ask_extra_cycles(1);
    Ok(())
}

const fn op(name: &'static str, summary: &'static str, sigs: &'static [Sig]) -> OpDef {
    silent(name, summary, sigs, "no MIDI is sent")
}

/// Rows for the registry.
pub(super) static OPS: [&OpDef; 25] = refs(&TABLE);

static TABLE: [OpDef; 25] = [
    op("mclock", "Sends MIDI clock.", &[sig("", "i", NOTHING)]),
    op("mdelay", "Sends a MIDI event later.", &[sig("", "kkkkk", NOTHING)]),
    op("midion", "Sends MIDI notes while a note plays.", &[sig("", "kkk", RINGS)]),
    op("midion2", "Sends a MIDI note on a trigger.", &[sig("", "kkkk", RINGS)]),
    op("midiout", "Sends a MIDI event.", &[sig("", "kkkk", NOTHING)]),
    op("midiout_i", "Sends a MIDI event at init.", &[sig("", "iiii", NOTHING)]),
    op("moscil", "Sends a stream of MIDI notes.", &[sig("", "kkkkk", RINGS)]),
    op("mrtmsg", "Sends MIDI start, stop and their kin.", &[sig("", "i", NOTHING)]),
    op("noteoff", "Sends a MIDI note-off.", &[sig("", "iii", NOTHING)]),
    op("noteon", "Sends a MIDI note-on.", &[sig("", "iii", NOTHING)]),
    op("noteondur", "Sends a MIDI note with a length.", &[sig("", "iiii", RINGS)]),
    op("noteondur2", "Sends a MIDI note with a length.", &[sig("", "iiii", RINGS)]),
    op("nrpn", "Sends a parameter number to a MIDI channel.", &[sig("", "kkk", NOTHING)]),
    op("outiat", "Sends aftertouch at init.", &[sig("", "iiii", NOTHING)]),
    op("outic", "Sends a controller at init.", &[sig("", "iiiii", NOTHING)]),
    op("outic14", "Sends a controller of 14 bits at init.", &[sig("", "iiiiii", NOTHING)]),
    op("outipat", "Sends polyphonic aftertouch at init.", &[sig("", "iiiii", NOTHING)]),
    op("outipb", "Sends a pitch bend at init.", &[sig("", "iiii", NOTHING)]),
    op("outipc", "Sends a program change at init.", &[sig("", "iiii", NOTHING)]),
    op("outkat", "Sends aftertouch.", &[sig("", "kkkk", NOTHING)]),
    op("outkc", "Sends a controller.", &[sig("", "kkkkk", NOTHING)]),
    op("outkc14", "Sends a controller of 14 bits.", &[sig("", "kkkkkk", NOTHING)]),
    op("outkpat", "Sends polyphonic aftertouch.", &[sig("", "kkkkk", NOTHING)]),
    op("outkpb", "Sends a pitch bend.", &[sig("", "kkkk", NOTHING)]),
    op("outkpc", "Sends a program change.", &[sig("", "kkkk", NOTHING)]),
];
