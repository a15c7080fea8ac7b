//! Signal-processing building blocks: maths, pitch, random distributions, FFT, windows, tables.

pub mod math;
pub mod pitch;
pub mod random;
