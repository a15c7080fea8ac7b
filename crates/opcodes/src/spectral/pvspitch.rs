//! `pvspitch`: pitch and loudness of a spectral signal.

use super::frames::{Seen, plain_input};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::spectrum::SpectrumFormat;
use orchestrion_base::world::World;

/// Definition of `pvspitch`.
pub static PVSPITCH: OpDef = OpDef::new("pvspitch", "Pitch and amplitude of a spectral signal.")
    .quiet_init()
    .sigs(&[sig("kk", "fk", Make::Unit(unit::<Pvspitch>))])
    .outs(&[
        port("kfr", "fundamental frequency in Hz; 0 if no peak is above the threshold"),
        port("kamp", "half the sum of the bins' amplitudes, the peaks themselves left out"),
    ])
    .ins(&[
        port("fsig", "spectral signal of amplitudes and frequencies"),
        port("kthresh", "amplitude that peaks must exceed, in units of full scale"),
    ])
    .source("Manual: pvspitch; order of candidates and sum of amplitudes measured on the reference");

/// Frequency in Hz below which no fundamental is sought.
const LOWEST: f64 = 20.0;
/// Two partials count as neighbours if their numbers differ by less than this.
const NEIGHBOURS: i64 = 3;

#[derive(Default)]
struct Pvspitch {
    seen: Seen,
    peaks: Vec<f64>,
}

impl Ugen for Pvspitch {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let bins = plain_input(cx, 0, &[SpectrumFormat::AmpFreq])?.layout.bins();
        self.seen = Seen::default();
        self.peaks = Vec::with_capacity(bins);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let Some(s) = io.spectrum(0) else { return Ok(()) };
        if self.seen.is_news(s.frame_count) {
            let amp = self.find_peaks(&s.frame, io.k(1) * world.header.zero_dbfs);
            io.set(0, self.pitch(s.layout.bins() / 2));
            io.set(1, amp);
        }
        Ok(())
    }
}

impl Pvspitch {
    /// Collects the frequencies of the bins that are louder than both neighbours and the threshold; gives
    /// half the sum of amplitudes.
    fn find_peaks(&mut self, frame: &[[f32; 2]], threshold: f64) -> f64 {
        self.peaks.clear();
        let amp = |i: usize| frame.get(i).map_or(0.0, |bin| f64::from(bin[0]));
        let most = frame.len() / 2;
        let (mut sum, mut i) = (0.0, 1);
        while i + 1 < frame.len() && self.peaks.len() < most.min(self.peaks.capacity()) {
            if amp(i) > threshold && amp(i) > amp(i - 1) && amp(i) > amp(i + 1) {
                self.peaks.push(f64::from(frame[i][1]));
                // The next bin is no peak; its amplitude stands for both.
                i += 1;
            }
            sum += amp(i);
            i += 1;
        }
        0.5 * (sum + amp(0))
    }

    /// The mean of what the peaks say if the first one is the partial that fits best.
    fn pitch(&self, candidates: usize) -> f64 {
        let Some(&first) = self.peaks.first() else { return 0.0 };
        let partial = self.partial(first, candidates);
        if partial == 0 {
            return 0.0;
        }
        let fundamental = first / partial as f64;
        let fundamentals = self.peaks.iter().map(|p| p / (p / fundamental).round_ties_even());
        fundamentals.sum::<f64>() / self.peaks.len() as f64
    }

    /// Which partial of the fundamental the first peak is; 0 if none would be audible. Candidates with
    /// neighbouring partials are preferred to those without.
    fn partial(&self, first: f64, candidates: usize) -> usize {
        let (mut best, mut least, mut unlikely) = (0, 0.0, false);
        let audible = (first / LOWEST) as i32;
        for candidate in 1..=candidates.min(usize::try_from(audible).unwrap_or(0)) {
            let fundamental = first / candidate as f64;
            let inharmonicity = self.inharmonicity(fundamental);
            let neighbours = self.has_neighbours(fundamental);
            let better = candidate == 1 || best > 0 && inharmonicity < least || unlikely && neighbours;
            if better && (neighbours || candidate == 1) {
                (best, least) = (candidate, inharmonicity);
            }
            if better {
                unlikely = !neighbours;
            }
        }
        best
    }

    /// How far the peaks are from multiples of a fundamental.
    fn inharmonicity(&self, fundamental: f64) -> f64 {
        let apart = |peak: &f64| {
            let ratio = peak / fundamental;
            let rest = ratio - f64::from(ratio as i32);
            if rest > 0.5 { (1.0 - rest) / peak } else { rest / peak }
        };
        self.peaks.iter().skip(1).map(apart).sum()
    }

    fn has_neighbours(&self, fundamental: f64) -> bool {
        let number = |peak: f64| (peak / fundamental).round_ties_even() as i64;
        self.peaks.windows(2).any(|pair| {
            let step = number(pair[1]).saturating_sub(number(pair[0]));
            step < NEIGHBOURS && step != 0
        })
    }
}
