//! The font of pictures: DejaVu Sans, which its crate carries, so that no font has to be installed.

use ab_glyph::{Font, FontRef, Glyph, ScaleFont, point};
use orchestrion_base::lock::made_once;
use std::sync::OnceLock;

/// What an SVG asks its viewer for: first the font that widths are measured with.
pub const FAMILY: &str = "DejaVu Sans, Verdana, sans-serif";

fn font() -> Option<&'static FontRef<'static>> {
    static FONT: OnceLock<Option<FontRef<'static>>> = OnceLock::new();
    made_once(&FONT, || FontRef::try_from_slice(dejavu::sans::regular()).ok()).as_ref()
}

/// Scale of the font at a size in pixels a em, which is how SVG counts.
fn scale(font: &FontRef<'_>, size: f64) -> f32 {
    let em = font.units_per_em().unwrap_or(font.height_unscaled());
    size as f32 * font.height_unscaled() / em
}

/// Width of a text in pixels.
pub fn width(text: &str, size: f64) -> f64 {
    glyphs(text, size).1
}

/// The glyphs of a text that begins at 0 on the base line, and its width.
fn glyphs(text: &str, size: f64) -> (Vec<Glyph>, f64) {
    let Some(font) = font() else { return (Vec::new(), 0.0) };
    let scaled = font.as_scaled(scale(font, size));
    let mut glyphs: Vec<Glyph> = Vec::new();
    let mut x = 0.0;
    for c in text.chars() {
        let mut glyph = scaled.scaled_glyph(c);
        if let Some(before) = glyphs.last() {
            x += scaled.kern(before.id, glyph.id);
        }
        glyph.position = point(x, 0.0);
        x += scaled.h_advance(glyph.id);
        glyphs.push(glyph);
    }
    (glyphs, x.into())
}

/// Calls `dot` with each pixel that a text covers and the share of it that is covered. The text begins
/// at 0 on the base line.
pub fn rasterise(text: &str, size: f64, mut dot: impl FnMut(i32, i32, f64)) {
    let Some(font) = font() else { return };
    for glyph in glyphs(text, size).0 {
        let Some(outline) = font.outline_glyph(glyph) else { continue };
        let corner = outline.px_bounds().min;
        outline.draw(|x, y, share| {
            dot(corner.x as i32 + x as i32, corner.y as i32 + y as i32, f64::from(share.clamp(0.0, 1.0)));
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_have_their_size() {
        // Digits of DejaVu Sans are 0.636 em wide.
        assert!((width("0000", 100.0) - 254.4).abs() < 1.0, "{}", width("0000", 100.0));
        let (mut top, mut bottom, mut ink) = (0, 0, 0.0);
        rasterise("H", 100.0, |_, y, share| {
            if share > 0.5 {
                (top, bottom) = (top.min(y), bottom.max(y));
            }
            ink += share;
        });
        assert!((-75..=-70).contains(&top) && (-1..=0).contains(&bottom), "{top} {bottom}");
        assert!(ink > 1000.0);
    }

    #[test]
    fn unknown_characters_have_a_box() {
        assert!(width("\u{4e00}", 12.0) > 0.0);
        assert_eq!(width("", 12.0), 0.0);
    }
}
