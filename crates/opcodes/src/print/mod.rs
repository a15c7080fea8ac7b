//! Printing and displays.

use orchestrion_base::op::OpDef;

mod array;
mod display;
pub(crate) mod files;
mod fixed;
pub(crate) mod format;
mod formatted;
mod print_type;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &array::PRINTARRAY,
    &display::DISPLAY,
    &display::DISPFFT,
    &display::PVSDISP,
    &formatted::PRINTS,
    &formatted::PRINTKS,
    &formatted::PRINTKS2,
    &formatted::PRINTF_I,
    &formatted::PRINTF,
    &formatted::PRINTLN,
    &formatted::PRINTSK,
    &formatted::PUTS,
    &files::FPRINTS,
    &files::FPRINTKS,
    &fixed::PRINT,
    &fixed::PRINTK,
    &fixed::PRINTK2,
    &print_type::PRINT_TYPE,
];
