//! Signal generators: physical models by waveguides.

use orchestrion_base::op::OpDef;

mod wgbow;
mod wgbowedbar;
mod wgbrass;
mod wgclar;
mod wgflute;
mod wgpluck;
mod wgpluck2;
mod wguide;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &wgbow::WGBOW,
    &wgbowedbar::WGBOWEDBAR,
    &wgbrass::WGBRASS,
    &wgclar::WGCLAR,
    &wgflute::WGFLUTE,
    &wgpluck::WGPLUCK,
    &wgpluck2::REPLUCK,
    &wgpluck2::WGPLUCK2,
    &wguide::WGUIDE1,
    &wguide::WGUIDE2,
];
