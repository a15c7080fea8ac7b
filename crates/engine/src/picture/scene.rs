//! A picture as a list of shapes, which [`super::svg`] writes and [`super::bitmap`] paints.

use super::colours::Colour;
use super::font;

/// Shapes in the order in which they cover each other. Pixels count from the top left.
pub struct Scene {
    pub width: usize,
    pub height: usize,
    pub shapes: Vec<Shape>,
}

/// A rectangle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

impl Area {
    pub fn right(&self) -> f64 {
        self.x + self.width
    }

    pub fn bottom(&self) -> f64 {
        self.y + self.height
    }

    /// Whether two areas share more than an edge.
    #[cfg(test)]
    pub fn overlaps(&self, other: &Area) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }
}

pub enum Shape {
    /// A filled rectangle.
    Fill(Area, Colour),
    /// Columns of one pixel, side by side from `x`: top and bottom of each.
    Columns { x: f64, extents: Vec<(f64, f64)>, colour: Colour },
    /// A bitmap, one pixel of it a pixel of the picture, rows from the top.
    Bitmap { area: Area, pixels: Vec<Colour> },
    /// A line of text.
    Text(Text),
}

/// A line of text.
#[derive(Clone, Debug)]
pub struct Text {
    pub text: String,
    /// The point that `anchor` speaks of, on the base line.
    pub x: f64,
    pub y: f64,
    pub anchor: Anchor,
    /// Height of the font in pixels.
    pub size: f64,
    pub colour: Colour,
    /// Whether it runs upwards.
    pub upward: bool,
}

/// Which part of a text stands at its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

impl Text {
    /// Pixels from the point back to where the text begins.
    pub fn lead(&self) -> f64 {
        let width = font::width(&self.text, self.size);
        match self.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => width / 2.0,
            Anchor::End => width,
        }
    }

    /// The room that the text takes.
    #[cfg(test)]
    pub fn area(&self) -> Area {
        let (width, above, below) = (font::width(&self.text, self.size), self.size * 0.76, self.size * 0.24);
        let lead = self.lead();
        if self.upward {
            let (x, y) = (self.x - above, self.y + lead - width);
            Area { x, y, width: above + below, height: width }
        } else {
            Area { x: self.x - lead, y: self.y - above, width, height: above + below }
        }
    }
}
