//! The drawing of two renders: outlines of both, their difference, and where they part.

use orchestrion::conform::{Difference, Sound};
use std::fmt::Write;

/// Columns of a drawing.
const COLUMNS: usize = 480;
/// Height of one of its three strips, in pixels.
const STRIP: f64 = 60.0;

/// Lowest and highest sample of a stretch of time.
type Outline = Vec<(f64, f64)>;

/// A drawing, as small as it needs to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    strips: [(&'static str, Outline); 3],
    /// Column in which the renders part.
    parting: Option<usize>,
    channel: usize,
    seconds: f64,
    peak: f64,
}

impl Figure {
    /// The drawing of the channel in which the renders part first, or of the first one.
    pub fn new(reference: &Sound, ours: &Sound, first: Option<Difference>) -> Figure {
        let channel = first.map_or(0, |first| first.channel);
        let frames = reference.frames().max(ours.frames());
        let at = |sound: &Sound, frame: usize| {
            let sample = (frame < sound.frames() && channel < sound.channels)
                .then(|| sound.samples.get(frame * sound.channels + channel).copied());
            sample.flatten().unwrap_or(0.0)
        };
        let strips = [
            ("reference", outline(frames, |frame| at(reference, frame))),
            ("ours", outline(frames, |frame| at(ours, frame))),
            ("difference", outline(frames, |frame| at(ours, frame) - at(reference, frame))),
        ];
        let parting = first.map(|first| first.frame * COLUMNS / frames.max(1));
        Figure { strips, parting, channel, seconds: reference.seconds(), peak: reference.peak() }
    }

    /// The drawing as inline SVG.
    pub fn svg(&self) -> String {
        let height = STRIP * self.strips.len() as f64;
        let mut svg = format!("<svg viewBox=\"0 0 {COLUMNS} {height}\" width=\"{}\">", COLUMNS * 2);
        for (index, (name, outline)) in self.strips.iter().enumerate() {
            let middle = STRIP * (index as f64 + 0.5);
            let (path, scale) = path(outline, middle, self.peak);
            let _ = write!(svg, "<path class=\"{name}\" d=\"{path}\"/>");
            let y = middle - STRIP * 0.5 + 10.0;
            let _ = write!(svg, "<text x=\"2\" y=\"{y}\">{name}, full height {scale:.3e}</text>");
        }
        if let Some(column) = self.parting {
            let _ = write!(
                svg,
                "<line class=\"parting\" x1=\"{column}\" x2=\"{column}\" y1=\"0\" y2=\"{height}\"/>"
            );
        }
        let y = height - 3.0;
        let _ = write!(
            svg,
            "<text x=\"2\" y=\"{y}\">channel {}, {:.3} s</text></svg>",
            self.channel, self.seconds
        );
        svg
    }
}

fn outline(frames: usize, at: impl Fn(usize) -> f64) -> Outline {
    let stretch = |column: usize| {
        let (from, to) = (frames * column / COLUMNS, (frames * (column + 1) / COLUMNS).min(frames));
        let samples = (from..to.max(from + 1).min(frames)).map(&at).filter(|x| x.is_finite());
        samples.fold((0.0f64, 0.0f64), |(low, high), x| (low.min(x), high.max(x)))
    };
    (0..COLUMNS).map(stretch).collect()
}

/// The filled outline around `middle`, and what its full height stands for: `peak`, unless the
/// outline is larger or so small that it would not be seen.
fn path(outline: &[(f64, f64)], middle: f64, peak: f64) -> (String, f64) {
    let largest = outline.iter().fold(0.0f64, |most, (low, high)| most.max(high.abs()).max(low.abs()));
    let scale = if largest > peak || largest < peak * 0.1 { largest } else { peak };
    let unit = if scale > 0.0 { STRIP * 0.48 / scale } else { 0.0 };
    let mut path = String::from("M");
    for (x, (_, high)) in outline.iter().enumerate() {
        let _ = write!(path, "{x} {:.1} ", middle - high * unit);
    }
    for (x, (low, _)) in outline.iter().enumerate().rev() {
        let _ = write!(path, "{x} {:.1} ", middle - low * unit + 0.3);
    }
    path.push('Z');
    (path, scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_where_the_renders_part() {
        let sound = |last: f64| {
            let mut samples = vec![0.5; 1000];
            samples[500] = last;
            Sound { rate: 1000.0, channels: 1, samples }
        };
        let first = Difference { frame: 500, channel: 0, reference: 0.5, ours: -0.25 };
        let figure = Figure::new(&sound(0.5), &sound(-0.25), Some(first));
        assert_eq!(figure.parting, Some(240));
        assert_eq!(figure.strips[2].1[240], (-0.75, 0.0));
        assert!(figure.svg().contains("<line class=\"parting\" x1=\"240\""));
    }

    #[test]
    fn nothing_can_be_drawn_of_nothing() {
        assert!(Figure::new(&Sound::default(), &Sound::default(), None).svg().ends_with("</svg>"));
    }
}
