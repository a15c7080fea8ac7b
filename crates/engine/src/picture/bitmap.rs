//! Scenes as PNG files.

use super::PictureError;
use super::colours::{Colour, PAPER, mix};
use super::font;
use super::scene::{Area, Scene, Shape, Text};

/// A scene as a PNG file.
pub fn png(scene: &Scene) -> Result<Vec<u8>, PictureError> {
    let mut canvas = Canvas { width: scene.width, pixels: vec![PAPER; scene.width * scene.height] };
    scene.shapes.iter().for_each(|shape| canvas.draw(shape));
    encode(scene.width, scene.height, &canvas.pixels)
}

/// Pixels, rows from the top, as a PNG file.
pub fn encode(width: usize, height: usize, pixels: &[Colour]) -> Result<Vec<u8>, PictureError> {
    let refused = |e: png::EncodingError| PictureError::Encode(e.to_string());
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width as u32, height as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().map_err(refused)?;
    writer.write_image_data(pixels.as_flattened()).map_err(refused)?;
    writer.finish().map_err(refused)?;
    Ok(file)
}

struct Canvas {
    width: usize,
    pixels: Vec<Colour>,
}

impl Canvas {
    fn draw(&mut self, shape: &Shape) {
        match shape {
            Shape::Fill(area, colour) => self.fill(area, *colour),
            Shape::Columns { x, extents, colour } => {
                for (n, &(top, bottom)) in extents.iter().enumerate() {
                    let area = Area { x: x + n as f64, y: top, width: 1.0, height: bottom - top };
                    self.fill(&area, *colour);
                }
            }
            Shape::Bitmap { area, pixels } => self.copy(area, pixels),
            Shape::Text(text) => self.write(text),
        }
    }

    /// Blends a colour into a pixel; pixels outside are nobody's.
    fn dot(&mut self, x: i32, y: i32, colour: Colour, share: f64) {
        let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else { return };
        if x < self.width
            && let Some(pixel) = self.pixels.get_mut(y * self.width + x)
        {
            *pixel = mix(*pixel, colour, share);
        }
    }

    /// Edges between pixels are blended by the share they cover.
    fn fill(&mut self, area: &Area, colour: Colour) {
        let height = self.pixels.len() / self.width.max(1);
        let shares = |from: f64, to: f64, end: usize| {
            let (from, to) = (from.clamp(0.0, end as f64), to.clamp(0.0, end as f64));
            let covered = move |n: i32| (to.min(f64::from(n) + 1.0) - from.max(f64::from(n))).max(0.0);
            (from.floor() as i32..to.ceil() as i32).map(move |n| (n, covered(n)))
        };
        for (y, down) in shares(area.y, area.bottom(), height) {
            for (x, across) in shares(area.x, area.right(), self.width) {
                self.dot(x, y, colour, down * across);
            }
        }
    }

    fn copy(&mut self, area: &Area, pixels: &[Colour]) {
        for (y, row) in pixels.chunks(area.width as usize).enumerate() {
            for (x, colour) in row.iter().enumerate() {
                self.dot(area.x as i32 + x as i32, area.y as i32 + y as i32, *colour, 1.0);
            }
        }
    }

    fn write(&mut self, text: &Text) {
        let (x, y, lead) = (text.x.round() as i32, text.y.round() as i32, text.lead().round() as i32);
        font::rasterise(&text.text, text.size, |along, down, share| {
            let (along, down) = (along - lead, down);
            let (dx, dy) = if text.upward { (down, -along) } else { (along, down) };
            self.dot(x + dx, y + dy, text.colour, share);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_between_pixels_are_blended() {
        let mut canvas = Canvas { width: 3, pixels: vec![[0; 3]; 9] };
        canvas.fill(&Area { x: 0.5, y: 1.0, width: 2.0, height: 1.0 }, [100; 3]);
        assert_eq!(canvas.pixels[3..6], [[50; 3], [100; 3], [50; 3]]);
        assert_eq!(canvas.pixels[..3], [[0; 3]; 3]);
        canvas.fill(&Area { x: -5.0, y: -5.0, width: 100.0, height: 100.0 }, [7; 3]);
        assert_eq!(canvas.pixels, [[7; 3]; 9]);
    }
}
