//! How far a render agrees with a reference: the grades used by the tests, the command line and the
//! project's figures.
//!
//! | grade | meaning |
//! |---|---|
//! | A | no sample differs by more than 2e-6 of the reference's peak: equal as 32-bit floats |
//! | B | none by more than 1e-4 of it |
//! | C | the level over time agrees: for pieces that are random by design |
//! | F | anything else |
//!
//! A length that differs by one frame is marked L beside the grade of the common part; a greater
//! difference is an F. Everything here is pure: [`wav::parse`] takes bytes, [`compare()`] takes sounds.

mod compare;
pub mod wav;

pub use compare::{Difference, TOLERANCE_A, TOLERANCE_B, Verdict, compare, slice_levels};

use std::fmt;

/// How far two renders agree, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// Equal to within 2e-6 of the peak.
    A,
    /// Equal to within 1e-4 of the peak.
    B,
    /// The same level over time.
    C,
    /// None of these.
    F,
}

impl Grade {
    /// The grade called `name`, a single letter in either case.
    pub fn from_name(name: &str) -> Option<Grade> {
        match name {
            "A" | "a" => Some(Grade::A),
            "B" | "b" => Some(Grade::B),
            "C" | "c" => Some(Grade::C),
            "F" | "f" => Some(Grade::F),
            _ => None,
        }
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Grade::A => "A",
            Grade::B => "B",
            Grade::C => "C",
            Grade::F => "F",
        })
    }
}

/// A rendered sound: interleaved samples, full scale 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sound {
    /// Frames per second.
    pub rate: f64,
    /// Channels of a frame, at least 1 unless there are no samples.
    pub channels: usize,
    /// `frames() * channels` samples, frame after frame.
    pub samples: Vec<f64>,
}

impl Sound {
    /// Number of whole frames.
    pub fn frames(&self) -> usize {
        self.samples.len() / self.channels.max(1)
    }

    /// Greatest magnitude of a finite sample; 0 for silence.
    pub fn peak(&self) -> f64 {
        self.samples.iter().map(|x| x.abs()).filter(|x| x.is_finite()).fold(0.0, f64::max)
    }

    /// Length in seconds.
    pub fn seconds(&self) -> f64 {
        if self.rate > 0.0 { self.frames() as f64 / self.rate } else { 0.0 }
    }
}
