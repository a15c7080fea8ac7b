//! Signal-processing building blocks: maths, pitch, random distributions, FFT, windows, tables.

pub mod bandlimited;
pub mod fft;
pub mod gens;
pub mod math;
pub mod pitch;
pub mod random;
pub mod window;
