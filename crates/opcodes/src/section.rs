//! Second-order sections, of which several opcodes are made.

/// A second-order section in direct form II, normalised so that the first coefficient of the output is 1.
#[derive(Clone, Copy, Default)]
pub(crate) struct Section {
    /// Coefficients of the input, latest first.
    pub b: [f64; 3],
    /// Coefficients of earlier outputs.
    pub a: [f64; 2],
    w: [f64; 2],
}

impl Section {
    /// A silent section.
    pub fn new(b: [f64; 3], a: [f64; 2]) -> Self {
        Self { b, a, w: [0.0; 2] }
    }

    /// Next sample.
    #[inline(always)]
    pub fn next(&mut self, x: f64) -> f64 {
        let [w1, w2] = self.w;
        let w = x - w1 * self.a[0] - w2 * self.a[1];
        self.w = [w, w1];
        w * self.b[0] + w1 * self.b[1] + w2 * self.b[2]
    }
}
