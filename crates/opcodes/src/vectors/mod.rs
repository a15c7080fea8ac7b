//! Vectorial opcodes: tables and audio blocks as vectors of control values, and hyper-vectorial synthesis.

use orchestrion_base::op::OpDef;

mod automaton;
mod block;
mod frame;
mod hvs;
mod limits;
mod pairs;
mod portamento;
mod random;
mod read;
mod scalar;
mod segments;
mod vecdelay;
mod write;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &automaton::CELL,
    &automaton::VCELLA,
    &block::VAGET,
    &block::VASET,
    &hvs::HVS1,
    &hvs::HVS2,
    &hvs::HVS3,
    &limits::VLIMIT,
    &limits::VMIRROR,
    &limits::VWRAP,
    &pairs::VADDV,
    &pairs::VADDV_I,
    &pairs::VSUBV,
    &pairs::VSUBV_I,
    &pairs::VMULTV,
    &pairs::VMULTV_I,
    &pairs::VDIVV,
    &pairs::VDIVV_I,
    &pairs::VPOWV,
    &pairs::VPOWV_I,
    &pairs::VEXPV,
    &pairs::VEXPV_I,
    &pairs::VCOPY,
    &pairs::VCOPY_I,
    &pairs::VMAP,
    &portamento::VPORT,
    &random::VRANDH,
    &random::VRANDI,
    &read::VTABI,
    &read::VTABK,
    &read::VTABA,
    &read::VTABLEI,
    &read::VTABLEK,
    &read::VTABLEA,
    &read::VTABLE1K,
    &scalar::VADD,
    &scalar::VADD_I,
    &scalar::VMULT,
    &scalar::VMULT_I,
    &scalar::VPOW,
    &scalar::VPOW_I,
    &scalar::VEXP,
    &scalar::VEXP_I,
    &segments::VLINSEG,
    &segments::VEXPSEG,
    &segments::VPHASESEG,
    &vecdelay::VECDELAY,
    &vecdelay::VDELAYK,
    &write::VTABWI,
    &write::VTABWK,
    &write::VTABWA,
    &write::VTABLEWI,
    &write::VTABLEWK,
    &write::VTABLEWA,
];
