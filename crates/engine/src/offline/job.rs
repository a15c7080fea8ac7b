//! What an engine rendered.

use super::output::Output;
use super::{EngineError, OfflineEngine};
use crate::host::{self, Host, HostError, Purpose};
use crate::picture::{self, Picture, PictureFormat};
use crate::soundfile;
use std::sync::Arc;

/// A render: where its sound is and what it is like.
#[derive(Clone)]
pub struct RenderJob {
    outfile: Option<String>,
    samples: Arc<[f64]>,
    sr: f64,
    nchnls: u32,
    encoding: String,
    frames: u64,
    end: f64,
    host: Arc<dyn Host>,
    limits: soundfile::Limits,
}

impl std::fmt::Debug for RenderJob {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RenderJob")
            .field("outfile", &self.outfile)
            .field("sr", &self.sr)
            .field("nchnls", &self.nchnls)
            .field("encoding", &self.encoding)
            .field("frames", &self.frames)
            .field("end", &self.end)
            .finish_non_exhaustive()
    }
}

impl RenderJob {
    pub(super) fn new(engine: &OfflineEngine, output: &Output, frames: u64, end: f64) -> Self {
        Self {
            outfile: output.file().map(str::to_owned),
            samples: output.samples().into(),
            sr: output.spec().sr,
            nchnls: output.spec().channels,
            encoding: engine.parameters.encoding.clone(),
            frames,
            end,
            host: engine.host.clone(),
            limits: soundfile::Limits::of(&engine.performance.shared().limits),
        }
    }

    /// The sound file; `None` for a render in memory.
    pub fn outfile(&self) -> Option<&str> {
        self.outfile.as_deref()
    }

    /// Sample rate in Hz.
    #[doc(alias = "samplerate")]
    pub fn sr(&self) -> f64 {
        self.sr
    }

    /// Channels.
    pub fn nchnls(&self) -> u32 {
        self.nchnls
    }

    /// How samples are stored.
    pub fn encoding(&self) -> &str {
        &self.encoding
    }

    /// Frames rendered.
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// Seconds of sound.
    pub fn duration(&self) -> f64 {
        self.frames as f64 / self.sr
    }

    /// The engine's time at the start of the sound.
    #[doc(alias = "starttime")]
    pub fn start_time(&self) -> f64 {
        0.0
    }

    /// The engine's time at the end of the sound.
    #[doc(alias = "endtime")]
    pub fn end_time(&self) -> f64 {
        self.end
    }

    /// Waits for the render. It is over when there is a job: this is here because csoundengine's jobs may be
    /// processes.
    pub fn wait(&self) {}

    /// The interleaved samples, full scale 1.0: those in memory, or read back from the file.
    ///
    /// # Errors
    /// The file is gone or damaged.
    pub fn samples(&self) -> Result<Vec<f64>, EngineError> {
        let Some(name) = &self.outfile else { return Ok(self.samples.to_vec()) };
        let bytes = self.host.read(name, Purpose::Sound)?;
        Ok(soundfile::read(bytes, &self.limits)?.frames)
    }

    /// Draws the sound, a waveform and a spectrogram for each channel, and writes the picture to a file: PNG or SVG
    /// by its ending.
    ///
    /// # Errors
    /// The ending is another one; the sound is gone; the file cannot be written.
    pub fn picture(&self, path: &str) -> Result<(), EngineError> {
        let Some(format) = PictureFormat::of_name(path) else {
            let remedy = "end the name in .png or .svg".to_owned();
            return Err(EngineError::Option { option: "picture", value: path.to_owned(), remedy });
        };
        let title =
            self.outfile.as_deref().map_or("", |name| name.rsplit(['/', '\\']).next().unwrap_or(name));
        let how = Picture { format, title: title.to_owned(), ..Picture::default() };
        let drawn = picture::draw(&self.samples()?, self.nchnls as usize, self.sr, &how)?;
        Ok(host::write(&*self.host, path, &drawn)?)
    }

    /// Opens the sound file in another program, the system's usual one if `app` is empty.
    ///
    /// # Errors
    /// There is no file, or the program cannot be started.
    #[doc(alias = "openOutfile")]
    pub fn open_outfile(&self, app: &str) -> Result<(), EngineError> {
        let name = self.outfile.as_deref().ok_or_else(no_file)?;
        Ok(host::open_with(name, app)?)
    }
}

pub(super) fn no_file() -> EngineError {
    HostError::NotFound { name: "the rendered sound file".to_owned(), tried: Vec::new() }.into()
}
