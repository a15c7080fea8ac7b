//! Keeps the spectral envelope of a frame of the phase vocoder where it is when the frame is transposed.

/// An envelope through the peaks of a spectrum.
#[derive(Default)]
pub(super) struct Envelope {
    values: Vec<f64>,
}

impl Envelope {
    /// For frames of so many bins.
    pub fn new(bins: usize) -> Self {
        Self { values: vec![0.0; bins] }
    }

    /// Changes the amplitudes of a frame so that its envelope comes to be the same when all frequencies are
    /// multiplied by `factor`.
    pub fn keep(&mut self, frame: &mut [[f64; 2]], factor: f64) {
        self.follow(frame);
        let values = &self.values;
        for (i, [amplitude, _]) in frame.iter_mut().enumerate() {
            let there = values.get((i as f64 * factor) as usize).copied();
            *amplitude = match (there, values[i]) {
                (Some(there), here) if here != 0.0 => *amplitude * (there / here),
                _ => 0.0,
            };
        }
    }

    /// Straight lines through the peaks that do not fall too steeply. What lies past the last peak stays as it
    /// was in the frame before, but for a line to the middle (both measured on the reference).
    fn follow(&mut self, frame: &[[f64; 2]]) {
        let bins = frame.len();
        let steepest = -64.0 / bins as f64;
        let amplitude = |i: usize| frame.get(i).map_or(0.0, |bin| bin[0]);
        let (mut peak, mut height) = (0, amplitude(0));
        self.values[0] = height;
        for i in 1..bins {
            let here = amplitude(i);
            let slope = if height == 0.0 { -10.0 } else { (here - height) / (height * (i - peak) as f64) };
            if here >= amplitude(i - 1) && here > amplitude(i + 1) && slope > steepest {
                for j in 1..i - peak {
                    self.values[peak + j] = height * (1.0 + slope * j as f64);
                }
                self.values[i] = here;
                (peak, height) = (i, here);
            }
        }
        let (rest, middle) = (bins - peak, bins / 2);
        if rest > 1 {
            let slope = (amplitude(middle) - height) / rest as f64;
            self.values[middle] = amplitude(middle);
            for j in 1..rest {
                if let Some(at) = (middle + j).checked_sub(rest).filter(|at| (1..bins).contains(at)) {
                    self.values[at] = height + slope * j as f64;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_factor_of_one_changes_nothing() {
        let spectrum = [0.1, 0.5, 0.2, 0.9, 0.4, 0.3, 0.6, 0.2, 0.1];
        let mut frame: Vec<[f64; 2]> = spectrum.iter().map(|&a| [a, 0.0]).collect();
        Envelope::new(9).keep(&mut frame, 1.0);
        for (bin, a) in frame.iter().zip(spectrum).take(7) {
            assert!((bin[0] - a).abs() < 1e-12 || bin[0] == 0.0, "{frame:?}");
        }
    }
}
