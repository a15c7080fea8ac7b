//! What a picture needs of a sound, gathered while the sound goes by.

use super::bitmap;
use super::layout;
use super::spectra::{SHORT, Spectra};
use super::svg;
use super::waveform::Outline;
use super::{Picture, PictureError, PictureFormat};

/// Channels that are drawn at most.
const CHANNELS: usize = 8;

/// A picture in the making. Its memory does not grow with the sound, so a render of any length can be
/// followed block by block.
///
/// ```
/// use orchestrion::picture::{Picture, PictureFormat, Sketch};
///
/// let mut sketch = Sketch::new(2, 48000.0);
/// for _ in 0..100 {
///     sketch.push(&[0.25, -0.25].repeat(480));
/// }
/// let svg = sketch.draw(&Picture { format: PictureFormat::Svg, ..Picture::default() })?;
/// assert!(svg.starts_with(b"<svg"));
/// # Ok::<(), orchestrion::picture::PictureError>(())
/// ```
pub struct Sketch {
    /// Frames per second.
    pub(super) sr: f64,
    /// All channels of the sound, drawn or not.
    pub(super) channels: usize,
    /// Frames so far.
    pub(super) frames: usize,
    /// Samples that were no finite numbers.
    pub(super) not_finite: u64,
    /// The channels that are drawn.
    pub(super) tracks: Vec<Track>,
}

/// One channel.
#[derive(Default)]
pub(super) struct Track {
    pub(super) outline: Outline,
    /// The beginning of the sound, until it is known whether it is short.
    beginning: Vec<f64>,
    spectra: Option<Spectra>,
    /// The samples at hand.
    block: Vec<f64>,
}

impl Sketch {
    /// A sketch of a sound with so many channels at this rate.
    pub fn new(channels: usize, sr: f64) -> Self {
        let tracks = (0..channels.min(CHANNELS)).map(|_| Track::default()).collect();
        Self { sr, channels, frames: 0, not_finite: 0, tracks }
    }

    /// Takes whole frames, interleaved, full scale 1.0.
    pub fn push(&mut self, interleaved: &[f64]) {
        // Pieces, so that no channel is copied as a whole.
        for piece in interleaved.chunks(4096 * self.channels.max(1)) {
            for frame in piece.chunks_exact(self.channels.max(1)) {
                for (track, x) in self.tracks.iter_mut().zip(frame) {
                    self.not_finite += u64::from(!x.is_finite());
                    let x = if x.is_finite() { *x } else { 0.0 };
                    track.outline.push(x);
                    track.block.push(x);
                }
                self.frames += 1;
            }
            self.tracks.iter_mut().for_each(|track| track.analyse(self.sr));
        }
    }

    /// Draws what was gathered.
    ///
    /// # Errors
    /// The sample rate is no number above 0.
    pub fn draw(mut self, picture: &Picture) -> Result<Vec<u8>, PictureError> {
        if !(self.sr > 0.0 && self.sr.is_finite()) {
            return Err(PictureError::SampleRate(self.sr));
        }
        let scene = layout::scene(&mut self, picture);
        match picture.format {
            PictureFormat::Svg => svg::text(&scene).map(String::into_bytes),
            PictureFormat::Png => bitmap::png(&scene),
        }
    }
}

impl Track {
    /// Passes the block on. A sound is analysed once it is longer than short, or complete.
    fn analyse(&mut self, sr: f64) {
        match &mut self.spectra {
            Some(spectra) => spectra.push(&self.block),
            None => self.beginning.extend_from_slice(&self.block),
        }
        self.block.clear();
        if self.beginning.len() > SHORT {
            let beginning = std::mem::take(&mut self.beginning);
            self.spectra.insert(Spectra::new(sr, None)).push(&beginning);
        }
    }

    /// The spectrogram of the complete sound of so many frames.
    pub(super) fn spectra(&mut self, sr: f64, frames: usize) -> &Spectra {
        let beginning = std::mem::take(&mut self.beginning);
        let spectra = self.spectra.get_or_insert_with(|| Spectra::new(sr, Some(frames)));
        spectra.push(&beginning);
        spectra.finish(frames);
        spectra
    }
}
