//! What a note knows of the MIDI event that started it, and of controllers.

use orchestrion_base::op::OpDef;

mod control;
mod interop;
mod note;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &control::MIDICTRL,
    &control::POLYAFT,
    &control::AFTOUCH,
    &control::PCHBEND,
    &control::CHANCTRL,
    &control::CTRL7,
    &control::CTRL14,
    &control::CTRL21,
    &control::MIDIC7,
    &control::MIDIC14,
    &control::MIDIC21,
    &control::INITC7,
    &control::INITC14,
    &control::INITC21,
    &control::CTRLINIT,
    &interop::MIDINOTEOFF,
    &interop::MIDINOTEONKEY,
    &interop::MIDINOTEONCPS,
    &interop::MIDINOTEONOCT,
    &interop::MIDINOTEONPCH,
    &interop::MIDIPOLYAFTERTOUCH,
    &interop::MIDICONTROLCHANGE,
    &interop::MIDIPROGRAMCHANGE,
    &interop::MIDICHANNELAFTERTOUCH,
    &interop::MIDIPITCHBEND,
    &interop::MIDIDEFAULT,
    &note::NOTNUM,
    &note::VELOC,
    &note::MIDICHN,
    &note::CPSMIDI,
    &note::OCTMIDI,
    &note::PCHMIDI,
    &note::CPSMIDIB,
    &note::OCTMIDIB,
    &note::PCHMIDIB,
    &note::AMPMIDI,
    &note::AMPMIDID,
    &note::AMPMIDICURVE,
];
