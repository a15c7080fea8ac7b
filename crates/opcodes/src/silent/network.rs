//! Opcodes for messages and audio sent over a network.

use super::{NOTHING, refs, silent};
use orchestrion_base::op::{OpDef, Sig, sig};

const fn op(name: &'static str, summary: &'static str, sigs: &'static [Sig]) -> OpDef {
    silent(name, summary, sigs, "nothing is sent or received over a network")
}

/// Rows for the registry.
pub(super) static OPS: [&OpDef; 11] = refs(&TABLE);

static TABLE: [OpDef; 11] = [
    op("OSCbundle", "Sends a bundle of OSC messages.", &[sig("", "kSkS[]S[]k[][]o", NOTHING)]),
    op("OSCcount", "How many OSC messages wait: none.", &[sig("k", "", NOTHING)]),
    op("OSCinit", "Listens for OSC messages, of which none arrives.", &[sig("i", "i", NOTHING)]),
    op(
        "OSCinitM",
        "Listens for OSC messages on a multicast address, where none arrives.",
        &[sig("i", "Si", NOTHING)],
    ),
    op(
        "OSClisten",
        "Takes an OSC message: there is none.",
        &[sig("k", "iSSN", NOTHING), sig("k", "iSS", NOTHING), sig("kk[]", "iSS", NOTHING)],
    ),
    op("OSCraw", "Takes an OSC message as strings: there is none.", &[sig("S[]k", "i", NOTHING)]),
    op("OSCsend", "Sends an OSC message.", &[sig("", "kSkSN", NOTHING)]),
    op("OSCsend_lo", "Sends an OSC message.", &[sig("", "kSkSN", NOTHING)]),
    op(
        "socksend",
        "Sends audio over a network.",
        &[sig("", "aSiio", NOTHING), sig("", "kSiio", NOTHING), sig("", "SSiio", NOTHING)],
    ),
    op("socksends", "Sends stereo over a network.", &[sig("", "aaSiio", NOTHING)]),
    op("stsend", "Sends audio over a network.", &[sig("", "aSi", NOTHING)]),
];
