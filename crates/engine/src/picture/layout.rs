//! Where everything stands: title, panels, axes, colour bars.

use super::Picture;
use super::colours::{Colour, FAINT_INK, FRAME, GRID, INK, PANEL, WAVE, of_level};
use super::font;
use super::scene::{Anchor, Area, Scene, Shape, Text};
use super::sketch::{Sketch, Track};
use super::spectra::decibels;
use super::ticks::{self, Tick, ticks};
use orchestrion_dsp::math;

/// Widths that pictures may have.
const WIDTHS: std::ops::RangeInclusive<u32> = 400..=2400;
/// Room beside the panels for labels, and for the colour bar.
const LEFT: f64 = 84.0;
const RIGHT: f64 = 86.0;
/// Sizes of text: title, axes, ticks.
const TITLE: f64 = 18.0;
const LABEL: f64 = 13.0;
const TICK: f64 = 12.0;
/// Space between the waveform and the spectrogram of a channel, and below them for the ticks.
const GAP: f64 = 12.0;
const BELOW: f64 = 32.0;
/// dB that the colours span.
const SPAN: f64 = 90.0;
/// Round numbers that an amplitude or frequency axis may end at.
const ROUND: [f64; 9] = [1.0, 1.2, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0];
/// A frequency axis ends above everything that is within so many dB of the loudest ...
const HEARD: f64 = 60.0;
/// ... but not below this share of half the sample rate.
const LEAST_TOP: f64 = 0.1;

/// The picture of a complete sketch.
pub fn scene(sketch: &mut Sketch, picture: &Picture) -> Scene {
    let width = picture.width.clamp(*WIDTHS.start(), *WIDTHS.end()) as usize;
    let mut page = Page { width: width as f64, y: 0.0, shapes: Vec::new() };
    page.heading(&picture.title, &description(sketch));
    let time = TimeAxis::new(sketch, page.width - LEFT - RIGHT);
    let heights = heights(sketch.tracks.len());
    let many = sketch.tracks.len() > 1;
    let scales = Scales::new(sketch);
    for (n, track) in sketch.tracks.iter_mut().enumerate() {
        if many {
            page.channel(n);
        }
        let panel = page.panel(heights.0);
        page.waveform(panel, track, &time);
        page.y += GAP;
        let panel = page.panel(heights.1);
        page.spectrogram(panel, track, &scales);
        page.colour_bar(panel, &scales);
        page.time_labels(panel, &time);
        page.y += BELOW;
    }
    page.time_title();
    Scene { width, height: page.y.ceil() as usize, shapes: page.shapes }
}

/// Heights of waveform and spectrogram: the more channels, the smaller.
fn heights(channels: usize) -> (f64, f64) {
    match channels {
        0 | 1 => (130.0, 300.0),
        2 => (110.0, 230.0),
        _ => (80.0, 150.0),
    }
}

/// The line below the title: what was drawn, and what was not.
fn description(sketch: &Sketch) -> String {
    let Sketch { channels, frames, sr, tracks, .. } = sketch;
    let plural = if *channels == 1 { "" } else { "s" };
    let mut line = format!("{channels} channel{plural}, {sr} Hz, {:.3} s", *frames as f64 / sr);
    if *frames == 0 || tracks.is_empty() {
        line += "; no sound";
    }
    if tracks.len() < *channels {
        line += &format!("; the first {} channels are shown", tracks.len());
    }
    if sketch.not_finite > 0 {
        line += &format!("; {} samples are not finite numbers, shown as 0", sketch.not_finite);
    }
    line
}

/// The axis that all panels share.
struct TimeAxis {
    /// Ticks, with their place from the left edge of a panel.
    ticks: Vec<(f64, Tick)>,
}

impl TimeAxis {
    fn new(sketch: &Sketch, width: f64) -> Self {
        let seconds = sketch.frames as f64 / sketch.sr;
        let place = |tick: Tick| (tick.value / seconds * width, tick);
        // The more digits the labels have, the fewer there is room for.
        let fitting = (2..=14).rev().find_map(|most| {
            let ticks = ticks(0.0, seconds, most);
            let widest = ticks.iter().map(|t| font::width(&t.text, TICK)).fold(0.0, f64::max);
            (ticks.len() as f64 * (widest + 24.0) < width).then_some(ticks)
        });
        let shown = if seconds > 0.0 { fitting.unwrap_or_default() } else { Vec::new() };
        Self { ticks: shown.into_iter().map(place).collect() }
    }
}

/// What all spectrograms share: levels that colours stand for, and frequencies.
struct Scales {
    frames: usize,
    sr: f64,
    /// dB of the brightest colour.
    loudest: f64,
    /// Frequency at the top, in Hz.
    top: f64,
}

impl Scales {
    fn new(sketch: &mut Sketch) -> Self {
        let (sr, frames) = (sketch.sr, sketch.frames);
        let spectra: Vec<_> = sketch.tracks.iter_mut().map(|track| track.spectra(sr, frames)).collect();
        let peak = spectra.iter().map(|s| s.peak()).fold(0.0, f64::max);
        let level = decibels(peak);
        let loudest = if level > -200.0 { (level / 10.0).ceil() * 10.0 } else { 0.0 };
        let heard = peak * math::pow(10.0, -HEARD / 10.0);
        let share = spectra.iter().map(|s| s.highest(heard)).fold(LEAST_TOP, f64::max);
        let top = ticks::round_up(share * sr / 2.0, &ROUND).min(sr / 2.0);
        Self { frames, sr, loudest, top }
    }

    fn colour(&self, level: f64) -> Colour {
        of_level(1.0 - (self.loudest - level) / SPAN)
    }
}

/// The picture while it grows downwards.
struct Page {
    width: f64,
    /// Where the next thing begins.
    y: f64,
    shapes: Vec<Shape>,
}

impl Page {
    fn heading(&mut self, title: &str, description: &str) {
        self.y = 14.0;
        if !title.is_empty() {
            self.y += TITLE;
            let text = shortened(title, TITLE, self.width - LEFT - 16.0);
            self.text(text, (LEFT, self.y), Anchor::Start, TITLE, INK);
            self.y += 6.0;
        }
        self.y += LABEL;
        let text = shortened(description, LABEL, self.width - LEFT - 16.0);
        self.text(text, (LEFT, self.y), Anchor::Start, LABEL, FAINT_INK);
        self.y += 16.0;
    }

    /// The name of a channel, above its panels.
    fn channel(&mut self, index: usize) {
        self.y += LABEL;
        self.text(format!("channel {}", index + 1), (LEFT, self.y), Anchor::Start, LABEL, INK);
        self.y += 7.0;
    }

    /// A panel of this height at the next place.
    fn panel(&mut self, height: f64) -> Area {
        let area = Area { x: LEFT, y: self.y.round(), width: self.width - LEFT - RIGHT, height };
        self.y = area.bottom();
        area
    }

    fn waveform(&mut self, panel: Area, track: &Track, time: &TimeAxis) {
        let peak = track.outline.peak();
        let limit = ticks::round_up(if peak > 1e-12 { peak } else { 1.0 }, &ROUND);
        let height = |x: f64| panel.y + panel.height * (0.5 - 0.48 * x / limit);
        self.shapes.push(Shape::Fill(panel, PANEL));
        let halves: &[f64] =
            if panel.height >= 100.0 { &[1.0, 0.5, 0.0, -0.5, -1.0] } else { &[1.0, 0.0, -1.0] };
        for share in halves {
            let y = height(share * limit).round();
            self.shapes.push(Shape::Fill(Area { y, height: 1.0, ..panel }, GRID));
            self.left_tick(panel, y + 0.5, ticks::text(share * limit, limit / 2.0));
        }
        for (x, _) in &time.ticks {
            let x = (panel.x + x).round().min(panel.right() - 1.0);
            self.shapes.push(Shape::Fill(Area { x, width: 1.0, ..panel }, GRID));
        }
        // At least a pixel of each column is seen.
        let column = |(low, high): (f64, f64)| {
            let (top, bottom) = (height(high), height(low));
            let short = (1.0 - (bottom - top)).max(0.0) / 2.0;
            (top - short, bottom + short)
        };
        let extents = track.outline.columns(panel.width as usize).into_iter().map(column).collect();
        self.shapes.push(Shape::Columns { x: panel.x, extents, colour: WAVE });
        self.frame(panel);
        self.left_title(panel, "amplitude");
    }

    fn spectrogram(&mut self, panel: Area, track: &mut Track, scales: &Scales) {
        let Scales { frames, sr, top, .. } = *scales;
        let share = top / (sr / 2.0);
        let spectra = track.spectra(sr, frames);
        let levels = spectra.levels(panel.width as usize, panel.height as usize, frames, share);
        let pixels = levels.into_iter().map(|level| scales.colour(level)).collect();
        self.shapes.push(Shape::Bitmap { area: panel, pixels });
        self.frame(panel);
        for tick in ticks(0.0, top, (panel.height / 30.0) as usize) {
            let y = panel.bottom() - tick.value / top * panel.height;
            self.left_tick(panel, y, tick.text);
        }
        self.left_title(panel, "frequency (Hz)");
    }

    /// What the colours of a spectrogram mean.
    fn colour_bar(&mut self, panel: Area, scales: &Scales) {
        let bar = Area { x: panel.right() + 16.0, width: 14.0, ..panel };
        let level = |y: usize| scales.loudest - (y as f64 + 0.5) / bar.height * SPAN;
        let rows = (0..bar.height as usize).map(|y| [scales.colour(level(y))].repeat(bar.width as usize));
        self.shapes.push(Shape::Bitmap { area: bar, pixels: rows.flatten().collect() });
        self.frame(bar);
        for tick in ticks(scales.loudest - SPAN, scales.loudest, (panel.height / 25.0) as usize) {
            let y = bar.y + (scales.loudest - tick.value) / SPAN * bar.height;
            let mark = Area { x: bar.right(), y: (y - 0.5).round(), width: 4.0, height: 1.0 };
            self.shapes.push(Shape::Fill(mark, FRAME));
            self.text(tick.text, (bar.right() + 8.0, y + TICK * 0.36), Anchor::Start, TICK, FAINT_INK);
        }
        self.text("dB".to_owned(), (bar.x, bar.y - 5.0), Anchor::Start, TICK, FAINT_INK);
    }

    fn time_labels(&mut self, panel: Area, time: &TimeAxis) {
        for (x, tick) in &time.ticks {
            let x = panel.x + x;
            let mark = Area { x: (x - 0.5).round(), y: panel.bottom(), width: 1.0, height: 4.0 };
            self.shapes.push(Shape::Fill(mark, FRAME));
            self.text(tick.text.clone(), (x, panel.bottom() + 17.0), Anchor::Middle, TICK, FAINT_INK);
        }
    }

    fn time_title(&mut self) {
        let middle = LEFT + (self.width - LEFT - RIGHT) / 2.0;
        self.text("time (s)".to_owned(), (middle, self.y + 6.0), Anchor::Middle, LABEL, INK);
        self.y += 18.0;
    }

    /// A tick at the left edge of a panel.
    fn left_tick(&mut self, panel: Area, y: f64, text: String) {
        let mark = Area { x: panel.x - 4.0, y: (y - 0.5).round(), width: 4.0, height: 1.0 };
        self.shapes.push(Shape::Fill(mark, FRAME));
        self.text(text, (panel.x - 8.0, y + TICK * 0.36), Anchor::End, TICK, FAINT_INK);
    }

    /// The name of the vertical axis.
    fn left_title(&mut self, panel: Area, title: &str) {
        let (x, y) = (20.0, panel.y + panel.height / 2.0);
        self.shapes.push(Shape::Text(Text {
            text: title.to_owned(),
            x,
            y,
            anchor: Anchor::Middle,
            size: LABEL,
            colour: INK,
            upward: true,
        }));
    }

    /// A line round a panel, outside of it.
    fn frame(&mut self, panel: Area) {
        let (x, y) = (panel.x - 1.0, panel.y - 1.0);
        let (width, height) = (panel.width + 2.0, panel.height + 2.0);
        for edge in [
            Area { x, y, width, height: 1.0 },
            Area { x, y: panel.bottom(), width, height: 1.0 },
            Area { x, y, width: 1.0, height },
            Area { x: panel.right(), y, width: 1.0, height },
        ] {
            self.shapes.push(Shape::Fill(edge, FRAME));
        }
    }

    fn text(&mut self, text: String, (x, y): (f64, f64), anchor: Anchor, size: f64, colour: Colour) {
        self.shapes.push(Shape::Text(Text { text, x, y, anchor, size, colour, upward: false }));
    }
}

/// As much of a line as there is room for.
fn shortened(line: &str, size: f64, room: f64) -> String {
    // No letter is a hundredth of its height wide.
    let mut kept: Vec<char> = line.chars().take((room / size * 100.0) as usize).collect();
    let all = kept.len() == line.chars().count();
    if all && font::width(line, size) <= room {
        return line.to_owned();
    }
    while !kept.is_empty() && font::width(&shown(&kept), size) > room {
        kept.pop();
    }
    shown(&kept)
}

fn shown(kept: &[char]) -> String {
    kept.iter().collect::<String>() + "..."
}
