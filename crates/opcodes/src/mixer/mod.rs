//! The mixer: named sends and buses.

use orchestrion_base::op::OpDef;

mod bus;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &bus::MIXERSETLEVEL,
    &bus::MIXERSETLEVEL_I,
    &bus::MIXERGETLEVEL,
    &bus::MIXERSEND,
    &bus::MIXERRECEIVE,
    &bus::MIXERCLEAR,
];
