//! Signal-processing building blocks: maths, pitch, random distributions, FFT, windows, tables.

pub mod bandlimited;
pub mod delay;
mod explog;
pub mod fft;
pub mod gens;
pub mod interp;
pub mod math;
pub mod pitch;
mod power2;
pub mod random;
pub mod window;
