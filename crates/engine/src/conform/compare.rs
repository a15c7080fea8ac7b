//! Comparing a render with its reference, sample by sample and slice by slice.

use super::{Grade, Sound};

/// Greatest difference of grade A, as a part of the reference's peak: a few units in the last place
/// of a 32-bit float.
pub const TOLERANCE_A: f64 = 2e-6;
/// Greatest difference of grade B, as a part of the reference's peak.
pub const TOLERANCE_B: f64 = 1e-4;
/// Slices whose levels grade C compares.
const SLICES: usize = 64;
/// Greatest difference of a slice's level in grade C.
const LEVEL_TOLERANCE: f64 = 0.1;
/// Levels below this part of the loudest slice count as equal in grade C.
const LEVEL_FLOOR: f64 = 1e-3;

/// One differing sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// Frame, from 0.
    pub frame: usize,
    /// Channel, from 0.
    pub channel: usize,
    /// The reference's sample.
    pub reference: f64,
    /// Our sample.
    pub ours: f64,
}

/// The result of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// How far the common part agrees, or F if the sounds are no match in form.
    pub grade: Grade,
    /// Frames of the reference and of ours where they differ (mark L).
    pub lengths: Option<(usize, usize)>,
    /// Greatest difference of two samples; infinite where only one of them is finite.
    pub max_difference: f64,
    /// Peak of the reference.
    pub peak: f64,
    /// First sample that differs by more than grade A allows.
    pub first: Option<Difference>,
    /// Why the sounds cannot be compared at all: other channels, other rate, nothing rendered.
    pub mismatch: Option<String>,
}

impl Verdict {
    /// The grade with its mark: `A`, `AL`, `F`...
    pub fn label(&self) -> String {
        let mark = if self.lengths.is_some() { "L" } else { "" };
        format!("{}{mark}", self.grade)
    }

    fn no_match(peak: f64, why: String) -> Verdict {
        Verdict {
            grade: Grade::F,
            lengths: None,
            max_difference: f64::INFINITY,
            peak,
            first: None,
            mismatch: Some(why),
        }
    }
}

/// Grades `ours` against `reference`.
pub fn compare(reference: &Sound, ours: &Sound) -> Verdict {
    let peak = reference.peak();
    if let Some(why) = form_mismatch(reference, ours) {
        return Verdict::no_match(peak, why);
    }
    let scale = if peak > 0.0 { peak } else { 1.0 };
    let (max_difference, first) = differences(reference, ours, TOLERANCE_A * scale);
    let (theirs, mine) = (reference.frames(), ours.frames());
    let grade = if theirs.abs_diff(mine) > 1 {
        Grade::F
    } else if max_difference <= TOLERANCE_A * scale {
        Grade::A
    } else if max_difference <= TOLERANCE_B * scale {
        Grade::B
    } else if same_levels(reference, ours) {
        Grade::C
    } else {
        Grade::F
    };
    let lengths = (theirs != mine).then_some((theirs, mine));
    Verdict { grade, lengths, max_difference, peak, first, mismatch: None }
}

fn form_mismatch(reference: &Sound, ours: &Sound) -> Option<String> {
    if reference.channels != ours.channels {
        return Some(format!("{} channels, the reference has {}", ours.channels, reference.channels));
    }
    if reference.rate != ours.rate {
        return Some(format!("{} frames a second, the reference has {}", ours.rate, reference.rate));
    }
    None
}

/// The greatest difference over the common part, and the first one above `tolerance`.
fn differences(reference: &Sound, ours: &Sound, tolerance: f64) -> (f64, Option<Difference>) {
    let channels = reference.channels.max(1);
    let mut greatest = 0.0;
    let mut first = None;
    for (index, (&r, &o)) in reference.samples.iter().zip(&ours.samples).enumerate() {
        let difference = distance(r, o);
        if difference > greatest {
            greatest = difference;
        }
        if difference > tolerance && first.is_none() {
            let (frame, channel) = (index / channels, index % channels);
            first = Some(Difference { frame, channel, reference: r, ours: o });
        }
    }
    (greatest, first)
}

/// Distance of two samples: 0 for two NaNs or equal infinities, infinite where just one is finite.
fn distance(a: f64, b: f64) -> f64 {
    if a == b || (a.is_nan() && b.is_nan()) {
        0.0
    } else if a.is_finite() && b.is_finite() {
        (a - b).abs()
    } else {
        f64::INFINITY
    }
}

fn same_levels(reference: &Sound, ours: &Sound) -> bool {
    let theirs = slice_levels(reference, SLICES);
    let mine = slice_levels(ours, SLICES);
    let floor = theirs.iter().copied().fold(0.0, f64::max) * LEVEL_FLOOR;
    theirs.len() == mine.len()
        && theirs.iter().zip(&mine).all(|(&r, &o)| (r - o).abs() <= LEVEL_TOLERANCE * r.max(floor))
}

/// Root mean square of each of `slices` equal stretches of time, channel after channel within a
/// slice. A sound shorter than that many frames gives one level a frame.
pub fn slice_levels(sound: &Sound, slices: usize) -> Vec<f64> {
    let channels = sound.channels.max(1);
    let frames = sound.frames();
    let slices = slices.clamp(1, frames.max(1));
    let mut levels = Vec::with_capacity(slices * channels);
    for slice in 0..slices {
        let (from, to) = (frames * slice / slices, frames * (slice + 1) / slices);
        for channel in 0..channels {
            let sum: f64 = (from..to)
                .filter_map(|frame| sound.samples.get(frame * channels + channel))
                .map(|x| x * x)
                .sum();
            levels.push((sum / (to - from).max(1) as f64).sqrt());
        }
    }
    levels
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mono(samples: &[f64]) -> Sound {
        Sound { rate: 1000.0, channels: 1, samples: samples.to_vec() }
    }

    fn ramp(scale: f64) -> Sound {
        mono(&(0..1000).map(|n| scale * (n % 17) as f64 / 16.0).collect::<Vec<_>>())
    }

    #[test]
    fn grades_follow_the_greatest_difference_relative_to_the_peak() {
        assert_eq!(compare(&ramp(1.0), &ramp(1.0)).grade, Grade::A);
        assert_eq!(compare(&ramp(1.0), &ramp(1.000_001)).grade, Grade::A);
        assert_eq!(compare(&ramp(1.0), &ramp(1.000_01)).grade, Grade::B);
        assert_eq!(compare(&ramp(1.0), &ramp(1.01)).grade, Grade::C);
        assert_eq!(compare(&ramp(1.0), &ramp(1.2)).grade, Grade::F);
        assert_eq!(compare(&ramp(1e-4), &ramp(1.001e-4)).grade, Grade::C);
    }

    #[test]
    fn names_the_first_sample_that_differs() {
        let verdict = compare(&mono(&[0.0, 1.0, 0.5]), &mono(&[0.0, 1.0, 0.25]));
        let expected = Difference { frame: 2, channel: 0, reference: 0.5, ours: 0.25 };
        assert_eq!((verdict.grade, verdict.first), (Grade::F, Some(expected)));
    }

    #[test]
    fn one_frame_more_is_a_mark_and_two_are_a_failure() {
        let verdict = compare(&mono(&[0.0, 1.0]), &mono(&[0.0, 1.0, 0.0]));
        assert_eq!(verdict.label(), "AL");
        assert_eq!(compare(&mono(&[0.0]), &mono(&[0.0, 0.0, 0.0])).label(), "FL");
    }

    #[test]
    fn not_a_number_agrees_only_with_itself() {
        assert_eq!(compare(&mono(&[f64::NAN, 1.0]), &mono(&[f64::NAN, 1.0])).grade, Grade::A);
        let verdict = compare(&mono(&[0.0, 1.0]), &mono(&[f64::NAN, 1.0]));
        assert_eq!((verdict.grade, verdict.max_difference), (Grade::F, f64::INFINITY));
    }

    #[test]
    fn other_channels_are_no_match() {
        let stereo = Sound { rate: 1000.0, channels: 2, samples: vec![0.0; 4] };
        assert!(compare(&mono(&[0.0; 4]), &stereo).mismatch.is_some());
    }
}
