//! Pictures of sound: a waveform and a spectrogram for each channel, as PNG or SVG.
//!
//! Everything happens in memory, and the same sound gives the same bytes on every machine: the font is
//! carried along, nothing asks the system or the clock.
//!
//! ```
//! use orchestrion::picture::{Picture, draw};
//!
//! let sr = 44100.0;
//! let tone: Vec<f64> = (0..4410).map(|n| (n as f64 * 0.1).sin() * 0.5).collect();
//! let png = draw(&tone, 1, sr, &Picture { title: "a tone".into(), ..Picture::default() })?;
//! assert!(png.starts_with(b"\x89PNG"));
//! # Ok::<(), orchestrion::picture::PictureError>(())
//! ```

mod bitmap;
mod colours;
mod font;
mod layout;
mod scene;
mod sketch;
mod spectra;
mod svg;
mod ticks;
mod waveform;

#[cfg(test)]
mod tests;

pub use sketch::Sketch;

/// Kind of picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PictureFormat {
    /// Portable network graphics, 8 bits a colour.
    #[default]
    Png,
    /// Scalable vector graphics; the spectrogram inside is a bitmap.
    Svg,
}

impl PictureFormat {
    /// The kind that a file's name ends in, in either case; `None` for other endings.
    pub fn of_name(name: &str) -> Option<Self> {
        let (_, ending) = name.rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "png" => Some(Self::Png),
            "svg" => Some(Self::Svg),
            _ => None,
        }
    }
}

/// How a picture looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Kind of file.
    pub format: PictureFormat,
    /// The line on top; none if empty.
    pub title: String,
    /// Width in pixels, taken to the nearest of 400..2400. The height follows from the channels.
    pub width: u32,
}

impl Default for Picture {
    fn default() -> Self {
        Self { format: PictureFormat::default(), title: String::new(), width: 1200 }
    }
}

/// Why no picture could be drawn.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PictureError {
    /// The axes would have no unit.
    #[error("cannot draw a sound with a sample rate of {0} Hz: it must be a number above 0")]
    SampleRate(f64),
    /// The picture could not be stored as a file.
    #[error("cannot encode the picture: {0}")]
    Encode(String),
}

/// Draws a sound: interleaved samples, full scale 1.0. Samples that are no finite numbers count as 0, and
/// the picture says so. Of many channels the first eight are drawn.
///
/// A sound that comes in pieces, or is too long to be kept, goes through a [`Sketch`].
///
/// # Errors
/// The sample rate is no number above 0.
pub fn draw(samples: &[f64], channels: usize, sr: f64, picture: &Picture) -> Result<Vec<u8>, PictureError> {
    let mut sketch = Sketch::new(channels, sr);
    sketch.push(samples);
    sketch.draw(picture)
}
