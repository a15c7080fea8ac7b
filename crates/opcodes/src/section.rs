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

/// What a second-order section in direct form I remembers; its coefficients may change with every sample.
#[derive(Clone, Copy, Default)]
pub(crate) struct Past {
    x: [f64; 2],
    y: [f64; 2],
}

impl Past {
    /// `b0 x[n] + b1 x[n-1] + b2 x[n-2] - a1 y[n-1] - a2 y[n-2]`.
    #[inline(always)]
    pub fn sum(&self, x: f64, b: [f64; 3], a: [f64; 2]) -> f64 {
        let ([x1, x2], [y1, y2]) = (self.x, self.y);
        b[0] * x + b[1] * x1 + b[2] * x2 - a[0] * y1 - a[1] * y2
    }

    /// Remembers a sample of the input and what became of it.
    #[inline(always)]
    pub fn push(&mut self, x: f64, y: f64) {
        self.x = [x, self.x[0]];
        self.y = [y, self.y[0]];
    }

    /// Next sample.
    #[inline(always)]
    pub fn next(&mut self, x: f64, b: [f64; 3], a: [f64; 2]) -> f64 {
        let y = self.sum(x, b, a);
        self.push(x, y);
        y
    }
}
