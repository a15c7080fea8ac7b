//! Signal-processing building blocks of Orchestrion: nothing here knows an opcode or a file.
//!
//! - [`math`]: the only door to transcendental functions, equal on every target
//! - [`pitch`]: conversions of pitch and level; [`random`]: distributions
//! - [`gens`]: GEN routines that fill function tables; [`bandlimited`]: the tables of `vco2`
//! - [`fft`], [`vocoder`], [`window`], [`interp`], [`curve`], [`delay`]: building blocks of opcodes
//! - [`fft`], [`window`], [`interp`], [`delay`], [`lpc`], [`roots`]: building blocks of opcodes

pub mod bandlimited;
mod chirp;
pub mod curve;
pub mod delay;
mod explog;
pub mod fft;
pub mod gens;
pub mod interp;
pub mod lpc;
pub mod math;
pub mod pitch;
mod power2;
pub mod random;
pub mod roots;
pub mod vocoder;
pub mod window;
