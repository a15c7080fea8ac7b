//! Timing: `benches/pieces` holds whole pieces for `cargo xtask versus`, `benches/kernels.rs` times
//! single functions with criterion (`cargo bench`). What benches share stands here.

/// `count` numbers spread evenly from `from` up to, not including, `to`: input for kernels.
pub fn spread(from: f64, to: f64, count: usize) -> Vec<f64> {
    (0..count).map(|n| from + (to - from) * n as f64 / count as f64).collect()
}
