//! Scenes as SVG documents.

use super::PictureError;
use super::bitmap;
use super::colours::{Colour, PAPER};
use super::font::FAMILY;
use super::scene::{Anchor, Area, Scene, Shape, Text};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use std::fmt::Write;

/// A scene as an SVG document.
pub fn text(scene: &Scene) -> Result<String, PictureError> {
    let (width, height) = (scene.width, scene.height);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" font-family=\"{FAMILY}\">\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"{}\"/>\n",
        hex(PAPER)
    );
    for shape in &scene.shapes {
        out.push_str(&element(shape)?);
        out.push('\n');
    }
    out.push_str("</svg>\n");
    Ok(out)
}

fn element(shape: &Shape) -> Result<String, PictureError> {
    Ok(match shape {
        Shape::Fill(area, colour) => {
            format!("<rect {} fill=\"{}\" shape-rendering=\"crispEdges\"/>", place(area), hex(*colour))
        }
        Shape::Columns { x, extents, colour } => {
            format!("<path d=\"{}\" fill=\"{}\"/>", outline(*x, extents), hex(*colour))
        }
        Shape::Bitmap { area, pixels } => {
            let png = bitmap::encode(area.width as usize, area.height as usize, pixels)?;
            format!(
                "<image {} preserveAspectRatio=\"none\" href=\"data:image/png;base64,{}\"/>",
                place(area),
                BASE64_STANDARD.encode(png)
            )
        }
        Shape::Text(text) => words(text),
    })
}

fn hex([r, g, b]: Colour) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

fn place(area: &Area) -> String {
    format!("x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"", area.x, area.y, area.width, area.height)
}

/// The tops from left to right, then the bottoms back.
fn outline(x: f64, extents: &[(f64, f64)]) -> String {
    let mut path = String::new();
    let tops = extents.iter().enumerate().map(|(n, extent)| (n, extent.0));
    let bottoms = extents.iter().enumerate().rev().map(|(n, extent)| (n, extent.1));
    for (n, y) in tops.chain(bottoms) {
        let letter = if path.is_empty() { 'M' } else { 'L' };
        // Writing to a String cannot fail.
        let _ = write!(path, "{letter}{} {y:.2}", x + n as f64 + 0.5);
    }
    path.push('Z');
    path
}

fn words(text: &Text) -> String {
    let Text { x, y, size, .. } = text;
    let anchor = match text.anchor {
        Anchor::Start => "start",
        Anchor::Middle => "middle",
        Anchor::End => "end",
    };
    let turn = if text.upward { format!(" transform=\"rotate(-90 {x} {y})\"") } else { String::new() };
    format!(
        "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" text-anchor=\"{anchor}\" fill=\"{}\"{turn}>{}</text>",
        hex(text.colour),
        escape(&text.text)
    )
}

/// Text without what XML would take for markup, or forbids.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_titles_is_text() {
        assert_eq!(escape("a<b> & \u{1}c"), "a&lt;b&gt; &amp; \u{fffd}c");
    }

    #[test]
    fn columns_are_one_path() {
        assert_eq!(outline(10.0, &[(1.0, 2.0), (3.0, 4.5)]), "M10.5 1.00L11.5 3.00L11.5 4.50L10.5 2.00Z");
        assert_eq!(outline(0.0, &[]), "Z");
    }
}
