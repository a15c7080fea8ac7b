//! The zak patch space: numbered control and audio cells that all notes share.

use orchestrion_base::op::OpDef;

mod audio;
mod control;
mod space;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &audio::ZAR,
    &audio::ZARG,
    &audio::ZAW,
    &audio::ZAWM,
    &audio::ZAMOD,
    &audio::ZACL,
    &audio::INZ,
    &audio::OUTZ,
    &control::ZIR,
    &control::ZKR,
    &control::ZIW,
    &control::ZIWM,
    &control::ZKW,
    &control::ZKWM,
    &control::ZKMOD,
    &control::ZKCL,
    &space::ZAKINIT,
];
