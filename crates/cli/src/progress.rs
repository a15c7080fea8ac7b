//! The progress bar.

use crate::terminal;
use indicatif::{ProgressBar, ProgressStyle};
use std::time::{Duration, Instant};

/// How far a render is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Progress {
    /// Seconds rendered.
    pub seconds: f64,
    /// Seconds the piece will have, where that is known.
    pub total: Option<f64>,
    /// Largest absolute sample so far, full scale 1.0.
    pub peak: f64,
}

/// A bar on standard error; invisible if that is no terminal.
pub struct Bar {
    bar: ProgressBar,
    started: Instant,
    drawn: Option<Instant>,
}

/// Time between two updates.
const PACE: Duration = Duration::from_millis(66);

impl Bar {
    /// A bar that shows itself with the first progress.
    pub fn new(visible: bool) -> Self {
        let bar = if visible && terminal::is_interactive() {
            ProgressBar::no_length()
        } else {
            ProgressBar::hidden()
        };
        Self { bar, started: Instant::now(), drawn: None }
    }

    /// Shows progress, not more often than the eye follows.
    pub fn update(&mut self, progress: &Progress) {
        if self.bar.is_hidden() || self.drawn.is_some_and(|at| at.elapsed() < PACE) {
            return;
        }
        let template = if progress.total.is_some() { "{wide_bar} {msg}" } else { "{spinner} {msg}" };
        if let Ok(style) = ProgressStyle::with_template(template)
            && self.drawn.is_none()
        {
            self.bar.set_style(style);
        }
        if let Some(total) = progress.total {
            self.bar.set_length(milliseconds(total));
            self.bar.set_position(milliseconds(progress.seconds));
        }
        self.bar.set_message(describe(progress, self.started.elapsed().as_secs_f64()));
        self.bar.tick();
        self.drawn = Some(Instant::now());
    }

    /// Prints a line above the bar.
    pub fn print(&self, text: &str) {
        self.bar.suspend(|| terminal::err(text));
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

fn milliseconds(seconds: f64) -> u64 {
    (seconds * 1000.0).max(0.0) as u64
}

/// Time rendered, speed relative to real time, peak.
fn describe(progress: &Progress, elapsed: f64) -> String {
    let mut out = clock(progress.seconds);
    if let Some(total) = progress.total {
        out += &format!(" of {}", clock(total));
    }
    if elapsed > 0.0 {
        out += &format!("  {:.1}x", progress.seconds / elapsed);
    }
    out + "  peak " + &decibels(progress.peak)
}

/// `1:02:03.4`, without hours where there are none.
fn clock(seconds: f64) -> String {
    let tenths = (seconds.max(0.0) * 10.0) as u64;
    let (h, m, s, t) = (tenths / 36_000, tenths / 600 % 60, tenths / 10 % 60, tenths % 10);
    if h > 0 { format!("{h}:{m:02}:{s:02}.{t}") } else { format!("{m}:{s:02}.{t}") }
}

/// An amplitude in dB relative to full scale.
pub fn decibels(peak: f64) -> String {
    if peak > 0.0 { format!("{:.1} dB", 20.0 * peak.log10()) } else { "-inf dB".to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_time_speed_and_peak() {
        let progress = Progress { seconds: 62.25, total: Some(3725.0), peak: 0.5 };
        assert_eq!(describe(&progress, 2.0), "1:02.2 of 1:02:05.0  31.1x  peak -6.0 dB");
        assert_eq!(describe(&Progress::default(), 0.0), "0:00.0  peak -inf dB");
    }

    #[test]
    fn a_hidden_bar_takes_everything() {
        let mut bar = Bar::new(false);
        bar.update(&Progress { seconds: f64::NAN, total: Some(f64::INFINITY), peak: f64::NAN });
        bar.finish();
    }
}
